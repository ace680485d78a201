// The number columns, parsed and checked cell by cell and then row by row.
#include <cmath>
#include <string>

#include "engine/driver/records/number.hpp"
#include "engine/driver/records/sheet.hpp"
#include "engine/driver/records/unicode.hpp"

namespace tausq::records {

namespace {

using enum Quantity;

constexpr bool is_whole(Quantity q) {
  return q == events || q == nonevents || q == total || q == size;
}
constexpr bool is_positive(Quantity q) {
  return q == total || q == size || q == time || q == variance || q == standard_error;
}
constexpr bool may_be_negative(Quantity q) {
  return q == mean || q == correlation || q == effect || q == ci_lower || q == ci_upper || q >= median;
}

std::string_view type_name(CellKind kind) {
  switch (kind) {
    case CellKind::json_boolean:
      return "a boolean";
    case CellKind::json_nested:
      return "an array or object";
    default:
      return "a string";
  }
}

/// One number column.
class ColumnReader {
 public:
  ColumnReader(Sheet& sheet, const FieldColumn& field)
      : sheet_(sheet), table_(sheet.table), quantity_(field.field->quantity), column_(field.column) {}

  std::vector<double> read() {
    std::vector<double> values(table_.rows());
    for (std::size_t row = 0; row < values.size(); ++row) {
      const Cell& cell = table_.cell(row, column_);
      const std::int64_t n = cell.kind() == CellKind::text ? plain_count(table_.raw(cell)) : -1;
      values[row] = n > 0 || (n == 0 && !is_positive(quantity_)) ? static_cast<double>(n) : read(row, cell);
    }
    return values;
  }

 private:
  double read(std::size_t row, const Cell& cell) {
    if (cell.kind() == CellKind::absent) return missing;
    if (cell.kind() != CellKind::text && cell.kind() != CellKind::doubled && cell.kind() != CellKind::json_number)
      return refuse("E_TYPE", row, name() + " must be a number, not " + std::string(type_name(cell.kind())));
    const std::string_view text = table_.text(cell);
    const Number number = parse_number(text, sheet_.decimal());
    switch (number.kind) {
      case NumberKind::empty:
        return missing;
      case NumberKind::nan:
        return refuse("E_NAN", row, quoted(text) + " is not a number that can be used");
      case NumberKind::infinite:
        return refuse("E_INF", row, name() + " must be finite");
      case NumberKind::not_number:
        return refuse("E_NOT_NUMBER", row, quoted(text) + " is not a number" + hint(text));
      case NumberKind::number:
        break;
    }
    return checked(row, number);
  }

  double checked(std::size_t row, const Number& number) {
    const bool whole = is_whole(quantity_);
    bool good = true;
    const auto problem = [&](std::string_view code, const std::string& rule) { refuse(code, row, rule), good = false; };
    if (whole && !number.whole) problem("E_NOT_INTEGER", name() + " must be a whole number");
    if (number.negative && !may_be_negative(quantity_) && !(number.finite && number.value == 0))
      problem("E_NEGATIVE", name() + " must not be negative");
    if ((whole && number.whole && !number.countable)) problem("E_RANGE", "a count is at most 2^53 = 9007199254740992");
    if (!whole && !number.finite) problem("E_RANGE", "the number is beyond the range of double precision");
    if (!good) return missing;
    if (number.value == 0 && is_positive(quantity_)) return refuse_zero(row);
    if (quantity_ == correlation && std::abs(number.value) > 1) return refuse("E_RANGE", row, "a correlation lies between -1 and 1");
    if (whole && number.negative) {
      sheet_.warning("W_NEGATIVE_ZERO", row, sheet_.place(row, column_) + ": " + quoted(table_.text(row, column_)) + " is read as 0");
      return 0;
    }
    return number.value;
  }

  double refuse_zero(std::size_t row) {
    if (quantity_ == variance || quantity_ == standard_error) return refuse("E_RANGE", row, name() + " must be positive");
    return refuse("E_ZERO_TOTAL", row, name() + (quantity_ == time ? " must be positive" : " must be at least 1"));
  }

  double refuse(std::string_view code, std::size_t row, std::string rule) {
    sheet_.problem(code, row, column_, std::move(rule));
    return missing;
  }

  std::string hint(std::string_view text) const {
    if (sheet_.decimal() == '.' && text.find(',') != std::string_view::npos)
      return " (a comma may stand for thousands or for the decimal point: --decimal=, accepts decimal commas)";
    return {};
  }

  const std::string& name() const { return table_.names[column_]; }

  Sheet& sheet_;
  const Table& table_;
  Quantity quantity_;
  std::size_t column_;
};

/// What the numbers of one arm, or of one effect, say together.
class Completion {
 public:
  explicit Completion(Sheet& sheet) : sheet_(sheet), columns_(sheet.columns), numbers_(sheet.numbers) {}

  void counts(Arm arm) {
    if (!numbers_.has(events, arm) || numbers_.has(time, arm)) return;
    if (!numbers_.has(total, arm)) numbers_.of(total, arm).assign(sheet_.table.rows(), missing);
    const std::vector<double>& x = numbers_.of(events, arm);
    const std::vector<double>& rest = numbers_.of(nonevents, arm);
    std::vector<double>& n = numbers_.of(total, arm);
    for (std::size_t row = 0; row < x.size(); ++row) {
      if (!rest.empty() && !is_missing(rest[row])) from_nonevents(row, arm, x[row], rest[row], n[row]);
      if (x[row] > n[row])
        problem("E_EVENTS_GT_TOTAL", row, *columns_.find(events, arm),
                "events " + count_text(x[row]) + " exceed the total " + count_text(n[row]));
    }
  }

  void effects() {
    if (!numbers_.has(effect)) return;
    const bool from_se = numbers_.has(standard_error), from_limits = numbers_.has(ci_lower) && numbers_.has(ci_upper);
    if (!numbers_.has(variance)) numbers_.of(variance).assign(sheet_.table.rows(), missing);
    std::vector<double>& v = numbers_.of(variance);
    bool assumed_level = false;
    for (std::size_t row = 0; row < v.size(); ++row) {
      if (is_missing(v[row]) && from_se) v[row] = squared(row, numbers_.of(standard_error)[row]);
      if (from_limits) check_limits(row);
      if (!is_missing(v[row]) || !from_limits) continue;
      constexpr double z = 1.9599639845400542;  // normal quantile of 0.975
      v[row] = squared(row, (numbers_.of(ci_upper)[row] - numbers_.of(ci_lower)[row]) / (2 * z));
      assumed_level = assumed_level || !is_missing(v[row]);
    }
    if (assumed_level)
      sheet_.findings.warning("W_CI_LEVEL", "the confidence limits are taken to be 95 % limits: se = (ci_upper - ci_lower) / (2 * 1.96)");
  }

 private:
  void from_nonevents(std::size_t row, Arm arm, double x, double rest, double& n) {
    if (is_missing(x)) return;
    if (is_missing(n)) {
      n = x + rest;
      if (n == 0) problem("E_ZERO_TOTAL", row, *columns_.find(events, arm), "an arm needs at least one patient");
    } else if (x + rest != n) {
      problem("E_TOTAL_MISMATCH", row, *columns_.find(total, arm),
              "events " + count_text(x) + " and non-events " + count_text(rest) + " do not sum to the total");
    }
  }

  void check_limits(std::size_t row) {
    const double lower = numbers_.of(ci_lower)[row], upper = numbers_.of(ci_upper)[row], y = numbers_.of(effect)[row];
    if (lower >= upper)
      problem("E_CI_ORDER", row, *columns_.find(ci_lower, Arm::only), "the lower limit must lie below the upper limit");
    else if (y < lower || y > upper)
      problem("E_CI_ORDER", row, *columns_.find(effect, Arm::only), "the effect must lie between its confidence limits");
  }

  double squared(std::size_t row, double se) {
    const double v = se * se;
    if (is_missing(se) || (v > 0 && std::isfinite(v))) return v;
    problem("E_RANGE", row, *columns_.find(effect, Arm::only), "the sampling variance is beyond the range of double precision");
    return missing;
  }

  void problem(std::string_view code, std::size_t row, std::size_t column, std::string rule) {
    sheet_.problem(code, row, column, std::move(rule));
  }

  Sheet& sheet_;
  const Columns& columns_;
  Numbers& numbers_;
};

}  // namespace

void read_numbers(Sheet& sheet) {
  for (const FieldColumn& f : sheet.columns.fields) sheet.numbers.of(f.field->quantity, f.field->arm) = ColumnReader(sheet, f).read();
}

void complete_numbers(Sheet& sheet) {
  Completion completion(sheet);
  for (const Arm arm : {Arm::only, Arm::treatment, Arm::control}) {
    completion.counts(arm);
    if (sheet.numbers.has(median, arm)) complete_means(sheet, arm);
  }
  completion.effects();
}

}  // namespace tausq::records
