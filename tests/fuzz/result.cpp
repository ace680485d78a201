// Any counts, rates, means or effect sizes through any measure, model, estimator and interval: a number or a reason, and what must not
// change the answer does not.
#include <algorithm>
#include <string>

#include <tausq/problem.hpp>
#include <tausq/tausq.hpp>

#include "tests/fuzz/fuzz.hpp"

namespace {

using namespace tausq;
using fuzz::Bytes;

/// Mostly small, at times 0 or very large.
double count(Bytes& bytes) {
  const unsigned kind = bytes.byte();
  if (kind < 60) return 0;
  if (kind < 220) return bytes.byte() % 40;
  if (kind < 250) return bytes.below(5000);
  return bytes.below(60000) * 1e4;
}

double positive(Bytes& bytes) {
  return std::pow(10, 12 * bytes.fraction() - 6);
}

/// Of either sign, at times of any size.
double mean(Bytes& bytes) {
  return bytes.byte() < 128 ? 20 * bytes.fraction() - 10 : positive(bytes);
}

StudyData columns(Layout layout, std::size_t k, Bytes& bytes) {
  switch (layout) {
    case Layout::single_arm_counts: {
      SingleArmCounts c;
      for (std::size_t i = 0; i < k; ++i) {
        c.events.push_back(count(bytes));
        c.total.push_back(std::max(1.0, c.events.back() + count(bytes)));
      }
      return c;
    }
    case Layout::two_arm_counts: {
      TwoArmCounts c;
      for (std::size_t i = 0; i < k; ++i) {
        c.ai.push_back(count(bytes)), c.bi.push_back(count(bytes));
        c.ci.push_back(count(bytes)), c.di.push_back(count(bytes));
        if (c.ai[i] + c.bi[i] == 0) c.bi[i] = 1;
        if (c.ci[i] + c.di[i] == 0) c.di[i] = 1;
      }
      return c;
    }
    case Layout::two_arm_rates: {
      TwoArmRates c;
      for (std::size_t i = 0; i < k; ++i) {
        c.x1i.push_back(count(bytes)), c.t1i.push_back(positive(bytes));
        c.x2i.push_back(count(bytes)), c.t2i.push_back(positive(bytes));
      }
      return c;
    }
    case Layout::single_arm_rates: {
      SingleArmRates c;
      for (std::size_t i = 0; i < k; ++i) c.events.push_back(count(bytes)), c.time.push_back(positive(bytes));
      return c;
    }
    case Layout::single_arm_means: {
      SingleArmMeans c;
      for (std::size_t i = 0; i < k; ++i) c.mi.push_back(mean(bytes)), c.sdi.push_back(positive(bytes)), c.ni.push_back(2 + count(bytes));
      return c;
    }
    case Layout::two_arm_means: {
      TwoArmMeans c;
      for (std::size_t i = 0; i < k; ++i) {
        c.m1i.push_back(mean(bytes)), c.sd1i.push_back(positive(bytes)), c.n1i.push_back(2 + count(bytes));
        c.m2i.push_back(mean(bytes)), c.sd2i.push_back(positive(bytes)), c.n2i.push_back(2 + count(bytes));
      }
      return c;
    }
    case Layout::correlations: {
      Correlations c;
      for (std::size_t i = 0; i < k; ++i) c.ri.push_back(2 * bytes.fraction() - 1), c.ni.push_back(4 + count(bytes));
      return c;
    }
    default: {
      GenericEffects c;
      for (std::size_t i = 0; i < k; ++i) c.yi.push_back(20 * bytes.fraction() - 10), c.vi.push_back(positive(bytes));
      return c;
    }
  }
}

StudySet study_set(Bytes& bytes) {
  constexpr Layout frequent[] = {Layout::single_arm_counts, Layout::two_arm_counts, Layout::two_arm_rates, Layout::generic};
  constexpr Layout others[] = {Layout::single_arm_rates, Layout::single_arm_means, Layout::two_arm_means, Layout::correlations};
  const unsigned choice = bytes.below(1U << 16);
  const Layout layout = choice < 0xC000 ? frequent[choice % 4] : others[choice % 4];
  const std::size_t k = 1 + bytes.below(6);
  StudySet studies;
  for (std::size_t i = 0; i < k; ++i) studies.study.push_back(std::string(1, static_cast<char>('A' + i))), studies.row.push_back(i + 1);
  studies.data = columns(layout, k, bytes);
  return studies;
}

Options options_of(Layout layout, Bytes& bytes) {
  Options options;
  do options.effect.measure = fuzz::method<Measure>(bytes);
  while (!bytes.empty() && layout_of(*options.effect.measure) != layout);
  if (layout_of(*options.effect.measure) != layout) options.effect.measure.reset();
  if (bytes.byte() & 1) options.pooling = fuzz::method<Pooling>(bytes);
  if (options.pooling == Pooling::bayes && bytes.byte() > 8) options.pooling.reset();  // slow: rarely
  if (bytes.byte() & 1) options.tau2 = fuzz::method<Tau2Method>(bytes);
  if (bytes.byte() & 1) options.interval = fuzz::method<IntervalMethod>(bytes);
  if (bytes.byte() & 1) options.tau2_interval = fuzz::method<Tau2IntervalMethod>(bytes);
  if (bytes.byte() & 1) options.prediction = fuzz::method<PredictionMethod>(bytes);
  if (bytes.byte() & 1) options.glmm = fuzz::method<GlmmModel>(bytes);
  if (bytes.byte() & 1) options.effect.to = fuzz::method<CorrectionTo>(bytes);
  if (bytes.byte() < 32) options.level = 0.5 + 0.4999 * bytes.fraction();
  if (bytes.byte() & 1) options.interval_common = fuzz::method<IntervalMethod>(bytes);
  if (bytes.byte() & 1) options.study_interval = fuzz::method<StudyIntervalMethod>(bytes);
  if (bytes.byte() & 1) options.effect.vtype = fuzz::method<VarianceType>(bytes);
  if (bytes.byte() & 1) options.effect.add = 2 * bytes.fraction();
  if (bytes.byte() & 1) options.preset = fuzz::method<Preset>(bytes);
  if ((bytes.byte() & 7) == 1) options.link = fuzz::method<Link>(bytes);
  if ((bytes.byte() & 7) == 1) options.tau2_fixed = positive(bytes);
  options.effect.drop00 = (bytes.byte() & 1) != 0;
  options.sensitivity = (bytes.byte() & 63) == 1;  // slow: rarely
  return options;
}

/// The integrated-likelihood and exact intervals are not made around the estimate, and the profile interval of effect sizes
/// belongs to maximum likelihood, whatever the estimator of tau2 (a warning says so).
bool contains(const Options& options, Model model) {
  const auto interval = model == Model::common ? std::optional(options.interval_common.value_or(IntervalMethod::z)) : options.interval;
  return interval && *interval != IntervalMethod::il && *interval != IntervalMethod::il_logf && *interval != IntervalMethod::exact &&
         *interval != IntervalMethod::midp && (*interval != IntervalMethod::profile || options.tau2 == Tau2Method::ML);
}

StudySet reversed(const StudySet& studies) {
  std::vector<std::size_t> places(studies.size());
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = places.size() - 1 - i;
  return studies.subset(places);
}

/// Every study twice.
StudySet doubled(const StudySet& studies) {
  const std::size_t k = studies.size();
  std::vector<std::size_t> places(2 * k);
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = i % k;
  StudySet twice = studies.subset(places);
  for (std::size_t i = k; i < places.size(); ++i) twice.study[i] += " again", twice.row[i] = i + 1;
  return twice;
}

/// What a sum over the studies, or its maximum, gives is the same when every study stands twice; a prior or a penalty does not double.
bool sums_over_studies(const Options& options) {
  const auto of_data = [](Pooling pooling) {
    return pooling != Pooling::bayes && pooling != Pooling::bayes_normal && pooling != Pooling::firth;
  };
  return of_data(options.pooling.value_or(Pooling::bayes)) && of_data(options.pooling_common.value_or(*options.pooling));
}

bool maximises(const Options& options) {
  return options.tau2 == Tau2Method::ML && !options.tau2_fixed && (options.pooling == Pooling::inverse || options.pooling == Pooling::glmm);
}

void require_doubled(const Analysis& once, const Analysis& twice) {
  if (!sums_over_studies(once.options)) return;
  fuzz::require_alike(once.common, twice.common, 1, 1e-6, "common effect: the same when every study stands twice");
  if (maximises(once.options))
    fuzz::require_alike(once.random, twice.random, 1, 1e-4, "random effects by ML: the same when every study stands twice");
}

StudySet arms_exchanged(StudySet studies) {
  if (auto* tables = std::get_if<TwoArmCounts>(&studies.data)) std::swap(tables->ai, tables->ci), std::swap(tables->bi, tables->di);
  if (auto* rates = std::get_if<TwoArmRates>(&studies.data)) std::swap(rates->x1i, rates->x2i), std::swap(rates->t1i, rates->t2i);
  if (auto* means = std::get_if<TwoArmMeans>(&studies.data))
    std::swap(means->m1i, means->m2i), std::swap(means->sd1i, means->sd2i), std::swap(means->n1i, means->n2i);
  return studies;
}

/// Measures whose sign turns with the arms.
bool turns(std::optional<Measure> measure) {
  switch (measure.value_or(Measure::GEN)) {
    case Measure::OR:
    case Measure::RR:
    case Measure::RD:
    case Measure::AS:
    case Measure::IRR:
    case Measure::IRD:
    case Measure::IRSD:
    case Measure::MD:
    case Measure::SMD:
    case Measure::ROM:
    case Measure::CVR:
    case Measure::VR:
      return true;
    default:
      return false;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, size);
  const StudySet studies = study_set(bytes);
  const Options options = options_of(studies.layout(), bytes);
  try {
    const Analysis result = analyse(studies, options);
    fuzz::require_finite(result);
    fuzz::require(result.studies.size() + result.input.excluded.size() >= studies.size(), "every study is used or accounted for");
    fuzz::require_sound(result.common, contains(result.options, Model::common));
    fuzz::require_sound(result.random, contains(result.options, Model::random));
    if (result.heterogeneity.tau2) fuzz::require(*result.heterogeneity.tau2 >= 0, "tau2 is not negative");
    const Analysis back = analyse(reversed(studies), options);
    fuzz::require_alike(result.common, back.common, 1, 1e-6, "common effect: the order of the studies does not matter");
    fuzz::require_alike(result.random, back.random, 1, 1e-4, "random effects: the order of the studies does not matter");
    require_doubled(result, analyse(doubled(studies), options));
    if (turns(result.options.effect.measure)) {
      const Analysis turned = analyse(arms_exchanged(studies), options);
      fuzz::require_alike(result.common, turned.common, -1, 1e-6, "common effect: exchanged arms turn the sign");
      fuzz::require_alike(result.random, turned.random, -1, 1e-4, "random effects: exchanged arms turn the sign");
    }
  } catch (const UsageError& error) {
    fuzz::require(error.what()[0] != '\0', "a refusal says why");
  } catch (const InputError& error) {
    fuzz::require(!error.problems().empty(), "a refusal has its problems");
  }
  return 0;
}
