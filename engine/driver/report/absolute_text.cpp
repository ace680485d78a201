// Absolute effects as rows of a summary of findings.
#include <cmath>

#include <tausq/effects.hpp>

#include "engine/driver/report/absolute_words.hpp"
#include "engine/driver/report/numbers.hpp"
#include "engine/driver/report/text.hpp"
#include "engine/driver/report/text_table.hpp"

namespace tausq::report {

namespace {

using Align = TextTable::Align;

/// Patients of a thousand: whole ones, from ten on; a decimal below.
std::string patients(double number) {
  return fixed(number, std::fabs(number) < 9.95 && number != 0 ? 1 : 0);
}

/// Numbers needed to treat are rounded up: fewer patients would not do. A whole number that was rounded in the last digit stays.
std::string rounded_up(double n) {
  const double nearest = std::round(n);
  return fixed(std::fabs(n - nearest) <= 1e-9 * n ? nearest : std::ceil(n), 0);
}

std::string more_or_fewer(double difference) {
  return patients(std::fabs(difference)) + (difference > 0 ? " more" : " fewer");
}

}  // namespace

std::string nnt_text(const NumberNeeded& n) {
  if (!n.estimate) return n.direction.empty() ? "" : n.direction + " infinite";
  std::string text = n.direction + " " + rounded_up(*n.estimate);
  if (!n.ci_lower) return text;
  const std::string other = n.direction == "NNTB" ? "NNTH" : "NNTB";
  if (n.ci_upper) return text + " [" + rounded_up(*n.ci_lower) + "; " + rounded_up(*n.ci_upper) + "]";
  text += " [" + n.direction + " " + rounded_up(*n.ci_lower) + " to infinity";
  return text + (n.opposite_lower ? " to " + other + " " + rounded_up(*n.opposite_lower) : "") + "]";
}

std::string per_thousand_text(const Display& risk) {
  if (!risk.estimate) return "";
  std::string text = patients(*risk.estimate);
  if (risk.ci_lower && risk.ci_upper) text += " [" + patients(*risk.ci_lower) + "; " + patients(*risk.ci_upper) + "]";
  return text;
}

std::string difference_text(const Display& difference) {
  if (!difference.estimate) return "";
  std::string text = more_or_fewer(*difference.estimate);
  if (difference.ci_lower && difference.ci_upper)
    text += " [" + more_or_fewer(*difference.ci_lower) + "; " + more_or_fewer(*difference.ci_upper) + "]";
  return text;
}

std::string absolute_block(const Analysis& analysis, Precision precision) {
  if (!analysis.absolute || analysis.absolute->rows.empty()) return "";
  const AbsoluteEffects& absolute = *analysis.absolute;
  TextTable table({{"Model", Align::left},
                   {"Studies"},
                   {"Patients"},
                   {std::string(key(absolute.effect))},
                   {"Without"},
                   {"With treatment"},
                   {"Difference"},
                   {"Number needed to treat", Align::left}});
  for (const AbsoluteEffect& row : absolute.rows) {
    const bool common = row.model == Model::common;
    table.add({common ? "common effect" : "random effects", std::to_string(row.k), row.participants ? fixed(*row.participants, 0) : "",
               estimate_text(row.relative, precision), patients(row.per_1000.baseline), per_thousand_text(row.per_1000.risk),
               difference_text(row.per_1000.difference), nnt_text(row.nnt)});
  }
  std::string text = "Absolute effects: events per 1000 patients\n" + table.text();
  if (absolute.rows.front().baseline_source != "given")
    text += wrapped("  Risk without treatment: the " + absolute.rows.front().baseline_source + " (--baseline takes others).", 2) + "\n";
  return text +
         wrapped(std::string("  NNTB, NNTH: patients treated for one more to benefit, to be harmed; ") +
                     (absolute.desirable_events ? "an event is a benefit." : "an event is a harm (--desirable-events says otherwise).") +
                     " The intervals are those of the relative effect; the risk without treatment is taken as known.",
                 2) +
         "\n";
}

}  // namespace tausq::report
