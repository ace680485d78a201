#include "engine/model/design_formula.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <tausq/problem.hpp>

#include "engine/methods/letters.hpp"

namespace tausq::model {

namespace {

std::string folded(const std::string& text) {
  std::string result = text;
  for (char& c : result) c = letters::lower(c);
  return result;
}

std::string shortest(double x) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), x).ptr;
  return std::string(buffer.data(), end);
}

Variable numeric_variable(std::string label, std::vector<std::optional<double>> values) {
  Variable variable;
  variable.label = std::move(label);
  variable.number = std::move(values);
  return variable;
}

/// Levels in sorted order: numbers by value, text without regard to case.
Variable categorical_variable(const Column& column) {
  Variable variable;
  variable.label = column.name;
  std::vector<double> numbers;
  for (std::size_t i = 0; i < column.text.size(); ++i) {
    variable.level.push_back(column.numeric && column.number[i] ? shortest(*column.number[i]) : column.text[i]);
    if (column.numeric && column.number[i]) numbers.push_back(*column.number[i]);
  }
  if (column.numeric) {
    std::sort(numbers.begin(), numbers.end());
    for (const double x : numbers) variable.levels.push_back(shortest(x));
  } else {
    for (const std::string& level : variable.level)
      if (!level.empty()) variable.levels.push_back(level);
    std::sort(variable.levels.begin(), variable.levels.end(), [](const std::string& a, const std::string& b) {
      const std::string fa = folded(a), fb = folded(b);
      return fa == fb ? a < b : fa < fb;
    });
  }
  variable.levels.erase(std::unique(variable.levels.begin(), variable.levels.end()), variable.levels.end());
  if (variable.levels.size() < 2) throw UsageError("--mods: " + column.name + " has fewer than two levels");
  return variable;
}

/// Recursive descent over sums, products and interactions of terms.
class FormulaReader {
 public:
  FormulaReader(const StudySet& studies, std::string_view text) : studies_(studies), text_(text) {}

  Formula read() {
    take(text_, position_, '~');
    std::vector<Term> terms = sum();
    skip_blanks(text_, position_);
    if (position_ != text_.size()) refuse_formula(text_, position_, "'+', '*' or ':'");
    std::stable_sort(terms.begin(), terms.end(), [](const Term& a, const Term& b) { return a.size() < b.size(); });
    formula_.terms = std::move(terms);
    return std::move(formula_);
  }

 private:
  static void add(std::vector<Term>& terms, const std::vector<Term>& more) {
    for (const Term& term : more)
      if (std::find(terms.begin(), terms.end(), term) == terms.end()) terms.push_back(term);
  }

  static std::vector<Term> interactions(const std::vector<Term>& left, const std::vector<Term>& right) {
    std::vector<Term> result;
    for (const Term& a : left)
      for (const Term& b : right) {
        Term both;
        std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
        add(result, {both});
      }
    return result;
  }

  std::vector<Term> sum() {
    std::vector<Term> terms = product();
    while (true) {
      if (take(text_, position_, '+')) {
        add(terms, product());
      } else if (take(text_, position_, '-')) {
        if (!take(text_, position_, '1')) refuse_formula(text_, position_, "1 after '-'");
        formula_.intercept = false;
      } else {
        return terms;
      }
    }
  }

  std::vector<Term> product() {
    std::vector<Term> terms = interaction();
    while (take(text_, position_, '*')) {
      const std::vector<Term> right = interaction(), both = interactions(terms, right);
      add(terms, right);
      add(terms, both);
    }
    return terms;
  }

  std::vector<Term> interaction() {
    std::vector<Term> terms = atom();
    while (take(text_, position_, ':')) terms = interactions(terms, atom());
    return terms;
  }

  std::vector<Term> atom() {
    if (take(text_, position_, '(')) {
      std::vector<Term> inside = sum();
      if (!take(text_, position_, ')')) refuse_formula(text_, position_, "')'");
      return inside;
    }
    skip_blanks(text_, position_);
    const std::size_t start = position_;
    const std::string name = read_name(text_, position_);
    if (name == "0" || name == "1") {
      formula_.intercept = name == "1";
      return {};
    }
    if (name.empty()) refuse_formula(text_, position_, "a moderator");
    return {{variable(name, start)}};
  }

  std::size_t variable(const std::string& name, std::size_t start) {
    skip_blanks(text_, position_);
    const bool call = text_[start] != '`' && position_ < text_.size() && text_[position_] == '(';
    if (!call) {
      const Column& column = moderator_column(studies_, name);
      return remember(column.numeric ? numeric_variable(column.name, column.number) : categorical_variable(column));
    }
    if (name == "factor" || name == "as.factor") return remember(categorical_variable(moderator_column(studies_, factor_argument())));
    position_ = start;
    std::vector<std::optional<double>> values = read_arithmetic(studies_, text_, position_);
    std::string label(text_.substr(start, position_ - start));
    label.erase(std::remove(label.begin(), label.end(), ' '), label.end());
    return remember(numeric_variable(std::move(label), std::move(values)));
  }

  /// What stands in the parentheses of factor(): one column, with or without backticks.
  std::string factor_argument() {
    take(text_, position_, '(');
    skip_blanks(text_, position_);
    const std::size_t end = text_.find(')', position_);
    const std::string_view plain = text_.substr(position_, end == std::string_view::npos ? end : end - position_);
    if (end != std::string_view::npos && studies_.column(plain) != nullptr) {
      position_ = end + 1;
      return std::string(plain);
    }
    std::string inner = read_name(text_, position_);
    if (inner.empty() || !take(text_, position_, ')')) refuse_formula(text_, position_, "one column in factor()");
    return inner;
  }

  std::size_t remember(Variable variable) {
    for (std::size_t i = 0; i < formula_.variables.size(); ++i)
      if (formula_.variables[i].label == variable.label && formula_.variables[i].categorical() == variable.categorical()) return i;
    formula_.variables.push_back(std::move(variable));
    return formula_.variables.size() - 1;
  }

  const StudySet& studies_;
  std::string_view text_;
  std::size_t position_ = 0;
  Formula formula_;
};

}  // namespace

void skip_blanks(std::string_view text, std::size_t& position) {
  while (position < text.size() && letters::is_blank(text[position])) ++position;
}

std::string read_name(std::string_view text, std::size_t& position) {
  skip_blanks(text, position);
  if (position < text.size() && text[position] == '`') {
    const std::size_t end = text.find('`', position + 1);
    if (end == std::string_view::npos) refuse_formula(text, position, "a closing backtick");
    std::string name(text.substr(position + 1, end - position - 1));
    position = end + 1;
    return name;
  }
  const std::size_t start = position;
  while (position < text.size() && letters::is_word(text[position])) ++position;
  return std::string(text.substr(start, position - start));
}

bool take(std::string_view text, std::size_t& position, char symbol) {
  skip_blanks(text, position);
  if (position >= text.size() || text[position] != symbol) return false;
  ++position;
  return true;
}

void refuse_formula(std::string_view text, std::size_t position, std::string_view expected) {
  throw UsageError("--mods: expected " + std::string(expected) + " at '" + std::string(text.substr(std::min(position, text.size()))) +
                   "' in '" + std::string(text) + "'");
}

const Column& moderator_column(const StudySet& studies, std::string_view name) {
  if (const Column* column = studies.column(name)) return *column;
  std::string known;
  for (const Column& column : studies.columns) known += (known.empty() ? "" : ", ") + column.name;
  throw UsageError("--mods: no column '" + std::string(name) + "'" + (known.empty() ? std::string() : "; there are " + known));
}

Formula read_formula(const StudySet& studies, std::string_view text) {
  return FormulaReader(studies, text).read();
}

}  // namespace tausq::model
