// Rank tests of asymmetry: effects in standard units against their variances.
#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/diagnostics/funnel.hpp"
#include "engine/diagnostics/hypergeometric.hpp"
#include "engine/diagnostics/rank_correlation.hpp"
#include "engine/numerics/sums.hpp"

namespace tausq::diagnostics {

namespace {

// A deviation smaller than this share of the numbers whose difference it is has no sign: equal effects shall be ties.
constexpr double rounding = 16 * std::numeric_limits<double>::epsilon();

double difference(double a, double b) {
  const double d = a - b;
  return std::abs(d) <= rounding * std::max(std::abs(a), std::abs(b)) ? 0.0 : d;
}

AsymmetryTest rank_test(const std::vector<double>& deviation, const std::vector<double>& variance, std::string predictor,
                        const Funnel& funnel) {
  AsymmetryTest test;
  test.k = deviation.size();
  test.model = "rank";
  test.predictor = std::move(predictor);
  test.status = Status::not_estimable;
  if (test.k < 3) {
    test.reason = "fewer than 3 studies";
    return test;
  }
  const RankCorrelation r = kendall(deviation, variance);
  if (!r.tau) {
    test.reason = "all ranks are tied";
    return test;
  }
  test.status = Status::ok;
  test.kendall_tau = r.tau;
  test.statistic = r.z;
  test.p_value_normal = r.p_normal;
  test.p_value = funnel.options.preset == Preset::meta || !r.p_exact ? r.p_normal : r.p_exact;
  return test;
}

/// Mantel-Haenszel odds ratio without correction.
double mantel_haenszel(const TwoArmCounts& counts) {
  numerics::Sum above, below;
  for (std::size_t i = 0; i < counts.ai.size(); ++i) {
    const double n = counts.ai[i] + counts.bi[i] + counts.ci[i] + counts.di[i];
    above.add(counts.ai[i] / n * counts.di[i]);
    below.add(counts.bi[i] / n * counts.ci[i]);
  }
  return above.value() / below.value();
}

}  // namespace

AsymmetryTest begg(const Funnel& funnel) {
  const CommonEffect common = common_effect(funnel);
  std::vector<double> deviation(funnel.k());
  for (std::size_t j = 0; j < funnel.k(); ++j) {
    // vi - 1 / sum(w) = vi (sum of the other weights) / sum(w); 0 when this study is all the others' mean in rounding
    const double variance = funnel.vi[j] * ((common.weight - 1 / funnel.vi[j]) / common.weight);
    deviation[j] = variance > 0 ? difference(funnel.yi[j], common.mean) / std::sqrt(variance) : 0.0;
  }
  return rank_test(deviation, funnel.vi, "vi", funnel);
}

AsymmetryTest schwarzer(const Funnel& funnel) {
  const auto& counts = std::get<TwoArmCounts>(funnel.studies.data);
  const double odds_ratio = mantel_haenszel(counts);
  if (!(odds_ratio > 0) || std::isinf(odds_ratio)) {
    AsymmetryTest test = rank_test({}, {}, "1 / var(ai)", funnel);
    test.reason = "the Mantel-Haenszel odds ratio is 0 or infinite";
    return test;
  }
  std::vector<double> deviation, precision;
  for (std::size_t i = 0; i < counts.ai.size(); ++i) {
    const double n1 = counts.ai[i] + counts.bi[i], n2 = counts.ci[i] + counts.di[i], events = counts.ai[i] + counts.ci[i];
    const HypergeometricMoments m = hypergeometric_moments(n1, n2, events, odds_ratio);
    if (!(m.variance > 0)) continue;  // no events, or nothing else
    deviation.push_back(difference(counts.ai[i], m.mean) / std::sqrt(m.variance));
    precision.push_back(1 / m.variance);
  }
  return rank_test(deviation, precision, "1 / var(ai)", funnel);
}

}  // namespace tausq::diagnostics
