#include "engine/model/new_points.hpp"

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

#include <tausq/problem.hpp>

#include "engine/model/design_formula.hpp"

namespace tausq::model {

namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\n");
  return first == std::string_view::npos ? std::string_view{} : text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

/// The pieces between separators that stand outside backticks and quotes, trimmed; empty ones are left out.
std::vector<std::string_view> pieces(std::string_view text, char separator) {
  std::vector<std::string_view> result;
  std::size_t start = 0;
  char open = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const bool end = i == text.size();
    if (!end && open != 0 && text[i] == open)
      open = 0;
    else if (!end && open == 0 && (text[i] == '`' || text[i] == '"'))
      open = text[i];
    if (!end && (open != 0 || text[i] != separator)) continue;
    const std::string_view piece = trimmed(text.substr(start, i - start));
    if (!piece.empty()) result.push_back(piece);
    start = i + 1;
  }
  return result;
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::string unquoted(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == text.back() && (text.front() == '"' || text.front() == '`');
  return std::string(quoted ? text.substr(1, text.size() - 2) : text);
}

/// Reads one point.
class PointReader {
 public:
  PointReader(const StudySet& studies, const std::string& mods, const Design& design, std::string_view text)
      : studies_(studies), mods_(mods), design_(design), text_(text) {}

  NewPoint read() const {
    const std::vector<std::string_view> items = pieces(text_, ',');
    bool named = false;
    for (const std::string_view item : items) named = named || pieces(item, '=').size() > 1;
    return {std::string(text_), named ? from_columns(items) : from_terms(items)};
  }

 private:
  [[noreturn]] void refuse(const std::string& why) const { throw UsageError("--predict-at '" + std::string(text_) + "': " + why); }

  std::vector<double> from_terms(const std::vector<std::string_view>& items) const {
    std::vector<double> x;
    if (design_.intercept) x.push_back(1);
    for (const std::string_view item : items) {
      const std::optional<double> value = number(item);
      if (!value) refuse("'" + std::string(item) + "' is neither column=value nor a number");
      x.push_back(*value);
    }
    if (x.size() == design_.p()) return x;
    std::string terms;
    for (std::size_t j = design_.intercept ? 1 : 0; j < design_.p(); ++j) terms += (terms.empty() ? "" : ", ") + design_.terms[j];
    refuse("the model has the terms " + terms);
  }

  /// The studies with a further one that has the values of the point and nothing else: its row of the design is wanted.
  std::vector<double> from_columns(const std::vector<std::string_view>& items) const {
    StudySet with;
    with.study = studies_.study;
    with.study.emplace_back("new");
    with.columns = studies_.columns;
    for (Column& column : with.columns) column.text.emplace_back(), column.number.emplace_back();
    for (const std::string_view item : items) set(with, item);
    const Design rows = make_design(with, mods_, design_.intercept);
    if (rows.terms != design_.terms) refuse("a level that no study has");
    if (!rows.missing.empty() && !rows.missing.back().empty()) refuse("no value of " + rows.missing.back());
    std::vector<double> x;
    for (std::size_t j = 0; j < rows.p(); ++j) x.push_back(rows.x[j * rows.k + rows.k - 1]);
    return x;
  }

  void set(StudySet& with, std::string_view item) const {
    const std::vector<std::string_view> sides = pieces(item, '=');
    if (sides.size() != 2) refuse("'" + std::string(item) + "' is not column=value");
    const Column& known = moderator_column(studies_, unquoted(sides[0]));
    for (Column& column : with.columns) {
      if (column.name != known.name) continue;
      column.text.back() = unquoted(sides[1]);
      column.number.back() = number(sides[1]);
      if (column.numeric && !column.number.back()) refuse(column.name + " is numeric, '" + column.text.back() + "' is no number");
    }
  }

  const StudySet& studies_;
  const std::string& mods_;
  const Design& design_;
  std::string_view text_;
};

}  // namespace

std::vector<NewPoint> read_new_points(const StudySet& studies, const std::string& mods, const Design& design, const std::string& text) {
  std::vector<NewPoint> points;
  for (const std::string_view point : pieces(text, ';')) points.push_back(PointReader(studies, mods, design, point).read());
  return points;
}

}  // namespace tausq::model
