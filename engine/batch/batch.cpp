// Blocks of sets, on threads, into tiles and out into columns.
#include <tausq/batch.hpp>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>
#include <utility>

#include <tausq/problem.hpp>

#include "engine/batch/count_effects.hpp"
#include "engine/batch/plan.hpp"
#include "engine/batch/problems.hpp"
#include "engine/numerics/parallel.hpp"

namespace tausq {

namespace batch {

namespace {

constexpr std::size_t sets_in_a_block = 128;

/// Where a column of results stands: in a tile, and in what the caller gave.
struct Column {
  Lanes LaneFits::*from;
  std::span<double> BatchFits::*to;
};
constexpr Column columns[] = {
    {&LaneFits::k, &BatchFits::k},
    {&LaneFits::estimate, &BatchFits::estimate},
    {&LaneFits::se, &BatchFits::se},
    {&LaneFits::statistic, &BatchFits::statistic},
    {&LaneFits::df, &BatchFits::df},
    {&LaneFits::p_value, &BatchFits::p_value},
    {&LaneFits::ci_lower, &BatchFits::ci_lower},
    {&LaneFits::ci_upper, &BatchFits::ci_upper},
    {&LaneFits::prediction_lower, &BatchFits::prediction_lower},
    {&LaneFits::prediction_upper, &BatchFits::prediction_upper},
    {&LaneFits::common_estimate, &BatchFits::common_estimate},
    {&LaneFits::common_se, &BatchFits::common_se},
    {&LaneFits::common_statistic, &BatchFits::common_statistic},
    {&LaneFits::common_p_value, &BatchFits::common_p_value},
    {&LaneFits::common_ci_lower, &BatchFits::common_ci_lower},
    {&LaneFits::common_ci_upper, &BatchFits::common_ci_upper},
    {&LaneFits::tau2, &BatchFits::tau2},
    {&LaneFits::i2, &BatchFits::i2},
    {&LaneFits::h2, &BatchFits::h2},
    {&LaneFits::q, &BatchFits::q},
    {&LaneFits::q_p, &BatchFits::q_p},
};

void check_shape(const BatchStudies& s, const BatchFits& fits) {
  const auto refuse = [](const char* rule) { throw InputError({{"E_FIELD_COUNT", "", 0, "", "", rule}}); };
  const std::size_t entries = s.column[0].size();
  for (std::size_t c = 0; c < column_count(s.layout); ++c)
    if (s.column[c].size() != entries) refuse("the columns are equally long");
  if (s.offsets.empty() && entries > 0 && (s.k == 0 || entries % s.k != 0)) refuse("columns have n x k entries, k at least 1");
  if (!s.offsets.empty() && (s.offsets.back() != entries || !std::is_sorted(s.offsets.begin(), s.offsets.end())))
    refuse("offsets ascend to the length of the columns");
  const auto fits_in = [&](std::size_t size) {
    if (size != 0 && size != s.sets()) refuse("a column of results has one entry a set");
  };
  fits_in(fits.status.size());
  for (const Column& column : columns) fits_in((fits.*column.to).size());
}

/// Options of any set of effect sizes. What counts become is left to CountEffects.
Options resolved(const BatchStudies& studies, const Options& options) {
  if (!options.mods.empty() || !options.intercept || !options.subgroup.empty() || !options.user_weights.empty())
    throw UsageError("a batch takes no moderators, subgroups or weights");
  if (options.pooling.value_or(Pooling::inverse) != Pooling::inverse) throw UsageError("a batch is of inverse-variance fits");
  Options of_effects = options;
  if (studies.layout != Layout::generic) of_effects.effect = {};
  of_effects.pooling = Pooling::inverse;
  return resolve(of_effects, generic_effects({0, 1}, {1, 1}));
}

/// What one thread keeps.
struct Worker {
  Workspace work;
  std::vector<double> yi, vi;      ///< effect sizes of the counts of a block
  std::vector<std::size_t> ends;   ///< of the sets of a block
  std::vector<std::size_t> order;  ///< sets of a block, those of similar size together
  std::vector<Problem> problems;

  explicit Worker(const Plan& plan) : work(plan) {}
};

/// The sets of one call, block by block.
class Batch {
 public:
  Batch(const BatchStudies& studies, const BatchFits& fits, const Options& options)
      : studies_(studies), fits_(fits), plan_(resolved(studies, options), fits), effects_(studies, options.effect) {}

  void run(std::size_t threads) {
    const std::size_t blocks = (studies_.sets() + sets_in_a_block - 1) / sets_in_a_block;
    std::vector<Worker> workers(std::min(numerics::thread_count(threads), std::max<std::size_t>(1, blocks)), Worker(plan_));
    numerics::in_blocks(studies_.sets(), sets_in_a_block, workers.size(),
                        [&](std::size_t begin, std::size_t end, std::size_t worker) { fit_block(begin, end, workers[worker]); });
    std::vector<Problem> all;
    for (Worker& worker : workers) std::move(worker.problems.begin(), worker.problems.end(), std::back_inserter(all));
    if (all.empty()) return;
    std::stable_sort(all.begin(), all.end(), [](const Problem& a, const Problem& b) { return a.row < b.row; });
    all.resize(std::min(all.size(), listed_problems));
    throw InputError(std::move(all));
  }

 private:
  std::size_t start(std::size_t set) const { return studies_.offsets.empty() ? set * studies_.k : studies_.offsets[set]; }

  void fit_block(std::size_t begin, std::size_t end, Worker& w) const {
    const std::size_t first = start(begin);
    const double *yi = studies_.column[0].data() + first, *vi = studies_.column[1].data() + first;
    if (studies_.layout != Layout::generic) {
      w.ends.clear();
      for (std::size_t set = begin; set < end; ++set) w.ends.push_back(start(set + 1));
      w.yi.resize(start(end) - first), w.vi.resize(w.yi.size());
      if (!effects_.compute(first, w.ends, begin, w.yi.data(), w.vi.data(), w.problems)) return;
      yi = w.yi.data(), vi = w.vi.data();
    }
    w.order.resize(end - begin);
    std::iota(w.order.begin(), w.order.end(), begin);
    if (!studies_.offsets.empty())
      std::stable_sort(w.order.begin(), w.order.end(),
                       [&](std::size_t a, std::size_t b) { return start(a + 1) - start(a) < start(b + 1) - start(b); });
    for (std::size_t at = 0; at < w.order.size(); at += eight)
      fit(std::span(w.order).subspan(at, std::min(eight, w.order.size() - at)), first, yi, vi, w);
  }

  /// Up to eight sets; `yi` and `vi` begin with entry `first` of the whole batch.
  void fit(std::span<const std::size_t> sets, std::size_t first, const double* yi, const double* vi, Worker& w) const {
    std::array<SetRows, eight> rows{};
    for (std::size_t l = 0; l < sets.size(); ++l) {
      const std::size_t at = start(sets[l]);
      rows[l] = {yi + (at - first), vi + (at - first), start(sets[l] + 1) - at};
    }
    if (!load_tile(rows, w.work.tile)) {
      for (std::size_t l = 0; l < sets.size(); ++l) report(rows[l], sets[l], w.problems);
      return;
    }
    fit_tile(plan_, w.work);
    LaneFits& fits = w.work.fits;
    for (std::size_t l = 0; l < sets.size(); ++l)
      if (fits.hard[l]) fit_one(plan_, rows[l], l, fits);
    store(sets, fits);
  }

  void store(std::span<const std::size_t> sets, const LaneFits& fits) const {
    const bool in_order = sets.back() - sets.front() + 1 == sets.size() && studies_.offsets.empty();
    for (const Column& column : columns) {
      const std::span<double> to = fits_.*column.to;
      if (to.empty()) continue;
      const Lanes& from = fits.*column.from;
      if (in_order)
        std::copy_n(from.begin(), sets.size(), to.begin() + static_cast<std::ptrdiff_t>(sets.front()));
      else
        for (std::size_t l = 0; l < sets.size(); ++l) to[sets[l]] = from[l];
    }
    if (fits_.status.empty()) return;
    for (std::size_t l = 0; l < sets.size(); ++l) fits_.status[sets[l]] = fits.status[l];
  }

  static void report(const SetRows& set, std::size_t number, std::vector<Problem>& problems) {
    for (std::size_t i = 0; i < set.entries; ++i) {
      const double y = set.yi[i], v = set.vi[i];
      if (std::isnan(y) || std::isnan(v)) continue;
      if (std::isinf(y)) add_problem(problems, "E_NOT_FINITE", number + 1, i + 1, y, "an effect size is finite");
      if (!(v > 0) || std::isinf(v))
        add_problem(problems, "E_VARIANCE", number + 1, i + 1, v, "a sampling variance is positive and finite");
    }
  }

  const BatchStudies& studies_;
  const BatchFits& fits_;
  const Plan plan_;
  const CountEffects effects_;
};

}  // namespace

}  // namespace batch

void fit_batch(const BatchStudies& studies, const BatchFits& fits, const Options& options, std::size_t threads) {
  batch::check_shape(studies, fits);
  batch::Batch(studies, fits, options).run(threads);
}

}  // namespace tausq
