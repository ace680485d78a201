// Formulas of moderators, read into variables and terms.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tausq/studies.hpp>

namespace tausq::model {

/// A moderator with its values, one a study.
struct Variable {
  std::string label;
  std::vector<std::optional<double>> number;  ///< of a numeric variable
  std::vector<std::string> level;             ///< of a categorical one, "" where missing
  std::vector<std::string> levels;            ///< sorted; empty for a numeric variable
  bool categorical() const { return !levels.empty(); }
  bool missing(std::size_t i) const { return categorical() ? level[i].empty() : !number[i]; }
};

/// Positions of the variables that are multiplied, ascending.
using Term = std::vector<std::size_t>;

struct Formula {
  std::vector<Variable> variables;
  std::vector<Term> terms;  ///< main effects first, then interactions by order; no term twice
  bool intercept = true;
};

/// Throws UsageError as make_design does.
Formula read_formula(const StudySet& studies, std::string_view text);

/// Values of an arithmetic expression over numeric columns; `position` is moved behind it. Empty where a column is missing
/// or the value is not finite.
std::vector<std::optional<double>> read_arithmetic(const StudySet& studies, std::string_view text, std::size_t& position);

/// The column of that name. Throws UsageError naming the columns that there are.
const Column& moderator_column(const StudySet& studies, std::string_view name);

// Words of a formula, shared by the two readers.
void skip_blanks(std::string_view text, std::size_t& position);
/// A column name: letters, digits, '_', '.', bytes beyond ASCII, or anything between backticks; empty when there is none.
std::string read_name(std::string_view text, std::size_t& position);
/// Takes `symbol` when it stands next.
bool take(std::string_view text, std::size_t& position, char symbol);
[[noreturn]] void refuse_formula(std::string_view text, std::size_t position, std::string_view expected);

}  // namespace tausq::model
