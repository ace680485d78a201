#include <tausq/problem.hpp>

#include <utility>

namespace tausq {

namespace {

std::string one_line(const Problem& problem) {
  std::string text = problem.code;
  if (!problem.file.empty()) text += " " + problem.file;
  if (problem.row > 0) text += ", row " + std::to_string(problem.row);
  if (!problem.column.empty()) text += ", column " + problem.column;
  return text + ": " + problem.rule;
}

std::string summary(const std::vector<Problem>& problems) {
  if (problems.empty()) return "input cannot be used";
  std::string text = one_line(problems.front());
  if (problems.size() > 1) text += " (and " + std::to_string(problems.size() - 1) + " more)";
  return text;
}

}  // namespace

InputError::InputError(std::vector<Problem> problems) : std::runtime_error(summary(problems)), problems_(std::move(problems)) {}

}  // namespace tausq
