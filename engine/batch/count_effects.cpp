#include "engine/batch/count_effects.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include <tausq/effects.hpp>

#include "engine/batch/count_lanes.hpp"
#include "engine/batch/problems.hpp"

namespace tausq::batch {

namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

/// What a number of a layout must be.
enum class Kind { whole, positive_whole, positive, any };

struct LayoutColumns {
  std::vector<Kind> kind;
  std::ptrdiff_t total = -1;  ///< column that column 0 must not exceed
};

LayoutColumns columns_of(Layout layout) {
  using enum Kind;
  switch (layout) {
    case Layout::single_arm_counts:
      return {{whole, positive_whole}, 1};
    case Layout::two_arm_counts:
      return {{whole, whole, whole, whole}};
    case Layout::single_arm_rates:
      return {{whole, positive}};
    case Layout::two_arm_rates:
      return {{whole, positive, whole, positive}};
    case Layout::single_arm_means:
      return {{any, positive, positive_whole}};
    case Layout::two_arm_means:
      return {{any, positive, positive_whole, any, positive, positive_whole}};
    case Layout::correlations:
      return {{any, positive_whole}};
    default:
      return {{any, positive}};
  }
}

/// Why a number cannot be what its column holds; nullptr when it can.
const char* violated(Kind kind, double x) {
  if (std::isinf(x)) return "a number is finite";
  if (kind == Kind::any) return nullptr;
  if (x < 0) return "must not be negative";
  if ((kind == Kind::positive || kind == Kind::positive_whole) && x == 0) return "must be positive";
  if (kind != Kind::positive && (x != std::floor(x) || x > 0x1p53)) return "a count is a whole number, at most 2^53";
  return nullptr;
}

/// One entry: missing, good, or bad with its problem.
enum class Entry { study, missing, bad };

Entry check(const BatchStudies& studies, const LayoutColumns& layout, std::size_t place, std::size_t set, std::size_t entry,
            std::vector<Problem>& problems) {
  Entry result = Entry::study;
  for (std::size_t c = 0; c < layout.kind.size(); ++c) {
    const double x = studies.column[c][place];
    if (std::isnan(x)) return Entry::missing;
    if (const char* rule = violated(layout.kind[c], x)) {
      add_problem(problems, "E_COUNT", set, entry, x, rule);
      result = Entry::bad;
    }
  }
  if (result == Entry::study && layout.total > 0 && studies.column[0][place] > studies.column[1][place]) {
    add_problem(problems, "E_EVENTS_GT_TOTAL", set, entry, studies.column[0][place], "events do not exceed their total");
    result = Entry::bad;
  }
  return result;
}

StudyData data_of(const BatchStudies& studies, const std::vector<std::size_t>& places) {
  const auto column = [&](std::size_t c) {
    std::vector<double> values;
    for (const std::size_t place : places) values.push_back(studies.column[c][place]);
    return values;
  };
  switch (studies.layout) {
    case Layout::single_arm_counts:
      return SingleArmCounts{column(0), column(1)};
    case Layout::two_arm_counts:
      return TwoArmCounts{column(0), column(1), column(2), column(3)};
    case Layout::single_arm_rates:
      return SingleArmRates{column(0), column(1)};
    case Layout::two_arm_rates:
      return TwoArmRates{column(0), column(1), column(2), column(3)};
    case Layout::single_arm_means:
      return SingleArmMeans{column(0), column(1), column(2)};
    case Layout::two_arm_means:
      return TwoArmMeans{column(0), column(1), column(2), column(3), column(4), column(5)};
    case Layout::correlations:
      return Correlations{column(0), column(1)};
    default:
      return GenericEffects{column(0), column(1), {}};
  }
}

}  // namespace

std::size_t column_count(Layout layout) {
  return columns_of(layout).kind.size();
}

CountEffects::CountEffects(const BatchStudies& studies, const EffectOptions& options) : studies_(studies), options_(options) {
  if (!options_.measure) options_.measure = default_measure(studies.layout);
  if (!options_.add) options_.add = default_correction(*options_.measure);
  StudySet none;
  none.data = data_of(studies, {});
  (void)effect_sizes(none, options_);  // says what does not fit
  const bool plain = options_.vtype == VarianceType::LS && options_.convention == Preset::none && options_.to != CorrectionTo::if0all &&
                     *options_.add <= 1024 && 2 * *options_.add == std::floor(2 * *options_.add);
  if (!plain) return;
  switch (*options_.measure) {
    case Measure::OR:
      kernel_ = odds_ratios;
      break;
    case Measure::RR:
      kernel_ = risk_ratios;
      break;
    case Measure::RD:
      kernel_ = risk_differences;
      break;
    case Measure::PLO:
      kernel_ = logits;
      break;
    default:
      break;
  }
}

void CountEffects::compute_set(std::size_t begin, std::size_t end, double* yi, double* vi) const {
  std::vector<std::size_t> places;
  for (std::size_t i = begin; i < end; ++i) {
    yi[i - begin] = vi[i - begin] = undefined;
    bool complete = true;
    for (std::size_t c = 0; c < column_count(studies_.layout); ++c) complete = complete && !std::isnan(studies_.column[c][i]);
    if (complete) places.push_back(i);
  }
  StudySet set;
  set.study.resize(places.size()), set.row.resize(places.size());
  set.data = data_of(studies_, places);
  const EffectSizes effects = effect_sizes(set, options_);
  for (std::size_t j = 0; j < places.size(); ++j) {
    const EffectSize& e = effects.study[j];
    if (!e.yi || !e.vi || !(*e.vi > 0)) continue;
    yi[places[j] - begin] = *e.yi, vi[places[j] - begin] = *e.vi;
  }
}

bool CountEffects::compute(std::size_t begin, std::span<const std::size_t> ends, std::size_t set, double* yi, double* vi,
                           std::vector<Problem>& problems) const {
  if (ends.empty()) return true;
  if (kernel_) {
    std::array<const double*, 6> at{};
    for (std::size_t c = 0; c < column_count(studies_.layout); ++c) at[c] = studies_.column[c].data() + begin;
    if (kernel_(at.data(), ends.back() - begin, options_, yi, vi)) return true;
  }
  const LayoutColumns layout = columns_of(studies_.layout);
  bool good = true;
  std::size_t first = begin;
  for (const std::size_t end : ends) {
    ++set;
    bool set_is_good = true;
    for (std::size_t i = first; i < end; ++i)
      set_is_good = check(studies_, layout, i, set, i - first + 1, problems) != Entry::bad && set_is_good;
    if (set_is_good) compute_set(first, end, yi + (first - begin), vi + (first - begin));
    good = good && set_is_good;
    first = end;
  }
  return good;
}

}  // namespace tausq::batch
