// What is wrong with the entries of a batch.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <string>
#include <vector>

#include <tausq/problem.hpp>
#include <tausq/studies.hpp>

namespace tausq::batch {

inline constexpr std::size_t listed_problems = 100;

/// Columns that a layout has.
std::size_t column_count(Layout layout);

/// Set and entry count from 1. Beyond the first hundred nothing is kept.
inline void add_problem(std::vector<Problem>& problems, const char* code, std::size_t set, std::size_t entry, double value,
                        const char* rule) {
  if (problems.size() >= listed_problems) return;
  std::array<char, 32> text{};
  const char* const end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  problems.push_back({code, "", set, std::to_string(entry), std::string(text.data(), static_cast<std::size_t>(end - text.data())), rule});
}

}  // namespace tausq::batch
