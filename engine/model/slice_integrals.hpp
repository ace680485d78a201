// The integrals of many studies over N(mu, tau^2) at one tau and at all mu of a lattice: as the values of mu lie on the nodes of the
// likelihoods' tables, or on a fraction of their spacing, one table of the normal density serves every study and every mu, and each
// integral is one product of two runs of numbers.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/model/mu_lattice.hpp"

namespace tausq::model {

/// A study's table and the nodes that matter: at mu those from mu - below to mu + above, but none outside first .. last.
struct SliceStudy {
  const double* table;
  std::ptrdiff_t origin;  ///< the node of table[0]
  std::ptrdiff_t first, last;
  std::ptrdiff_t below, above;  ///< nodes
};

/// prod_i sum over nodes m of table_i[m] K((m h - mu) / tau) for K(u) = exp(-u^2 / 2) or a normal tail, as logarithms. One object keeps its
/// memory from call to call.
class SliceIntegrals {
 public:
  enum class Kernel { density, lower_tail, upper_tail };

  void begin(const MuLattice& mu, double tau);
  /// Studies whose tables have the step 2^-level. The step of mu is at least an eighth of it.
  void multiply(std::span<const SliceStudy> studies, int level, Kernel kernel);
  void multiply(std::size_t j, double factor) { multiply(product_[j], log_[j], factor); }
  /// log of the products, times exp(constant).
  void finish(double constant, std::span<double> log_product) const;

 private:
  static void multiply(double& product, double& log, double factor);
  void tabulate(Kernel kernel, std::ptrdiff_t lowest, std::ptrdiff_t highest, int parts, double h);

  MuLattice mu_;
  double tau_ = 1;
  std::vector<double> product_, log_;
  std::vector<double> kernel_;  ///< for each fraction r of h: K((n h - r h / parts) / tau), n = lowest .. highest
  std::vector<double> sums_;
};

}  // namespace tausq::model
