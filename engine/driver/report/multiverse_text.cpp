// A multiverse as text: where its estimates lie and which choice moves them, and as CSV: one row a specification.
#include <tausq/effects.hpp>
#include <tausq/multiverse_fields.hpp>
#include <tausq/report.hpp>

#include "engine/driver/report/field_rows.hpp"
#include "engine/driver/report/text.hpp"
#include "engine/driver/report/text_table.hpp"
#include "engine/driver/report/unicode.hpp"

namespace tausq {

namespace {

using namespace report;
using Align = TextTable::Align;

Measure measure_of(const Multiverse& multiverse) {
  return multiverse.options.effect.measure.value_or(Measure::GEN);
}

std::string value(std::optional<double> number, Precision precision) {
  return number ? natural(*number, precision) : "";
}

/// What stands at the head of the columns and rows of a dimension.
std::string title_of(const std::string& dimension) {
  if (dimension == "without") return "Study left out";
  if (dimension == "measure") return "Link or transformation (measure)";
  if (dimension == "correction") return "Zero-cell correction";
  if (dimension == "tau2") return "Estimator of tau2";
  std::string title = dimension;
  title[0] = static_cast<char>(title[0] - 'a' + 'A');
  return title;
}

std::string summary_block(const Multiverse& multiverse, Precision precision) {
  const MultiverseSummary& s = multiverse.summary;
  if (!s.median) return "";
  std::string text =
      "  median " + natural(*s.median, precision) + ", all between " + value(s.minimum, precision) + " and " + value(s.maximum, precision);
  if (s.quantiles.size() == 4)
    text += "; half of them between " + natural(s.quantiles[1].estimate, precision) + " and " +
            natural(s.quantiles[2].estimate, precision) + ", 95% between " + natural(s.quantiles[0].estimate, precision) + " and " +
            natural(s.quantiles[3].estimate, precision);
  text = std::string(scale_label(measure_of(multiverse))) + "\n" + wrapped(text, 2) + "\n";
  if (s.exclude && s.share_excluding)
    text += "  " + percent(*s.share_excluding) + " of the " + level_text(multiverse.options.level) + " intervals exclude " +
            significant(*s.exclude) + "\n";
  return text;
}

std::string dimension_block(const Multiverse& multiverse, const Dimension& dimension, Precision precision) {
  const bool ratio = is_ratio(measure_of(multiverse));
  const MultiverseSummary& s = multiverse.summary;
  TextTable table({{title_of(dimension.dimension), Align::left},
                   {"Specifications"},
                   {"Mean"},
                   {"Lowest"},
                   {"Highest"},
                   {ratio ? "Upper/lower" : "Width"},
                   {s.exclude ? "Excludes " + significant(*s.exclude) : "Excludes"}});
  for (const ChoiceSummary& c : dimension.choices)
    table.add({c.choice, std::to_string(c.number), value(c.mean, precision), value(c.minimum, precision), value(c.maximum, precision),
               value(c.width, ratio ? Precision{2, false} : precision), c.share_excluding ? percent(*c.share_excluding) : ""});
  std::string text = table.text();
  if (dimension.spread)
    text += ratio ? "  highest mean / lowest mean = " + fixed(*dimension.spread, 3) + "\n"
                  : "  highest mean - lowest mean = " + significant(*dimension.spread, 3) + "\n";
  return text;
}

/// The dimensions by how far their choices lie apart.
std::string order_block(const Multiverse& multiverse) {
  std::string text;
  for (const Dimension& d : multiverse.summary.dimensions)
    if (d.spread) text += (text.empty() ? "" : ", ") + d.dimension + " (" + significant(*d.spread, 3) + ")";
  if (text.empty()) return "";
  const bool ratio = is_ratio(measure_of(multiverse));
  return wrapped("What moves the estimate, most first (" + std::string(ratio ? "quotient" : "difference") +
                     " of the highest and the lowest mean): " + text,
                 2) +
         "\n";
}

}  // namespace

std::string to_text(const Multiverse& multiverse) {
  std::vector<Display> displays;
  for (const Specification& s : multiverse.specifications) displays.push_back(s.display);
  const Precision precision = precision_of(measure_of(multiverse), displays);
  std::vector<std::string> blocks{counted(multiverse.summary.number, "specification", "specifications") + " of the meta-analysis of " +
                                  counted(multiverse.input.rows - multiverse.input.excluded.size(), "study", "studies") + "\n" +
                                  summary_block(multiverse, precision) + order_block(multiverse)};
  for (const Dimension& dimension : multiverse.summary.dimensions) blocks.push_back(dimension_block(multiverse, dimension, precision));
  blocks.push_back(warnings_block(multiverse.warnings));
  blocks.push_back(accounting_block(multiverse.input));
  return joined(blocks);
}

std::string to_csv(const Multiverse& multiverse) {
  FieldRows rows;
  for (const Specification& s : multiverse.specifications) rows.add("specification", s);
  return rows.csv();
}

}  // namespace tausq
