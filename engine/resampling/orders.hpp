// Orders of labelled things, some of which are alike: how many there are, and each by its number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/numerics/random.hpp"

namespace tausq::resampling {

/// The different orders of k rows, where rows of one class are alike.
class Orders {
 public:
  /// class_of[i] is the class of row i, counted from 0.
  explicit Orders(std::vector<std::size_t> class_of);

  /// k! / prod(class sizes!), rounded; infinite where it leaves the range of numbers.
  double count() const;

  /// Order number `rank` < count() in lexicographic order of the classes: rows[j] is the row that comes to place j. The rows
  /// of one class keep their order among themselves.
  void unrank(std::uint64_t rank, std::span<std::size_t> rows) const;

 private:
  std::vector<std::vector<std::size_t>> classes_;  ///< the rows of every class, ascending
  std::size_t k_;
};

/// Rows that are equal in all columns (column-major, k rows) get the same class.
std::vector<std::size_t> classes_of_rows(std::span<const double> x, std::size_t k);

/// Every order with the same probability (Fisher & Yates).
void shuffle(std::span<std::size_t> rows, numerics::RandomStream& random);

}  // namespace tausq::resampling
