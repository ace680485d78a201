// Values of the moderators for which a meta-regression predicts.
#pragma once

#include <string>
#include <vector>

#include <tausq/studies.hpp>

#include "engine/model/design.hpp"

namespace tausq::model {

/// A row of the design that is no study's.
struct NewPoint {
  std::string at;         ///< as the user wrote it
  std::vector<double> x;  ///< one value a term of the design, the intercept included
};

/// The points that `text` names, ';' between them, in the terms of `design` = make_design(studies, mods, ...). A point has a
/// value for every moderator, "year = 1990, alloc = random" (columns, in backticks where they hold '=' or ','), or, as in
/// metafor's newmods, the numbers of all terms but the intercept in their order: "33.5, 1, 0".
/// Throws UsageError naming the point for a column that is unknown or has no value, a number that is none, a level that no
/// study has, or too few numbers.
std::vector<NewPoint> read_new_points(const StudySet& studies, const std::string& mods, const Design& design, const std::string& text);

}  // namespace tausq::model
