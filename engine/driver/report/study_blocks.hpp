// The studies in the order in which tables and plots show them: subgroup by subgroup.
#pragma once

#include <vector>

#include <tausq/analysis.hpp>

namespace tausq::report {

struct StudyBlock {
  const Subgroup* subgroup = nullptr;  ///< nullptr: studies of no subgroup
  std::vector<const StudyResult*> studies;
};

/// One block a subgroup, then the studies of none; one block in all without subgroups. Points into `analysis`.
std::vector<StudyBlock> study_blocks(const Analysis& analysis);

/// True where the estimate was asked for.
inline bool shown(const PooledEstimate& estimate) {
  return estimate.status != Status::not_requested;
}
inline bool shown(const PredictionInterval& prediction) {
  return prediction.status != Status::not_requested;
}

}  // namespace tausq::report
