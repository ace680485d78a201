// effect_sizes(): zero cells, kernels, and what is left undefined, study by study.
#include <array>
#include <charconv>
#include <cmath>
#include <type_traits>
#include <utility>

#include <tausq/effects.hpp>
#include <tausq/problem.hpp>

#include "engine/effect/measures.hpp"
#include "engine/effect/shapes.hpp"
#include "engine/effect/zero_cells.hpp"
#include "engine/numerics/sums.hpp"

namespace tausq {

namespace {

using namespace effect;

/// Why a study has no effect size or no variance; the first that applies.
template <typename Shape>
std::string missing_reason(const Shape& s, const Estimate& estimate) {
  if (zero_cell(s)) return "a zero cell leaves the effect size infinite or undefined; nothing was added to it";
  if (!std::isfinite(estimate.yi)) return "the effect size is undefined for these numbers";
  return "the sampling variance is undefined for these numbers";
}

Warning correction_warning(double add, std::size_t k, std::vector<std::string> corrected_studies) {
  std::array<char, 32> text{};
  char* const end = std::to_chars(text.data(), text.data() + text.size(), add).ptr;
  return {"zero-cells-corrected",
          std::string(text.data(), end) + " was added to the cells of " + std::to_string(corrected_studies.size()) + " of " +
              std::to_string(k) + " studies",
          std::move(corrected_studies)};
}

/// Counts that tell nothing of an effect, or of a mean short of its edge: the correction alone would.
template <typename Shape>
bool silent(const Shape& s) {
  if constexpr (std::is_same_v<Shape, Proportion> || std::is_same_v<Shape, Rate>)
    return zero_cell(s);
  else
    return double_zero(s);
}

template <typename Shape>
Warning correction_alone(const Shape&) {
  constexpr bool rate = std::is_same_v<Shape, Rate> || std::is_same_v<Shape, TwoRates>;
  return {"correction-alone",
          std::string(rate ? "no study has an event" : "no study has both events and non-events") +
              ": effect sizes come from what was added to the cells alone",
          {}};
}

/// Which studies are left out, which ones `to` names, and what those become.
template <typename Columns>
class Correction {
 public:
  Correction(const Columns& columns, std::size_t k, const MeasureRow& row, const EffectOptions& options)
      : columns_(columns), add_(options.add.value_or(row.add)), to_(options.to), drop00_(options.drop00) {
    if (options.convention == Preset::meta) {
      habit_ = row.meta_habit;
      drop00_ = drop00_ || (layout_of(row.id) == Layout::two_arm_counts && row.natural.ratio);  // metabin's allstudies = FALSE
    }
    if (habit_ == MetaHabit::none || add_ == 0) to_ = CorrectionTo::none;
    if (to_ != CorrectionTo::if0all) return;
    to_ = CorrectionTo::none;
    for (std::size_t i = 0; i < k; ++i)
      if (!dropped(i) && zero_cell(raw(i))) to_ = CorrectionTo::all;
  }
  double add() const { return add_; }
  auto raw(std::size_t i) const { return shape(columns_, i); }
  bool dropped(std::size_t i) const { return drop00_ && double_zero(raw(i)); }
  bool applies(std::size_t i) const { return to_ == CorrectionTo::all || (to_ == CorrectionTo::only0 && zero_cell(raw(i))); }
  /// The study's cells, corrected where the correction applies.
  auto cells(std::size_t i) const { return corrected_as(applies(i) ? habit_ : MetaHabit::none, raw(i), add_); }
  /// Whether effect size and variance may come from different cells.
  bool splits() const { return habit_ == MetaHabit::variance_only || habit_ == MetaHabit::events_only; }

 private:
  const Columns& columns_;
  double add_;
  CorrectionTo to_;
  bool drop00_;
  MetaHabit habit_ = MetaHabit::every_cell;
};

/// Averages over the studies for VarianceType::AV; a study without an effect takes no part.
template <typename Columns, typename Shape>
std::array<double, 4> averages(const Correction<Columns>& correction, std::size_t k, Shares (*shares)(const Shape&)) {
  std::array<numerics::Sum, 4> sum, weight;
  for (std::size_t i = 0; i < k; ++i) {
    if (correction.dropped(i)) continue;
    const Shares share = shares(correction.cells(i).of_vi);
    for (std::size_t j = 0; j < 4; ++j) {
      if (!std::isfinite(share[j].sum)) continue;
      sum[j].add(share[j].sum);
      weight[j].add(share[j].weight);
    }
  }
  std::array<double, 4> result{};
  for (std::size_t j = 0; j < 4; ++j) result[j] = sum[j].value() / weight[j].value();
  return result;
}

template <typename Columns, typename Shape>
void compute(const StudySet& studies, const Columns& columns, const Kernel<Shape>& kernel, const EffectOptions& options,
             EffectSizes& result) {
  const std::size_t k = studies.size();
  const Correction<Columns> correction(columns, k, row_of(result.measure), options);
  Setting setting{options.vtype, {}};
  if (options.vtype == VarianceType::AV && kernel.shares) setting.average = averages(correction, k, kernel.shares);
  std::vector<std::string> corrected_studies;
  bool any_speaks = false;
  for (std::size_t i = 0; i < k; ++i) {
    EffectSize& to = result.study[i];
    to.ni = size(correction.raw(i));
    if (correction.dropped(i)) {
      to.reason = "no events, or only events, in both arms";
      result.excluded.push_back({studies.row[i], studies.study[i], "double_zero", to.reason});
      continue;
    }
    to.corrected = correction.applies(i);
    any_speaks = any_speaks || !silent(correction.raw(i));
    if (to.corrected) corrected_studies.push_back(studies.study[i]);
    const auto cells = correction.cells(i);
    Estimate estimate = kernel.estimate(cells.of_vi, setting);
    if (correction.splits()) estimate.yi = kernel.estimate(cells.of_yi, setting).yi;
    if (std::isfinite(estimate.yi) && std::isfinite(estimate.vi) && estimate.vi >= 0) {
      to.yi = estimate.yi;
      to.vi = estimate.vi;
    } else {
      to.reason = missing_reason(cells.of_yi, estimate);
    }
  }
  if (!corrected_studies.empty() && !any_speaks) result.warnings.push_back(correction_alone(correction.raw(0)));
  if (!corrected_studies.empty()) result.warnings.push_back(correction_warning(correction.add(), k, std::move(corrected_studies)));
}

}  // namespace

double default_correction(Measure measure) {
  return row_of(measure).add;
}

EffectSizes effect_sizes(const StudySet& studies, const EffectOptions& options) {
  const Measure measure = options.measure.value_or(default_measure(studies.layout()));
  const MeasureRow& row = row_of(measure);
  if (layout_of(measure) != studies.layout())
    throw UsageError("measure " + std::string(row.info.key) + " needs " + std::string(to_string(layout_of(measure))) +
                     ", these studies have " + std::string(to_string(studies.layout())));
  if (!row.vtypes.contains(options.vtype))
    throw UsageError("measure " + std::string(row.info.key) + " has no variance type " + std::string(key(options.vtype)));
  if (options.add && (!(*options.add >= 0) || std::isinf(*options.add))) throw UsageError("add must be a number from 0 upwards");
  EffectSizes result{measure, std::vector<EffectSize>(studies.size()), {}, {}, options.convention};
  std::visit(
      [&](const auto& columns, const auto& kernel) {
        if constexpr (requires { kernel.estimate(shape(columns, 0), Setting{}); }) compute(studies, columns, kernel, options, result);
      },
      studies.data, row.kernel);
  return result;
}

}  // namespace tausq
