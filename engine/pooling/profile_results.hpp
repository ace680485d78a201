// Profile-likelihood intervals into results: what every model that is fitted by maximum likelihood says of them.
#pragma once

#include "engine/model/one_stage.hpp"
#include "engine/pooling/pooling.hpp"

namespace tausq::pooling {

/// The drop of twice the log-likelihood at the ends of an interval of that level: the square of the normal quantile.
double likelihood_cut(double level);

/// Puts the profile interval, and the z interval that the estimate has so far, side by side into `intervals`.
void list_profile_and_z(const model::LikelihoodInterval& profile, PooledEstimate& estimate);

/// Why a result that usually stands beside the one asked for is missing.
inline constexpr const char* left_out_reason = "left out by --no-extras";

/// An interval that usually stands beside the main one, as not requested.
void list_left_out(IntervalMethod method, PooledEstimate& estimate);

/// Makes the profile interval that of the estimate. An end that was not found gives a reason, an infinite one the status one_sided.
void take_profile(const model::LikelihoodInterval& profile, PooledEstimate& estimate);

/// The same for tau2, whose lower end is always finite.
void take_tau2_profile(const model::LikelihoodInterval& profile, Heterogeneity& het);

/// Likelihood-ratio test of tau2 = 0, which lies on the edge of its range: p is half the tail of chi2 on one degree of freedom, 1 where the
/// likelihoods are equal (Self & Liang 1987, J Am Stat Assoc 82:605, case 5); the plain tail stands beside it.
void test_tau2(double loglik, double loglik_without, Heterogeneity& het);

}  // namespace tausq::pooling
