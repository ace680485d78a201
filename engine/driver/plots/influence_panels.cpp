// What every study does to the fit: the Baujat plot, and a panel for each diagnostic with a row for each study.
#include <tausq/problem.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/driver/drawing/font_metrics.hpp"
#include "engine/driver/plots/axes.hpp"
#include "engine/driver/plots/kinds.hpp"

namespace tausq::plots {

using namespace drawing;

namespace {

using Diagnostics = std::vector<InfluenceDiagnostic>;

Influence influence_of(const PlotInput& input) {
  Influence result = influence(input.studies, input.options);
  if (result.diagnostics.size() < 2)
    throw NoResult(Status::not_estimable, "not estimable: influence needs at least two studies with an effect size");
  return result;
}

/// One panel: a diagnostic and the values that are worth a look.
struct Panel {
  std::string_view title;
  std::optional<double> InfluenceDiagnostic::*value;
  std::vector<double> (*guides)(double k, double p);
};

constexpr double median_chi_square(double p) {  // Wilson & Hilferty 1931; exact enough for a guide
  const double root = 1 - 2 / (9 * p);
  return p == 1 ? 0.4549364231195724 : p * root * root * root;
}

const std::array<Panel, 8> panels{{
    {"rstudent", &InfluenceDiagnostic::rstudent,
     [](double, double) {
       return std::vector{-1.96, 0.0, 1.96};
     }},
    {"dffits", &InfluenceDiagnostic::dffits,
     [](double k, double p) {
       const double limit = 3 * std::sqrt(p / std::max(1.0, k - p));
       return std::vector{-limit, 0.0, limit};
     }},
    {"Cook's d", &InfluenceDiagnostic::cook_d, [](double, double p) { return std::vector{median_chi_square(p)}; }},
    {"cov. ratio", &InfluenceDiagnostic::cov_r, [](double, double) { return std::vector{1.0}; }},
    {"tau\u00b2 without", &InfluenceDiagnostic::tau2_deleted, [](double, double) { return std::vector<double>{}; }},
    {"Q without", &InfluenceDiagnostic::q_deleted, [](double, double) { return std::vector<double>{}; }},
    {"hat", &InfluenceDiagnostic::hat, [](double k, double p) { return std::vector{3 * p / k}; }},
    {"weight", &InfluenceDiagnostic::weight, [](double k, double) { return std::vector{1 / k}; }},
}};

double coefficients(const Influence& influence) {
  return static_cast<double>(std::max<std::size_t>(1, influence.terms.size()));
}

PlotPanel panel_of(const Panel& what, const Influence& influence, double pitch, bool first) {
  const Diagnostics& rows = influence.diagnostics;
  const double k = static_cast<double>(rows.size());
  PlotPanel panel;
  panel.title = what.title;
  panel.width = 96;
  panel.height = pitch * k + 8;
  Range range;
  for (const InfluenceDiagnostic& row : rows) range.see(row.*what.value);
  const std::vector<double> guides = what.guides(k, coefficients(influence));
  // A guide that lies far from all values would squeeze them.
  const Range values = range;
  for (double guide : guides)
    if (values.empty() || (guide > values.lower - 1.5 * values.span() && guide < values.upper + 1.5 * values.span())) range.see(guide);
  const bool from_zero =
      what.value == &InfluenceDiagnostic::hat || what.value == &InfluenceDiagnostic::weight || what.value == &InfluenceDiagnostic::cook_d;
  if (from_zero) range.see(0);
  panel.x = number_axis("", range.widened(0.08), 4);
  if (from_zero) panel.x.limits.first = std::max(panel.x.limits.first, -0.04 * range.span());
  panel.y.limits = {k + 0.5 + 4 / pitch, 0.5 - 4 / pitch};
  PlotSeries lines{"", PlotMark::segments, {"none", std::string(hairline), 0.6, ""}, false, {}};
  PlotSeries usual{"Study", PlotMark::points, study_disc(), true, {}};
  PlotSeries marked{"Influential study", PlotMark::points, {std::string(accent), std::string(ink), 1.2, ""}, true, {}};
  const auto [left, right] = panel.x.limits;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double y = static_cast<double>(i) + 1;
    lines.points.push_back({"", left, y, right, y, {}, false});
    panel.y.ticks.push_back({y, first ? fitted(rows[i].study, 190, 11) : ""});
    (rows[i].influential ? marked : usual).points.push_back({rows[i].study, rows[i].*what.value, y, {}, {}, {}, false});
  }
  if (!first) panel.y.ticks.clear();
  panel.series.push_back(std::move(lines));
  PlotSeries limits{"Limit or reference", PlotMark::segments, null_line(), true, {}};
  for (double guide : guides)
    if (guide > left && guide < right) limits.points.push_back({"", guide, panel.y.limits.first, guide, panel.y.limits.second, {}, false});
  panel.series.push_back(std::move(limits));
  panel.series.push_back(std::move(usual));
  panel.series.push_back(std::move(marked));
  return panel;
}

}  // namespace

Plot influence_panels(const PlotInput& input) {
  const Influence influence = influence_of(input);
  const std::size_t k = influence.diagnostics.size();
  constexpr double roomy = 17, narrowest = 5, tallest = 1400;
  const double pitch = std::clamp(tallest / static_cast<double>(k), narrowest, roomy);
  Plot plot = plot_of(influence);
  plot.title = "Influence diagnostics of " + std::to_string(k) + " studies";
  const auto marked = std::count_if(influence.diagnostics.begin(), influence.diagnostics.end(),
                                    [](const InfluenceDiagnostic& row) { return row.influential; });
  plot.subtitle = "Inverse-variance model. \u201cWithout\u201d: in the fit to the other studies. " +
                  (marked == 0 ? std::string("No study is influential")
                               : std::to_string(marked) + (marked == 1 ? " study is" : " studies are") + " influential") +
                  " by the limits of Viechtbauer & Cheung (2010).";
  plot.columns = panels.size();
  for (const Panel& what : panels) plot.panels.push_back(panel_of(what, influence, pitch, plot.panels.empty()));
  return plot;
}

Plot baujat(const PlotInput& input) {
  const Influence influence = influence_of(input);
  double most_x = 0, most_y = 0;
  PlotSeries studies{"", PlotMark::points, study_disc(), false, {}};
  for (const BaujatPoint& point : influence.baujat) {
    if (!point.x || !point.y) continue;
    most_x = std::max(most_x, *point.x);
    most_y = std::max(most_y, *point.y);
    studies.points.push_back({point.study, point.x, point.y, {}, {}, {}, input.choices.names});
  }
  if (studies.points.empty()) throw NoResult(Status::not_estimable, "not estimable: no study can be left out");
  const auto eminence = [&](const PlotPoint& p) { return *p.x / std::max(most_x, 1e-300) + *p.y / std::max(most_y, 1e-300); };
  std::stable_sort(studies.points.begin(), studies.points.end(),
                   [&](const PlotPoint& a, const PlotPoint& b) { return eminence(a) > eminence(b); });
  constexpr std::size_t most_names = 25;
  for (std::size_t i = most_names; i < studies.points.size(); ++i) studies.points[i].named = false;
  PlotPanel panel;
  panel.x = count_axis("Contribution to heterogeneity (squared Pearson residual)", 1.02 * most_x);
  panel.y = count_axis("Influence on the pooled estimate (squared standardised change)", 1.02 * most_y);
  panel.series.push_back(std::move(studies));
  Plot plot = plot_of(influence);
  plot.title = "Baujat plot of " + std::to_string(influence.baujat.size()) + " studies";
  plot.subtitle = "Studies at the top right both disagree with the others and move the pooled estimate.";
  plot.panels.push_back(std::move(panel));
  return plot;
}

}  // namespace tausq::plots
