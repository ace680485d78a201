#include "engine/model/slice_integrals.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/numerics/distributions.hpp"
#include "engine/numerics/exp_all.hpp"
#include "engine/numerics/lanes.hpp"

namespace tausq::model {

namespace {

using numerics::Four;

/// The table of the kernel: for every fraction of the step a run of `size` values, the first at the distance `lowest`.
struct KernelTable {
  const double* values;
  std::ptrdiff_t lowest, size;
};

/// sums[j] at mu = (start + j stride) h / 2^shift.
TAUSQ_WIDE void all_sums(const SliceStudy& study, const KernelTable& kernel, std::ptrdiff_t start, std::ptrdiff_t stride, int shift,
                         std::span<double> sums) {
  const std::ptrdiff_t mask = (std::ptrdiff_t{1} << shift) - 1;
  for (std::size_t j = 0; j < sums.size(); ++j) {
    const std::ptrdiff_t position = start + static_cast<std::ptrdiff_t>(j) * stride, node = position >> shift;
    const std::ptrdiff_t from = std::max(study.first, node - study.below), to = std::min(study.last, node + study.above) + 1;
    if (from >= to) {
      sums[j] = 0;
      continue;
    }
    const double* p = study.table + (from - study.origin);
    const double* g = kernel.values + ((position & mask) * kernel.size + (from - node - kernel.lowest));
    std::ptrdiff_t m = from;
    Four even{}, odd{}, x, y;
    for (; m + 8 <= to; m += 8, p += 8, g += 8) {
      numerics::load(p, x), numerics::load(g, y);
      even += x * y;
      numerics::load(p + 4, x), numerics::load(g + 4, y);
      odd += x * y;
    }
    if (m + 4 <= to) {
      numerics::load(p, x), numerics::load(g, y);
      even += x * y;
      m += 4, p += 4, g += 4;
    }
    double sum = numerics::sum_of(even + odd);
    for (; m < to; ++m) sum += *p++ * *g++;
    sums[j] = sum;
  }
}

}  // namespace

void SliceIntegrals::begin(const MuLattice& mu, double tau) {
  mu_ = mu;
  tau_ = tau;
  product_.assign(mu.count, 1.0);
  log_.assign(mu.count, 0.0);
  sums_.resize(mu.count);
}

void SliceIntegrals::tabulate(Kernel kernel, std::ptrdiff_t lowest, std::ptrdiff_t highest, int parts, double h) {
  const auto size = static_cast<std::size_t>(highest - lowest + 1);
  kernel_.resize(size * static_cast<std::size_t>(parts));
  for (int r = 0; r < parts; ++r) {
    double* const row = kernel_.data() + static_cast<std::size_t>(r) * size;
    const double unit = h / tau_, shift = unit * (static_cast<double>(lowest) - static_cast<double>(r) / parts);
    for (std::size_t n = 0; n < size; ++n) row[n] = shift + unit * static_cast<double>(n);
    if (kernel == Kernel::density) {
      for (std::size_t n = 0; n < size; ++n) row[n] = -0.5 * row[n] * row[n];
    } else {
      for (std::size_t n = 0; n < size; ++n)
        row[n] = kernel == Kernel::lower_tail ? numerics::normal_cdf(row[n]) : numerics::normal_sf(row[n]);
    }
  }
  if (kernel == Kernel::density) numerics::exp_all(kernel_);
}

void SliceIntegrals::multiply(std::span<const SliceStudy> studies, int level, Kernel kernel) {
  // In units of h / 2^shift: the step of mu is s 2^-e with s = 1 or 3.
  const int s = mu_.level % 2 == 0 ? 1 : 3, e = mu_.level % 2 == 0 ? mu_.level / 2 : (mu_.level - 1) / 2 + 2;
  const int shift = std::max(e - level, 0);
  const std::ptrdiff_t stride = s * (std::ptrdiff_t{1} << std::max(level - e, 0)), start = mu_.first * stride;
  const std::ptrdiff_t lowest_node = start >> shift;
  const std::ptrdiff_t highest_node = (start + static_cast<std::ptrdiff_t>(mu_.count - 1) * stride) >> shift;
  std::ptrdiff_t lowest = std::numeric_limits<std::ptrdiff_t>::max(), highest = std::numeric_limits<std::ptrdiff_t>::min();
  for (const SliceStudy& study : studies) {
    lowest = std::min(lowest, std::max(-study.below, study.first - highest_node));
    highest = std::max(highest, std::min(study.above, study.last - lowest_node));
  }
  lowest = std::min(lowest, std::ptrdiff_t{0}), highest = std::max(highest, std::ptrdiff_t{0});
  tabulate(kernel, lowest, highest, 1 << shift, std::ldexp(1.0, -level));
  const KernelTable table{kernel_.data(), lowest, highest - lowest + 1};
  for (const SliceStudy& study : studies) {
    all_sums(study, table, start, stride, shift, sums_);
    for (std::size_t j = 0; j < sums_.size(); ++j) multiply(product_[j], log_[j], sums_[j]);
  }
}

void SliceIntegrals::multiply(double& product, double& log, double factor) {
  if (!(factor > 1e-150 && factor < 1e150)) {
    log += std::log(factor);
    return;
  }
  product *= factor;
  if (product > 1e-150 && product < 1e150) return;
  log += std::log(product);
  product = 1;
}

void SliceIntegrals::finish(double constant, std::span<double> log_product) const {
  for (std::size_t j = 0; j < log_.size(); ++j) log_product[j] = constant + log_[j] + std::log(product_[j]);
}

}  // namespace tausq::model
