// The weighted normal model y ~ N(X beta, v + tau2) at a given tau2, for a mean alone (p = 1) and for any design.
//
// Everything runs on standardised data: near unit scale and with small numbers, so that data scaled by 1e-150 or shifted
// by 1e9 lose nothing. Time O(k p^2), memory O(k p); no k x k matrix is formed.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/numerics/double_double.hpp"

namespace tausq::model {

/// Studies in standard units: y + y_low = (yi - shift) / scale exactly, v = vi / scale^2. The study with the smallest
/// variance stands first and has y = 0 where the design holds a constant; `order[j]` is the study behind place j.
struct NormalData {
  std::size_t k = 0;
  std::size_t p = 1;
  double shift = 0;  ///< 0 where the design holds no constant
  double scale = 1;  ///< a power of two, so that scaling rounds nothing
  std::vector<double> y, y_low, v;
  std::vector<std::size_t> order;
  double spread = 0;  ///< unweighted residual sum of squares

  bool mean_only = true;         ///< the design is one column of ones; the members below are empty
  std::vector<double> basis;     ///< k x p column-major, orthonormal columns
  std::vector<double> triangle;  ///< p x p column-major, upper: design = basis * triangle
  std::vector<double> constant;  ///< coefficients that give one everywhere; empty when the design holds no constant

  std::size_t precise_up_to = 8192;  ///< largest k (p^2 + 1) that deserves_precision(); refits by the thousand lower it

  double df() const { return static_cast<double>(k) - static_cast<double>(p); }
};

/// Fills `data` for a pooled mean; keeps its memory when it is large enough. All of vi > 0 and finite, k >= 1.
void standardise(std::span<const double> yi, std::span<const double> vi, NormalData& data);

/// The same for a design of p columns (column-major, k rows) of full rank.
void standardise(std::span<const double> yi, std::span<const double> vi, std::span<const double> x, NormalData& data);

/// Other effect sizes `yi` for the same studies; variances, scale and design stay.
void replace_effects(std::span<const double> yi, NormalData& data);

/// `data` with the effects and variances of `original` against other rows of its design: place j takes the row that stood at
/// place rows[j]. Nothing is allocated where `data` is a copy of `original`.
void permute_design(const NormalData& original, std::span<const std::size_t> rows, NormalData& data);

/// The deviations y - mu of a mean that is given: the model with no free coefficient (p = 0).
void with_known_mean(const NormalData& data, double mu, NormalData& known);

/// The columns of a design (column-major, k rows) that are no linear combination of those before them.
std::vector<bool> independent_columns(std::span<const double> x, std::size_t k);

/// What a weighted regression leaves behind: W^1/2 design = u * triangle with orthonormal u (k x p, column-major), and
/// W^1/2 y = u * projections + residual; the diagonal of u u', and room for a column.
template <typename Real>
struct Projection {
  std::vector<Real> weights, u, triangle, projections, residual, leverage, column;
};

/// Memory that the functions below write to; one a thread, reused from call to call.
struct NormalWorkspace {
  Projection<double> plain;
  Projection<numerics::DoubleDouble> precise;
};

/// Quadratic forms and traces at one tau2, with W = diag(1 / (v + tau2)) and P = W - W X (X'WX)^-1 X'W.
///
/// `q` falls and is convex in tau2: q' = -ypp; ypp' = -2 yppp; tr_p' = -tr_pp; w1' = -w2. For a mean the traces of P are
/// right also where one weight is 1e12 times all others together.
template <typename Real>
struct Moments {
  Real mean{};         ///< pooled mean (p = 1, mean_only)
  Real q{};            ///< y'Py: residual heterogeneity
  Real ypp{}, yppp{};  ///< y'PPy, y'PPPy
  Real w1{}, w2{};     ///< tr W, tr WW
  Real tr_p{}, tr_pp{};
  double half_log_det = 0;  ///< log|X'WX| / 2 of the orthonormal design; 0 for a mean
};
using NormalMoments = Moments<double>;
using PreciseMoments = Moments<numerics::DoubleDouble>;

NormalMoments normal_moments(const NormalData& data, double tau2, NormalWorkspace& work);

/// The same in twice the working precision, some ten times slower: for the last step of an iteration.
PreciseMoments precise_moments(const NormalData& data, double tau2, NormalWorkspace& work);

/// Small enough for precise_moments to cost little beside everything else.
bool deserves_precision(const NormalData& data);

/// The precise moments where the data deserve them, else the plain ones.
PreciseMoments best_moments(const NormalData& data, double tau2, NormalWorkspace& work);

/// y'Py and traces for P = A - A X (X'AX)^-1 X'A with any positive weights A = diag(weights), in the places of `data`.
struct GeneralisedQ {
  double q = 0;
  double tr_p = 0, tr_pv = 0;                 ///< tr P, tr PV with V = diag(v): E(q) = tr_pv + tau2 tr_p
  double excess = 0;                          ///< q - tr_pv, rounded once
  double tr_pp = 0, tr_ppv = 0, tr_pvpv = 0;  ///< Var(q) = 2 tr_pvpv + 4 tau2 tr_ppv + 2 tau2^2 tr_pp
  double variance(double tau2) const { return 2 * tr_pvpv + tau2 * (4 * tr_ppv + 2 * tau2 * tr_pp); }
};
GeneralisedQ generalised_q(const NormalData& data, std::span<const double> weights, NormalWorkspace& work);

/// Coefficients on the scale of the data, at a given tau2.
struct Coefficients {
  std::vector<double> beta;
  std::vector<double> vcov;  ///< p x p column-major, model based (or sandwich for given weights)
};
/// Weights 1 / (v + tau2), or `weights` (in the places of `data`) with the variance B (V + tau2 I) B', B = (X'AX)^-1 X'A.
Coefficients coefficients(const NormalData& data, double tau2, std::span<const double> weights, NormalWorkspace& work);

/// Pooled mean and standard error on the scale of the data (mean_only), and Q(tau2) = y'Py.
struct PooledMean {
  double estimate = 0;
  double se = 0;
  double q = 0;
};
PooledMean pooled_mean(const NormalData& data, double tau2, std::span<const double> weights, NormalWorkspace& work);

}  // namespace tausq::model
