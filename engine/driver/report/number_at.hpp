// One number of a result by its path, for callers that want a few numbers and no JSON.
#pragma once

#include <optional>
#include <string_view>

#include <tausq/analysis.hpp>
#include <tausq/bias.hpp>
#include <tausq/forest.hpp>
#include <tausq/influence.hpp>
#include <tausq/plots.hpp>
#include <tausq/records.hpp>

namespace tausq::report {

/// The number under JSON keys and places joined by points, e.g. "random.display.estimate" or "studies.0.yi"; empty where JSON
/// has null. Throws UsageError for a path that leads to no number.
template <typename Result>
std::optional<double> number_at(const Result& result, std::string_view path);

}  // namespace tausq::report
