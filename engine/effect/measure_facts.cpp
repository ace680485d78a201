// What the rows of the measures say, for everyone outside the room.
#include <algorithm>
#include <array>

#include "engine/effect/measures.hpp"

namespace tausq {

using namespace effect;

Measure default_measure(Layout layout) {
  constexpr std::array defaults{Measure::PLO, Measure::OR, Measure::IRLN, Measure::IRR,
                                Measure::MN,  Measure::MD, Measure::ZCOR, Measure::GEN};
  return defaults[static_cast<std::size_t>(layout)];
}

Layout layout_of(Measure measure) {
  return static_cast<Layout>(row_of(measure).kernel.index());
}

double natural_scale(Measure measure, double value, double n) {
  const Scale& scale = *row_of(measure).scale;
  const Range range = scale.attainable(n);
  return scale.natural(std::clamp(value, range.lower, range.upper), n);
}

bool natural_scale_clamped(Measure measure, double value, double n) {
  const Range range = row_of(measure).scale->attainable(n);
  return value < range.lower || value > range.upper;
}

double analysis_scale(Measure measure, double value, double n) {
  return row_of(measure).scale->analysis(value, n);
}

std::string_view scale_label(Measure measure) {
  return row_of(measure).natural.label;
}
std::string_view transformed_label(Measure measure) {
  return row_of(measure).transformed_label;
}
std::optional<double> null_value(Measure measure) {
  return row_of(measure).natural.null_value;
}
bool is_ratio(Measure measure) {
  return row_of(measure).natural.ratio;
}

}  // namespace tausq
