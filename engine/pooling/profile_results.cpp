#include "engine/pooling/profile_results.hpp"

#include <algorithm>
#include <utility>

#include "engine/numerics/distributions.hpp"

namespace tausq::pooling {

namespace {

constexpr const char* end_not_found = "an end of the profile-likelihood interval was not found";

NamedInterval named(IntervalMethod method, std::optional<double> lower, std::optional<double> upper) {
  NamedInterval result;
  result.method = method;
  result.ci_lower = lower;
  result.ci_upper = upper;
  return result;
}

/// No interval, and why.
NamedInterval absent(IntervalMethod method, Status status, std::string_view reason) {
  NamedInterval none;
  none.method = method;
  none.status = status;
  none.reason = reason;
  return none;
}

}  // namespace

double likelihood_cut(double level) {
  const double z = numerics::normal_two_sided(level);
  return z * z;
}

void list_profile_and_z(const model::LikelihoodInterval& profile, PooledEstimate& estimate) {
  estimate.intervals.push_back(named(IntervalMethod::profile, profile.lower, profile.upper));
  if (!profile.converged) estimate.intervals.back() = absent(IntervalMethod::profile, Status::not_converged, end_not_found);
  estimate.intervals.push_back(named(IntervalMethod::z, estimate.ci_lower, estimate.ci_upper));
}

void list_left_out(IntervalMethod method, PooledEstimate& estimate) {
  estimate.intervals.push_back(absent(method, Status::not_requested, left_out_reason));
}

void take_profile(const model::LikelihoodInterval& profile, PooledEstimate& estimate) {
  estimate.ci_lower = profile.lower;
  estimate.ci_upper = profile.upper;
  if (!profile.converged) {
    estimate.reason = end_not_found;
  } else if (!profile.lower || !profile.upper) {
    estimate.status = Status::one_sided;
    estimate.reason = "the likelihood does not bound the estimate on one side";
  }
}

void take_tau2_profile(const model::LikelihoodInterval& profile, Heterogeneity& het) {
  het.tau2_ci_lower = profile.lower;
  het.tau2_ci_upper = profile.upper;
  if (!profile.converged) {
    het.reason = "an end of the profile-likelihood interval for tau2 was not found";
  } else if (!profile.upper) {
    het.status = Status::one_sided;
    het.reason = "the likelihood does not bound tau2 from above";
  }
}

void test_tau2(double loglik, double loglik_without, Heterogeneity& het) {
  het.lrt_tau2 = std::max(0.0, 2 * (loglik - loglik_without));
  het.lrt_tau2_p_plain = numerics::chi2_sf(*het.lrt_tau2, 1);
  het.lrt_tau2_p = *het.lrt_tau2 > 0 ? 0.5 * *het.lrt_tau2_p_plain : 1;
}

}  // namespace tausq::pooling
