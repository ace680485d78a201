// 15,000 sets of very unequal variances, drawn with a fixed seed, against a dense grid over tau2: the textbook log-likelihood of a mean
// or a regression line is never higher on the grid than at the estimate, and every top of the grid is among the stationary points.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "engine/model/normal_likelihood.hpp"
#include "engine/model/normal_model.hpp"
#include "engine/model/tau2.hpp"

namespace {

using namespace tausq;
using namespace tausq::model;

struct Set {
  std::vector<double> yi, vi, x;  ///< x empty: a mean
};

/// A uniform number in [0, 1) that is the same with every standard library.
double uniform(std::mt19937_64& random) {
  return static_cast<double>(random() >> 11) * 0x1p-53;
}

double normal(std::mt19937_64& random) {
  return std::sqrt(-2 * std::log1p(-uniform(random))) * std::cos(6.283185307179586 * uniform(random));
}

/// 2 to 9 studies (3 to 9 with a moderator) whose variances span up to `decades` powers of ten.
Set draw(std::mt19937_64& random, double decades, bool moderated) {
  const std::size_t k = (moderated ? 3 : 2) + random() % (moderated ? 7 : 8);
  const double tau = uniform(random) < 0.3 ? 0 : std::pow(10, decades * (uniform(random) - 0.5) / 2);
  Set set;
  for (std::size_t i = 0; i < k; ++i) {
    const double v = std::pow(10, decades * (uniform(random) - 0.5));
    set.vi.push_back(v);
    set.yi.push_back(std::sqrt(v + tau * tau) * (uniform(random) < 0.2 ? 3 : 1) * normal(random));
    if (moderated) set.x.push_back(normal(random));
  }
  return set;
}

/// Up to a constant, in the units of the data, by the textbook: sums of weights, a 2 x 2 determinant. y is taken around the most exact
/// study, x around its weighted mean, or the sums would lose what the wide weights leave.
double grid_likelihood(const Set& set, Likelihood kind, double tau2) {
  const std::size_t k = set.yi.size();
  const std::size_t exact = static_cast<std::size_t>(std::min_element(set.vi.begin(), set.vi.end()) - set.vi.begin());
  double s = 0, sx = 0, product = 1;
  for (std::size_t i = 0; i < k; ++i) {
    const double w = 1 / (set.vi[i] + tau2);
    s += w, product *= set.vi[i] + tau2;
    if (!set.x.empty()) sx += w * (set.x[i] - set.x[exact]);
  }
  const double x0 = sx / s;
  double sy = 0, sxx = 0, sxy = 0;
  for (std::size_t i = 0; i < k; ++i) {
    const double w = 1 / (set.vi[i] + tau2), x = set.x.empty() ? 0 : set.x[i] - set.x[exact] - x0, y = set.yi[i] - set.yi[exact];
    sy += w * y, sxx += w * x * x, sxy += w * x * y;
  }
  const double slope = set.x.empty() ? 0 : sxy / sxx;
  double q = 0;
  for (std::size_t i = 0; i < k; ++i) {
    const double x = set.x.empty() ? 0 : set.x[i] - set.x[exact] - x0, rest = set.yi[i] - set.yi[exact] - sy / s - slope * x;
    q += rest * rest / (set.vi[i] + tau2);
  }
  const double restricted = kind == Likelihood::reml ? 0.5 * std::log(s) + (set.x.empty() ? 0 : 0.5 * std::log(sxx)) : 0;
  return -0.5 * std::log(product) - restricted - 0.5 * q;
}

/// 0 and 24 places a decade from a hundredth of the smallest variance to far beyond the spread of the effects.
std::vector<double> grid(const Set& set) {
  const auto [low, high] = std::minmax_element(set.yi.begin(), set.yi.end());
  const double first = 1e-2 * *std::min_element(set.vi.begin(), set.vi.end());
  const double last = 10 * std::max(*std::max_element(set.vi.begin(), set.vi.end()), (*high - *low) * (*high - *low));
  std::vector<double> places{0};
  for (double tau2 = first; tau2 < last; tau2 *= 1.1) places.push_back(tau2);
  return places;
}

LikelihoodShape shape_of(const Set& set, Likelihood kind, NormalData& data, NormalWorkspace& work) {
  if (set.x.empty()) {
    standardise(set.yi, set.vi, data);
  } else {
    std::vector<double> design(set.x.size(), 1.0);
    design.insert(design.end(), set.x.begin(), set.x.end());
    standardise(set.yi, set.vi, design, data);
  }
  return likelihood_shape(data, kind, work);
}

struct Tally {
  int sets = 0, several = 0, below = 0, missed = 0, unreported = 0;
};

/// One set, one likelihood.
void examine(const Set& set, Likelihood kind, Tally& tally) {
  NormalData data;
  NormalWorkspace work;
  const LikelihoodShape shape = shape_of(set, kind, data, work);
  const double unit = data.scale * data.scale;
  const std::vector<double> places = grid(set);
  std::vector<double> height;
  for (const double tau2 : places) height.push_back(grid_likelihood(set, kind, tau2));
  ++tally.sets;
  tally.several += shape.maxima > 1;
  if (*std::max_element(height.begin(), height.end()) > grid_likelihood(set, kind, shape.tau2 * unit) + 1e-9) ++tally.below;
  for (std::size_t i = 1; i + 1 < places.size(); ++i) {
    if (!(height[i] > height[i - 1] + 1e-9 && height[i] > height[i + 1] + 1e-9)) continue;
    const bool known = std::any_of(shape.points.begin(), shape.points.end(), [&](const StationaryPoint& point) {
      return point.maximum && point.tau2 * unit > places[i - 1] && point.tau2 * unit < places[i + 1];
    });
    tally.missed += !known;
  }
  const Tau2Problem problem{data, {}, work};
  const Tau2Estimate estimate = estimate_tau2(kind == Likelihood::ml ? Tau2Method::ML : Tau2Method::REML, problem);
  const bool reported = shape.maxima == 1 ? estimate.stationary.empty() : estimate.stationary.size() == shape.points.size();
  tally.unreported += !reported || estimate.tau2 != shape.tau2 || estimate.maxima != shape.maxima;
}

/// y'Py of a mean by its textbook sum.
double q_of(const Set& set, double tau2) {
  double s = 0, sy = 0, q = 0;
  const double centre = set.yi[static_cast<std::size_t>(std::min_element(set.vi.begin(), set.vi.end()) - set.vi.begin())];
  for (std::size_t i = 0; i < set.yi.size(); ++i) s += 1 / (set.vi[i] + tau2), sy += (set.yi[i] - centre) / (set.vi[i] + tau2);
  for (std::size_t i = 0; i < set.yi.size(); ++i) {
    const double rest = set.yi[i] - centre - sy / s;
    q += rest * rest / (set.vi[i] + tau2);
  }
  return q;
}

}  // namespace

TEST_CASE("global maxima of 15,000 sets of wide variances") {
  std::mt19937_64 random(20241123);
  Tally tally;
  for (int i = 0; i < 15000; ++i) {
    const Set set = draw(random, i % 3 == 0 ? 3 : i % 3 == 1 ? 6 : 10, i % 5 == 4);
    examine(set, i % 2 ? Likelihood::ml : Likelihood::reml, tally);
  }
  CHECK(tally.sets == 15000);
  CHECK(tally.several > 300);  // the draw is worth its time
  CHECK(tally.below == 0);
  CHECK(tally.missed == 0);
  CHECK(tally.unreported == 0);
}

TEST_CASE("PM roots of 5,000 sets of wide variances") {
  std::mt19937_64 random(20241124);
  int positive = 0, wrong = 0;
  for (int i = 0; i < 5000; ++i) {
    const Set set = draw(random, i % 2 ? 4 : 8, false);
    NormalData data;
    NormalWorkspace work;
    standardise(set.yi, set.vi, data);
    const double target = static_cast<double>(set.yi.size()) - 1;
    const double tau2 = estimate_tau2(Tau2Method::PM, {data, {}, work}).tau2 * data.scale * data.scale;
    positive += tau2 > 0;
    const double v = *std::min_element(set.vi.begin(), set.vi.end());
    // Q falls: it lies above k - 1 a little to the left of the root and below it to the right, or below from 0 on.
    const double step = 1e-10 * (tau2 + v);
    if (!(q_of(set, tau2 + step) < target) || (tau2 > step && !(q_of(set, tau2 - step) > target))) ++wrong;
    if (tau2 == 0 && q_of(set, 0) > target * (1 + 1e-12)) ++wrong;
  }
  CHECK(positive > 1000);
  CHECK(wrong == 0);
}
