// Sums that carry their rounding errors along.
#pragma once

#include <cmath>

namespace tausq::numerics {

/// Compensated sum (Neumaier 1974; products by fma, Ogita, Rump & Oishi 2005 algorithm 5.3): the result is as if added in
/// twice the working precision and rounded once.
class Sum {
 public:
  Sum() = default;
  explicit Sum(double start) : high_(start) {}

  void add(double x) {
    const double total = high_ + x;
    const double part = total - high_;
    low_ += (high_ - (total - part)) + (x - part);
    high_ = total;
  }
  /// Adds a * b without rounding the product first.
  void add_product(double a, double b) {
    const double product = a * b;
    add(product);
    low_ += std::fma(a, b, -product);
  }
  double value() const { return high_ + low_; }
  double high() const { return high_; }
  double low() const { return low_; }

 private:
  double high_ = 0;
  double low_ = 0;
};

}  // namespace tausq::numerics
