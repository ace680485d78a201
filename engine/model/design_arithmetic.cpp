// Arithmetic over columns, as in I(bmi^2) or log(dose).
#include <array>
#include <charconv>
#include <cmath>

#include <tausq/problem.hpp>

#include "engine/model/design_formula.hpp"

namespace tausq::model {

namespace {

using Values = std::vector<std::optional<double>>;

struct Function {
  std::string_view name;
  double (*of)(double);
};

constexpr std::array<Function, 8> functions{{
    {"I", [](double x) { return x; }},
    {"log", [](double x) { return std::log(x); }},
    {"log2", [](double x) { return std::log2(x); }},
    {"log10", [](double x) { return std::log10(x); }},
    {"log1p", [](double x) { return std::log1p(x); }},
    {"exp", [](double x) { return std::exp(x); }},
    {"sqrt", [](double x) { return std::sqrt(x); }},
    {"abs", [](double x) { return std::abs(x); }},
}};

template <typename Operation>
Values combined(const Values& a, const Values& b, Operation&& operation) {
  Values result(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!a[i] || !b[i]) continue;
    const double value = operation(*a[i], *b[i]);
    if (std::isfinite(value)) result[i] = value;
  }
  return result;
}

class ArithmeticReader {
 public:
  ArithmeticReader(const StudySet& studies, std::string_view text, std::size_t& position)
      : studies_(studies), text_(text), position_(position) {}

  Values call() {
    const std::size_t start = position_;
    const std::string name = read_name(text_, position_);
    for (const Function& function : functions) {
      if (function.name != name) continue;
      if (!take(text_, position_, '(')) refuse_formula(text_, position_, "'('");
      const Values inside = sum();
      if (!take(text_, position_, ')')) refuse_formula(text_, position_, "')'");
      return combined(inside, inside, [&](double x, double) { return function.of(x); });
    }
    refuse_formula(text_, start, "factor, I, log, log2, log10, log1p, exp, sqrt or abs");
  }

 private:
  Values sum() {
    Values left = product();
    while (true) {
      if (take(text_, position_, '+'))
        left = combined(left, product(), [](double a, double b) { return a + b; });
      else if (take(text_, position_, '-'))
        left = combined(left, product(), [](double a, double b) { return a - b; });
      else
        return left;
    }
  }

  Values product() {
    Values left = signed_power();
    while (true) {
      if (take(text_, position_, '*'))
        left = combined(left, signed_power(), [](double a, double b) { return a * b; });
      else if (take(text_, position_, '/'))
        left = combined(left, signed_power(), [](double a, double b) { return a / b; });
      else
        return left;
    }
  }

  Values signed_power() {
    if (!take(text_, position_, '-')) return power();
    const Values value = signed_power();
    return combined(value, value, [](double x, double) { return -x; });
  }

  Values power() {
    const Values base = value();
    return take(text_, position_, '^') ? combined(base, signed_power(), [](double a, double b) { return std::pow(a, b); }) : base;
  }

  Values value() {
    if (take(text_, position_, '(')) {
      Values inside = sum();
      if (!take(text_, position_, ')')) refuse_formula(text_, position_, "')'");
      return inside;
    }
    skip_blanks(text_, position_);
    const char* const begin = text_.data() + position_;
    double number = 0;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), number);
    if (error == std::errc() && position_ < text_.size() && (*begin == '.' || (*begin >= '0' && *begin <= '9'))) {
      position_ += static_cast<std::size_t>(end - begin);
      return Values(studies_.size(), number);
    }
    const std::size_t start = position_;
    const std::string name = read_name(text_, position_);
    if (name.empty()) refuse_formula(text_, position_, "a number or a column");
    skip_blanks(text_, position_);
    if (position_ < text_.size() && text_[position_] == '(' && text_[start] != '`') {
      position_ = start;
      return call();
    }
    const Column& column = moderator_column(studies_, name);
    if (!column.numeric) throw UsageError("--mods: column '" + column.name + "' is text and cannot be computed with");
    return column.number;
  }

  const StudySet& studies_;
  std::string_view text_;
  std::size_t& position_;
};

}  // namespace

std::vector<std::optional<double>> read_arithmetic(const StudySet& studies, std::string_view text, std::size_t& position) {
  return ArithmeticReader(studies, text, position).call();
}

}  // namespace tausq::model
