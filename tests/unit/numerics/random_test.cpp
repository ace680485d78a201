#include "engine/numerics/random.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "engine/numerics/parallel.hpp"

namespace {

using namespace tausq::numerics;
using Block = std::array<std::uint32_t, 4>;

TEST_CASE("philox gives the known answers of the Random123 library") {
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
        Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("a stream is the blocks of its replicate in order") {
  RandomStream stream(0x299f31d0a4093822, 0x0370734413198a2e);
  for (std::uint32_t number = 0; number < 3; ++number) {
    const Block block = philox({number, 0, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0});
    for (const std::uint32_t word : block) CHECK(stream.bits() == word);
  }
}

TEST_CASE("below() reaches every number about equally often") {
  std::vector<int> seen(7);
  for (std::uint64_t replicate = 0; replicate < 7000; ++replicate) ++seen[RandomStream(1, replicate).below(7)];
  double chi2 = 0;
  for (const int n : seen) chi2 += (n - 1000.0) * (n - 1000.0) / 1000.0;
  CHECK(chi2 < 22.5);  // P(chi2(6) > 22.5) = 0.001
  CHECK(RandomStream(1, 1).below(1) == 0);
}

TEST_CASE("uniform() lies inside (0, 1) with the moments of the uniform distribution") {
  double sum = 0, squares = 0;
  RandomStream stream(7, 0);
  constexpr int n = 20000;
  for (int i = 0; i < n; ++i) {
    const double u = stream.uniform();
    REQUIRE((u > 0 && u < 1));
    sum += u, squares += u * u;
  }
  CHECK(std::abs(sum / n - 0.5) < 4 / std::sqrt(12.0 * n));
  CHECK(std::abs(squares / n - 1.0 / 3) < 4 * std::sqrt(4.0 / 45 / n));
}

TEST_CASE("in_blocks visits every number once, whatever the number of threads") {
  for (const std::size_t threads : {1, 2, 5, 64}) {
    std::vector<int> visits(1003);
    in_blocks(visits.size(), 16, threads, [&](std::size_t begin, std::size_t end, std::size_t worker) {
      CHECK(worker < threads);
      for (std::size_t i = begin; i < end; ++i) ++visits[i];
    });
    CHECK(std::accumulate(visits.begin(), visits.end(), 0) == 1003);
    CHECK(*std::max_element(visits.begin(), visits.end()) == 1);
  }
  in_blocks(0, 16, 3, [](std::size_t, std::size_t, std::size_t) { FAIL("nothing to do"); });
}

TEST_CASE("an exception of a block ends the work and arrives at the caller") {
  const auto work = [](std::size_t begin, std::size_t, std::size_t) {
    if (begin == 32) throw std::runtime_error("block 32");
  };
  CHECK_THROWS_AS(in_blocks(100, 16, 3, work), std::runtime_error);
}

}  // namespace
