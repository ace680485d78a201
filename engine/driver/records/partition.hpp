// Exclusive classes of one group of patients: their events must sum to the total.
#pragma once

#include <string>
#include <vector>

#include "engine/driver/records/findings.hpp"
#include "engine/driver/records/layout.hpp"
#include "engine/driver/records/numbers.hpp"
#include "engine/driver/records/table.hpp"

namespace tausq::records {

/// Columns that say of which patients and when a row counts: timepoint..., analysis_set.
std::vector<std::size_t> setting_columns(const Table& table);

/// Rows of one study, arm and setting that share a name in the column `partition` are classes of the same patients.
/// Warnings: W_PARTITION_SUM where the classes do not sum to the total, W_PARTITION_TOTAL where they have different totals,
/// and the note I_PARTITION_SUM where they do sum.
void check_partitions(const Table& table, const Columns& columns, const std::vector<std::string>& labels, const Numbers& numbers,
                      Findings& findings);

}  // namespace tausq::records
