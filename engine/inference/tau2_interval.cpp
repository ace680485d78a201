#include "engine/inference/tau2_interval.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include <tausq/problem.hpp>

#include "engine/methods/table.hpp"
#include "engine/model/generalised_q.hpp"
#include "engine/model/tau2.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/numerics/roots.hpp"

namespace tausq::inference {

namespace {

using model::LikelihoodShape;
using model::StationaryPoint;

/// Q(tau2) between the quantiles of chi2 on k - p.
Tau2Interval q_profile(const Tau2IntervalInput& in) {
  const double tail = (1 - in.level) / 2, df = in.data.df();
  const double high = numerics::chi2_quantile_upper(tail, df), low = numerics::chi2_quantile(tail, df);
  const model::QRoot lower = q_root(in.data, high, in.work), upper = q_root(in.data, low, in.work);
  Tau2Interval result{lower.tau2, upper.tau2, false, false, lower.converged && upper.converged};
  result.empty = upper.tau2 == 0 && normal_moments(in.data, 0, in.work).q < low;
  return result;
}

/// The likelihood-ratio function 2 (max l - l(tau2)) - chi2, which falls below 0 around the maximum.
class LikelihoodRatio {
 public:
  LikelihoodRatio(const Tau2IntervalInput& in, const LikelihoodShape& shape)
      : in_(in), top_(shape.loglik), cut_off_(numerics::chi2_quantile(in.level, 1)) {}
  double operator()(double tau2) const { return 2 * (top_ - log_likelihood(in_.data, in_.likelihood, tau2, in_.work)) - cut_off_; }

 private:
  const Tau2IntervalInput& in_;
  double top_;
  double cut_off_;
};

struct Crossing {
  double tau2 = 0;
  bool converged = true;
};

/// Between neighbouring stationary points the likelihood is monotone, so a bracket of two of them holds one crossing.
Crossing crossing(const LikelihoodRatio& ratio, double inside, double outside) {
  const numerics::Root root = numerics::brent_root(ratio, inside, outside);
  return {root.x, root.converged};
}

/// From the global maximum down to the first stationary point, or 0, that the cut-off excludes.
Crossing lower_crossing(const LikelihoodRatio& ratio, const LikelihoodShape& shape) {
  double inside = shape.tau2;
  for (auto point = shape.points.rbegin(); point != shape.points.rend(); ++point) {
    if (point->tau2 >= inside) continue;
    if (ratio(point->tau2) > 0) return crossing(ratio, inside, point->tau2);
    inside = point->tau2;
  }
  return inside > 0 && ratio(0) > 0 ? crossing(ratio, inside, 0) : Crossing{};
}

/// The same upwards; beyond the last stationary point the likelihood falls for good.
Crossing upper_crossing(const LikelihoodRatio& ratio, const LikelihoodShape& shape, double step) {
  double inside = shape.tau2;
  for (const StationaryPoint& point : shape.points) {
    if (point.tau2 <= inside) continue;
    if (ratio(point.tau2) > 0) return crossing(ratio, inside, point.tau2);
    inside = point.tau2;
  }
  const auto bracket = numerics::bracket_outward(ratio, inside, inside + step);
  return bracket ? crossing(ratio, bracket->first, bracket->second) : Crossing{inside, false};
}

/// The interval around the global maximum; another maximum outside of it may be as likely as its ends.
Tau2Interval profile_likelihood(const Tau2IntervalInput& in) {
  const LikelihoodShape shape = likelihood_shape(in.data, in.likelihood, in.work);
  const LikelihoodRatio ratio(in, shape);
  const Crossing lower = lower_crossing(ratio, shape), upper = upper_crossing(ratio, shape, in.data.v[0]);
  Tau2Interval result{lower.tau2, upper.tau2, false, false, shape.converged && lower.converged && upper.converged};
  result.in_pieces = result.lower > 0 && ratio(0) < 0;
  for (const StationaryPoint& point : shape.points)
    result.in_pieces = result.in_pieces || ((point.tau2 < result.lower || point.tau2 > result.upper) && ratio(point.tau2) < 0);
  return result;
}

/// The observed y'Py between the tails of its distribution.
Tau2Interval generalised_q_interval(const Tau2IntervalInput& in, std::span<const double> weights) {
  const double tail = (1 - in.level) / 2, q = generalised_q(in.data, weights, in.work).q;
  model::GeneralisedQDistribution distribution(in.data, weights);
  Tau2Interval result{distribution.tau2_with_sf(q, tail), distribution.tau2_with_cdf(q, tail)};
  result.empty = result.upper == 0 && distribution.cdf(q, 0) < tail;
  return result;
}

Tau2Interval with_powers_of_variances(const Tau2IntervalInput& in, double power) {
  std::vector<double> weights(in.data.k);
  for (std::size_t i = 0; i < in.data.k; ++i) weights[i] = std::pow(in.data.v[i], power);
  return generalised_q_interval(in, weights);
}

Tau2Interval biggerstaff_jackson(const Tau2IntervalInput& in) {
  return with_powers_of_variances(in, -1);
}
Tau2Interval jackson(const Tau2IntervalInput& in) {
  return with_powers_of_variances(in, -0.5);
}
Tau2Interval weights_of_the_user(const Tau2IntervalInput& in) {
  return in.weights.empty() ? biggerstaff_jackson(in) : generalised_q_interval(in, in.weights);
}

constexpr std::array<Tau2IntervalRow, 7> table{{
    {Tau2IntervalMethod::QP,
     {"QP", "q-profile", "Q-profile", "Q(tau2) between the quantiles of chi2(k - p)", "Viechtbauer 2007, Stat Med 26:37"},
     q_profile},
    {Tau2IntervalMethod::PL,
     {"PL", "profile-likelihood", "profile likelihood", "2 (max l - l(tau2)) <= chi2(1), ML or REML",
      "Hardy & Thompson 1996, Stat Med 15:619"},
     profile_likelihood},
    {Tau2IntervalMethod::GENQ,
     {"GENQ", "", "generalised Q, weights of the user or 1 / vi", "P(y'Py <= observed; tau2) between the tails",
      "Jackson 2013, Res Synth Methods 4:220"},
     weights_of_the_user},
    {Tau2IntervalMethod::BJ,
     {"BJ", "biggerstaff-jackson", "Biggerstaff-Jackson", "generalised Q, weights 1 / vi", "Biggerstaff & Jackson 2008, Stat Med 27:6093"},
     biggerstaff_jackson},
    {Tau2IntervalMethod::J,
     {"J", "jackson", "Jackson", "generalised Q, weights 1 / sqrt(vi)", "Jackson 2013, Res Synth Methods 4:220"},
     jackson},
    {Tau2IntervalMethod::central,
     {"central", "equal-tailed", "credible interval with equal tails", "squared posterior quantiles of tau at (1 -+ level) / 2",
      "Röver 2020, J Stat Softw 93(6)"},
     nullptr},
    {Tau2IntervalMethod::shortest,
     {"shortest", "hpd", "shortest credible interval of tau, squared", "[l^2, u^2] with P(l < tau < u) = level and u - l least",
      "Röver 2020, J Stat Softw 93(6)"},
     nullptr},
}};

}  // namespace

std::span<const Tau2IntervalRow> tau2_interval_table() {
  return table;
}

Tau2Interval tau2_interval(Tau2IntervalMethod method, const Tau2IntervalInput& input) {
  const Tau2IntervalRow& row = table[static_cast<std::size_t>(method)];
  if (row.kernel == nullptr) throw UsageError("--tau2-interval " + std::string(row.info.key) + ": not offered by this pooling model");
  return row.kernel(input);
}

}  // namespace tausq::inference

using tausq::inference::table;
TAUSQ_DEFINE_METHODS(Tau2IntervalMethod, table)
