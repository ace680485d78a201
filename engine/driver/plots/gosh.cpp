// GOSH: the estimate and the heterogeneity of every subset of the studies, as a picture of density.
#include <tausq/effects.hpp>
#include <tausq/problem.hpp>

#include <algorithm>
#include <cmath>
#include <functional>

#include "engine/driver/plots/axes.hpp"
#include "engine/driver/plots/kinds.hpp"
#include "engine/driver/report/numbers.hpp"

namespace tausq::plots {

using namespace drawing;

namespace {

constexpr std::size_t columns = 90, rows = 60;

/// Which subsets a panel shows.
using Selection = std::function<bool(std::size_t place)>;

std::size_t bin_of(double value, double lower, double upper, std::size_t bins) {
  const double at = (value - lower) / (upper - lower) * static_cast<double>(bins);
  return static_cast<std::size_t>(std::clamp(at, 0.0, static_cast<double>(bins) - 1));
}

/// Subsets counted in a lattice over estimate and I2.
struct Lattice {
  Range range;  ///< of the estimates shown
  std::vector<std::size_t> count = std::vector<std::size_t>(columns * rows, 0);
  std::vector<std::size_t> by_estimate = std::vector<std::size_t>(columns, 0);
  std::size_t subsets = 0;

  Lattice(const GoshFits& fits, Range shown, const Selection& selected) : range(shown) {
    for (std::size_t place = 0; place < fits.estimate.size(); ++place) {
      const double x = fits.estimate[place], y = fits.i2[place];
      if (!std::isfinite(x) || !std::isfinite(y) || x < range.lower || x > range.upper || !selected(place)) continue;
      const std::size_t column = bin_of(x, range.lower, range.upper, columns), row = bin_of(y, 0, 1, rows);
      ++count[row * columns + column];
      ++by_estimate[column];
      ++subsets;
    }
  }
  double edge(std::size_t column) const { return range.lower + range.span() * static_cast<double>(column) / columns; }
};

PlotPanel histogram(const Lattice& lattice, std::string title) {
  PlotPanel panel;
  panel.title = std::move(title);
  panel.height = 70;
  panel.x.limits = {lattice.range.lower, lattice.range.upper};
  const double most = static_cast<double>(*std::max_element(lattice.by_estimate.begin(), lattice.by_estimate.end()));
  panel.y.limits = {0, 1.05 * std::max(1.0, most)};
  PlotSeries bars{"", PlotMark::cells, {std::string(study_blue)}, false, {}};
  for (std::size_t c = 0; c < columns; ++c)
    if (lattice.by_estimate[c] > 0)
      bars.points.push_back({"", lattice.edge(c), 0, lattice.edge(c + 1), static_cast<double>(lattice.by_estimate[c]), 1, false});
  panel.series.push_back(std::move(bars));
  return panel;
}

PlotPanel density(const Lattice& lattice, Measure measure, const PooledEstimate& whole, std::optional<double> i2) {
  PlotPanel panel;
  panel.height = 340;
  panel.x = effect_axis(measure, lattice.range);
  panel.y = {"I\u00b2", {0, 1}, {{0, "0%"}, {0.2, "20%"}, {0.4, "40%"}, {0.6, "60%"}, {0.8, "80%"}, {1, "100%"}}};
  const double most = std::log1p(static_cast<double>(*std::max_element(lattice.count.begin(), lattice.count.end())));
  PlotSeries cells{"Subsets of the studies: the darker, the more", PlotMark::cells, {std::string(pooled_blue)}, true, {}};
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c) {
      const std::size_t n = lattice.count[r * columns + c];
      if (n == 0) continue;
      const double bottom = static_cast<double>(r) / rows, top = static_cast<double>(r + 1) / rows;
      constexpr double lightest = 0.12;
      const double darkness = lightest + (1 - lightest) * std::log1p(static_cast<double>(n)) / std::max(most, 1e-9);
      cells.points.push_back({"", lattice.edge(c), bottom, lattice.edge(c + 1), top, darkness, false});
    }
  panel.series.push_back(std::move(cells));
  if (whole.estimate && i2)
    panel.series.push_back({"All studies",
                            PlotMark::points,
                            {std::string(accent), std::string(paper), 1.5, ""},
                            true,
                            {{"all studies", whole.estimate, i2, {}, {}, {}, false}}});
  return panel;
}

/// Nearly all estimates: the rest would leave an empty page.
Range shown(const GoshFits& fits) {
  std::vector<double> finite;
  for (double value : fits.estimate)
    if (std::isfinite(value)) finite.push_back(value);
  if (finite.empty()) throw NoResult(Status::not_estimable, "not estimable: no subset has an estimate");
  const auto at = [&](double share) {
    const auto place = finite.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(finite.size() - 1));
    std::nth_element(finite.begin(), place, finite.end());
    return *place;
  };
  Range range;
  range.see(at(0.001));
  range.see(at(0.999));
  return range.widened(0.04);
}

}  // namespace

Plot gosh(const PlotInput& input) {
  if (!input.options.mods.empty()) refuse(PlotKind::gosh, "shows one mean; a meta-regression (--mods) has several coefficients");
  InfluenceOptions asked = input.choices.influence;
  if (!asked.gosh) asked.gosh = 0;
  const Influence influence = tausq::influence(input.studies, input.options, asked);
  if (!influence.gosh || influence.gosh->status != Status::ok)
    throw NoResult(Status::not_estimable, "not estimable: " + (influence.gosh ? influence.gosh->reason : std::string("no subsets")));
  const Gosh& gosh = *influence.gosh;
  const Measure measure = influence.options.effect.measure.value_or(Measure::GEN);
  // The subset that is no proper one stands last where all are enumerated; drawn subsets need a fit of its own.
  Options options = influence.options;
  const Analysis whole = pooled(input);
  const Range range = shown(gosh.fits);
  Plot plot = plot_of(whole);
  std::vector<std::pair<std::string, Selection>> panels{{"", [](std::size_t) { return true; }}};
  if (!input.choices.highlight.empty()) {
    const auto found = std::find(gosh.studies.begin(), gosh.studies.end(), input.choices.highlight);
    if (found == gosh.studies.end()) refuse(PlotKind::gosh, "--highlight: no study '" + input.choices.highlight + "' takes part");
    const auto i = static_cast<std::size_t>(found - gosh.studies.begin());
    panels = {{"With " + *found, [&gosh, i](std::size_t place) { return gosh.fits.includes(place, i); }},
              {"Without " + *found, [&gosh, i](std::size_t place) { return !gosh.fits.includes(place, i); }}};
    plot.columns = 2;
  }
  std::vector<PlotPanel> lower;
  for (const auto& [title, selection] : panels) {
    const Lattice lattice(gosh.fits, range, selection);
    plot.panels.push_back(histogram(lattice, title));
    lower.push_back(density(lattice, measure, main_estimate(whole), whole.heterogeneity.i2));
    if (panels.size() > 1) plot.panels.back().width = lower.back().width = 400;
  }
  plot.panels.insert(plot.panels.end(), lower.begin(), lower.end());
  plot.title = "GOSH plot: " + std::to_string(gosh.subsets) + (gosh.exhaustive ? "" : " random") + " subsets of " +
               std::to_string(gosh.studies.size()) + " studies";
  plot.subtitle =
      "Several clusters, or a cluster that one study splits off, speak of subgroups or outliers. All studies: " + estimate_words(whole) +
      ".";
  return plot;
}

}  // namespace tausq::plots
