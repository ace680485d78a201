// Means and standard deviations of arms that are reported by median, quartiles and range.
#include <optional>
#include <string>

#include <tausq/summaries.hpp>

#include "engine/driver/records/number.hpp"
#include "engine/driver/records/sheet.hpp"

namespace tausq::records {

namespace {

using enum Quantity;

class Summaries {
 public:
  Summaries(Sheet& sheet, Arm arm) : sheet_(sheet), numbers_(sheet.numbers), arm_(arm) {
    for (const Quantity made : {mean, sd, size})
      if (!numbers_.has(made, arm)) numbers_.of(made, arm).assign(sheet.table.rows(), missing);
  }

  void complete(std::size_t row) {
    double &m = numbers_.of(mean, arm_)[row], &s = numbers_.of(sd, arm_)[row];
    const FiveNumbers numbers = summary(row);
    if (sheet_.state[row] != RowState::in || (!is_missing(m) && !is_missing(s)) || is_missing(numbers.median)) return;
    if (!in_order(numbers))
      return sheet_.problem("E_SUMMARY_ORDER", row, *sheet_.columns.find(median, arm_),
                            "minimum, first quartile, median, third quartile and maximum are not in ascending order");
    const std::optional<MeanAndSd> made = mean_and_sd(numbers);
    if (!made) return;  // too few numbers: the row is left out as one without mean and sd
    const char* const what = is_missing(m) ? (is_missing(s) ? "mean and sd" : "mean") : "sd";
    if (is_missing(m)) m = made->mean;
    if (is_missing(s)) s = made->sd;
    sheet_.warning("W_SUMMARY_CONVERTED", row,
                   sheet_.place(row) + ", " + sheet_.name(row) + arm_name() + ": " + what + " from " +
                       std::string(methods<SummaryScenario>()[static_cast<std::size_t>(*scenario(numbers))].name) + " of " +
                       count_text(numbers.n) + " values, as if they were normal (tausq list summaries)");
  }

 private:
  FiveNumbers summary(std::size_t row) const {
    const auto of = [&](Quantity quantity) {
      const std::vector<double>& column = numbers_.of(quantity, arm_);
      return column.empty() || is_missing(column[row]) ? std::nullopt : std::optional(column[row]);
    };
    return {of(size).value_or(0), of(median).value_or(missing), of(minimum), of(maximum), of(q1), of(q3)};
  }

  const char* arm_name() const { return arm_ == Arm::treatment ? ", treatment" : arm_ == Arm::control ? ", control" : ""; }

  Sheet& sheet_;
  Numbers& numbers_;
  Arm arm_;
};

}  // namespace

void complete_means(Sheet& sheet, Arm arm) {
  Summaries summaries(sheet, arm);
  for (std::size_t row = 0; row < sheet.table.rows(); ++row) summaries.complete(row);
}

}  // namespace tausq::records
