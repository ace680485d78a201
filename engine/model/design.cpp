#include "engine/model/design.hpp"

#include <tausq/problem.hpp>

namespace tausq::model {

Design make_design(const StudySet& studies, const std::string& mods, bool) {
  if (!mods.empty()) throw UsageError("--mods: not available in this version");
  Design design;
  design.k = studies.size();
  design.terms = {"intercept"};
  design.x.assign(design.k, 1.0);
  return design;
}

}  // namespace tausq::model
