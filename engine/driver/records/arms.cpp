// Rows into studies: in long two-arm layouts the rows of both arms find each other.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "engine/driver/records/sheet.hpp"
#include "engine/driver/records/unicode.hpp"

namespace tausq::records {

namespace {

/// Rows of one comparison by arm.
struct Comparison {
  std::vector<std::size_t> treatment, control, unknown;
};

class Pairing {
 public:
  explicit Pairing(Sheet& sheet)
      : sheet_(sheet), table_(sheet.table), column_(sheet.columns.role ? *sheet.columns.role : *sheet.columns.arm) {
    if (!sheet.options.treatment.empty() || !sheet.options.control.empty()) column_ = sheet.columns.arm.value_or(column_);
  }

  void run() {
    for (const Comparison& whole : comparisons())
      for (const Comparison& part : split(whole)) pair(part);
  }

 private:
  /// Rows of one study, outcome and setting.
  std::vector<Comparison> comparisons() {
    std::vector<std::size_t> key_columns = setting_columns(table_);
    if (const auto outcome = find_column(table_, "outcome")) key_columns.push_back(*outcome);
    std::unordered_map<std::string, std::size_t> places;
    std::vector<Comparison> result;
    for (std::size_t row = 0; row < table_.rows(); ++row) {
      if (sheet_.state[row] == RowState::out) continue;
      if (table_.empty(row, column_)) {
        sheet_.problem("E_MISSING_VALUE", row, column_, "the arm is missing");
        continue;
      }
      const auto [entry, added] = places.try_emplace(key(row, key_columns), result.size());
      if (added) result.emplace_back();
      Comparison& comparison = result[entry->second];
      const auto arm = arm_of(row);
      (!arm ? comparison.unknown : *arm == Arm::treatment ? comparison.treatment : comparison.control).push_back(row);
    }
    return result;
  }

  std::string key(std::size_t row, const std::vector<std::size_t>& columns) const {
    std::string text(trimmed(sheet_.labels[row]));
    for (const std::size_t column : columns) (text += '\0') += trimmed(table_.text(row, column));
    return text;
  }

  std::optional<Arm> arm_of(std::size_t row) const {
    const std::string_view label = trimmed(table_.text(row, column_));
    const ReadOptions& options = sheet_.options;
    if (!options.treatment.empty() && folded(label) == folded(options.treatment)) return Arm::treatment;
    if (!options.control.empty() && folded(label) == folded(options.control)) return Arm::control;
    const auto usual = usual_arm(label);
    if ((usual == Arm::treatment && !options.treatment.empty()) || (usual == Arm::control && !options.control.empty())) return std::nullopt;
    return usual;
  }

  /// Several rows an arm: columns that hold the same values in both arms (a stratum, a centre) tell which belong together.
  std::vector<Comparison> split(const Comparison& whole) const {
    if (whole.treatment.size() < 2 || whole.treatment.size() != whole.control.size()) return {whole};
    std::vector<std::size_t> shared;
    for (const std::size_t column : sheet_.columns.others)
      if (values(whole.treatment, column) == values(whole.control, column)) shared.push_back(column);
    std::map<std::string, Comparison> parts;
    for (const std::size_t row : whole.treatment) parts[key(row, shared)].treatment.push_back(row);
    for (const std::size_t row : whole.control) parts[key(row, shared)].control.push_back(row);
    std::vector<Comparison> result;
    for (auto& [values, part] : parts) result.push_back(std::move(part));
    result.front().unknown = whole.unknown;
    std::sort(result.begin(), result.end(), [](const Comparison& a, const Comparison& b) { return a.treatment < b.treatment; });
    return result;
  }

  std::vector<std::string> values(const std::vector<std::size_t>& rows, std::size_t column) const {
    std::vector<std::string> texts;
    for (const std::size_t row : rows) texts.emplace_back(trimmed(table_.text(row, column)));
    std::sort(texts.begin(), texts.end());
    return texts;
  }

  void pair(const Comparison& part) {
    const bool complete = !part.treatment.empty() && !part.control.empty();
    for (const std::size_t row : part.unknown) take_unknown(row, complete);
    check_single(part.treatment, "treatment");
    check_single(part.control, "control");
    if (complete) return unite(part.treatment.front(), part.control.front());
    if (!part.unknown.empty() && !chosen()) return;  // said already
    for (const std::size_t row : part.treatment) lone(row, "control");
    for (const std::size_t row : part.control) lone(row, "treatment");
  }

  bool chosen() const { return !sheet_.options.treatment.empty() || !sheet_.options.control.empty(); }

  void take_unknown(std::size_t row, bool complete) {
    const std::string label = quoted(trimmed(table_.text(row, column_)));
    if (chosen()) return sheet_.exclude(row, RowState::out, "other_arm", "arm " + label + " is neither --treatment nor --control");
    if (complete)
      sheet_.problem(
          "E_ARM_COUNT", row, column_,
          "study " + sheet_.name(row) + " has a third arm " + label + " for a two-arm analysis (--treatment and --control choose two)");
    else
      sheet_.problem(
          "E_ARM_LABEL", row, column_,
          "unknown arm label " + label + " (t, treatment, experimental, c and control are known; --treatment and --control name others)");
  }

  void check_single(const std::vector<std::size_t>& rows, const std::string& arm) {
    for (std::size_t i = 1; i < rows.size(); ++i) {
      const std::string first = " already on line " + std::to_string(table_.line(rows.front()));
      if (key(rows[i], sheet_.columns.others) == key(rows.front(), sheet_.columns.others))
        sheet_.problem("E_DUP_STUDY", rows[i], sheet_.columns.study.value_or(column_),
                       "study " + sheet_.name(rows[i]) + " has its " + arm + " arm" + first);
      sheet_.problem("E_ARM_COUNT", rows[i], column_,
                     "study " + sheet_.name(rows[i]) + " has a second " + arm + " arm for a two-arm analysis:" + first);
    }
  }

  void lone(std::size_t row, const std::string& other) {
    sheet_.problem("E_ARM_COUNT", row, column_, "study " + sheet_.name(row) + " has no " + other + " arm");
  }

  void unite(std::size_t treatment, std::size_t control) {
    if (sheet_.state[treatment] == RowState::in && sheet_.state[control] == RowState::in) {
      sheet_.units.emplace_back(treatment, control);
    } else {
      take_out(treatment, control);
      take_out(control, treatment);
    }
  }

  /// An arm whose other arm lacks its numbers.
  void take_out(std::size_t row, std::size_t other) {
    sheet_.exclude(row, RowState::out, "missing_counts",
                   "the other arm, on line " + std::to_string(table_.line(other)) + ", lacks its numbers");
  }

  Sheet& sheet_;
  const Table& table_;
  std::size_t column_;
};

}  // namespace

void form_units(Sheet& sheet) {
  if (sheet.columns.row->one_row_an_arm) {
    Pairing(sheet).run();
    if (sheet.units.empty() && !sheet.findings.any_problem())
      sheet.findings.problem("E_NO_ROWS", {.line = sheet.table.header_line}, "no study has the numbers of both arms");
    return;
  }
  sheet.units.reserve(sheet.table.rows());
  for (std::size_t row = 0; row < sheet.table.rows(); ++row)
    if (sheet.state[row] == RowState::in) sheet.units.emplace_back(row, row);
}

}  // namespace tausq::records
