// Quadratic forms and traces of the normal model, O(k) for a mean and O(k p^2) for a design.
#include <cmath>

#include "engine/model/crossproducts.hpp"
#include "engine/model/normal_model.hpp"
#include "engine/model/normal_orthogonal.hpp"
#include "engine/numerics/wide.hpp"

namespace tausq::model {

namespace {

using numerics::accumulate;
using numerics::DoubleDouble;
using numerics::reciprocal;

/// Four running sums side by side, which the compiler keeps in vector registers.
template <typename Real>
struct Lanes {
  Real lane[4] = {};
  Real total() const { return (lane[0] + lane[1]) + (lane[2] + lane[3]); }
};

/// Calls body(i, lane) for i = first .. k - 1.
template <typename Body>
inline void in_lanes(std::size_t first, std::size_t k, Body&& body) {
  std::size_t i = first;
  for (; i + 4 <= k; i += 4)
    for (std::size_t l = 0; l < 4; ++l) body(i + l, l);
  for (; i < k; ++i) body(i, std::size_t{0});
}

template <typename Real>
Real effect_at(const NormalData& data, std::size_t i) {
  if constexpr (std::is_same_v<Real, double>)
    return data.y[i];
  else
    return numerics::fast_two_sum(data.y[i], data.y_low[i]);
}

/// v + tau2, exactly in twice the precision.
template <typename Real>
Real variance_at(const NormalData& data, std::size_t i, double tau2) {
  if constexpr (std::is_same_v<Real, double>)
    return data.v[i] + tau2;
  else
    return numerics::two_sum(data.v[i], tau2);
}

/// The mean, or p = 0. The first study, whose weight may outweigh all others, is kept out of the sums, so that no
/// difference of nearly equal numbers is taken: 1 - w_0 / w1 is (sum of the others) / w1, and so on.
template <typename Real>
Moments<Real> mean_moments(const NormalData& data, double tau2, std::vector<Real>& weights) {
  const std::size_t k = data.k;
  weights.resize(k);
  Real* const w = weights.data();
  Lanes<Real> w1, wy;
  const Real first = reciprocal(variance_at<Real>(data, 0, tau2));
  in_lanes(1, k, [&](std::size_t i, std::size_t l) {
    w[i] = reciprocal(variance_at<Real>(data, i, tau2));
    accumulate(w1.lane[l], w[i]);
    accumulate(wy.lane[l], w[i] * effect_at<Real>(data, i));
  });
  const Real others = w1.total(), all = first + others, y_first = effect_at<Real>(data, 0);
  Moments<Real> m;
  m.mean = data.p == 0 ? Real(0) : (wy.total() + first * y_first) / all;

  // g = W (y - mean) is Py; yppp = g'Pg is the weighted sum of squares of g around its weighted mean, taken from g_0.
  const Real r_first = y_first - m.mean, g_first = first * r_first, origin = data.p == 0 ? Real(0) : g_first;
  Lanes<Real> w2, w3, q, gg, wd, wdd;
  in_lanes(1, k, [&](std::size_t i, std::size_t l) {
    const Real weight = w[i], r = effect_at<Real>(data, i) - m.mean, g = weight * r, d = g - origin, square = weight * weight;
    const Real wd_here = weight * d;
    accumulate(w2.lane[l], square);
    accumulate(w3.lane[l], square * weight);
    accumulate(q.lane[l], g * r);
    accumulate(gg.lane[l], g * g);
    accumulate(wd.lane[l], wd_here);
    accumulate(wdd.lane[l], wd_here * d);
  });
  const Real w2_others = w2.total(), deviation = wd.total();
  m.w1 = all;
  m.w2 = first * first + w2_others;
  m.q = q.total() + g_first * r_first;
  m.ypp = gg.total() + g_first * g_first;
  if (data.p == 0) {
    m.yppp = wdd.total() + first * g_first * g_first;
    m.tr_p = m.w1, m.tr_pp = m.w2;
    return m;
  }
  const Real share = others / all, ratio = w2_others / all;
  m.yppp = wdd.total() - deviation * deviation / all;
  m.tr_p = first * share + (others - ratio);
  m.tr_pp = first * first * (share * share + Real(2) * w2_others / (all * all)) + (w2_others - Real(2) * w3.total() / all) + ratio * ratio;
  return m;
}

/// W^1/2 basis = U R, W^1/2 y = U `projections` + `residual`. The basis of a mean is a column of ones.
template <typename Real>
void weighted_projection(const NormalData& data, std::span<const Real> w, Projection<Real>& to) {
  using std::sqrt;
  const std::size_t k = data.k, p = data.p;
  to.u.resize(k * p), to.residual.resize(k), to.triangle.resize(p * p), to.projections.resize(p);
  for (std::size_t i = 0; i < k; ++i) {
    const Real root = sqrt(w[i]);
    to.residual[i] = root * effect_at<Real>(data, i);
    for (std::size_t j = 0; j < p; ++j) to.u[j * k + i] = data.mean_only ? root : root * Real(data.basis[j * k + i]);
  }
  orthonormalise<Real>(to.u, k, to.triangle);
  for (std::size_t j = 0; j < p; ++j) {
    const std::span<const Real> column = std::span<const Real>(to.u).subspan(j * k, k);
    to.projections[j] = dot<Real>(column, to.residual);
    subtract<Real>(to.residual, to.projections[j], column);
  }
}

/// U' diag(d) U, its upper triangle, column-major.
template <typename Real>
std::vector<Real> weighted_crossproducts(std::span<const Real> u, std::span<const Real> d, std::vector<Real>& column) {
  const std::size_t k = d.size(), p = u.size() / k;
  std::vector<Real> result(p * p);
  column.resize(k);
  for (std::size_t b = 0; b < p; ++b) {
    for (std::size_t i = 0; i < k; ++i) column[i] = u[b * k + i] * d[i];
    for (std::size_t a = 0; a <= b; ++a) result[b * p + a] = dot<Real>(u.subspan(a * k, k), column);
  }
  return result;
}

/// Trace of the product of two symmetric p x p matrices, given their upper triangles.
template <typename Real>
Real trace_of_product(std::span<const Real> left, std::span<const Real> right, std::size_t p) {
  Real sum{};
  for (std::size_t b = 0; b < p; ++b)
    for (std::size_t a = 0; a <= b; ++a) sum += (a == b ? Real(1) : Real(2)) * left[b * p + a] * right[b * p + a];
  return sum;
}

/// Diagonal of U U'.
template <typename Real>
void leverages(Projection<Real>& to) {
  const std::size_t k = to.weights.size();
  to.leverage.assign(k, Real(0));
  for (std::size_t column = 0; column < to.u.size(); column += k)
    for (std::size_t i = 0; i < k; ++i) to.leverage[i] += to.u[column + i] * to.u[column + i];
}

template <typename Real>
Moments<Real> design_moments(const NormalData& data, double tau2, Projection<Real>& to) {
  const std::size_t k = data.k, p = data.p;
  to.weights.resize(k);
  for (std::size_t i = 0; i < k; ++i) to.weights[i] = reciprocal(variance_at<Real>(data, i, tau2));
  weighted_projection<Real>(data, to.weights, to);
  leverages(to);
  const std::span<const Real> w = to.weights, h = to.leverage, e = to.residual;
  const auto sum = [k](auto&& term) { return sum_of_terms<Real>(k, term); };
  Moments<Real> m;
  m.q = dot<Real>(e, e);
  m.w1 = sum([&](std::size_t i) { return w[i]; });
  m.w2 = dot<Real>(w, w);
  m.tr_p = sum([&](std::size_t i) { return w[i] * (Real(1) - h[i]); });
  m.tr_pp = sum([&](std::size_t i) { return w[i] * w[i] * (Real(1) - (h[i] + h[i])); });
  const std::vector<Real> uwu = weighted_crossproducts<Real>(to.u, w, to.column);
  m.tr_pp += trace_of_product<Real>(uwu, uwu, p);
  to.column.resize(k);
  for (std::size_t i = 0; i < k; ++i) to.column[i] = w[i] * e[i];
  const std::span<const Real> we = to.column;
  m.ypp = dot<Real>(we, e);
  m.yppp = dot<Real>(we, we);
  for (std::size_t j = 0; j < p; ++j) {
    const Real projection = dot<Real>(std::span<const Real>(to.u).subspan(j * k, k), we);
    m.yppp -= projection * projection;
    m.half_log_det += std::log(static_cast<double>(to.triangle[j * p + j]));
  }
  return m;
}

/// The inverse of R * triangle, upper, column-major: coefficients of the design from projections.
template <typename Real>
std::vector<Real> inverse_triangle(const NormalData& data, const Projection<Real>& to) {
  const std::size_t p = data.p;
  std::vector<Real> inverse(p * p);
  for (std::size_t j = 0; j < p; ++j) {
    const std::span<Real> column = std::span(inverse).subspan(j * p, p);
    column[j] = Real(1);
    solve_upper<Real>(to.triangle, column);
    if (data.mean_only) continue;
    std::vector<Real> triangle(data.triangle.begin(), data.triangle.end());
    solve_upper<Real>(triangle, column);
  }
  return inverse;
}

/// U' A^1/2 M A^1/2 U with M = diag(v + tau2): the identity for weights 1 / (v + tau2).
template <typename Real>
std::vector<Real> sandwich_middle(const NormalData& data, double tau2, const Projection<Real>& to) {
  const std::size_t k = data.k, p = data.p;
  std::vector<Real> middle(p * p);
  for (std::size_t a = 0; a < p; ++a)
    for (std::size_t b = 0; b < p; ++b)
      for (std::size_t i = 0; i < k; ++i)
        middle[b * p + a] += to.u[a * k + i] * to.u[b * k + i] * to.weights[i] * (Real(data.v[i]) + Real(tau2));
  return middle;
}

template <typename Real>
Coefficients coefficients_in(const NormalData& data, double tau2, std::span<const double> weights, Projection<Real>& to) {
  const std::size_t k = data.k, p = data.p;
  to.weights.resize(k);
  for (std::size_t i = 0; i < k; ++i) to.weights[i] = weights.empty() ? Real(1) / (Real(data.v[i]) + Real(tau2)) : Real(weights[i]);
  weighted_projection<Real>(data, to.weights, to);
  const std::vector<Real> inverse = inverse_triangle<Real>(data, to),
                          middle = weights.empty() ? std::vector<Real>() : sandwich_middle<Real>(data, tau2, to);
  Coefficients result{std::vector<double>(p), std::vector<double>(p * p)};
  for (std::size_t a = 0; a < p; ++a) {
    Real beta{};
    for (std::size_t l = a; l < p; ++l) beta += inverse[l * p + a] * to.projections[l];
    const double constant = data.mean_only ? 1.0 : (data.constant.empty() ? 0.0 : data.constant[a]);
    result.beta[a] = static_cast<double>(beta * Real(data.scale) + Real(constant) * Real(data.shift));
    for (std::size_t b = 0; b < p; ++b) {
      Real covariance{};
      for (std::size_t l = 0; l < p; ++l) {
        if (middle.empty())
          covariance += inverse[l * p + a] * inverse[l * p + b];
        else
          for (std::size_t m = 0; m < p; ++m) covariance += inverse[l * p + a] * middle[m * p + l] * inverse[m * p + b];
      }
      result.vcov[b * p + a] = static_cast<double>(covariance) * data.scale * data.scale;
    }
  }
  return result;
}

template <typename Real>
GeneralisedQ generalised_q_in(const NormalData& data, std::span<const double> weights, Projection<Real>& to) {
  const std::size_t k = data.k;
  const std::vector<Real> a(weights.begin(), weights.end());
  to.weights = a;
  weighted_projection<Real>(data, a, to);
  leverages(to);
  std::vector<Real> av(k);
  for (std::size_t i = 0; i < k; ++i) av[i] = a[i] * Real(data.v[i]);
  const std::span<const Real> h = to.leverage, u = to.u;
  const auto sum = [k](auto&& term) { return sum_of_terms<Real>(k, term); };
  const auto once = [&](std::size_t i) { return Real(1) - h[i]; };
  const auto twice = [&](std::size_t i) { return Real(1) - (h[i] + h[i]); };
  const Real q = dot<Real>(to.residual, to.residual), p = sum([&](std::size_t i) { return a[i] * once(i); }),
             pv = sum([&](std::size_t i) { return av[i] * once(i); });
  const std::vector<Real> uau = weighted_crossproducts<Real>(u, a, to.column), uavu = weighted_crossproducts<Real>(u, av, to.column);
  const Real pp = sum([&](std::size_t i) { return a[i] * a[i] * twice(i); }) + trace_of_product<Real>(uau, uau, data.p),
             ppv = sum([&](std::size_t i) { return a[i] * av[i] * twice(i); }) + trace_of_product<Real>(uau, uavu, data.p),
             pvpv = sum([&](std::size_t i) { return av[i] * av[i] * twice(i); }) + trace_of_product<Real>(uavu, uavu, data.p);
  const auto rounded = [](Real x) { return static_cast<double>(x); };
  return {rounded(q), rounded(p), rounded(pv), rounded(q - pv), rounded(pp), rounded(ppv), rounded(pvpv)};
}

}  // namespace

namespace {

[[gnu::flatten]] TAUSQ_WIDE NormalMoments plain_mean_moments(const NormalData& data, double tau2, NormalWorkspace& work) {
  return mean_moments<double>(data, tau2, work.plain.weights);
}

[[gnu::flatten]] TAUSQ_WIDE NormalMoments plain_design_moments(const NormalData& data, double tau2, NormalWorkspace& work) {
  return design_moments<double>(data, tau2, work.plain);
}

}  // namespace

NormalMoments normal_moments(const NormalData& data, double tau2, NormalWorkspace& work) {
  if (data.mean_only) return plain_mean_moments(data, tau2, work);
  NormalMoments m;
  return crossproduct_moments(data, tau2, work.plain, m) ? m : plain_design_moments(data, tau2, work);
}

[[gnu::flatten]] TAUSQ_WIDE PreciseMoments precise_moments(const NormalData& data, double tau2, NormalWorkspace& work) {
  return data.mean_only ? mean_moments<DoubleDouble>(data, tau2, work.precise.weights)
                        : design_moments<DoubleDouble>(data, tau2, work.precise);
}

bool deserves_precision(const NormalData& data) {
  return data.k * (data.p * data.p + 1) <= data.precise_up_to;
}

Coefficients coefficients(const NormalData& data, double tau2, std::span<const double> weights, NormalWorkspace& work) {
  return deserves_precision(data) ? coefficients_in<DoubleDouble>(data, tau2, weights, work.precise)
                                  : coefficients_in<double>(data, tau2, weights, work.plain);
}

PooledMean pooled_mean(const NormalData& data, double tau2, std::span<const double> weights, NormalWorkspace& work) {
  const PreciseMoments m = best_moments(data, tau2, work);
  const double q = static_cast<double>(m.q);
  if (!weights.empty()) {
    const Coefficients one = coefficients(data, tau2, weights, work);
    return {one.beta[0], std::sqrt(one.vcov[0]), q};
  }
  return {static_cast<double>(m.mean * DoubleDouble(data.scale) + DoubleDouble(data.shift)),
          static_cast<double>(DoubleDouble(1) / sqrt(m.w1)) * data.scale, q};
}

PreciseMoments best_moments(const NormalData& data, double tau2, NormalWorkspace& work) {
  if (deserves_precision(data)) return precise_moments(data, tau2, work);
  const NormalMoments m = normal_moments(data, tau2, work);
  return {m.mean, m.q, m.ypp, m.yppp, m.w1, m.w2, m.tr_p, m.tr_pp, m.half_log_det};
}

GeneralisedQ generalised_q(const NormalData& data, std::span<const double> weights, NormalWorkspace& work) {
  return deserves_precision(data) ? generalised_q_in<DoubleDouble>(data, weights, work.precise)
                                  : generalised_q_in<double>(data, weights, work.plain);
}

}  // namespace tausq::model
