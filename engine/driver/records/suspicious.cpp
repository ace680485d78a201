// Rows that may not be studies of their own: an arm that stands in two rows, a row of sums.
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/driver/records/sheet.hpp"
#include "engine/driver/records/unicode.hpp"

namespace tausq::records {

namespace {

/// The trial behind "Smith 2001a" and "Smith 2001b": the label without a letter behind a digit.
std::string_view trial_of(std::string_view label) {
  const bool lettered =
      label.size() > 1 && label.back() >= 'a' && label.back() <= 'z' && label[label.size() - 2] >= '0' && label[label.size() - 2] <= '9';
  return lettered ? label.substr(0, label.size() - 1) : label;
}

/// Trial, setting and control numbers of a row.
std::string control_key(const Sheet& sheet, const std::vector<std::size_t>& setting, std::size_t row) {
  std::string key(trial_of(trimmed(sheet.labels[row])));
  for (const Quantity quantity : needed_quantities(sheet.columns.row->layout))
    (key += '\0') += std::to_string(sheet.numbers.of(quantity, Arm::control)[row]);
  for (const std::size_t column : setting) (key += '\0') += trimmed(sheet.table.text(row, column));
  return key;
}

bool is_total_word(std::string_view label) {
  if (label.size() < 3 || label.size() > 12 || (label.back() >= '0' && label.back() <= '9')) return false;
  const std::string word = likeness(label);
  return any_word("total,totals,total:,sum,sums,overall,all,pooled,subtotal,grand total,summe,gesamt", ',',
                  [&](std::string_view w) { return w == word; });
}

/// Whether each number of a row is the sum of those of all other rows.
bool is_sum(const Sheet& sheet, std::size_t row) {
  for (const Arm arm : arms_in_row(*sheet.columns.row))
    for (const Quantity quantity : needed_quantities(sheet.columns.row->layout)) {
      const std::vector<double>& column = sheet.numbers.of(quantity, arm);
      double others = -column[row];
      for (const Unit& unit : sheet.units) others += column[unit.row];
      if (others != column[row]) return false;
    }
  return true;
}

}  // namespace

void check_shared_controls(Sheet& sheet) {
  if (!sheet.columns.study || arms_in_row(*sheet.columns.row).size() != 2) return;
  std::vector<std::size_t> setting = setting_columns(sheet.table);
  if (const auto outcome = find_column(sheet.table, "outcome")) setting.push_back(*outcome);
  std::unordered_map<std::string_view, std::size_t> rows_of_trial;
  for (const Unit& unit : sheet.units) ++rows_of_trial[trial_of(trimmed(sheet.labels[unit.row]))];
  if (rows_of_trial.size() == sheet.units.size()) return;
  std::unordered_map<std::string, std::size_t> seen;
  for (const Unit& unit : sheet.units) {
    if (rows_of_trial[trial_of(trimmed(sheet.labels[unit.row]))] == 1) continue;
    const auto [entry, added] = seen.try_emplace(control_key(sheet, setting, unit.row), unit.row);
    if (added) continue;
    sheet.warning("W_SHARED_CONTROL", unit.row,
                  sheet.place(unit.row) + ": " + sheet.name(unit.row) + " has the same control arm as " + sheet.name(entry->second) +
                      " on " + sheet.place(entry->second) + ": its patients count twice");
  }
}

void check_total_rows(Sheet& sheet) {
  const Layout layout = sheet.columns.row->layout;
  if (!sheet.columns.study || sheet.columns.row->one_row_an_arm || sheet.units.size() < 2) return;
  if (layout != Layout::single_arm_counts && layout != Layout::two_arm_counts) return;
  for (const Unit& unit : sheet.units)
    if (is_total_word(trimmed(sheet.labels[unit.row])) && is_sum(sheet, unit.row))
      sheet.warning("W_TOTAL_ROW", unit.row,
                    sheet.place(unit.row, *sheet.columns.study) + ": " + quoted(sheet.labels[unit.row]) +
                        " equals the sums of the other rows: is it a study?");
}

}  // namespace tausq::records
