// Round numbers for axes, and how they are written.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tausq::drawing {

/// 1, 2 or 5 times a power of ten, so that at most `most` steps cover the span.
double round_step(double span, int most);

/// i times the step, as near to its decimal as a double gets (3 * 0.1 is not 0.3).
double multiple(double i, double step);

/// The multiples of the step inside the limits.
std::vector<double> multiples(double lower, double upper, double step);

/// Ticks at 1, 2, 5 (0.1, 0.2, 0.5 ...) where there is room, else at fewer mantissas, at last at every n-th power of ten.
std::vector<double> log_ticks(double lower, double upper, std::size_t most);

/// The words of a tick. Linear ticks have as many places as the finest of them: 0.0, 0.5, 1.0.
std::string tick_label(double tick, const std::vector<double>& ticks, bool linear);

/// Hyphens that are signs of numbers as minus signs.
std::string with_minus_signs(const std::string& text);

}  // namespace tausq::drawing
