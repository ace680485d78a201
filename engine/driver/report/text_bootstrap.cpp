// How all estimates vary over the replicates of a bootstrap.
#include "engine/driver/report/text.hpp"
#include "engine/driver/report/text_table.hpp"
#include "engine/driver/report/unicode.hpp"

namespace tausq::report {

namespace {

using Align = TextTable::Align;

std::string number(std::optional<double> value) {
  return value ? significant(*value, 3) : "";
}

std::string end(std::optional<double> value) {
  return value ? significant(*value, 3) : "?";
}

/// On the natural scale for effects, which the others do not have.
std::string ends(const BootstrapInterval& interval, Precision precision) {
  const Display& d = interval.display;
  if (d.ci_lower || d.ci_upper) return interval_text(d.ci_lower, d.ci_upper, precision);
  return interval.ci_lower || interval.ci_upper ? "[" + end(interval.ci_lower) + "; " + end(interval.ci_upper) + "]" : "";
}

}  // namespace

std::string bootstrap_block(const Analysis& analysis, Precision precision) {
  if (!analysis.bootstrap) return "";
  const Bootstrap& b = *analysis.bootstrap;
  if (b.quantities.empty()) return "Bootstrap\n" + status_line("", b.status, b.reason);
  const std::string level = level_text(analysis.options.level);
  TextTable table({{"Bootstrap, " + std::string(key(b.method)), Align::left},
                   {"Estimate"},
                   {"SE"},
                   {"Bias"},
                   {level + " percentile"},
                   {level + " BCa"}});
  std::string notes;
  for (const BootstrapQuantity& q : b.quantities) {
    const std::optional<double> natural_estimate = q.percentile.display.estimate;
    table.add({q.label, natural_estimate ? natural(*natural_estimate, precision) : number(q.estimate), number(q.se), number(q.bias),
               ends(q.percentile, precision), ends(q.bca, precision)});
    const std::string& reason = q.percentile.reason.empty() ? q.bca.reason : q.percentile.reason;
    if (!reason.empty()) notes += wrapped("  " + q.label + ": " + (q.percentile.reason.empty() ? "BCa: " : "") + escaped(reason), 4) + "\n";
  }
  for (const BootstrapFailure& f : b.failures)
    notes += wrapped("  " + counted(f.replicates, "replicate lacks", "replicates lack") + " an estimate: " + escaped(f.reason), 4) + "\n";
  if (!b.reason.empty()) notes += wrapped("  " + escaped(b.reason), 4) + "\n";
  return table.text() + "  " + counted(b.replicates, "replicate", "replicates") + " by seed " + std::to_string(analysis.options.seed) +
         "; standard errors and bias on the analysis scale\n" + notes;
}

}  // namespace tausq::report
