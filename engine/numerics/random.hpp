// Random numbers that depend on (seed, replicate, draw) alone: no state is shared, so any thread can make any replicate.
#pragma once

#include <array>
#include <cstdint>

namespace tausq::numerics {

/// Philox 4x32 with 10 rounds: 128 random bits from a counter under a key (Salmon, Moraes, Dror & Shaw 2011, Parallel
/// Random Numbers: As Easy as 1, 2, 3, section 3.3).
constexpr std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53} * counter[0], b = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
               static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
    key[0] += 0x9E3779B9, key[1] += 0xBB67AE85;
  }
  return counter;
}

/// The random numbers of one replicate, in order.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::uint64_t replicate)
      : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
        replicate_{static_cast<std::uint32_t>(replicate), static_cast<std::uint32_t>(replicate >> 32)} {}

  /// 32 random bits.
  std::uint32_t bits() {
    if (used_ == 4) refill();
    return block_[used_++];
  }
  /// One of 0 .. n - 1, each with the same probability (Lemire 2019, ACM Trans Model Comput Simul 29:3). n > 0.
  std::uint32_t below(std::uint32_t n) {
    std::uint64_t product = std::uint64_t{bits()} * n;
    const std::uint32_t short_of = (0u - n) % n;
    while (static_cast<std::uint32_t>(product) < short_of) product = std::uint64_t{bits()} * n;
    return static_cast<std::uint32_t>(product >> 32);
  }
  /// Uniform on (0, 1): odd multiples of 2^-54, so that neither end is met.
  double uniform() {
    const std::uint64_t high = bits() >> 5, low = bits() >> 6;
    return (static_cast<double>((high << 26) | low) + 0.5) * 0x1p-53;
  }

 private:
  void refill() {
    block_ = philox({block_number_++, 0, replicate_[0], replicate_[1]}, key_);
    used_ = 0;
  }

  std::array<std::uint32_t, 2> key_, replicate_;
  std::array<std::uint32_t, 4> block_{};
  std::uint32_t block_number_ = 0;
  unsigned used_ = 4;
};

}  // namespace tausq::numerics
