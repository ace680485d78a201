// Any counts, rates or effect sizes through any measure, model, estimator and interval: a number or a reason, and what must not
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
    default: {
      GenericEffects c;
      for (std::size_t i = 0; i < k; ++i) c.yi.push_back(20 * bytes.fraction() - 10), c.vi.push_back(positive(bytes));
      return c;
    }
  }
}

StudySet study_set(Bytes& bytes) {
  constexpr Layout layouts[] = {Layout::single_arm_counts, Layout::two_arm_counts, Layout::two_arm_rates, Layout::generic};
  const Layout layout = layouts[bytes.below(4)];
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

StudySet arms_exchanged(StudySet studies) {
  if (auto* tables = std::get_if<TwoArmCounts>(&studies.data)) std::swap(tables->ai, tables->ci), std::swap(tables->bi, tables->di);
  if (auto* rates = std::get_if<TwoArmRates>(&studies.data)) std::swap(rates->x1i, rates->x2i), std::swap(rates->t1i, rates->t2i);
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
