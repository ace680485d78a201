// Results that were written as JSON, read back.
#pragma once

#include <string>
#include <string_view>

#include "engine/driver/compare/walk.hpp"

namespace tausq::compare_detail {

/// The result of `pool` in a JSON text: the text itself, or the analysis in a report. Throws InputError (E_RESULT) naming `name`.
Json pool_result(std::string_view name, std::string_view text);

}  // namespace tausq::compare_detail

namespace tausq {

/// The settings that a result of `pool` records, those of reading included: a JSON object under the words of the command line.
std::string recorded_settings(std::string_view name, std::string_view text);

}  // namespace tausq
