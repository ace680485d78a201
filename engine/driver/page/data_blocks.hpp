// The studies of an analysis as data of other programs. Labels cannot break out of their quotes.
#pragma once

#include <string>

#include <tausq/analysis.hpp>

namespace tausq::page_detail {

/// dat <- data.frame(study = c(...), ...), with the raw numbers, or yi and vi, the subgroup and the moderators.
std::string r_data(const Analysis& analysis, const StudySet& studies);

/// input ... end. `effects`: yi and vi in place of the raw numbers.
std::string stata_data(const Analysis& analysis, bool effects);

/// Words that go into a comment or formula: without line ends.
std::string one_line(std::string text);

}  // namespace tausq::page_detail
