#include "tests/reference/studies.hpp"

#include <charconv>

namespace tausq::reference {

namespace {

std::vector<double> numbers(const Data& data, const std::string& name) {
  std::vector<double> result;
  for (const Value& value : data.at(name)) result.push_back(value.as_number().value());
  return result;
}

/// Counts of an arm: `total` is a column of its own, or events and the others together.
std::vector<double> totals(const Data& data) {
  if (data.contains("ni")) return numbers(data, "ni");
  std::vector<double> total = numbers(data, "xi");
  const std::vector<double> others = numbers(data, "mi");
  for (std::size_t i = 0; i < total.size(); ++i) total[i] += others[i];
  return total;
}

StudyData columns_of(const Data& data, Layout layout) {
  const auto column = [&](const char* name) { return numbers(data, name); };
  switch (layout) {
    case Layout::single_arm_counts:
      return SingleArmCounts{column("xi"), totals(data)};
    case Layout::two_arm_counts:
      return TwoArmCounts{column("ai"), column("bi"), column("ci"), column("di")};
    case Layout::single_arm_rates:
      return SingleArmRates{column("xi"), column("ti")};
    case Layout::two_arm_rates:
      return TwoArmRates{column("x1i"), column("t1i"), column("x2i"), column("t2i")};
    case Layout::single_arm_means:
      return SingleArmMeans{column("mi"), column("sdi"), column("ni")};
    case Layout::two_arm_means:
      return TwoArmMeans{column("m1i"), column("sd1i"), column("n1i"), column("m2i"), column("sd2i"), column("n2i")};
    case Layout::correlations:
      return Correlations{column("ri"), column("ni")};
    case Layout::generic:
      break;
  }
  return GenericEffects{column("yi"), column("vi"), {}};
}

/// A cell as it would stand in a file.
std::string text_of(const Value& value) {
  if (value.kind == Value::Kind::text) return value.text;
  if (value.kind != Value::Kind::number) return "";
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value.number).ptr};
}

Column carried(const std::string& name, const std::vector<Value>& values) {
  Column column{name, {}, {}, true};
  for (const Value& value : values) {
    column.text.push_back(text_of(value));
    column.number.push_back(value.as_number());
    if (!column.number.back() && !column.text.back().empty()) column.numeric = false;
  }
  return column;
}

}  // namespace

StudySet studies_of(const Data& data, Measure measure) {
  StudySet studies;
  studies.data = columns_of(data, layout_of(measure));
  const std::size_t k = data.begin()->second.size();
  const auto labels = data.find("slab");
  for (std::size_t i = 0; i < k; ++i) {
    studies.study.push_back(labels == data.end() ? "study " + std::to_string(i + 1) : labels->second[i].text);
    studies.row.push_back(i + 1);
  }
  for (const auto& [name, values] : data) studies.columns.push_back(carried(name, values));
  return studies;
}

}  // namespace tausq::reference
