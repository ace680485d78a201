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

/// The design that `mods` describes over the columns of the studies.
///
/// A formula in the notation of Wilkinson & Rogers (1973): terms separated by '+', ':' for interactions, a * b for
/// a + b + a:b, parentheses, "0 +" or "- 1" against the intercept. Variables are column names (in backticks where they
/// are no plain words), factor(x), and arithmetic inside I(...), log(...), log2, log10, log1p, exp, sqrt, abs. Text columns
/// and factor(x) are categorical: treatment coding, levels in sorted order (numbers by value), the first one the reference;
/// columns are called "alloc=random". An empty formula is the intercept alone.
/// Throws UsageError for a formula that cannot be read, an unknown column or a single-level factor.
Design make_design(const StudySet& studies, const std::string& mods, bool intercept = true);

}  // namespace tausq::model
