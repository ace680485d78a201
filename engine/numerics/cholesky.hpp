// Cholesky factors of small symmetric matrices.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace tausq::numerics {

/// Lower factor L of a symmetric p x p matrix L L', column-major. A row and column that are scaled alike lose nothing.
class Cholesky {
 public:
  Cholesky(std::vector<double> matrix, std::size_t p) : factor_(std::move(matrix)), p_(p) {
    for (std::size_t a = 0; a < p; ++a)
      for (std::size_t b = 0; b <= a; ++b) {
        double entry = factor_[b * p + a];
        for (std::size_t l = 0; l < b; ++l) entry -= factor_[l * p + a] * factor_[l * p + b];
        if (a == b && !(entry > 0)) positive_ = false;
        factor_[b * p + a] = a == b ? std::sqrt(entry) : entry / factor_[b * p + b];
      }
  }

  /// False: the matrix is not positive definite, and the rest is not to be used.
  bool positive() const { return positive_; }
  double diagonal(std::size_t j) const { return factor_[j * p_ + j]; }

  /// Replaces b by L^-1 b; its squared length is b' (L L')^-1 b.
  void solve_lower(std::span<double> b) const {
    for (std::size_t i = 0; i < p_; ++i) {
      for (std::size_t l = 0; l < i; ++l) b[i] -= factor_[l * p_ + i] * b[l];
      b[i] /= diagonal(i);
    }
  }
  /// Replaces b by (L L')^-1 b.
  void solve(std::span<double> b) const {
    solve_lower(b);
    for (std::size_t i = p_; i-- > 0;) {
      for (std::size_t l = i + 1; l < p_; ++l) b[i] -= factor_[i * p_ + l] * b[l];
      b[i] /= diagonal(i);
    }
  }
  /// Entry (j, j) of the inverse.
  double inverse_diagonal(std::size_t j) const {
    std::vector<double> unit(p_);
    unit[j] = 1;
    solve_lower(unit);
    double sum = 0;
    for (double x : unit) sum += x * x;
    return sum;
  }

 private:
  std::vector<double> factor_;
  std::size_t p_;
  bool positive_ = true;
};

}  // namespace tausq::numerics
