#include "engine/driver/report/study_blocks.hpp"

#include <algorithm>

namespace tausq::report {

std::vector<StudyBlock> study_blocks(const Analysis& analysis) {
  std::vector<StudyBlock> blocks;
  for (const Subgroup& subgroup : analysis.subgroups) blocks.push_back({&subgroup, {}});
  StudyBlock rest;
  for (const StudyResult& study : analysis.studies) {
    const auto block = std::find_if(blocks.begin(), blocks.end(), [&](const StudyBlock& b) { return b.subgroup->level == study.subgroup; });
    (block == blocks.end() ? rest : *block).studies.push_back(&study);
  }
  if (!rest.studies.empty() || blocks.empty()) blocks.push_back(std::move(rest));
  return blocks;
}

}  // namespace tausq::report
