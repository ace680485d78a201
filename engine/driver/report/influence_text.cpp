// Influence of every study as text.
#include <tausq/effects.hpp>
#include <tausq/report.hpp>

#include "engine/driver/report/text.hpp"
#include "engine/driver/report/text_table.hpp"
#include "engine/driver/report/unicode.hpp"

namespace tausq {

namespace {

using namespace report;
using Align = TextTable::Align;

Measure measure_of(const Influence& influence) {
  return influence.options.effect.measure.value_or(Measure::GEN);
}

std::string number(std::optional<double> value, int decimals) {
  return value ? fixed(*value, decimals) : "";
}
std::string number(std::optional<double> value) {
  return value ? significant(*value) : "";
}

/// Refits with their natural-scale intervals; `heading` says what the study of a row is.
std::string refit_table(const std::string& heading, const std::vector<Refit>& rows, const Influence& influence) {
  if (rows.empty()) return "";
  std::vector<Display> displays;
  for (const Refit& row : rows) displays.push_back(row.display);
  const Precision precision = precision_of(measure_of(influence), displays);
  const std::string scale = std::string(scale_label(measure_of(influence))) + " [" + level_text(influence.options.level) + " CI]";
  const bool tested = null_value(measure_of(influence)).has_value();
  TextTable table({{heading, Align::left}, {"k"}, {scale}, {"p"}, {"Q"}, {"tau2"}, {"I2"}});
  std::string notes;
  for (const Refit& row : rows) {
    table.add({row.study, std::to_string(row.k), row.estimate ? estimate_text(row.display, precision) : "not estimable",
               tested && row.p_value ? in_column(p_value(row.p_value)) : "", number(row.q), number(row.tau2),
               row.i2 ? percent(*row.i2) : ""});
    if (!row.estimate) notes += status_line(escaped(row.study), row.status, row.reason);
  }
  return table.text() + notes;
}

/// Coefficients of the refits of a regression.
std::string regression_table(const std::string& heading, const std::vector<RegressionRefit>& rows, const Influence& influence) {
  if (rows.empty()) return "";
  std::vector<TextTable::Heading> headings{{heading, Align::left}, {"k"}};
  for (const std::string& term : influence.terms) headings.push_back({term + " [" + level_text(influence.options.level) + " CI]"});
  for (const char* name : {"QE", "tau2", "R2"}) headings.push_back({name});
  TextTable table(std::move(headings));
  std::string notes;
  for (const RegressionRefit& row : rows) {
    std::vector<std::string> cells{row.study, std::to_string(row.k)};
    for (std::size_t j = 0; j < influence.terms.size(); ++j)
      cells.push_back(j < row.beta.size() ? significant(row.beta[j]) + " [" + number(row.ci_lower[j]) + "; " + number(row.ci_upper[j]) + "]"
                                          : "not estimable");
    cells.insert(cells.end(), {number(row.qe), number(row.tau2), row.r2 ? percent(*row.r2) : ""});
    table.add(std::move(cells));
    if (row.beta.empty()) notes += status_line(escaped(row.study), row.status, row.reason);
  }
  return table.text() + notes;
}

std::string diagnostics_table(const Influence& influence) {
  if (influence.diagnostics.empty()) return "";
  TextTable table({{"Influence", Align::left},
                   {"rstudent"},
                   {"dffits"},
                   {"cook_d"},
                   {"cov_r"},
                   {"tau2 del."},
                   {"Q del."},
                   {"hat"},
                   {"weight"},
                   {"dfbetas"},
                   {"", Align::left}});
  std::string notes;
  for (const InfluenceDiagnostic& d : influence.diagnostics) {
    std::string dfbetas;
    for (double change : d.dfbetas_terms) dfbetas += (dfbetas.empty() ? "" : " ") + fixed(change, 3);
    table.add({d.study, number(d.rstudent, 3), number(d.dffits, 3), number(d.cook_d, 3), number(d.cov_r, 3), number(d.tau2_deleted),
               number(d.q_deleted), number(d.hat, 3), d.weight ? percent(*d.weight) : "", dfbetas, d.influential ? "*" : ""});
    notes += d.rstudent ? "" : status_line(escaped(d.study), d.status, d.reason);
  }
  return table.text() + notes + "* |dffits| > 3 sqrt(p / (k - p)), P(chi2_p < cook_d) > 0.5, hat > 3 p / k or |dfbetas| > 1\n";
}

std::string baujat_table(const Influence& influence) {
  if (influence.baujat.empty()) return "";
  std::vector<Display> displays;
  for (const Blup& blup : influence.blup) displays.push_back(blup.display);
  const Precision precision = precision_of(measure_of(influence), displays);
  TextTable table({{"Baujat plot and shrunken effects (BLUP)", Align::left},
                   {"heterogeneity"},
                   {"influence"},
                   {std::string(scale_label(measure_of(influence))) + " [" + level_text(influence.options.level) + " PI]"}});
  for (std::size_t i = 0; i < influence.baujat.size(); ++i)
    table.add({influence.baujat[i].study, number(influence.baujat[i].x, 3), number(influence.baujat[i].y, 3),
               i < influence.blup.size() ? estimate_text(influence.blup[i].display, precision) : ""});
  return table.text();
}

std::string gosh_table(const Gosh& gosh, const Influence& influence) {
  const std::string what = gosh.exhaustive ? "All " + std::to_string(gosh.subsets) + " subsets of the studies"
                                           : std::to_string(gosh.subsets) + " subsets drawn at random";
  if (!gosh.estimate.median) return what + "\n" + status_line("", gosh.status, gosh.reason);
  TextTable table({{what + " (GOSH)", Align::left}, {"min"}, {"2.5%"}, {"25%"}, {"median"}, {"75%"}, {"97.5%"}, {"max"}});
  const auto add = [&](const std::string& name, const Quantiles& s, const auto& text) {
    table.add({name, text(s.min), text(s.p2_5), text(s.p25), text(s.median), text(s.p75), text(s.p97_5), text(s.max)});
  };
  const auto plain = [](std::optional<double> value) { return number(value); };
  add(std::string(transformed_label(measure_of(influence))), gosh.estimate, plain);
  if (influence.options.model != Model::common) add("tau2", gosh.tau2, plain);
  add("I2", gosh.i2, [](std::optional<double> value) { return value ? percent(*value) : ""; });
  return table.text() +
         (gosh.failed > 0 ? "  " + counted(gosh.failed, "subset", "subsets") + " could not be fitted and are left out\n" : "");
}

}  // namespace

std::string to_text(const Influence& influence) {
  const std::string order = influence.influence.order.empty() ? "row order" : "by " + escaped(influence.influence.order);
  return joined({
      "Influence of " + counted(influence.input.used, "study", "studies") + " on the " +
          (influence.options.model == Model::common ? "common effect" : "random-effects estimate") + ", " +
          std::string(methods<Measure>()[static_cast<std::size_t>(measure_of(influence))].name) + "\n",
      refit_table("Without", influence.leave_one_out, influence),
      refit_table("Up to (" + order + ")", influence.cumulative, influence),
      regression_table("Without", influence.regression_leave_one_out, influence),
      regression_table("Up to (" + order + ")", influence.regression_cumulative, influence),
      diagnostics_table(influence),
      baujat_table(influence),
      influence.gosh ? gosh_table(*influence.gosh, influence) : "",
      warnings_block(influence.warnings),
      accounting_block(influence.input),
  });
}

}  // namespace tausq
