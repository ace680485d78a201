// The columns of a forest plot: which stand where, and what stands in them for a study.
#pragma once

#include <optional>
#include <vector>

#include <tausq/forest.hpp>

#include "engine/driver/forest/styles.hpp"

namespace tausq::forest {

/// The columns from left to right. Throws UsageError for one that neither the plot nor the records have.
std::vector<ForestColumn> columns_for(const Analysis& analysis, const StudySet* studies, const ForestOptions& options,
                                      const PresetFacts& facts);

/// A weight column without a cell goes; a single one needs no heading over it.
void drop_empty_weights(std::vector<ForestColumn>& columns, const std::vector<ForestRow>& rows);

/// What stands in the column for a study; empty where it is nothing, or is for the row to say: label, estimate, weights.
std::optional<ForestCell> study_cell(const ForestColumn& column, const Analysis& analysis, const StudyResult& study,
                                     const StudySet* studies);

/// The studies of a block in the order that `sort` asks for. Throws UsageError for an unknown column.
void sort_studies(std::vector<const StudyResult*>& block, const std::string& sort, const StudySet* studies);

}  // namespace tausq::forest
