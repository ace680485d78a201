// What the fuzz targets share: bytes turned into values, and what must hold of every result.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <tausq/fields.hpp>

namespace tausq::fuzz {

/// Ends the process, so that the input is kept, when `holds` is false.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

inline std::string_view text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// The bytes of an input, handed out piece by piece; zeros behind the end.
class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}

  bool empty() const { return rest_.empty(); }
  unsigned byte() {
    if (rest_.empty()) return 0;
    const unsigned first = rest_.front();
    rest_ = rest_.subspan(1);
    return first;
  }
  unsigned below(unsigned n) { return (byte() * 256 + byte()) % n; }
  /// From 0 up to and including 1.
  double fraction() { return (byte() * 256 + byte()) / 65535.0; }

 private:
  std::span<const std::uint8_t> rest_;
};

/// One of the choices of a method table.
template <typename Method>
Method method(Bytes& bytes) {
  return static_cast<Method>(bytes.below(static_cast<unsigned>(methods<Method>().size())));
}

template <typename T>
inline constexpr bool is_optional = false;
template <typename T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <typename T>
inline constexpr bool is_vector = false;
template <typename T>
inline constexpr bool is_vector<std::vector<T>> = true;

/// Every number that a result has is finite: what is not known is left out.
template <typename T>
void require_finite(const T& value) {
  if constexpr (HasFields<T>) {
    for_each_field<T>([&](const auto& field) { require_finite(value.*field.member); });
  } else if constexpr (is_optional<T>) {
    if (value) require_finite(*value);
  } else if constexpr (is_vector<T>) {
    for (const auto& each : value) require_finite(each);
  } else if constexpr (std::is_floating_point_v<T>) {
    require(std::isfinite(value), "every number of a result is finite");
  }
}

/// An estimate lies in its interval; one that is not there has a status and a reason.
inline void require_sound(const PooledEstimate& pooled, bool contains) {
  if (!pooled.estimate) {
    require(pooled.status != Status::ok && pooled.status != Status::converged, "no estimate, yet its status is fine");
    require(pooled.status == Status::not_requested || !pooled.reason.empty(), "no estimate, and no reason");
    return;
  }
  const double scale = 1e-9 * (std::abs(*pooled.estimate) + pooled.se.value_or(0)) + 1e-300;
  if (contains && pooled.ci_lower) require(*pooled.ci_lower <= *pooled.estimate + scale, "the lower limit is not above the estimate");
  if (contains && pooled.ci_upper) require(*pooled.ci_upper >= *pooled.estimate - scale, "the upper limit is not below the estimate");
  if (pooled.p_value) require(*pooled.p_value >= 0 && *pooled.p_value <= 1, "a p-value is a probability");
}

/// How far the estimate is known: its standard error, or the width of its interval where it has none.
inline double uncertainty(const PooledEstimate& pooled) {
  if (pooled.se) return *pooled.se;
  return pooled.ci_lower && pooled.ci_upper ? *pooled.ci_upper - *pooled.ci_lower : 0;
}

/// Fits that did not fail lie close together, in units of their uncertainty.
inline void require_alike(const PooledEstimate& a, const PooledEstimate& b, double sign, double tolerance, const char* what) {
  if (a.status == Status::not_converged || b.status == Status::not_converged) return;  // said, and no number
  require(a.estimate.has_value() == b.estimate.has_value(), what);
  if (!a.estimate) return;
  const double scale = std::abs(*a.estimate) + uncertainty(a) + uncertainty(b);
  require(std::abs(*a.estimate - sign * *b.estimate) <= tolerance * scale + 1e-300, what);
}

}  // namespace tausq::fuzz
