#include "engine/driver/records/alike.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <unordered_map>

#include "engine/driver/records/unicode.hpp"

namespace tausq::records {

namespace {

/// Lower and upper case hash alike; bytes that differ otherwise hardly ever do.
std::uint64_t hash_of_bytes(std::string_view bytes) {
  constexpr std::uint64_t lower_case = 0x2020202020202020, factor = 0x9E3779B97F4A7C15;
  std::uint64_t hash = bytes.size() * factor;
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    hash = (hash ^ (word | lower_case)) * factor;
    hash ^= hash >> 29;
  }
  std::uint64_t rest = 0;
  std::memcpy(&rest, bytes.data(), bytes.size());
  hash = (hash ^ (rest | lower_case)) * factor;
  hash = (hash ^ (hash >> 32)) * factor;
  return hash ^ (hash >> 29);
}

/// ASCII without control characters and double blanks: its likeness is the text in lower case.
bool is_plain(std::string_view label) {
  bool plain = true;
  char before = 'x';
  for (const char c : label) {
    plain = plain && c >= ' ' && c < 0x7F && (c != ' ' || before != ' ');
    before = c;
  }
  return plain;
}

/// The same for labels that look the same.
std::uint64_t hash_of(std::string_view label) {
  return is_plain(label) ? hash_of_bytes(label) : hash_of_bytes(likeness(label));
}

/// A label by its hash and its position.
struct Item {
  std::uint32_t hash = 0, position = 0;
};

/// The items whose hash shares its bit with another's: one bit a hash tells which came once and which came again.
void append_suspects(std::span<const Item> items, std::vector<std::size_t>& positions) {
  const std::size_t bits = std::bit_ceil(128 * items.size() + 64);
  std::vector<std::uint64_t> once(bits / 64, 0), again(bits / 64, 0);
  for (const Item& item : items) {
    const std::size_t place = item.hash & (bits - 1);
    const std::uint64_t bit = std::uint64_t{1} << (place % 64);
    again[place / 64] |= once[place / 64] & bit;
    once[place / 64] |= bit;
  }
  for (const Item& item : items) {
    const std::size_t place = item.hash & (bits - 1);
    if ((again[place / 64] >> (place % 64) & 1) != 0) positions.push_back(item.position);
  }
}

/// Positions, rising, of the labels that may have a like. Nearly no file repeats a label, and this leaves a percent or two
/// of its labels to look at closely. The labels are sorted into parts first, so that the bits of a part fit the fast memory.
std::vector<std::size_t> suspects(const std::vector<std::string_view>& labels) {
  constexpr std::size_t parts = 64;
  std::vector<std::uint64_t> hashes(labels.size());
  std::array<std::size_t, parts + 1> begin{};
  for (std::size_t i = 0; i < labels.size(); ++i) ++begin[(hashes[i] = hash_of(labels[i])) % parts + 1];
  for (std::size_t part = 0; part < parts; ++part) begin[part + 1] += begin[part];
  std::vector<Item> items(labels.size());
  std::array<std::size_t, parts + 1> next = begin;
  for (std::size_t i = 0; i < labels.size(); ++i)
    items[next[hashes[i] % parts]++] = {static_cast<std::uint32_t>(hashes[i] >> 32), static_cast<std::uint32_t>(i)};

  std::vector<std::size_t> positions;
  for (std::size_t part = 0; part < parts; ++part)
    append_suspects(std::span(items).subspan(begin[part], begin[part + 1] - begin[part]), positions);
  std::sort(positions.begin(), positions.end());
  return positions;
}

}  // namespace

AlikeLabels find_alike(const std::vector<std::string_view>& labels) {
  AlikeLabels result;
  std::unordered_map<std::string_view, std::vector<std::size_t>> positions;
  std::unordered_map<std::string, std::size_t> first_of_likeness;
  for (const std::size_t i : suspects(labels)) {
    std::vector<std::size_t>& equal = positions[labels[i]];
    equal.push_back(i);
    if (equal.size() > 1) continue;
    const auto [entry, added] = first_of_likeness.try_emplace(likeness(labels[i]), i);
    if (!added) result.alike.emplace_back(entry->second, i);
  }
  for (auto& [label, equal] : positions)
    if (equal.size() > 1) result.equal.push_back(std::move(equal));
  std::sort(result.equal.begin(), result.equal.end());
  return result;
}

}  // namespace tausq::records
