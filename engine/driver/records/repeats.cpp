// Studies that stand twice: an error, unless a column tells the rows apart and the user chooses.
#include <string>
#include <unordered_map>

#include "engine/driver/records/alike.hpp"
#include "engine/driver/records/choice.hpp"
#include "engine/driver/records/sheet.hpp"
#include "engine/driver/records/unicode.hpp"

namespace tausq::records {

namespace {

class Repeats {
 public:
  explicit Repeats(Sheet& sheet) : sheet_(sheet), table_(sheet.table), telling_(telling_columns(sheet)) {}

  void check() {
    const AlikeLabels labels =
        find_alike(sheet_.units.size(), [this](std::size_t i) { return trimmed(sheet_.labels[sheet_.units[i].row]); });
    for (const auto& [first, later] : labels.alike) warn_alike(sheet_.units[first].row, sheet_.units[later].row);
    for (const std::vector<std::size_t>& units : labels.equal) {
      const std::vector<std::size_t> rows = without_duplicates(units);
      if (rows.size() > 1 && sheet_.options.pooling) report_repeat(rows);
    }
  }

 private:
  void warn_alike(std::size_t first, std::size_t later) {
    sheet_.warning("W_NEAR_DUP_STUDY", later,
                   sheet_.place(later, *sheet_.columns.study) + ": " + quoted(sheet_.labels[later]) + " differs from " +
                       quoted(sheet_.labels[first]) + " on " + sheet_.place(first) +
                       " only by case, accents, blanks or invisible characters");
  }

  /// Rows of one study that another column than the numbers tells apart; the others are problems.
  std::vector<std::size_t> without_duplicates(const std::vector<std::size_t>& units) {
    std::unordered_map<std::string, std::size_t> seen;
    std::vector<std::size_t> distinct;
    for (const std::size_t i : units) {
      const std::size_t row = sheet_.units[i].row;
      std::string rest;
      for (const std::size_t column : telling_) (rest += trimmed(table_.text(row, column))) += '\0';
      const auto [entry, added] = seen.try_emplace(std::move(rest), row);
      if (added)
        distinct.push_back(row);
      else
        report_duplicate(entry->second, row);
    }
    return distinct;
  }

  void report_duplicate(std::size_t first, std::size_t row) {
    const std::string rule =
        "study " + sheet_.name(row) + " already on " + sheet_.place(first) + ": no column but the numbers tells the rows apart";
    if (sheet_.options.allow_equal_labels)
      sheet_.warning("W_DUP_STUDY", row, sheet_.place(row) + ": " + rule);
    else
      sheet_.problem("E_DUP_STUDY", row, *sheet_.columns.study, rule);
  }

  void report_repeat(const std::vector<std::size_t>& rows) {
    constexpr std::size_t most = 10;
    std::string lines;
    for (std::size_t i = 0; i < rows.size() && i < most; ++i)
      lines += (i == 0 ? "" : i + 1 == rows.size() ? " and " : ", ") + std::to_string(table_.line(rows[i]));
    if (rows.size() > most) lines += ", ...";
    const std::string rule =
        "study " + sheet_.name(rows[1]) + " would enter one pooled estimate " + std::to_string(rows.size()) + " times: lines " + lines;
    if (sheet_.options.allow_repeats || sheet_.options.allow_equal_labels) return sheet_.warning("W_REPEATED_STUDY", rows[1], rule);
    sheet_.problem("E_REPEATED_STUDY", rows[1], *sheet_.columns.study,
                   rule + "; choose, for example " + choosing_option(sheet_, rows, telling_) + ", or --allow-repeats");
  }

  Sheet& sheet_;
  const Table& table_;
  std::vector<std::size_t> telling_;
};

}  // namespace

void check_repeats(Sheet& sheet) {
  if (sheet.columns.study) Repeats(sheet).check();
}

}  // namespace tausq::records
