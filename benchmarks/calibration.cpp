// The unit of all times: a fused vector loop that every machine runs as fast as it can.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstddef>
#include <vector>

#include "engine/numerics/lanes.hpp"

namespace {

using namespace tausq::numerics;

/// sum of log(1 + x) over a thousand numbers, four at a time.
[[gnu::flatten]] TAUSQ_WIDE double sum_of_logs(const std::vector<double>& x) {
  Four sum{};
  for (std::size_t i = 0; i + 4 <= x.size(); i += 4) {
    Four four;
    load(&x[i], four);
    log1p(four);
    sum += four;
  }
  return sum_of(sum);
}

void calibration(benchmark::State& state) {
  std::vector<double> x(1024);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 0.5 + 0.5 * std::sin(static_cast<double>(i));
  for (auto _ : state) benchmark::DoNotOptimize(sum_of_logs(x));
  state.SetItemsProcessed(state.iterations() * 1024);
}
BENCHMARK(calibration);

}  // namespace
