// Symmetric matrices of a diagonal with a border: one parameter a study beside a few that all share.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "engine/numerics/cholesky.hpp"

namespace tausq::model {

/// A positive diagonal, one for each study's level, bordered by the f parameters that studies share: solved in O(k f^2).
class ArrowMatrix {
 public:
  /// corner is f x f and becomes that of the Schur complement; arrows are f a row.
  ArrowMatrix(std::vector<double> diagonal, std::vector<double> arrows, std::vector<double> corner, std::size_t f)
      : diagonal_(std::move(diagonal)), arrows_(std::move(arrows)), f_(f), schur_(reduced(std::move(corner)), f) {}

  bool positive() const {
    return schur_.positive() && std::all_of(diagonal_.begin(), diagonal_.end(), [](double d) { return d > 0; });
  }
  void solve(std::span<double> levels, std::span<double> border) const {
    for (std::size_t i = 0; i < levels.size(); ++i)
      for (std::size_t a = 0; a < f_; ++a) border[a] -= arrows_[i * f_ + a] * levels[i] / diagonal_[i];
    schur_.solve(border);
    for (std::size_t i = 0; i < levels.size(); ++i) {
      for (std::size_t a = 0; a < f_; ++a) levels[i] -= arrows_[i * f_ + a] * border[a];
      levels[i] /= diagonal_[i];
    }
  }

 private:
  std::vector<double> reduced(std::vector<double> corner) const {
    for (std::size_t i = 0; i < diagonal_.size(); ++i)
      for (std::size_t a = 0; a < f_; ++a)
        for (std::size_t b = 0; b < f_; ++b) corner[a * f_ + b] -= arrows_[i * f_ + a] * arrows_[i * f_ + b] / diagonal_[i];
    return corner;
  }

  std::vector<double> diagonal_, arrows_;
  std::size_t f_;
  numerics::Cholesky schur_;
};

}  // namespace tausq::model
