#include "engine/model/score_grid.hpp"

#include <limits>

#include "engine/numerics/wide.hpp"

namespace tausq::model {

namespace {

// Steps of the grid in min v + tau2: one set in thousands leaves a step of this size open.
constexpr double grid_ratio = 1.6;

/// SetScore of many sets.
struct Scores {
  SetRow a, b, da, db;
};

TAUSQ_WIDE_PART SetScore score_from(double sum, double first, double s2, double s2y, double s2yy, double s3, double s3y, double s3yy) {
  const double inverse = 1 / sum, mean = first * inverse, deviation = s2y - mean * s2, ratio = s2 * inverse;
  return {s2yy - mean * (s2y + deviation), sum - ratio, 2 * ((s3yy - mean * (2 * s3y - mean * s3)) - deviation * deviation * inverse),
          s2 - 2 * s3 * inverse + ratio * ratio};
}

[[gnu::flatten]] TAUSQ_WIDE void scores_at(const GridNode& node, const PowerSums& rest, std::size_t first, std::size_t n, Scores& s) {
  const double* share[9];
  for (std::size_t a = 0; a < 9; ++a) share[a] = node.share[a].data() + first;
  for (std::size_t l = 0; l < n; ++l) {
    const SetScore score =
        score_from(share[w1][l] + rest[w1], share[wy][l] + rest[wy], share[w2][l] + rest[w2], share[w2y][l] + rest[w2y],
                   share[w2yy][l] + rest[w2yy], share[w3][l] + rest[w3], share[w3y][l] + rest[w3y], share[w3yy][l] + rest[w3yy]);
    s.a[l] = score.a, s.b[l] = score.b, s.da[l] = score.da, s.db[l] = score.db;
  }
}

/// One step of the grid, from `from` at tau2 = `low_end` to `to` at `high_end`.
[[gnu::flatten]] TAUSQ_WIDE void examine(const Scores& from, const Scores& to, double low_end, double high_end, std::size_t n,
                                         Brackets& b) {
  for (std::size_t l = 0; l < n; ++l) {
    const bool cannot_vanish = (to.a[l] > from.b[l]) | (from.a[l] < to.b[l]);
    const bool monotone = (from.db[l] * to.a[l] <= to.da[l] * from.b[l]) | (from.da[l] * to.b[l] <= to.db[l] * from.a[l]);
    const bool falls = (from.a[l] > from.b[l]) & (!(to.a[l] > to.b[l]));
    const double below = (from.b[l] - from.a[l]) * to.a[l], above = (to.b[l] - to.a[l]) * from.a[l];
    const double start = low_end + (high_end - low_end) * (below / (below - above));
    b.open[l] = (cannot_vanish | monotone) ? b.open[l] : 1.0;
    b.maxima[l] = falls ? b.maxima[l] + 1 : b.maxima[l];
    b.low[l] = falls ? low_end : b.low[l];
    b.high[l] = falls ? high_end : b.high[l];
    b.start[l] = falls ? start : b.start[l];
  }
}

/// Beyond the grid the score has one root if it is positive at its end, else none.
void examine_rest(const Scores& last, double end, std::size_t n, Brackets& b) {
  for (std::size_t l = 0; l < n; ++l) {
    if (!(last.a[l] > last.b[l])) continue;
    b.maxima[l] += 1;
    b.low[l] = end;
    b.high[l] = std::numeric_limits<double>::max();
    b.start[l] = end + SetScore{last.a[l], last.b[l], last.da[l], last.db[l]}.step();
  }
}

}  // namespace

void add_powers(PowerSums& sums, double w, double y) {
  double power = w;
  for (std::size_t a = 0; a < 9; a += 3, power *= w) {
    sums[a] += power;
    sums[a + 1] += power * y;
    sums[a + 2] += power * y * y;
  }
}

std::vector<double> score_grid(double v_min, double v_max) {
  std::vector<double> grid{0};
  for (double at = v_min; at - v_min < v_max - 2 * v_min;) grid.push_back((at *= grid_ratio) - v_min);
  return grid;
}

SetScore score_of(const PowerSums& s) {
  return score_from(s[w1], s[wy], s[w2], s[w2y], s[w2yy], s[w3], s[w3y], s[w3yy]);
}

Brackets bracket_maxima(std::span<const GridNode> nodes, std::span<const PowerSums> rest, std::size_t first, std::size_t n) {
  Brackets brackets;
  Scores scores[2];
  scores_at(nodes[0], rest[0], first, n, scores[0]);
  for (std::size_t l = 0; l < n; ++l) brackets.falls_at_zero[l] = scores[0].a[l] > scores[0].b[l] ? 0.0 : 1.0;
  for (std::size_t j = 1; j < nodes.size(); ++j) {
    scores_at(nodes[j], rest[j], first, n, scores[j % 2]);
    examine(scores[(j - 1) % 2], scores[j % 2], nodes[j - 1].tau2, nodes[j].tau2, n, brackets);
  }
  examine_rest(scores[(nodes.size() - 1) % 2], nodes.back().tau2, n, brackets);
  return brackets;
}

}  // namespace tausq::model
