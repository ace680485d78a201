// Rows of several kinds in one CSV table, made from field lists: a column a key, in the order of first appearance.
#pragma once

#include <algorithm>
#include <concepts>
#include <string>
#include <utility>
#include <vector>

#include <tausq/fields.hpp>
#include <tausq/words.hpp>

#include "engine/driver/report/csv_writer.hpp"

namespace tausq::report {

class FieldRows {
 public:
  /// Appends a row of that type; numbers, words and texts of `value` become cells, lists of structs are left out.
  template <HasFields Struct>
  void add(std::string_view type, const Struct& value) {
    rows_.push_back({{"type", {std::string(type), {}}}});
    extend(value);
  }
  /// Further cells of the last row, for keys that it does not have yet.
  template <HasFields Struct>
  void extend(const Struct& value) {
    add_cells("", value);
  }

  std::string csv() const {
    std::vector<std::string> keys;
    for (const Row& row : rows_)
      for (const auto& [key, cell] : row)
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    CsvWriter csv;
    csv.header(keys);
    for (const Row& row : rows_) {
      for (const std::string& key : keys) {
        const auto cell = find(row, key);
        if (cell != row.end() && cell->second.number)
          csv.number(cell->second.number);
        else
          csv.text(cell == row.end() ? "" : cell->second.text);
      }
      csv.end_row();
    }
    return csv.take();
  }

 private:
  struct Cell {
    std::string text;
    std::optional<double> number;
  };
  using Row = std::vector<std::pair<std::string, Cell>>;

  static Row::const_iterator find(const Row& row, const std::string& key) {
    return std::find_if(row.begin(), row.end(), [&](const auto& cell) { return cell.first == key; });
  }

  void put(const std::string& key, Cell cell) {
    if (find(rows_.back(), key) == rows_.back().end()) rows_.back().emplace_back(key, std::move(cell));
  }

  template <typename Struct>
  void add_cells(const std::string& prefix, const Struct& value) {
    for_each_field<Struct>([&](const auto& field) { cell(prefix + std::string(field.key), value.*field.member); });
  }

  void cell(const std::string& key, const std::string& text) { put(key, {text, {}}); }
  void cell(const std::string& key, std::optional<double> number) { put(key, {"", number}); }
  void cell(const std::string& key, double number) { put(key, {"", number}); }
  void cell(const std::string& key, bool flag) { put(key, {flag ? "true" : "false", {}}); }
  void cell(const std::string& key, std::size_t count) { put(key, {"", static_cast<double>(count)}); }
  void cell(const std::string& key, std::optional<std::size_t> count) {
    put(key, {"", count ? std::optional(static_cast<double>(*count)) : std::nullopt});
  }
  template <typename Enum>
  requires std::is_enum_v<Enum>
  void cell(const std::string& key, Enum value) { put(key, {std::string(word(value)), {}}); }
  void cell(const std::string& key, std::optional<bool> flag) { put(key, {flag ? (*flag ? "true" : "false") : "", {}}); }
  template <typename Enum>
  requires std::is_enum_v<Enum>
  void cell(const std::string& key, std::optional<Enum> value) { put(key, {value ? std::string(word(*value)) : "", {}}); }
  /// A struct within: its keys after that of the struct, as display_estimate.
  template <HasFields Struct>
  void cell(const std::string& key, const Struct& value) {
    add_cells(key + "_", value);
  }
  /// Numbers of several coefficients: the first under the key itself, the others numbered.
  template <typename Number>
  requires std::convertible_to<Number, std::optional<double>>
  void cell(const std::string& key, const std::vector<Number>& numbers) {
    for (std::size_t j = 0; j < numbers.size(); ++j) cell(j == 0 ? key : key + "_" + std::to_string(j + 1), numbers[j]);
  }
  template <HasFields Struct>
  void cell(const std::string&, const std::vector<Struct>&) {}

  std::vector<Row> rows_;
};

}  // namespace tausq::report
