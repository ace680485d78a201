#include "engine/driver/records/alike.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <unordered_map>

#include "engine/driver/records/unicode.hpp"

namespace tausq::records {

namespace {

constexpr std::uint64_t repeated(unsigned char byte) {
  return 0x0101010101010101 * std::uint64_t{byte};
}

template <typename Word>
std::uint64_t load(const char* bytes) {
  Word word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

/// Calls visit(word) for every 8 bytes; the last word repeats bytes, or is filled up with 'x'.
template <typename Visit>
void for_each_word(std::string_view bytes, Visit&& visit) {
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) visit(load<std::uint64_t>(bytes.data()));
  const std::size_t n = bytes.size();
  if (n >= 4)
    visit(load<std::uint32_t>(bytes.data()) | load<std::uint32_t>(bytes.data() + n - 4) << 32);
  else if (n > 0)
    visit(load<std::uint8_t>(bytes.data()) | load<std::uint8_t>(bytes.data() + n / 2) << 8 |
          load<std::uint8_t>(bytes.data() + n - 1) << 16 | repeated('x') << 24);
}

/// Lower and upper case hash alike; bytes that differ otherwise hardly ever do.
std::uint64_t hash_of_bytes(std::string_view bytes) {
  constexpr std::uint64_t factor = 0x9E3779B97F4A7C15;
  std::uint64_t hash = bytes.size() * factor;
  for_each_word(bytes, [&](std::uint64_t word) {
    hash = (hash ^ (word | repeated(0x20))) * factor;
    hash ^= hash >> 29;
  });
  hash = (hash ^ (hash >> 32)) * factor;
  return hash ^ (hash >> 29);
}

/// Whether a text is ASCII without control characters and double blanks: its likeness is the text in lower case. May say no
/// of a text that is (the words may repeat bytes).
bool is_plain(std::string_view label) {
  constexpr std::uint64_t high = repeated(0x80);
  std::uint64_t odd = 0, blank_before = 0;
  for_each_word(label, [&](std::uint64_t word) {
    const std::uint64_t blanks = ~((word ^ repeated(' ')) + repeated(0x7F)) & high;
    odd |= word & high;                            // not ASCII; the sums below do not carry over without
    odd |= ~(word + repeated(0x60)) & high;        // below the blank
    odd |= (word + repeated(1)) & high;            // DEL
    odd |= blanks & (blanks << 8 | blank_before);  // a blank behind a blank
    blank_before = blanks >> 56;
  });
  return odd == 0;
}

/// The same for labels that look the same.
std::uint64_t hash_of(std::string_view label) {
  return is_plain(label) ? hash_of_bytes(label) : hash_of_bytes(likeness(label));
}

/// A label by its hash and its position.
struct Item {
  std::uint32_t hash = 0, position = 0;
};

/// Finds items that share their hash, without sorting them all: one bit a hash tells which bits came once and which came
/// again, and only those that came again are compared.
class SharedHashes {
 public:
  void append_positions(const std::vector<Item>& items, std::vector<std::size_t>& positions) {
    const std::size_t bits = std::bit_ceil(64 * items.size() + 64);
    once_.assign(bits / 64, 0);
    again_.assign(bits / 64, 0);
    for (const Item& item : items) {
      const std::size_t place = item.hash & (bits - 1);
      const std::uint64_t bit = std::uint64_t{1} << (place % 64);
      again_[place / 64] |= once_[place / 64] & bit;
      once_[place / 64] |= bit;
    }
    candidates_.clear();
    for (const Item& item : items) {
      const std::size_t place = item.hash & (bits - 1);
      if ((again_[place / 64] >> (place % 64) & 1) != 0) candidates_.push_back(item);
    }
    std::sort(candidates_.begin(), candidates_.end(), [](const Item& a, const Item& b) { return a.hash < b.hash; });
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      const bool shared = (i > 0 && candidates_[i - 1].hash == candidates_[i].hash) ||
                          (i + 1 < candidates_.size() && candidates_[i + 1].hash == candidates_[i].hash);
      if (shared) positions.push_back(candidates_[i].position);
    }
  }

 private:
  std::vector<std::uint64_t> once_, again_;
  std::vector<Item> candidates_;
};

/// Positions, rising, of the labels that may have a like. Nearly no file repeats a label. The labels are sorted into parts first, so that
/// the bits of a part fit the fast memory.
std::vector<std::size_t> suspects(std::size_t n, const LabelAt& label_at) {
  constexpr std::size_t parts = 64;
  std::array<std::vector<Item>, parts> items;
  for (std::vector<Item>& part : items) part.reserve(n / parts + n / (8 * parts) + 1);
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint64_t hash = hash_of(label_at(i));
    items[hash % parts].push_back({static_cast<std::uint32_t>(hash >> 32), static_cast<std::uint32_t>(i)});
  }
  std::vector<std::size_t> positions;
  SharedHashes shared;
  for (const std::vector<Item>& part : items) shared.append_positions(part, positions);
  std::sort(positions.begin(), positions.end());
  return positions;
}

}  // namespace

AlikeLabels find_alike(std::size_t n, const LabelAt& label_at) {
  AlikeLabels result;
  std::unordered_map<std::string_view, std::vector<std::size_t>> positions;
  std::unordered_map<std::string, std::size_t> first_of_likeness;
  for (const std::size_t i : suspects(n, label_at)) {
    const std::string_view label = label_at(i);
    std::vector<std::size_t>& equal = positions[label];
    equal.push_back(i);
    if (equal.size() > 1) continue;
    const auto [entry, added] = first_of_likeness.try_emplace(likeness(label), i);
    if (!added) result.alike.emplace_back(entry->second, i);
  }
  for (auto& [label, equal] : positions)
    if (equal.size() > 1) result.equal.push_back(std::move(equal));
  std::sort(result.equal.begin(), result.equal.end());
  return result;
}

}  // namespace tausq::records
