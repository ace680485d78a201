// The end of reading: typed columns for the analysis, and the list of rows that `check` shows.
#include <algorithm>
#include <utility>

#include "engine/driver/records/number.hpp"
#include "engine/driver/records/sheet.hpp"
#include "engine/driver/records/unicode.hpp"

namespace tausq::records {

namespace {

using enum Quantity;

/// Gathers the numbers of the units, arm by arm, whatever the layout they were read from.
class Gathering {
 public:
  explicit Gathering(Sheet& sheet) : sheet_(sheet) {}

  std::vector<double> column(Quantity quantity, Arm arm = Arm::only) const {
    const bool is_long = sheet_.columns.row->one_row_an_arm;
    std::vector<double>& from = sheet_.numbers.of(quantity, is_long ? Arm::only : arm);
    if (sheet_.all_rows()) return std::move(from);
    std::vector<double> to;
    to.reserve(sheet_.units.size());
    for (const Unit& unit : sheet_.units) to.push_back(from[is_long && arm == Arm::control ? unit.control : unit.row]);
    return to;
  }

  /// Sample sizes of effects, or nothing when one is unknown.
  std::vector<double> known_sizes() const {
    if (!sheet_.numbers.has(size)) return {};
    std::vector<double> sizes = column(size);
    if (std::any_of(sizes.begin(), sizes.end(), is_missing)) return {};
    return sizes;
  }

  /// Events and non-events of one arm.
  std::pair<std::vector<double>, std::vector<double>> cells(Arm arm) const {
    std::vector<double> x = column(events, arm), rest = column(total, arm);
    for (std::size_t i = 0; i < x.size(); ++i) rest[i] -= x[i];
    return {std::move(x), std::move(rest)};
  }

 private:
  Sheet& sheet_;
};

StudyData study_data(Sheet& sheet) {
  const Gathering g(sheet);
  constexpr Arm t = Arm::treatment, c = Arm::control;
  switch (sheet.columns.row->layout) {
    case Layout::single_arm_counts:
      return SingleArmCounts{g.column(events), g.column(total)};
    case Layout::two_arm_counts: {
      auto [ai, bi] = g.cells(t);
      auto [ci, di] = g.cells(c);
      return TwoArmCounts{std::move(ai), std::move(bi), std::move(ci), std::move(di)};
    }
    case Layout::single_arm_rates:
      return SingleArmRates{g.column(events), g.column(time)};
    case Layout::two_arm_rates:
      return TwoArmRates{g.column(events, t), g.column(time, t), g.column(events, c), g.column(time, c)};
    case Layout::single_arm_means:
      return SingleArmMeans{g.column(mean), g.column(sd), g.column(size)};
    case Layout::two_arm_means:
      return TwoArmMeans{g.column(mean, t), g.column(sd, t), g.column(size, t), g.column(mean, c), g.column(sd, c), g.column(size, c)};
    case Layout::correlations:
      return Correlations{g.column(correlation), g.column(size)};
    default:
      return GenericEffects{g.column(effect), g.column(variance), g.known_sizes()};
  }
}

const std::string& column_name(const Sheet& sheet, std::size_t column) {
  for (const auto& [ours, theirs] : sheet.columns.renamed)
    if (theirs == column) return ours;
  return sheet.table.names[column];
}

/// A further column. In long layouts a study's value is that of the treatment row, or where that is empty of the control row.
Column further_column(const Sheet& sheet, std::size_t column) {
  Column result{column_name(sheet, column), {}, {}, true};
  const std::size_t k = sheet.units.size();
  result.text.reserve(k);
  result.number.reserve(k);
  bool any = false;
  for (const Unit& unit : sheet.units) {
    const std::size_t row = sheet.table.empty(unit.row, column) ? unit.control : unit.row;
    const std::string_view text = trimmed(sheet.table.text(row, column));
    const Number number = parse_number(text, sheet.decimal());
    const bool usable = number.kind == NumberKind::number && number.finite;
    result.text.emplace_back(text);
    result.number.push_back(usable ? std::optional(number.value) : std::nullopt);
    any = any || usable;
    result.numeric = result.numeric && (usable || number.kind == NumberKind::empty);
  }
  result.numeric = result.numeric && any;
  // In a column of numbers "NA" is an empty cell; elsewhere it may be a word (Namibia's code).
  if (result.numeric)
    for (std::size_t i = 0; i < k; ++i)
      if (!result.number[i]) result.text[i].clear();
  return result;
}

std::string_view record_name(Quantity quantity) {
  constexpr std::string_view names[]{"events", "nonevents", "total",    "time",     "mean",   "sd", "n",  "ri",  "yi",
                                     "vi",     "sei",       "ci_lower", "ci_upper", "median", "q1", "q3", "min", "max"};
  return names[static_cast<std::size_t>(quantity)];
}

Record record(const Sheet& sheet, std::size_t row, Arm arm, std::string_view arm_word) {
  Record result{sheet.table.line(row), sheet.labels[row], std::string(arm_word), {}, {}};
  for (const Quantity quantity : needed_quantities(sheet.columns.row->layout))
    result.numbers.emplace_back(record_name(quantity), sheet.numbers.of(quantity, arm)[row]);
  for (const std::size_t column : sheet.columns.others)
    result.other.emplace_back(column_name(sheet, column), sheet.table.text(row, column));
  return result;
}

}  // namespace

StudySet study_set(Sheet& sheet) {
  StudySet set;
  set.row.reserve(sheet.units.size());
  for (const Unit& unit : sheet.units) set.row.push_back(sheet.table.line(unit.row));
  if (sheet.all_rows()) {
    set.study = std::move(sheet.labels);
  } else {
    for (const Unit& unit : sheet.units) set.study.push_back(std::move(sheet.labels[unit.row]));
  }
  set.data = study_data(sheet);
  for (const std::size_t column : sheet.columns.others) set.columns.push_back(further_column(sheet, column));
  return set;
}

std::size_t record_count(const Sheet& sheet) {
  const bool two_arms = sheet.columns.row->one_row_an_arm || arms_in_row(*sheet.columns.row).size() == 2;
  return sheet.units.size() * (two_arms ? 2 : 1);
}

std::vector<Record> record_list(const Sheet& sheet) {
  std::vector<Record> list;
  const std::size_t most = sheet.options.listed_records;
  list.reserve(std::min(most, record_count(sheet)));
  const bool two_arms = arms_in_row(*sheet.columns.row).size() == 2;
  for (const Unit& unit : sheet.units) {
    if (list.size() >= most) break;
    if (sheet.columns.row->one_row_an_arm) {
      list.push_back(record(sheet, unit.row, Arm::only, "t"));
      list.push_back(record(sheet, unit.control, Arm::only, "c"));
    } else if (two_arms) {
      list.push_back(record(sheet, unit.row, Arm::treatment, "t"));
      list.push_back(record(sheet, unit.row, Arm::control, "c"));
    } else {
      list.push_back(record(sheet, unit.row, Arm::only, ""));
    }
  }
  if (list.size() > most) list.resize(most);  // half a study
  return list;
}

}  // namespace tausq::records
