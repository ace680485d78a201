#include "engine/resampling/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include <tausq/problem.hpp>

#include "engine/numerics/parallel.hpp"
#include "engine/resampling/bootstrap_quantities.hpp"
#include "engine/resampling/bootstrap_summary.hpp"
#include "engine/resampling/refit.hpp"

namespace tausq::resampling {

namespace {

using pooling::Pooled;

constexpr std::size_t block = 16;
constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// How many replicates failed, by the reason.
class Failures {
 public:
  void add(std::pair<Status, std::string> reason) {
    const std::lock_guard lock(adding_);
    ++count_[std::move(reason)];
  }
  std::vector<BootstrapFailure> list() const {
    std::vector<BootstrapFailure> all;
    for (const auto& [reason, count] : count_) all.push_back({reason.first, reason.second, count});
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.replicates > b.replicates; });
    return all;
  }

 private:
  std::mutex adding_;
  std::map<std::pair<Status, std::string>, std::size_t> count_;
};

/// k of the k places with replacement, ascending: the same studies give the same fit to the last bit.
void resample(const std::vector<std::size_t>& used, numerics::RandomStream& random, std::vector<std::size_t>& places) {
  places.resize(used.size());
  for (std::size_t& place : places) place = used[random.below(static_cast<std::uint32_t>(used.size()))];
  std::sort(places.begin(), places.end());
}

/// The fits of one model: numbers[q * count + i] is quantity q of fit i, NaN where it has none.
struct Numbers {
  std::size_t count = 0;
  std::vector<double> values;
  std::span<const double> of(std::size_t quantity) const { return std::span(values).subspan(quantity * count, count); }
};

std::unique_ptr<Refit> refit_of(const World& world) {
  return is_normal_mean(world) ? refit_of_normal_mean(world) : refit_by_kernel(world);
}

/// `fit(refit, i)` for i < count on all threads. `failures` may be null.
template <typename Fit>
Numbers numbers_of(const World& world, const std::vector<Quantity>& quantities, std::size_t count, Failures* failures, Fit&& fit) {
  Numbers numbers{count, std::vector<double>(quantities.size() * count, missing)};
  std::vector<std::unique_ptr<Refit>> refits(numerics::thread_count(world.options.threads));
  const auto read_all = [&](Refit& refit, std::size_t i) -> std::optional<std::pair<Status, std::string>> {
    try {
      const Pooled& pooled = fit(refit, i);
      if (pooled.fit.status == Status::not_converged) return why(pooled);
      bool complete = true;
      for (std::size_t q = 0; q < quantities.size(); ++q) {
        const std::optional<double> value = quantities[q].read(pooled);
        if (value && std::isfinite(*value))
          numbers.values[q * count + i] = *value;
        else
          complete = false;
      }
      return complete ? std::nullopt : std::optional(why(pooled));
    } catch (const UsageError& error) {  // studies too few for the model
      return std::pair{Status::not_estimable, std::string(error.what())};
    }
  };
  numerics::in_blocks(count, block, world.options.threads, [&](std::size_t begin, std::size_t end, std::size_t worker) {
    if (!refits[worker]) refits[worker] = refit_of(world);
    for (std::size_t i = begin; i < end; ++i) {
      auto failure = read_all(*refits[worker], i);
      if (failure && failures) failures->add(std::move(*failure));
    }
  });
  return numbers;
}

void bootstrap_world(const World& world, bool parametric, const std::vector<Quantity>& quantities, std::size_t count, Failures& failures) {
  const std::uint64_t seed = world.options.seed;
  const Numbers replicates = numbers_of(world, quantities, count, &failures, [&](Refit& refit, std::size_t b) -> const Pooled& {
    numerics::RandomStream random(seed, b);
    if (parametric) return refit.drawn(random);
    thread_local std::vector<std::size_t> places;
    resample(world.used, random, places);
    return refit.chosen(places);
  });
  const std::size_t k = world.used.size();
  const Numbers left_out = numbers_of(world, quantities, k > 1 ? k : 0, nullptr, [&](Refit& refit, std::size_t i) -> const Pooled& {
    std::vector<std::size_t> places = world.used;
    places.erase(places.begin() + static_cast<std::ptrdiff_t>(i));
    return refit.chosen(places);
  });
  std::vector<double> values;
  for (std::size_t q = 0; q < quantities.size(); ++q) {
    values.clear();
    for (const double t : replicates.of(q))
      if (!std::isnan(t)) values.push_back(t);
    summarise(values, left_out.of(q), world.options.level, *quantities[q].result);
  }
}

/// The studies that no fit has left out.
std::vector<std::size_t> used_by(const pooling::PoolingInput& input, const Pooled& pooled) {
  std::set<std::pair<std::size_t, std::string>> out;
  for (const std::vector<Excluded>* list : {&input.effects.excluded, &pooled.excluded})
    for (const Excluded& e : *list) out.emplace(e.row, e.study);
  std::vector<std::size_t> used;
  for (std::size_t i = 0; i < input.studies.size(); ++i)
    if (!out.contains({input.studies.row[i], input.studies.study[i]})) used.push_back(i);
  return used;
}

World world_of(const pooling::PoolingInput& input, Pooling pooling, Model model) {
  World world{input, input.options, pooling};
  world.options.model = model;
  if (pooling == Pooling::glmm || pooling == Pooling::betabin || pooling == Pooling::negbin) {
    // No replicate needs intervals: Wald's cost nothing, and no other than the profile is made for tau2.
    world.options.interval = world.options.interval_common = IntervalMethod::t;
    world.options.tau2_interval = Tau2IntervalMethod::QP;
  }
  world.observed = fit_of(world);
  world.used = used_by(input, world.observed);
  return world;
}

/// The fit as the source of parametric replicates; law none where it is not one.
Source source_of(const World& world) {
  const std::size_t k = world.input.studies.size();
  const bool common = world.options.model == Model::common;
  const Pooled& fit = world.observed;
  Source source{law_of(world.pooling, world.options), std::vector<double>(k), common ? 0 : fit.heterogeneity.tau2.value_or(0)};
  if (fit.regression) {
    const model::Design& design = world.input.design;
    for (std::size_t j = 0; j < fit.regression->terms.size(); ++j) {
      const auto at = std::find(design.terms.begin(), design.terms.end(), fit.regression->terms[j]);
      const std::size_t column = static_cast<std::size_t>(at - design.terms.begin()) * design.k;
      for (std::size_t i = 0; i < k && column < design.x.size(); ++i) source.eta[i] += fit.regression->beta[j] * design.x[column + i];
    }
    return source;
  }
  const std::optional<double> estimate = (common ? fit.common : fit.random).estimate;
  if (!estimate) return {};
  std::fill(source.eta.begin(), source.eta.end(), *estimate);
  return source;
}

/// Different samples of k out of k with replacement: C(2k - 1, k).
double different_resamples(std::size_t k) {
  double count = 1;
  for (std::size_t i = 1; i < k; ++i) count = count * static_cast<double>(k + i) / static_cast<double>(i);
  return count;
}

struct Plan {
  World fit, common;
  bool stratified_q;  ///< Q belongs to the common effect

  explicit Plan(const pooling::PoolingInput& input)
      : fit(world_of(input, random_effects_pooling(*input.options.pooling),
                     input.options.model == Model::common ? Model::common : Model::random)),
        common(world_of(input, *input.options.pooling_common, Model::common)),
        stratified_q(fit.pooling != common.pooling && *input.options.pooling == common.pooling) {}
};

void say_why_not(const std::vector<Quantity>& quantities, const std::string& reason) {
  for (const Quantity& q : quantities) q.result->percentile.reason = q.result->basic.reason = q.result->bca.reason = reason;
}

/// The laws of both models; refuses where the replicates that were asked for cannot be drawn at all.
void choose_laws(const Options& options, Plan& plan) {
  plan.fit.source = source_of(plan.fit), plan.common.source = source_of(plan.common);
  const bool other_q = plan.fit.pooling == Pooling::inverse && options.effect.convention == Preset::meta &&
                       options.pooling_common == Pooling::mh && options.tau2 == Tau2Method::DL;
  if (other_q)
    throw UsageError(
        "--bootstrap parametric: the Q of this DL estimate is that of Mantel-Haenszel tables, which effect sizes drawn "
        "from a normal law do not have; use --bootstrap nonparametric");
  if (law_of(plan.fit.pooling, plan.fit.options) == Law::none)
    throw UsageError("--bootstrap parametric: no replicates of " + std::string(key(*options.effect.measure)) +
                     " are drawn from --pooling " + std::string(key(plan.fit.pooling)) + "; use --bootstrap nonparametric");
}

}  // namespace

Bootstrap bootstrap(const pooling::PoolingInput& input, const Pooled& observed) {
  const Options& options = input.options;
  const bool parametric = *options.bootstrap == BootstrapMethod::parametric;
  Bootstrap result;
  result.method = *options.bootstrap;
  result.replicates = *options.replicates;
  Plan plan(input);
  if (parametric) choose_laws(options, plan);
  const auto [from_common, from_fit] = list_quantities(observed, plan.stratified_q, result.quantities);
  const std::size_t k = plan.fit.used.size();
  if (result.quantities.empty() || (!parametric && k < 2)) {
    result.status = Status::not_estimable;
    result.reason = result.quantities.empty() ? "the studies have no estimate to bootstrap" : "there is nothing to resample with one study";
    result.replicates = 0;
    result.quantities.clear();
    return result;
  }
  Failures failures;
  for (const auto& [world, quantities] : {std::pair{&plan.fit, &from_fit}, std::pair{&plan.common, &from_common}}) {
    if (quantities->empty()) continue;
    if (parametric && world->source.law == Law::none)
      say_why_not(*quantities, "no replicates are drawn from this model; --bootstrap nonparametric has them");
    else
      bootstrap_world(*world, parametric, *quantities, result.replicates, failures);
  }
  result.failures = failures.list();
  constexpr double few = 1000;
  if (!parametric && different_resamples(k) < few)
    result.reason = "only " + std::to_string(static_cast<std::size_t>(different_resamples(k))) + " different resamples of " +
                    std::to_string(k) + " studies: intervals are coarse";
  return result;
}

}  // namespace tausq::resampling
