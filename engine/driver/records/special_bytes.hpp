// Where the next delimiter, quote or line end stands: 64 bytes are looked at in one go.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tausq::records {

/// Finds the bytes at which a field can end.
class SpecialBytes {
 public:
  SpecialBytes() = default;
  SpecialBytes(std::string_view text, char delimiter) : text_(text), special_{delimiter, '\n', '\r', '"'} { look(0); }

  /// The first special byte at or behind `at`, or the size of the text.
  std::size_t next(std::size_t at) {
    if (at - block_ >= 64) look(at / 64 * 64);
    std::uint64_t ahead = found_ & (~std::uint64_t{0} << (at - block_));
    while (ahead == 0) {
      if (text_.size() - block_ <= 64) return text_.size();
      look(block_ + 64);
      ahead = found_;
    }
    return block_ + static_cast<std::size_t>(std::countr_zero(ahead));
  }

 private:
  void look(std::size_t block) {
    block_ = block;
    found_ = 0;
    if (block >= text_.size()) return;
#if defined(__SSE2__)
    if (text_.size() - block >= 64) {
      found_ = look_at_all(text_.data() + block);
      return;
    }
#endif
    for (std::size_t i = 0; i < 64 && block + i < text_.size(); ++i)
      for (const char c : special_) found_ |= std::uint64_t{text_[block + i] == c} << i;
  }

#if defined(__SSE2__)
  std::uint64_t look_at_all(const char* bytes) const {
    std::uint64_t found = 0;
    for (std::ptrdiff_t part = 0; part < 4; ++part) {
      const __m128i sixteen = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 16 * part));
      __m128i hits = _mm_setzero_si128();
      for (const char c : special_) hits = _mm_or_si128(hits, _mm_cmpeq_epi8(sixteen, _mm_set1_epi8(c)));
      found |= std::uint64_t{static_cast<std::uint32_t>(_mm_movemask_epi8(hits))} << (16 * part);
    }
    return found;
  }
#endif

  std::string_view text_;
  std::array<char, 4> special_{};
  std::size_t block_ = 0;
  std::uint64_t found_ = 0;  // one bit a byte of the block
};

}  // namespace tausq::records
