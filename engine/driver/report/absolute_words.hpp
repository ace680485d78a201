// Numbers of absolute effects as a summary of findings words them.
#pragma once

#include <string>

#include <tausq/absolute.hpp>

namespace tausq::report {

/// "NNTB 21 [15; 38]"; "NNTB 40 [NNTB 12 to infinity to NNTH 30]" where the interval includes no effect; empty without a number.
std::string nnt_text(const NumberNeeded& n);

/// "68 [53; 82]" events among a thousand patients.
std::string per_thousand_text(const Display& risk);

/// "32 fewer [47 fewer; 18 fewer]" among a thousand patients.
std::string difference_text(const Display& difference);

}  // namespace tausq::report
