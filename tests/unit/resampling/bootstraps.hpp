// What the tests of the bootstrap share.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <tausq/analysis.hpp>

#include "engine/numerics/random.hpp"

namespace tausq::bootstraps {

inline Options by(BootstrapMethod method, std::size_t replicates, Options options = {}) {
  options.bootstrap = method, options.replicates = replicates;
  return options;
}

inline const BootstrapQuantity& quantity(const Bootstrap& b, const std::string& path) {
  const auto at = std::find_if(b.quantities.begin(), b.quantities.end(), [&](const auto& q) { return q.quantity == path; });
  REQUIRE_MESSAGE(at != b.quantities.end(), path);
  return *at;
}

/// The places that replicate b draws.
inline std::vector<std::size_t> drawn(std::uint64_t seed, std::size_t b, std::size_t k) {
  numerics::RandomStream random(seed, b);
  std::vector<std::size_t> places(k);
  for (std::size_t& place : places) place = random.below(static_cast<std::uint32_t>(k));
  std::sort(places.begin(), places.end());
  return places;
}

}  // namespace tausq::bootstraps
