// The test of excess significance (Ioannidis & Trikalinos 2007, Clin Trials 4:245).
#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/diagnostics/funnel.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/numerics/sums.hpp"

namespace tausq::diagnostics {

namespace {

/// P(X >= observed) where X counts successes with these probabilities; time O(k^2).
double upper_tail(const std::vector<double>& probability, std::size_t observed) {
  std::vector<double> p{1.0};
  for (double success : probability) {
    p.push_back(0.0);
    for (std::size_t j = p.size() - 1; j > 0; --j) p[j] = p[j] * (1 - success) + p[j - 1] * success;
    p[0] *= 1 - success;
  }
  double tail = 0;
  for (std::size_t j = p.size(); j-- > observed;) tail += p[j];
  return std::min(1.0, tail);
}

}  // namespace

ExcessSignificance excess_significance(const Funnel& funnel) {
  ExcessSignificance test;
  test.k = funnel.k();
  if (test.k < 3) {
    test.status = Status::not_estimable;
    test.reason = "fewer than 3 studies";
    return test;
  }
  const double theta = common_effect(funnel).mean, critical = numerics::normal_quantile_upper(funnel.bias.alpha / 2);
  std::vector<double> power(test.k);
  numerics::Sum expected, missed;
  std::size_t observed = 0;
  for (std::size_t j = 0; j < test.k; ++j) {
    const double se = std::sqrt(funnel.vi[j]), shift = theta / se;
    power[j] = numerics::normal_sf(critical - shift) + numerics::normal_sf(critical + shift);
    expected.add(power[j]);
    missed.add(numerics::normal_cdf(critical - shift) - numerics::normal_sf(critical + shift));
    if (std::abs(funnel.yi[j]) >= critical * se) ++observed;
  }
  test.observed = observed;
  test.expected = expected.value();
  test.p_value_exact = upper_tail(power, observed);
  if (!(missed.value() > 0)) return test;  // every study was certain to be significant: no chi-square
  const double z = (static_cast<double>(observed) - *test.expected) * std::sqrt(1 / *test.expected + 1 / missed.value());
  test.statistic = z * z;
  test.p_value = numerics::normal_sf(z);
  return test;
}

}  // namespace tausq::diagnostics
