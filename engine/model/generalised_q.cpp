#include "engine/model/generalised_q.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <Eigen/Dense>

#include "engine/numerics/quadratic_form.hpp"
#include "engine/numerics/roots.hpp"

namespace tausq::model {

namespace {

/// A pole of the secular equation: weights of equal a (v + tau2) taken together.
struct Pole {
  double at = 0;
  double weight = 0;
  double count = 0;
};

std::vector<Pole> poles(const NormalData& data, const std::vector<double>& weights, double tau2) {
  std::vector<Pole> all(data.k);
  for (std::size_t i = 0; i < data.k; ++i) all[i] = {weights[i] * (data.v[i] + tau2), weights[i], 1};
  std::sort(all.begin(), all.end(), [](const Pole& a, const Pole& b) { return a.at < b.at; });
  std::vector<Pole> distinct;
  for (const Pole& pole : all) {
    if (!distinct.empty() && pole.at <= distinct.back().at * (1 + 8 * std::numeric_limits<double>::epsilon())) {
      distinct.back().weight += pole.weight;
      distinct.back().count += 1;
    } else {
      distinct.push_back(pole);
    }
  }
  return distinct;
}

/// The root of sum_i weight_i / (at_i - x) between two neighbouring poles, as a distance from the lower one. Multiplied by
/// the distances to both the function has no pole there.
double between(const std::vector<Pole>& all, std::size_t low) {
  const double gap = all[low + 1].at - all[low].at;
  const auto secular = [&](double d) {
    double others = 0;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (i != low && i != low + 1) others += all[i].weight / ((all[i].at - all[low].at) - d);
    return others * d * (gap - d) + all[low + 1].weight * d - all[low].weight * (gap - d);
  };
  return numerics::brent_root(secular, 0, gap, -all[low].weight * gap, all[low + 1].weight * gap).x;
}

}  // namespace

// For a mean P = A - a a' / sum(a), and the determinant of (V + tau2)^1/2 P (V + tau2)^1/2 - x is, up to a factor x,
// prod(a_i (v_i + tau2) - x) sum(a_i / (a_i (v_i + tau2) - x)): one eigenvalue between any two neighbouring poles, and at a
// pole of n studies n - 1 more.
void GeneralisedQDistribution::mean_eigenvalues(double tau2) {
  const std::vector<Pole> all = poles(data_, weights_, tau2);
  for (std::size_t j = 0; j < all.size(); ++j) {
    if (all[j].count > 1) lambda_.push_back(all[j].at), df_.push_back(all[j].count - 1);
    if (j + 1 < all.size()) lambda_.push_back(all[j].at + between(all, j)), df_.push_back(1);
  }
}

void GeneralisedQDistribution::design_eigenvalues(double tau2) {
  const auto k = static_cast<Eigen::Index>(data_.k), p = static_cast<Eigen::Index>(data_.p);
  const Eigen::Map<const Eigen::MatrixXd> basis(data_.basis.data(), k, p);
  const Eigen::Map<const Eigen::VectorXd> a(weights_.data(), k), v(data_.v.data(), k);
  const Eigen::MatrixXd u =
      Eigen::HouseholderQR<Eigen::MatrixXd>(a.cwiseSqrt().asDiagonal() * basis).householderQ() * Eigen::MatrixXd::Identity(k, p);
  const Eigen::VectorXd root = (a.array() * (v.array() + tau2)).sqrt();
  const Eigen::MatrixXd form = root.asDiagonal() * (Eigen::MatrixXd::Identity(k, k) - u * u.transpose()) * root.asDiagonal();
  const Eigen::VectorXd ascending = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(form, Eigen::EigenvaluesOnly).eigenvalues();
  for (Eigen::Index j = p; j < k; ++j) lambda_.push_back(std::max(0.0, ascending[j])), df_.push_back(1);
}

void GeneralisedQDistribution::eigenvalues(double tau2) {
  lambda_.clear(), df_.clear();
  data_.mean_only ? mean_eigenvalues(tau2) : design_eigenvalues(tau2);
}

double GeneralisedQDistribution::cdf(double q, double tau2) {
  eigenvalues(tau2);
  return numerics::quadratic_form_cdf(q, lambda_, df_);
}

double GeneralisedQDistribution::sf(double q, double tau2) {
  eigenvalues(tau2);
  return numerics::quadratic_form_sf(q, lambda_, df_);
}

double GeneralisedQDistribution::first_step() const {
  const double spread = data_.spread / std::max(1.0, data_.df());
  return spread > 0 ? spread : data_.v[0];
}

double GeneralisedQDistribution::tau2_with_cdf(double q, double probability) {
  const auto excess = [&](double tau2) { return cdf(q, tau2) - probability; };
  if (!(excess(0) > 0)) return 0;
  const auto bracket = numerics::bracket_outward(excess, 0, first_step());
  return bracket ? numerics::brent_root(excess, bracket->first, bracket->second).x : 0;
}

double GeneralisedQDistribution::tau2_with_sf(double q, double probability) {
  const auto shortfall = [&](double tau2) { return probability - sf(q, tau2); };
  if (!(shortfall(0) > 0)) return 0;
  const auto bracket = numerics::bracket_outward(shortfall, 0, first_step());
  return bracket ? numerics::brent_root(shortfall, bracket->first, bracket->second).x : 0;
}

}  // namespace tausq::model
