#include "engine/driver/records/percent.hpp"

#include <algorithm>
#include <cmath>

#include "engine/driver/records/number.hpp"
#include "engine/driver/records/sheet.hpp"
#include "engine/driver/records/unicode.hpp"

namespace tausq::records {

namespace {

/// One cell of the column.
class PercentCell {
 public:
  PercentCell(Sheet& sheet, std::size_t row, std::size_t column)
      : sheet_(sheet), row_(row), column_(column), text_(trimmed(sheet.table.text(row, column))) {
    if (text_.ends_with('%')) text_ = trimmed(text_.substr(0, text_.size() - 1));
  }

  void check(double& events, double total) {
    const Number percent = parse_number(text_, sheet_.decimal());
    if (percent.kind == NumberKind::empty) return;
    if (percent.kind != NumberKind::number) return problem("E_NOT_NUMBER", quoted(text_) + " is not a percentage");
    if (!percent.finite || percent.value < 0 || percent.value > 100) return problem("E_RANGE", "a percentage lies between 0 and 100");
    if (is_missing(total)) return;
    const CountRange fits = counts_of_percent(percent.value, decimals(text_, sheet_.decimal()), total);
    if (fits.first > fits.last) return problem("E_PERCENT", "no count of " + count_text(total) + " rounds to " + shown(text_) + " %");
    if (is_missing(events)) return recover(fits, events, total);
    if (events < fits.first || events > fits.last)
      problem("E_PERCENT",
              count_text(events) + " of " + count_text(total) + " is not " + shown(text_) + " %: " + counts(fits) + " would be");
  }

 private:
  static std::string counts(const CountRange& fits) {
    return fits.first == fits.last ? count_text(fits.first) : count_text(fits.first) + " to " + count_text(fits.last);
  }

  void recover(const CountRange& fits, double& events, double total) {
    if (fits.first != fits.last) return;
    events = fits.first;
    if (sheet_.state[row_] != RowState::in) return;
    sheet_.warning("W_COUNT_RECOVERED", row_,
                   sheet_.place(row_) + ", " + sheet_.name(row_) + ": " + shown(text_) + " % of " + count_text(total) + " recovered as " +
                       count_text(events) + ", the only count that rounds to it");
  }

  void problem(std::string_view code, std::string rule) { sheet_.problem(code, row_, column_, std::move(rule)); }

  Sheet& sheet_;
  std::size_t row_, column_;
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

void check_percentages(Sheet& sheet) {
  const auto column = sheet.columns.percent;
  if (!column || !sheet.numbers.has(Quantity::total) || !sheet.numbers.has(Quantity::events)) return;
  std::vector<double>& events = sheet.numbers.of(Quantity::events);
  const std::vector<double>& total = sheet.numbers.of(Quantity::total);
  for (std::size_t row = 0; row < events.size(); ++row)
    if (!sheet.table.empty(row, *column)) PercentCell(sheet, row, *column).check(events[row], total[row]);
}

}  // namespace tausq::records
