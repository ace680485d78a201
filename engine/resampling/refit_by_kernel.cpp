// Refits by the whole kernel of a model, and what parametric replicates of counts are drawn from.
#include <cmath>
#include <utility>
#include <variant>

#include <tausq/effects.hpp>

#include "engine/model/hypergeometric_likelihood.hpp"
#include "engine/numerics/discrete_draw.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/pooling/integrated_results.hpp"
#include "engine/resampling/refit.hpp"

namespace tausq::resampling {

namespace {

/// The kernel with what analyse() adds to it.
pooling::Pooled run(const World& world, const pooling::PoolingInput& replicate) {
  pooling::PoolingInput input = replicate;
  const Options& o = input.options;
  // meta takes the Q of DerSimonian and Laird around the Mantel-Haenszel estimate.
  if (o.effect.convention == Preset::meta && o.pooling_common == Pooling::mh && world.pooling == Pooling::inverse)
    input.cochran_q = pooling::row_of(Pooling::mh).kernel(input).heterogeneity.q;
  pooling::Pooled pooled = pooling::row_of(world.pooling).kernel(input);
  if (o.model != Model::common) pooling::add_integrated_prediction(input, pooled);
  return pooled;
}

/// Some studies with all that belongs to them.
struct Selection {
  StudySet studies;
  EffectSizes effects;
  model::Design design;
  Options options;

  Selection(const World& world, std::span<const std::size_t> places) : options(world.options) {
    const pooling::PoolingInput& from = world.input;
    StudySet bare{{}, {}, from.studies.data, {}};  // the design is made: no column is needed
    bare.study.resize(from.studies.size()), bare.row.resize(from.studies.size());
    const std::vector<std::size_t> indices(places.begin(), places.end());
    studies = bare.subset(indices);
    effects.measure = from.effects.measure, effects.convention = from.effects.convention;
    design.k = indices.size(), design.terms = from.design.terms, design.intercept = from.design.intercept;
    options.user_weights.clear();
    for (std::size_t n = 0; n < indices.size(); ++n) {
      studies.row[n] = n + 1;
      effects.study.push_back(from.effects.study[indices[n]]);
      if (!world.options.user_weights.empty()) options.user_weights.push_back(world.options.user_weights[indices[n]]);
    }
    for (std::size_t j = 0; j < design.p(); ++j)
      for (const std::size_t i : indices) design.x.push_back(from.design.x[j * from.design.k + i]);
  }
};

double rate(double log_rate) {
  return std::min(std::exp(log_rate), 1e15);
}

class ByKernel final : public Refit {
 public:
  explicit ByKernel(const World& world) : world_(world), all_(world, world.used), replicate_(all_) {
    const auto* tables = std::get_if<TwoArmCounts>(&all_.studies.data);
    if (world.source.law != Law::table || tables == nullptr) return;
    for (std::size_t i = 0; i < tables->ai.size(); ++i)
      likelihoods_.emplace_back(tables->ai[i], tables->bi[i], tables->ci[i], tables->di[i]);
  }

  const pooling::Pooled& chosen(std::span<const std::size_t> places) override {
    const Selection selection(world_, places);
    pooled_ = run(world_, {selection.studies, selection.effects, selection.options, selection.design});
    return pooled_;
  }

  const pooling::Pooled& drawn(numerics::RandomStream& random) override {
    for (std::size_t i = 0; i < world_.used.size(); ++i) draw(i, random);
    if (world_.source.law != Law::normal) replicate_.effects = effect_sizes(replicate_.studies, replicate_.options.effect);
    pooled_ = run(world_, {replicate_.studies, replicate_.effects, replicate_.options, replicate_.design});
    return pooled_;
  }

 private:
  void draw(std::size_t i, numerics::RandomStream& random) {
    const Source& source = world_.source;
    const double z = numerics::normal_quantile(random.uniform()), mean = source.eta[world_.used[i]];
    if (source.law == Law::normal) {
      replicate_.effects.study[i].yi = mean + std::sqrt(*all_.effects.study[i].vi + source.tau2) * z;
      return;
    }
    const double eta = mean + std::sqrt(source.tau2) * z;
    std::visit([&](auto& data) { draw_counts(data, i, eta, random); }, replicate_.studies.data);
  }

  void draw_counts(SingleArmCounts& data, std::size_t i, double eta, numerics::RandomStream& random) {
    data.events[i] = numerics::draw_binomial(data.total[i], natural_scale(all_.effects.measure, eta), random);
  }
  void draw_counts(SingleArmRates& data, std::size_t i, double eta, numerics::RandomStream& random) {
    data.events[i] = numerics::draw_poisson(std::min(data.time[i] * rate(eta), 1e15), random);
  }
  void draw_counts(TwoArmCounts& data, std::size_t i, double eta, numerics::RandomStream& random) {
    const auto& from = std::get<TwoArmCounts>(all_.studies.data);
    const model::HypergeometricLikelihood::Distribution tables = likelihoods_[i].distribution(eta);
    double left = random.uniform();
    std::size_t n = 0;
    while (n + 1 < tables.p.size() && (left -= tables.p[n]) > 0) ++n;
    const double change = tables.first + static_cast<double>(n);
    data.ai[i] = from.ai[i] + change, data.bi[i] = from.bi[i] - change;
    data.ci[i] = from.ci[i] - change, data.di[i] = from.di[i] + change;
  }
  void draw_counts(TwoArmRates& data, std::size_t i, double eta, numerics::RandomStream& random) {
    const auto& from = std::get<TwoArmRates>(all_.studies.data);
    const double events = from.x1i[i] + from.x2i[i], log_odds = eta + std::log(data.t1i[i] / data.t2i[i]);
    data.x1i[i] = numerics::draw_binomial(events, 1 / (1 + std::exp(-log_odds)), random);
    data.x2i[i] = events - data.x1i[i];
  }
  template <typename Data>
  void draw_counts(Data&, std::size_t, double, numerics::RandomStream&) {}  // no law() of counts has them

  const World& world_;
  Selection all_, replicate_;
  std::vector<model::HypergeometricLikelihood> likelihoods_;
  pooling::Pooled pooled_;
};

bool conditional(Pooling pooling, const Options& options) {
  const GlmmModel model = options.glmm.value_or(GlmmModel::CM_EL);
  const bool random_levels = model == GlmmModel::UM_RS || model == GlmmModel::BV;
  return pooling == Pooling::mh || pooling == Pooling::peto || pooling == Pooling::exact || pooling == Pooling::firth ||
         (pooling == Pooling::glmm && !random_levels);
}

}  // namespace

Law law_of(Pooling pooling, const Options& options) {
  if (pooling == Pooling::inverse || pooling == Pooling::ssw) return Law::normal;
  const Measure measure = *options.effect.measure;
  if (layout_of(measure) == Layout::single_arm_counts) {
    const bool likelihood = pooling == Pooling::glmm || (pooling == Pooling::exact && measure == Measure::PLO);
    return likelihood ? Law::proportion : Law::none;
  }
  if (measure == Measure::IRLN) return pooling == Pooling::glmm ? Law::rate : Law::none;
  if (!conditional(pooling, options)) return Law::none;
  if (measure == Measure::OR || measure == Measure::PETO) return Law::table;
  return measure == Measure::IRR ? Law::rate_pair : Law::none;
}

pooling::Pooled fit_of(const World& world) {
  const pooling::PoolingInput& from = world.input;
  return run(world, {from.studies, from.effects, world.options, from.design, {}, from.cochran_q});
}

std::unique_ptr<Refit> refit_by_kernel(const World& world) {
  return std::make_unique<ByKernel>(world);
}

}  // namespace tausq::resampling
