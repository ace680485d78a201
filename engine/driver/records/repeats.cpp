// Studies that stand twice: an error, unless a column tells the rows apart and the user chooses.
#include <algorithm>
#include <string>
#include <unordered_map>

#include "engine/driver/records/alike.hpp"
#include "engine/driver/records/partition.hpp"
#include "engine/driver/records/sheet.hpp"
#include "engine/driver/records/unicode.hpp"

namespace tausq::records {

namespace {

class Repeats {
 public:
  explicit Repeats(Sheet& sheet) : sheet_(sheet), table_(sheet.table) {}

  void check() {
    if (!sheet_.columns.study) return;
    const AlikeLabels labels = find_alike(labels_of_units());
    repeated_ = !labels.equal.empty();
    for (const auto& [first, later] : labels.alike) warn_alike(sheet_.units[first], sheet_.units[later]);
    for (const std::vector<std::size_t>& units : labels.equal) {
      const std::vector<std::size_t> distinct = without_duplicates(units);
      if (distinct.size() > 1 && sheet_.options.pooling) report_repeat(distinct);
    }
    check_shared_controls();
    check_total_rows();
  }

 private:
  std::size_t line(const Unit& unit) const { return table_.line(unit.row); }
  std::string name(const Unit& unit) const { return shown(trimmed(sheet_.labels[unit.row])); }

  std::vector<std::string_view> labels_of_units() const {
    std::vector<std::string_view> labels;
    labels.reserve(sheet_.units.size());
    for (const Unit& unit : sheet_.units) labels.push_back(trimmed(sheet_.labels[unit.row]));
    return labels;
  }

  void warn_alike(const Unit& first, const Unit& second) {
    sheet_.findings.warning("W_NEAR_DUP_STUDY",
                            "line " + std::to_string(table_.line(second.row, *sheet_.columns.study)) + ": study " +
                                quoted(sheet_.labels[second.row]) + " differs from " + quoted(sheet_.labels[first.row]) + " on line " +
                                std::to_string(line(first)) + " only by case, accents, blanks or invisible characters",
                            sheet_.labels[second.row]);
  }

  /// Units that another column than the counts tells apart; the others are problems.
  std::vector<std::size_t> without_duplicates(const std::vector<std::size_t>& units) {
    std::unordered_map<std::string, std::size_t> seen;
    std::vector<std::size_t> distinct;
    for (const std::size_t i : units) {
      const auto [entry, added] = seen.try_emplace(rest_of(sheet_.units[i]), i);
      if (added)
        distinct.push_back(i);
      else
        report_duplicate(sheet_.units[entry->second], sheet_.units[i]);
    }
    return distinct;
  }

  /// Everything that tells units of one study apart: the columns that hold no counts, and nothing derived from counts.
  std::string rest_of(const Unit& unit) const {
    std::string text;
    for (const std::size_t column : telling_columns()) (text += trimmed(table_.text(unit.row, column))) += '\0';
    return text;
  }

  const std::vector<std::size_t>& telling_columns() const {
    if (!telling_.empty()) return telling_;
    for (const std::size_t column : sheet_.columns.others)
      if (!folded(table_.names[column]).starts_with("reported_")) telling_.push_back(column);
    return telling_;
  }

  void report_duplicate(const Unit& first, const Unit& second) {
    const std::string rule =
        "study " + name(second) + " already on line " + std::to_string(line(first)) + ": no column but the numbers tells the rows apart";
    if (sheet_.options.allow_equal_labels)
      sheet_.findings.warning("W_DUP_STUDY", "line " + std::to_string(line(second)) + ": " + rule, sheet_.labels[second.row]);
    else
      sheet_.problem("E_DUP_STUDY", second.row, *sheet_.columns.study, rule);
  }

  void report_repeat(const std::vector<std::size_t>& units) {
    std::string lines;
    for (std::size_t i = 0; i < units.size() && i < 10; ++i)
      lines += (i == 0 ? "" : i + 1 == units.size() ? " and " : ", ") + std::to_string(line(sheet_.units[units[i]]));
    if (units.size() > 10) lines += ", ...";
    const Unit& second = sheet_.units[units[1]];
    std::string rule =
        "study " + name(second) + " would enter one pooled estimate " + std::to_string(units.size()) + " times: lines " + lines;
    if (sheet_.options.allow_repeats || sheet_.options.allow_equal_labels)
      return sheet_.findings.warning("W_REPEATED_STUDY", rule, sheet_.labels[second.row]);
    rule += "; choose, for example " + choice(units) + ", or --allow-repeats";
    sheet_.problem("E_REPEATED_STUDY", second.row, *sheet_.columns.study, rule);
  }

  /// A --where that keeps one of the units: the columns that usually tell rows of a study apart come first.
  std::string choice(const std::vector<std::size_t>& units) const {
    std::vector<std::size_t> columns;
    if (const auto outcome = find_column(table_, "outcome")) columns.push_back(*outcome);
    for (const std::size_t column : setting_columns(table_)) columns.push_back(column);
    if (const auto arm = find_column(table_, "arm")) columns.push_back(*arm);
    for (const std::size_t column : telling_columns()) columns.push_back(column);
    const Unit& first = sheet_.units[units[0]];
    const Unit& second = sheet_.units[units[1]];
    for (const std::size_t column : columns) {
      const std::string_view value = trimmed(table_.text(first.row, column));
      if (value == trimmed(table_.text(second.row, column))) continue;
      const std::string condition = selector(column, value);
      return sheet_.options.where.empty() ? "--where '" + condition + "'"
                                          : "--where '(" + shown(sheet_.options.where) + ") && " + condition + "'";
    }
    return "--where";
  }

  std::string selector(std::size_t column, std::string_view value) const {
    const std::string& spelled = table_.names[column];
    const bool bare = std::all_of(spelled.begin(), spelled.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    });
    const std::string quote = value.find('"') == std::string_view::npos ? "\"" : "'";
    std::string condition = bare ? spelled : '`' + spelled + '`';
    condition += " == ";
    return condition += plain_number(value) ? std::string(value) : quote + shown(value) + quote;
  }

  static bool plain_number(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  }

  /// A control arm that stands beside two treatments of one trial ("Smith 2001a", "Smith 2001b") counts its patients twice.
  void check_shared_controls() {
    if (arms_in_row(*sheet_.columns.row).size() != 2) return;
    std::unordered_map<std::string, std::size_t> seen;
    for (std::size_t i = 0; i < sheet_.units.size(); ++i) {
      const std::size_t row = sheet_.units[i].row;
      std::string_view label = trimmed(sheet_.labels[row]);
      const bool lettered = label.size() > 1 && label.back() >= 'a' && label.back() <= 'z' && label[label.size() - 2] >= '0' &&
                            label[label.size() - 2] <= '9';
      if (!lettered && !repeated_) continue;
      if (lettered) label.remove_suffix(1);
      const auto [entry, added] = seen.try_emplace(control_key(label, row), i);
      if (added) continue;
      const Unit& first = sheet_.units[entry->second];
      sheet_.findings.warning("W_SHARED_CONTROL",
                              "line " + std::to_string(table_.line(row)) + ": " + name(sheet_.units[i]) + " has the same control arm as " +
                                  name(first) + " on line " + std::to_string(line(first)) + ": its patients count twice",
                              sheet_.labels[row]);
    }
  }

  std::string control_key(std::string_view label, std::size_t row) const {
    std::string key(label);
    for (const Quantity quantity : needed_quantities(sheet_.columns.row->layout))
      (key += '\0') += std::to_string(sheet_.numbers.of(quantity, Arm::control)[row]);
    std::vector<std::size_t> columns = setting_columns(table_);
    if (const auto outcome = find_column(table_, "outcome")) columns.push_back(*outcome);
    for (const std::size_t column : columns) (key += '\0') += trimmed(table_.text(row, column));
    return key;
  }

  /// A row named "Total" that is the sum of the others was probably added by a spreadsheet.
  void check_total_rows() {
    if (sheet_.columns.row->layout != Layout::single_arm_counts && sheet_.columns.row->layout != Layout::two_arm_counts) return;
    if (sheet_.columns.row->one_row_an_arm || sheet_.units.size() < 3) return;
    for (const Unit& unit : sheet_.units) {
      if (!is_total_word(trimmed(sheet_.labels[unit.row])) || !is_sum(unit)) continue;
      sheet_.findings.warning("W_TOTAL_ROW",
                              "line " + std::to_string(line(unit)) + ", column " + shown(table_.names[*sheet_.columns.study]) + ": " +
                                  quoted(sheet_.labels[unit.row]) + " equals the sums of the other rows: is it a study?",
                              sheet_.labels[unit.row]);
    }
  }

  static bool is_total_word(std::string_view label) {
    if (label.size() < 3 || label.size() > 12 || (label.back() >= '0' && label.back() <= '9')) return false;
    const std::string word = likeness(label);
    return any_word("total totals sum sums overall all pooled subtotal summe gesamt", ' ', [&](std::string_view w) { return w == word; }) ||
           word == "grand total" || word == "total:";
  }

  bool is_sum(const Unit& candidate) const {
    for (const Arm arm : arms_in_row(*sheet_.columns.row))
      for (const Quantity quantity : needed_quantities(sheet_.columns.row->layout)) {
        const std::vector<double>& column = sheet_.numbers.of(quantity, arm);
        double others = -column[candidate.row];
        for (const Unit& unit : sheet_.units) others += column[unit.row];
        if (others != column[candidate.row]) return false;
      }
    return true;
  }

  Sheet& sheet_;
  const Table& table_;
  bool repeated_ = false;
  mutable std::vector<std::size_t> telling_;
};

}  // namespace

void check_repeats(Sheet& sheet) {
  Repeats(sheet).check();
}

}  // namespace tausq::records
