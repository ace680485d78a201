#include "engine/numerics/quadratic_form.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <utility>
#include <vector>

#include "engine/numerics/distributions.hpp"
#include "engine/numerics/roots.hpp"
#include "engine/numerics/sums.hpp"

namespace tausq::numerics {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// The form in units of its largest weight.
struct Form {
  std::vector<double> weight, df;
  double largest = 0, smallest = 0;  // unscaled
  double total_df = 0;               // sum of df
  double largest_df = 0;             // of a largest weight
  double mean = 0;                   // sum of weight * df
};

bool read(std::span<const double> weights, std::span<const double> df, Form& form) {
  if (!df.empty() && df.size() != weights.size()) return false;
  for (std::size_t j = 0; j < weights.size(); ++j) {
    const double h = df.empty() ? 1 : df[j];
    if (!(weights[j] >= 0 && h > 0) || std::isinf(weights[j]) || std::isinf(h)) return false;
    if (weights[j] == 0) continue;
    form.weight.push_back(weights[j]);
    form.df.push_back(h);
  }
  if (form.weight.empty()) return true;
  const auto [smallest, largest] = std::minmax_element(form.weight.begin(), form.weight.end());
  form.smallest = *smallest;
  form.largest = *largest;
  Sum mean;
  for (std::size_t j = 0; j < form.weight.size(); ++j) {
    if (form.weight[j] == form.largest) form.largest_df += form.df[j];
    form.weight[j] /= form.largest;
    form.total_df += form.df[j];
    mean.add_product(form.weight[j], form.df[j]);
  }
  form.mean = mean.value();
  return true;
}

/// One tail as the integral of exp(phi(p)) / (2 pi i), phi(p) = p x - sum_j df_j / 2 log(1 + 2 weight_j p) - log(+-p), over a
/// contour that crosses the real axis at its saddle p0: right of the pole at 0 for the lower tail, between the branch point
/// at -1/2 and 0 for the upper one.
class TailIntegral {
 public:
  TailIntegral(const Form& form, double x, bool upper) : form_(form), x_(x), upper_(upper), factor_(form.weight.size()) {
    find_saddle();
    fit_contour();
  }

  double value() {
    for (int widening = 0; widening < 60; ++widening, w_ *= 1.5)
      if (const std::optional<double> result = integral()) return std::exp(exponent_) * *result / (std::numbers::pi * std::abs(p0_));
    return nan;
  }

 private:
  /// 1 + 2 weight p at p = above - shift, where weight 1 must keep its digits as p nears -1/2.
  static double factor(double weight, double above, double shift) { return (1 - 2 * shift * weight) + 2 * weight * above; }

  void find_saddle() {
    // phi'(p) = x - sum_j df_j weight_j / (1 + 2 weight_j p) - 1 / p, increasing on either side of the pole.
    double shift = 0;
    const auto slope = [&](double above) {
      double first = x_, second = 0;
      for (std::size_t j = 0; j < factor_.size(); ++j) {
        const double f = form_.weight[j] / factor(form_.weight[j], above, shift);
        first -= form_.df[j] * f;
        second += 2 * form_.df[j] * f * f;
      }
      const double p = above - shift;
      return std::pair{first - 1 / p, second + 1 / (p * p)};
    };
    double low = 1 / x_, high = (0.5 * form_.total_df + 1) / x_;
    if (upper_) {
      low = -0.25;
      high = -1 / (2 * form_.mean + 4);
      if (slope(low).first > 0) {
        shift = 0.5;
        low = std::min(0.25, 0.5 * form_.largest_df / (x_ + 4));
        high = 0.25;
      }
    }
    const double above = newton_root(slope, low, high, 0.5 * (low + high)).x;
    p0_ = above - shift;
    Sum exponent;
    for (std::size_t j = 0; j < factor_.size(); ++j) {
      factor_[j] = factor(form_.weight[j], above, shift);
      const double log_factor = factor_[j] < 0.5 ? std::log(factor_[j]) : std::log1p(2 * form_.weight[j] * p0_);
      exponent.add_product(-0.5 * form_.df[j], log_factor);
    }
    exponent.add_product(x_, above);
    exponent.add_product(x_, -shift);
    exponent_ = exponent.value();
  }

  /// The contour p0 + w (theta cot(theta) - 1 + i theta), |theta| < pi, is that of steepest descent for equal weights with w
  /// the distance of their branch point from p0, which the derivatives tell, and w x half the degrees of freedom. Few degrees
  /// of freedom need a wider one, as exp(p x) would fall too late.
  void fit_contour() {
    double second = 0, third = 0, active_df = 2;
    for (std::size_t j = 0; j < factor_.size(); ++j) {
      const double f = 2 * form_.weight[j] / factor_[j];
      second += 0.5 * form_.df[j] * f * f;
      third += form_.df[j] * f * f * f;
      if (form_.weight[j] > x_ / 90) active_df += form_.df[j];  // exp(p x) > 1e-20 at its branch point
    }
    w_ = std::max({2 * second / third, 0.5 * active_df / x_, 6 / x_});
    deviation_ = 1 / std::sqrt(second + 1 / (p0_ * p0_));
  }

  /// Integral of exp(phi - phi(p0)) along the contour over i; empty where the contour comes too near to a branch point, so that
  /// the integrand rises (a vertical line, the limit of large w, never does), or where the sum does not settle.
  std::optional<double> integral() {
    // Trapezoidal rule in t with theta = spread * sinh(t), which spreads out the pole, halving the step. The error falls
    // geometrically: what is left is far below the last difference.
    spread_ = std::abs(p0_) / w_;
    double step = std::asinh(std::min(9 * deviation_ / w_, std::numbers::pi) / spread_) / 12;
    double sum = 0.5 * spread_ + ordinates(step, step);
    for (int halving = 0; halving < 6 && !rising_; ++halving, step /= 2) {
      const double finer = sum + ordinates(0.5 * step, step);
      if (std::abs(0.5 * finer - sum) < 1e-12 * std::abs(sum) && !rising_) return w_ * finer * 0.5 * step;
      sum = finer;
    }
    rising_ = false;
    return std::nullopt;
  }

  /// Sum of the integrand at t = first, first + step, ..., up to where it has died out.
  double ordinates(double first, double step) {
    double sum = 0;
    int negligible = 0;
    last_log_modulus_ = 0;
    for (double t = first; negligible < 2 && !rising_; t += step) {
      const double theta = spread_ * std::sinh(t);
      if (theta >= std::numbers::pi) break;
      const double ordinate = integrand(theta) * spread_ * std::cosh(t);
      sum += ordinate;
      negligible = std::abs(ordinate) >= 1e-18 * spread_ ? 0 : negligible + 1;
    }
    return sum;
  }

  /// Im(exp(phi(p) - phi(p0)) dp/dtheta) / w.
  double integrand(double theta) {
    const double sine = std::sin(theta), cotangent = std::cos(theta) / sine;
    const double u = w_ * (theta * cotangent - 1), v = w_ * theta;  // p - p0
    double log_modulus = 0, argument = 0;
    const auto add_log = [&](double power, double re, double im) {  // log(1 + z)
      log_modulus += power * 0.5 * std::log1p(2 * re + (re * re + im * im));
      argument += power * std::atan2(im, 1 + re);
    };
    for (std::size_t j = 0; j < factor_.size(); ++j) {
      const double f = 2 * form_.weight[j] / factor_[j];
      add_log(-0.5 * form_.df[j], f * u, f * v);
    }
    add_log(-1, u / p0_, v / p0_);
    log_modulus += x_ * u;
    argument += x_ * v;
    rising_ = rising_ || (log_modulus > last_log_modulus_ + 0.05 && log_modulus > -40);
    last_log_modulus_ = log_modulus;
    if (log_modulus < -700) return 0;
    return std::exp(log_modulus) * (std::cos(argument) + std::sin(argument) * (cotangent - theta / (sine * sine)));
  }

  const Form& form_;
  double x_;
  bool upper_;
  std::vector<double> factor_;    // 1 + 2 weight p0
  double p0_ = 0, exponent_ = 0;  // saddle and phi + log|p| there
  double w_ = 1, spread_ = 1;     // size of the contour; distance of the pole from the saddle in theta
  double deviation_ = 1;          // standard deviation of the integrand along the contour near the saddle
  double last_log_modulus_ = 0;   // of the integrand at the node before
  bool rising_ = false;           // the integrand has risen away from the saddle
};

double tail(double x, std::span<const double> weights, std::span<const double> df, bool upper) {
  Form form;
  if (std::isnan(x) || !read(weights, df, form)) return nan;
  if (form.weight.empty()) return (x >= 0) == upper ? 0 : 1;
  if (x <= 0) return upper ? 1 : 0;
  const double scaled = x / form.largest;
  if (std::isinf(scaled)) return upper ? 0 : 1;
  if (form.smallest == form.largest) return upper ? chi2_sf(scaled, form.total_df) : chi2_cdf(scaled, form.total_df);
  // The tail on the side of the mean on which x lies; it also gives its complement.
  const bool far_side = scaled > form.mean;
  if (scaled > 1e10 * (1 + form.total_df)) return upper ? 0 : 1;
  if (scaled < 1e-300) return nan;
  double at = scaled;
  if (!far_side) {  // in units of x, as the saddle lies near 1 / x
    for (double& weight : form.weight) weight /= scaled;
    at = 1;
  }
  const double value = TailIntegral(form, at, far_side).value();
  return upper == far_side ? value : 1 - value;
}

}  // namespace

double quadratic_form_cdf(double x, std::span<const double> weights, std::span<const double> df) {
  return tail(x, weights, df, false);
}
double quadratic_form_sf(double x, std::span<const double> weights, std::span<const double> df) {
  return tail(x, weights, df, true);
}

}  // namespace tausq::numerics
