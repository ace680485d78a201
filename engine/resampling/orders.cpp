#include "engine/resampling/orders.hpp"

#include <cmath>
#include <numeric>
#include <utility>

namespace tausq::resampling {

Orders::Orders(std::vector<std::size_t> class_of) : k_(class_of.size()) {
  for (std::size_t i = 0; i < k_; ++i) {
    if (class_of[i] >= classes_.size()) classes_.resize(class_of[i] + 1);
    classes_[class_of[i]].push_back(i);
  }
}

double Orders::count() const {
  double product = 1, placed = 0;
  for (const std::vector<std::size_t>& rows : classes_)
    for (std::size_t i = 1; i <= rows.size(); ++i) product = std::round(product * ++placed / static_cast<double>(i));
  return product;
}

// Of the orders that are left, a share of (rows left in a class) / (rows left) begins with that class.
void Orders::unrank(std::uint64_t rank, std::span<std::size_t> rows) const {
  std::vector<std::size_t> used(classes_.size());
  auto orders = static_cast<std::uint64_t>(count());
  for (std::size_t place = 0; place < k_; ++place)
    for (std::size_t c = 0; c < classes_.size(); ++c) {
      const std::uint64_t left = classes_[c].size() - used[c], beginning = orders * left / (k_ - place);
      if (rank < beginning) {
        orders = beginning;
        rows[place] = classes_[c][used[c]++];
        break;
      }
      rank -= beginning;
    }
}

std::vector<std::size_t> classes_of_rows(std::span<const double> x, std::size_t k) {
  std::vector<std::size_t> class_of(k), first;
  const auto equal = [&](std::size_t a, std::size_t b) {
    for (std::size_t column = 0; column < x.size(); column += k)
      if (x[column + a] != x[column + b]) return false;
    return true;
  };
  for (std::size_t i = 0; i < k; ++i) {
    std::size_t c = 0;
    while (c < first.size() && !equal(first[c], i)) ++c;
    if (c == first.size()) first.push_back(i);
    class_of[i] = c;
  }
  return class_of;
}

void shuffle(std::span<std::size_t> rows, numerics::RandomStream& random) {
  for (std::size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[random.below(static_cast<std::uint32_t>(i))]);
}

}  // namespace tausq::resampling
