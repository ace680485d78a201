// The restricted likelihood of many sets of studies at once: power sums at a grid of tau2, and what they say about maxima.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace tausq::model {

/// sum(w), sum(w y), sum(w y^2), and the same for w^2 and w^3.
enum Power { w1, wy, wyy, w2, w2y, w2yy, w3, w3y, w3yy };
using PowerSums = std::array<double, 9>;

void add_powers(PowerSums& sums, double w, double y);

/// Sets that are examined together, at most.
constexpr std::size_t most_sets = 256;
using SetRow = std::array<double, most_sets>;

/// One place of the grid. The power sums of a set are its own share, which stands here (one entry a set for each power), and
/// a rest that many sets have in common.
struct GridNode {
  double tau2 = 0;
  std::array<std::vector<double>, 9> share;
};

/// tau2 = 0, and from there in equal steps of log(min v + tau2) to max v - 2 min v or beyond.
std::vector<double> score_grid(double v_min, double v_max);

/// Where the score of a set changes from + to -, and what is known about other places. Entries that do not apply are 0.
struct Brackets {
  SetRow falls_at_zero{};  ///< 1: a maximum at tau2 = 0
  SetRow open{};           ///< 1: whether there are further roots is not settled
  SetRow maxima{};         ///< above 0
  SetRow low{}, high{};    ///< around the last of them; `high` may be the largest number
  SetRow start{};          ///< a value near it

  /// The likelihood may have several maxima.
  bool ambiguous(std::size_t l) const { return open[l] > 0 || maxima[l] + falls_at_zero[l] > 1; }
};

/// Brackets of the sets at places first .. first + n - 1 of the shares; rest[j] belongs to nodes[j].
///
/// Twice the REML score is A - B = y'PPy - tr P. P has the eigenvalues 1 / (d_j + tau2) with d_j that stay, so the logarithmic
/// slopes of both terms, -2 y'PPPy / y'PPy and -tr PP / tr P, rise with tau2: from those at the ends of a step of the grid it
/// follows whether A / B is monotone there and crosses 1 once at most. A / B falls wherever max w <= 2 min w: beyond the grid.
Brackets bracket_maxima(std::span<const GridNode> nodes, std::span<const PowerSums> rest, std::size_t first, std::size_t n);

/// A - B of one set at one tau2, with its parts' slopes: A' = -da, B' = -db.
struct SetScore {
  double a = 0, b = 0, da = 0, db = 0;
  /// Newton's method for B / A = 1, which is nearly straight in tau2, and straight for equal variances.
  double step() const { return (a - b) * a / (b * da - a * db); }
};
SetScore score_of(const PowerSums& sums);

}  // namespace tausq::model
