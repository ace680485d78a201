#include "engine/driver/records/partition.hpp"

#include <algorithm>
#include <map>

#include "engine/driver/records/unicode.hpp"

namespace tausq::records {

namespace {

std::string whole(double n) {
  return std::to_string(static_cast<long long>(n));
}

struct Partition {
  std::vector<std::size_t> rows;  // with a count
  std::size_t uncounted = 0;
};

void report(const Partition& partition, const Table& table, std::size_t column, const std::string& label, const std::vector<double>& events,
            const std::vector<double>& total, Findings& findings) {
  if (partition.rows.empty()) return;
  double sum = 0, smallest = total[partition.rows.front()], largest = smallest;
  std::string lines;
  for (const std::size_t row : partition.rows) {
    sum += events[row];
    smallest = std::min(smallest, total[row]);
    largest = std::max(largest, total[row]);
    lines += (lines.empty() ? "" : ", ") + std::to_string(table.line(row));
  }
  const std::string name = shown(label) + " (lines " + lines + "): the " + std::to_string(partition.rows.size()) + " classes of " +
                           quoted(table.text(partition.rows.front(), column));
  if (smallest != largest) {
    findings.warning("W_PARTITION_TOTAL", name + " have different totals, " + whole(smallest) + " to " + whole(largest), label);
  } else if (partition.uncounted > 0) {
    findings.warning(
        "W_PARTITION_SUM",
        name + " sum to " + whole(sum) + " of " + whole(largest) + "; " + std::to_string(partition.uncounted) + " more without a count",
        label);
  } else {
    findings.warning(sum == largest ? "I_PARTITION_SUM" : "W_PARTITION_SUM",
                     name + " sum to " + (sum == largest ? "their " : whole(sum) + " of ") + whole(largest), label);
  }
}

}  // namespace

std::vector<std::size_t> setting_columns(const Table& table) {
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < table.columns(); ++i) {
    const std::string name = folded(table.names[i]);
    if (name.starts_with("timepoint") || name == "analysis_set") columns.push_back(i);
  }
  return columns;
}

void check_partitions(const Table& table, const Columns& columns, const std::vector<std::string>& labels, const Numbers& numbers,
                      Findings& findings) {
  if (!columns.partition || !numbers.has(Quantity::events) || !numbers.has(Quantity::total)) return;
  std::vector<std::size_t> key_columns = setting_columns(table);
  key_columns.push_back(*columns.partition);
  if (columns.arm) key_columns.push_back(*columns.arm);
  const std::vector<double>& events = numbers.of(Quantity::events);
  const std::vector<double>& total = numbers.of(Quantity::total);

  std::map<std::string, std::size_t> places;
  std::vector<Partition> partitions;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.empty(row, *columns.partition)) continue;
    std::string key(trimmed(labels[row]));
    for (const std::size_t column : key_columns) (key += '\0') += trimmed(table.text(row, column));
    const auto [entry, added] = places.try_emplace(std::move(key), partitions.size());
    if (added) partitions.emplace_back();
    Partition& partition = partitions[entry->second];
    if (is_missing(events[row]) || is_missing(total[row]))
      ++partition.uncounted;
    else
      partition.rows.push_back(row);
  }
  for (const Partition& partition : partitions)
    if (!partition.rows.empty()) report(partition, table, *columns.partition, labels[partition.rows.front()], events, total, findings);
}

}  // namespace tausq::records
