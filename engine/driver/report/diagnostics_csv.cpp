// Influence and small-study effects as CSV.
#include <tausq/diagnostics_fields.hpp>
#include <tausq/report.hpp>

#include "engine/driver/report/field_rows.hpp"

namespace tausq {

std::string to_csv(const Influence& influence) {
  report::FieldRows rows;
  for (const Refit& row : influence.leave_one_out) rows.add("leave-one-out", row);
  for (const Refit& row : influence.cumulative) rows.add("cumulative", row);
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
