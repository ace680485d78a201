#include "engine/driver/records/percent.hpp"

#include <algorithm>
#include <cmath>

#include "engine/driver/records/number.hpp"
#include "engine/driver/records/unicode.hpp"

namespace tausq::records {

namespace {

std::string whole(double n) {
  return std::to_string(static_cast<long long>(n));
}

/// One cell of the column.
class PercentCell {
 public:
  PercentCell(const Table& table, std::size_t row, std::size_t column, const std::string& label, char decimal, Findings& findings)
      : table_(table),
        row_(row),
        column_(column),
        label_(label),
        decimal_(decimal),
        findings_(findings),
        text_(trimmed(table.text(row, column))) {
    if (text_.ends_with('%')) text_ = trimmed(text_.substr(0, text_.size() - 1));
  }

  void check(double& events, double total) {
    const Number percent = parse_number(text_, decimal_);
    if (percent.kind == NumberKind::empty) return;
    if (percent.kind != NumberKind::number) return problem("E_NOT_NUMBER", quoted(text_) + " is not a percentage");
    if (!percent.finite || percent.value < 0 || percent.value > 100) return problem("E_RANGE", "a percentage lies between 0 and 100");
    if (is_missing(total)) return;
    const CountRange fits = counts_of_percent(percent.value, decimals(text_, decimal_), total);
    if (fits.first > fits.last) return problem("E_PERCENT", "no count of " + whole(total) + " rounds to " + shown(text_) + " %");
    if (is_missing(events)) return recover(fits, events, total);
    if (events < fits.first || events > fits.last)
      problem("E_PERCENT", whole(events) + " of " + whole(total) + " is not " + shown(text_) + " %: " + counts(fits) + " would be");
  }

 private:
  static std::string counts(const CountRange& fits) {
    return fits.first == fits.last ? whole(fits.first) : whole(fits.first) + " to " + whole(fits.last);
  }

  void recover(const CountRange& fits, double& events, double total) {
    if (fits.first != fits.last) return;
    events = fits.first;
    findings_.warning("W_COUNT_RECOVERED",
                      "line " + std::to_string(table_.line(row_)) + ", " + shown(label_) + ": " + shown(text_) + " % of " + whole(total) +
                          " recovered as " + whole(events) + ", the only count that rounds to it",
                      label_);
  }

  void problem(std::string_view code, const std::string& rule) {
    findings_.problem(code, {.line = table_.line(row_, column_), .column = table_.names[column_], .value = table_.text(row_, column_)},
                      rule);
  }

  const Table& table_;
  std::size_t row_, column_;
  const std::string& label_;
  char decimal_;
  Findings& findings_;
  std::string_view text_;
};

}  // namespace

CountRange counts_of_percent(double percent, int decimals, double total) {
  // The slack keeps a half unit inside in spite of rounding; 1e-9 of a unit is far below what a total up to 2^53 / 100 resolves.
  const double half_unit = 0.5 * std::pow(10.0, -decimals) * (1 + 1e-9);
  const double first = std::max(0.0, std::ceil((percent - half_unit) * total / 100));
  const double last = std::min(total, std::floor((percent + half_unit) * total / 100));
  return {first, last};
}

void check_percentages(const Table& table, const Columns& columns, const std::vector<std::string>& labels, char decimal, Numbers& numbers,
                       Findings& findings) {
  if (!columns.percent || !numbers.has(Quantity::total) || !numbers.has(Quantity::events)) return;
  std::vector<double>& events = numbers.of(Quantity::events);
  const std::vector<double>& total = numbers.of(Quantity::total);
  for (std::size_t row = 0; row < events.size(); ++row)
    if (!table.empty(row, *columns.percent))
      PercentCell(table, row, *columns.percent, labels[row], table.json ? '.' : decimal, findings).check(events[row], total[row]);
}

}  // namespace tausq::records
