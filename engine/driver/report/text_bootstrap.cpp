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

BootstrapTexts bootstrap_texts(const Analysis& analysis, Precision precision) {
  const Bootstrap& b = *analysis.bootstrap;
  const std::string level = level_text(analysis.options.level);
  BootstrapTexts texts{{"Bootstrap, " + std::string(key(b.method)), "Estimate", "SE", "Bias", level + " percentile", level + " BCa"},
                       {},
                       {counted(b.replicates, "replicate", "replicates") + " by seed " + std::to_string(analysis.options.seed) +
                        "; standard errors and bias on the analysis scale"}};
  for (const BootstrapQuantity& q : b.quantities) {
    const std::optional<double> natural_estimate = q.percentile.display.estimate;
    texts.rows.push_back({q.label, natural_estimate ? natural(*natural_estimate, precision) : number(q.estimate), number(q.se),
                          number(q.bias), ends(q.percentile, precision), ends(q.bca, precision)});
    if (!q.percentile.reason.empty())
      texts.notes.push_back(q.label + ": " + q.percentile.reason);
    else if (!q.bca.reason.empty())
      texts.notes.push_back(q.label + ": BCa: " + q.bca.reason);
  }
  for (const BootstrapFailure& f : b.failures)
    texts.notes.push_back(counted(f.replicates, "replicate lacks", "replicates lack") + " an estimate: " + f.reason);
  if (!b.reason.empty()) texts.notes.push_back(b.reason);
  return texts;
}

std::string bootstrap_block(const Analysis& analysis, Precision precision) {
  if (!analysis.bootstrap) return "";
  const Bootstrap& b = *analysis.bootstrap;
  if (b.quantities.empty()) return "Bootstrap\n" + status_line("", b.status, b.reason);
  const BootstrapTexts texts = bootstrap_texts(analysis, precision);
  std::vector<TextTable::Heading> headings;
  for (const std::string& title : texts.headings) headings.push_back({title, headings.empty() ? Align::left : Align::right});
  TextTable table(std::move(headings));
  for (const std::vector<std::string>& row : texts.rows) table.add(row);
  std::string notes;
  for (const std::string& note : texts.notes) notes += wrapped("  " + escaped(note), 4) + "\n";
  return table.text() + notes;
}

}  // namespace tausq::report
