// Study labels: what they must be, and labels that look alike.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/driver/records/findings.hpp"
#include "engine/driver/records/layout.hpp"
#include "engine/driver/records/table.hpp"

namespace tausq::records {

/// The label of every row as it stands; "1", "2", ... without a study column.
/// Problems: E_MISSING_VALUE, E_TYPE; warning W_CONTROL_CHAR (sought only where the text has `controls`).
std::vector<std::string> read_labels(const Table& table, const Columns& columns, bool controls, Findings& findings);

}  // namespace tausq::records
