// The mean of every subset of up to 24 studies, by sums that subsets share.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <tausq/influence.hpp>

#include "engine/model/score_grid.hpp"

namespace tausq::resampling {

enum class SubsetModel { common, dl, reml };

/// Fits a mean to all subsets of some studies. Bit i of a subset's number is study i; subset s stands at place s - 1.
///
/// Power sums sum(w^a y^b) of a subset are those of its first eight studies, which stand in a table, and those of the others,
/// which 2^8 subsets share: so Q, the common effect and DerSimonian and Laird's tau2 take O(1) a subset. For REML the same
/// sums at a grid of tau2 bracket the maximum (model::bracket_maxima), which Newton's method finds for eight subsets at once.
class SubsetSums {
 public:
  /// 4 to 24 studies whose variances are at most 1e4 apart: then their power sums lose no digits that matter.
  static bool covers(std::span<const double> vi);
  SubsetSums(std::span<const double> yi, std::span<const double> vi, SubsetModel model);

  /// Blocks of subsets that are fitted together.
  std::size_t blocks() const { return std::size_t{1} << (y_.size() - low_bits_); }
  /// Fits one block. Gives the subsets whose likelihood may have several maxima: their places are not filled.
  std::vector<std::size_t> fit(std::size_t block, GoshFits& fits) const;

 private:
  struct Block;

  void add_node(double tau2);
  Block moments(std::size_t number) const;
  void dersimonian_laird(Block& block) const;
  std::vector<std::size_t> reml(Block& block) const;
  void store(const Block& block, GoshFits& fits) const;

  SubsetModel model_;
  std::size_t low_bits_;
  double shift_ = 0, scale_ = 1;
  std::vector<double> y_, v_;                 ///< in standard units, around the common-effect mean
  std::vector<model::GridNode> nodes_;        ///< shares of the subsets of the first studies; the first node at tau2 = 0
  std::vector<std::vector<double>> weights_;  ///< of all studies, at each node
  std::vector<double> count_;                 ///< studies in each subset of the first
  double v_min_ = 0;
};

}  // namespace tausq::resampling
