#include "engine/numerics/exp_all.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "engine/numerics/lanes.hpp"

namespace tausq::numerics {

TAUSQ_WIDE void exp_all(std::span<double> x) {
  const std::size_t whole = x.size() / 4 * 4;
  for (std::size_t i = 0; i < whole; i += 4) {
    Four four;
    load(&x[i], four);
    exp(four);
    store(four, &x[i]);
  }
  if (whole == x.size()) return;
  std::array<double, 4> rest{};
  std::copy(x.begin() + static_cast<std::ptrdiff_t>(whole), x.end(), rest.begin());
  Four four;
  load(rest.data(), four);
  exp(four);
  store(four, rest.data());
  std::copy_n(rest.begin(), x.size() - whole, x.begin() + static_cast<std::ptrdiff_t>(whole));
}

}  // namespace tausq::numerics
