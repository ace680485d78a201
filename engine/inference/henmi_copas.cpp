#include <algorithm>
#include <cmath>

#include "engine/inference/mean_intervals.hpp"
#include "engine/inference/wald.hpp"
#include "engine/model/tau2.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/numerics/quadrature.hpp"
#include "engine/numerics/roots.hpp"

namespace tausq::inference {

namespace {

/// The joint distribution of R = (mean - theta) sqrt(w1) and Q at weights w = 1 / v: R ~ N(0, vr), vr = 1 + tau2 w2 / w1, and Q given
/// R = r is taken as gamma with the exact mean e0 + e2 r^2 and variance v0 + v2 r^2.
class Pivot {
 public:
  Pivot(const model::NormalData& data, double tau2, model::NormalWorkspace& work) : df_(data.df()) {
    const model::NormalMoments m = model::normal_moments(data, 0, work);
    const double centre = m.w2 / m.w1;
    vr_ = 1 + tau2 * centre;
    slope_ = m.tr_p / centre;
    // With a = 1 + tau2 w and d = w - w2 / w1, sums of w a^2, w a^3 and so on.
    double waa = 0, waaa = 0, aa = 0, wdd = 0, wadd = 0, wad = 0;
    for (std::size_t i = 0; i < data.k; ++i) {
      const double w = 1 / data.v[i], a = 1 + tau2 * w, d = w - centre;
      aa += a * a, waa += w * a * a, waaa += w * a * a * a;
      wdd += w * d * d, wadd += w * a * d * d, wad += w * a * d;
    }
    const double unit = m.w1 * vr_, shift = tau2 * tau2 / (vr_ * vr_ * m.w1);
    e2_ = shift * wdd;
    e0_ = df_ + tau2 * m.tr_p - e2_ * vr_;
    v0_ = 2 * (aa - 2 * waaa / unit + waa * waa / unit / unit);
    v2_ = 4 * shift * (wadd - wad * wad / unit);
    w1_ = m.w1;
  }

  /// Standard error of the mean.
  double se() const { return std::sqrt(vr_ / w1_); }

  /// P((mean - theta) / se-with-estimated-tau2 > x sqrt(vr)): the integral of P(Q < f(z / x)) phi(z) over z > x, where
  /// f(u) = k - 1 + (w1^2 / w2 - 1) (u^2 - 1) is the Q at which the estimated variance ratio is u^2.
  double upper_tail(double x) const {
    if (x <= 0) return 0.5;
    const numerics::QuadratureRule rule = numerics::gauss_legendre(20);
    // P(Q < f) climbs from a middling value to 1 within some multiples of this width.
    const double climb = x * std::sqrt(v0_ + v2_ * x * x * vr_) / (2 * slope_), end = x + std::min(10.0, 40 / x);
    double sum = 0, low = x;
    for (double width = std::min(2 * climb, 1.0); low < end; width = std::min(2 * width, 1.0)) {
      const double high = std::min(low + width, end), half = 0.5 * (high - low);
      for (std::size_t i = 0; i < rule.nodes.size(); ++i) {
        const double z = low + half * (1 + rule.nodes[i]);
        sum += half * rule.weights[i] * q_below(df_ + slope_ * (z / x + 1) * (z - x) / x, z) * numerics::normal_pdf(z);
      }
      low = high;
    }
    return sum;
  }

  /// x with upper_tail(x) = tail.
  double quantile(double tail) const {
    const auto excess = [&](double x) { return upper_tail(x) - tail; };
    const auto bracket = numerics::bracket_outward(excess, 0, 0.25);
    return bracket ? numerics::brent_root(excess, bracket->first, bracket->second).x : numerics::normal_quantile_upper(tail);
  }

  double standardised(double deviation) const { return std::abs(deviation) * std::sqrt(w1_) / vr_; }
  double half_width(double x) const { return x * vr_ / std::sqrt(w1_); }

 private:
  double q_below(double q, double z) const {
    const double rr = z * z * vr_, mean = e0_ + e2_ * rr, variance = v0_ + v2_ * rr;
    return numerics::chi2_cdf(2 * q * mean / variance, 2 * mean * mean / variance);
  }

  double df_, vr_ = 1, slope_ = 1, e0_ = 0, e2_ = 0, v0_ = 0, v2_ = 0, w1_ = 1;
};

}  // namespace

IntervalResult henmi_copas_interval(const IntervalInput& in) {
  const model::NormalData& data = *in.data;
  const double tau2 = model::estimate_tau2(Tau2Method::DL, {data, {}, *in.work}).tau2;
  const double estimate = model::pooled_mean(data, 0, {}, *in.work).estimate;
  const Pivot pivot(data, tau2, *in.work);
  const double half_width = pivot.half_width(pivot.quantile((1 - in.level) / 2)) * data.scale;
  PooledEstimate result;
  result.status = Status::ok;
  result.reason = "Henmi-Copas: the common-effect estimate, its variance with the DerSimonian-Laird tau2";
  const double se = pivot.se() * data.scale, p = std::min(1.0, 2 * pivot.upper_tail(pivot.standardised(estimate / data.scale)));
  result.estimate = if_finite(estimate);
  result.se = if_finite(se);
  result.statistic = if_finite(estimate / se);
  result.p_value = if_finite(p);
  result.log_p_value = if_finite(std::log(p));
  result.ci_lower = if_finite(estimate - half_width);
  result.ci_upper = if_finite(estimate + half_width);
  return {result};
}

}  // namespace tausq::inference
