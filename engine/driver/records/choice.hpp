// How a user chooses one of several rows of a study.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/driver/records/sheet.hpp"

namespace tausq::records {

/// The columns that can tell rows of one study apart, those that usually do so first: outcome, timepoint..., analysis_set, arm,
/// then the others. Numbers of the layout and what is reported beside them (reported_percent, reported_p) tell nothing.
std::vector<std::size_t> telling_columns(const Sheet& sheet);

/// A --where option, quoted for a shell, that keeps the first of `rows` and leaves out the others.
std::string choosing_option(const Sheet& sheet, std::vector<std::size_t> rows, const std::vector<std::size_t>& telling);

}  // namespace tausq::records
