// Influence and small-study effects as CSV.
#include <cmath>
#include <tausq/diagnostics_fields.hpp>
#include <tausq/report.hpp>

#include "engine/driver/report/csv_writer.hpp"
#include "engine/driver/report/field_rows.hpp"

namespace tausq {

namespace {

/// A row a subset: its fit, and 1 or 0 for every study.
std::string subsets_csv(const Gosh& gosh) {
  report::CsvWriter csv;
  std::vector<std::string> names{"k", "estimate", "tau2", "i2"};
  names.insert(names.end(), gosh.studies.begin(), gosh.studies.end());
  csv.header(names);
  const auto finite = [](double x) { return std::isfinite(x) ? std::optional(x) : std::nullopt; };
  for (std::size_t place = 0; place < gosh.subsets; ++place) {
    std::size_t k = 0;
    for (std::size_t i = 0; i < gosh.fits.k; ++i) k += gosh.fits.includes(place, i) ? 1 : 0;
    csv.integer(k);
    for (const std::vector<double>* numbers : {&gosh.fits.estimate, &gosh.fits.tau2, &gosh.fits.i2}) csv.number(finite((*numbers)[place]));
    for (std::size_t i = 0; i < gosh.fits.k; ++i) csv.integer(gosh.fits.includes(place, i) ? 1 : 0);
    csv.end_row();
  }
  return csv.take();
}

}  // namespace

std::string to_csv(const Influence& influence) {
  if (influence.gosh) return subsets_csv(*influence.gosh);
  report::FieldRows rows;
  for (const Refit& row : influence.leave_one_out) rows.add("leave-one-out", row);
  for (const Refit& row : influence.cumulative) rows.add("cumulative", row);
  for (const RegressionRefit& row : influence.regression_leave_one_out) rows.add("leave-one-out", row);
  for (const RegressionRefit& row : influence.regression_cumulative) rows.add("cumulative", row);
  for (std::size_t i = 0; i < influence.diagnostics.size(); ++i) {
    rows.add("diagnostic", influence.diagnostics[i]);
    if (i < influence.baujat.size()) rows.extend(influence.baujat[i]);
  }
  for (const Blup& row : influence.blup) rows.add("blup", row);
  return rows.csv();
}

std::string to_csv(const Bias& bias) {
  report::FieldRows rows;
  for (const AsymmetryTest& row : bias.tests) rows.add("test", row);
  for (const LimitEstimate& row : bias.limit_estimates) rows.add("limit-estimate", row);
  rows.add("trim-fill", bias.trim_fill);
  for (const ImputedStudy& row : bias.trim_fill.imputed) rows.add("imputed", row);
  for (const FailSafeN& row : bias.fail_safe_n) rows.add("fail-safe-n-" + std::string(key(row.type)), row);
  rows.add("excess-significance", bias.excess_significance);
  rows.add("selection", bias.selection);
  return rows.csv();
}

}  // namespace tausq
