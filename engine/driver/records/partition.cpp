// Exclusive classes of one group of patients: their events must sum to the total.
#include <algorithm>
#include <map>
#include <string>

#include "engine/driver/records/number.hpp"
#include "engine/driver/records/sheet.hpp"
#include "engine/driver/records/unicode.hpp"

namespace tausq::records {

namespace {

struct Partition {
  std::vector<std::size_t> rows;  // with a count
  std::size_t uncounted = 0;
  bool selected = false;  // some row of it is in
};

std::vector<Partition> partitions_of(const Sheet& sheet, std::size_t column) {
  std::vector<std::size_t> key_columns = setting_columns(sheet.table);
  key_columns.push_back(column);
  if (sheet.columns.arm) key_columns.push_back(*sheet.columns.arm);
  std::map<std::string, std::size_t> places;
  std::vector<Partition> partitions;
  for (std::size_t row = 0; row < sheet.table.rows(); ++row) {
    if (sheet.table.empty(row, column)) continue;
    std::string key(trimmed(sheet.labels[row]));
    for (const std::size_t part : key_columns) (key += '\0') += trimmed(sheet.table.text(row, part));
    const auto [entry, added] = places.try_emplace(std::move(key), partitions.size());
    if (added) partitions.emplace_back();
    Partition& partition = partitions[entry->second];
    partition.selected = partition.selected || sheet.state[row] == RowState::in;
    if (is_missing(sheet.numbers.of(Quantity::events)[row]) || is_missing(sheet.numbers.of(Quantity::total)[row]))
      ++partition.uncounted;
    else
      partition.rows.push_back(row);
  }
  return partitions;
}

void report(Sheet& sheet, const Partition& partition, std::size_t column) {
  const std::vector<double>& events = sheet.numbers.of(Quantity::events);
  const std::vector<double>& total = sheet.numbers.of(Quantity::total);
  const std::size_t first = partition.rows.front();
  double sum = 0, smallest = total[first], largest = smallest;
  std::string lines;
  for (const std::size_t row : partition.rows) {
    sum += events[row];
    smallest = std::min(smallest, total[row]);
    largest = std::max(largest, total[row]);
    lines += (lines.empty() ? "" : ", ") + std::to_string(sheet.table.line(row));
  }
  const std::string classes = sheet.name(first) + " (lines " + lines + "): the " + std::to_string(partition.rows.size()) + " classes of " +
                              quoted(sheet.table.text(first, column));
  if (smallest != largest)
    sheet.warning("W_PARTITION_TOTAL", first, classes + " have different totals, " + count_text(smallest) + " to " + count_text(largest));
  else if (partition.uncounted > 0)
    sheet.warning("W_PARTITION_SUM", first,
                  classes + " sum to " + count_text(sum) + " of " + count_text(largest) + ", and " + std::to_string(partition.uncounted) +
                      " more have no count");
  else if (sum != largest)
    sheet.warning("W_PARTITION_SUM", first, classes + " sum to " + count_text(sum) + " of " + count_text(largest));
  else
    sheet.warning("I_PARTITION_SUM", first, classes + " sum to their " + count_text(largest));
}

}  // namespace

void check_partitions(Sheet& sheet) {
  const auto column = sheet.columns.partition;
  if (!column || !sheet.numbers.has(Quantity::events) || !sheet.numbers.has(Quantity::total)) return;
  for (const Partition& partition : partitions_of(sheet, *column))
    if (partition.selected && !partition.rows.empty()) report(sheet, partition, *column);
}

}  // namespace tausq::records
