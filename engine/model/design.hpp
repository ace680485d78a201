// The design matrix of a meta-regression.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <tausq/studies.hpp>

namespace tausq::model {

/// Design matrix of the moderators: k x p, column-major, with the names of its columns. Without moderators one column of
/// ones named "intercept".
struct Design {
  std::size_t k = 0;
  std::vector<std::string> terms;
  std::vector<double> x;             ///< x[j * k + i] is term j of study i
  bool intercept = true;             ///< the first column is the intercept
  std::vector<std::string> missing;  ///< per study the moderator that has no value (its row of x is 0), else ""; may be empty
  std::size_t p() const { return terms.size(); }
};

/// The design of `mods` (R-like: "year + factor(alloc) + a:b") over the columns of the studies; intercept only when empty.
/// Throws UsageError when a column is missing or the formula cannot be read.
Design make_design(const StudySet& studies, const std::string& mods, bool intercept);

}  // namespace tausq::model
