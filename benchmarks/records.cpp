// Records from text to studies, and files of many keys.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

#include <tausq/records.hpp>

#include "engine/driver/batch/batch.hpp"

namespace {

using namespace tausq;

/// A generator that gives the same digits on every machine.
class Draws {
 public:
  std::uint32_t below(std::uint32_t n) { return (state_ = state_ * 1664525u + 1013904223u) >> 8 & 0xffff ? (state_ >> 8) % n : 0; }

 private:
  std::uint32_t state_ = 12345;
};

std::string arms(std::int64_t rows) {
  Draws draws;
  std::string text = "study,events,total\n";
  for (std::int64_t i = 0; i < rows; ++i) {
    const std::uint32_t total = 20 + draws.below(400);
    text += "study " + std::to_string(i) + "," + std::to_string(draws.below(total)) + "," + std::to_string(total) + "\n";
  }
  return text;
}

std::string variants(std::int64_t keys) {
  Draws draws;
  std::string text = "variant,study,yi,sei\n";
  for (std::int64_t i = 0; i < keys; ++i)
    for (int j = 0; j < 10; ++j)
      text += "rs" + std::to_string(1000000 + i) + ",cohort" + std::to_string(j) + "," + (draws.below(2) ? "" : "-") + "0.0" +
              std::to_string(10000 + draws.below(80000)) + ",0.0" + std::to_string(10000 + draws.below(40000)) + "\n";
  return text;
}

void records_of_arms(benchmark::State& state) {
  const std::string text = arms(state.range(0));
  ReadOptions options;
  options.listed_records = 0;
  for (auto _ : state) benchmark::DoNotOptimize(parse_records("arms.csv", text, options));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(records_of_arms)->Arg(13)->Arg(100000)->Unit(benchmark::kMicrosecond);

/// Text in, text out: the way of `tausq batch` without files.
void batch_of_variants(benchmark::State& state) {
  batch::BatchRequest request;
  request.records = "variants.csv", request.by = "variant", request.bytes = variants(20000);
  request.options.tau2 = Tau2Method::DL, request.options.interval = IntervalMethod::z, request.options.threads = 1;
  for (auto _ : state) {
    std::size_t bytes = 0;
    batch::run_batch(request, [&](std::string_view text) { bytes += text.size(); });
    benchmark::DoNotOptimize(bytes);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(request.bytes->size()));
  state.SetItemsProcessed(state.iterations() * 20000);
}
BENCHMARK(batch_of_variants)->Unit(benchmark::kMillisecond);

}  // namespace
