#include "engine/bayes/turner.hpp"

#include <array>
#include <string>

#include <tausq/problem.hpp>

#include "engine/methods/table.hpp"

namespace tausq::bayes {

namespace {

constexpr std::size_t comparisons = 5;
constexpr std::array<std::string_view, comparisons> comparison_words{"pharma-placebo", "pharma-pharma", "nonpharma-placebo",
                                                                     "nonpharma-pharma", "nonpharma-nonpharma"};

/// One row of table IV: an outcome with its distribution for each comparison.
struct Outcome {
  std::string_view word;
  std::array<TurnerPrior, comparisons> prior;
};

// clang-format off
constexpr std::array<Outcome, 16> outcomes{{
    {"all-cause-mortality",     {{{-3.95, 1.34}, {-4.18, 1.41}, {-4.17, 1.55}, {-2.92, 1.02}, {-3.50, 1.26}}}},
    {"obstetric",               {{{-3.52, 1.74}, {-3.75, 1.79}, {-3.74, 1.91}, {-2.49, 1.50}, {-3.08, 1.68}}}},
    {"cause-specific-mortality", {{{-3.71, 1.74}, {-3.95, 1.79}, {-3.93, 1.91}, {-2.68, 1.51}, {-3.27, 1.68}}}},
    {"resource-use",            {{{-2.34, 1.74}, {-2.58, 1.79}, {-2.56, 1.91}, {-1.31, 1.50}, {-1.90, 1.68}}}},
    {"surgical-success",        {{{-2.14, 1.74}, {-2.37, 1.79}, {-2.36, 1.91}, {-1.11, 1.50}, {-1.69, 1.68}}}},
    {"withdrawals",             {{{-2.99, 1.74}, {-3.23, 1.79}, {-3.21, 1.91}, {-1.96, 1.51}, {-2.55, 1.68}}}},
    {"internal-structure",      {{{-2.71, 1.74}, {-2.94, 1.79}, {-2.93, 1.92}, {-1.67, 1.51}, {-2.26, 1.68}}}},
    {"physical-health",         {{{-2.29, 1.53}, {-2.53, 1.58}, {-2.51, 1.72}, {-1.26, 1.25}, {-1.85, 1.46}}}},
    {"adverse-events",          {{{-1.87, 1.52}, {-2.10, 1.58}, {-2.10, 1.71}, {-0.84, 1.24}, {-1.43, 1.45}}}},
    {"infection",               {{{-2.49, 1.52}, {-2.73, 1.58}, {-2.71, 1.71}, {-1.46, 1.24}, {-2.05, 1.45}}}},
    {"signs-symptoms",          {{{-2.06, 1.51}, {-2.29, 1.58}, {-2.28, 1.71}, {-1.03, 1.24}, {-1.61, 1.45}}}},
    {"pain",                    {{{-1.83, 1.52}, {-2.06, 1.58}, {-2.05, 1.71}, {-0.80, 1.25}, {-1.38, 1.45}}}},
    {"quality-of-life",         {{{-2.54, 1.54}, {-2.78, 1.60}, {-2.77, 1.73}, {-1.51, 1.27}, {-2.10, 1.47}}}},
    {"mental-health",           {{{-2.12, 1.53}, {-2.35, 1.60}, {-2.34, 1.72}, {-1.09, 1.27}, {-1.67, 1.47}}}},
    {"biological-markers",      {{{-1.77, 1.52}, {-2.00, 1.58}, {-1.99, 1.71}, {-0.74, 1.24}, {-1.33, 1.45}}}},
    {"subjective",              {{{-2.70, 1.52}, {-2.93, 1.58}, {-2.92, 1.71}, {-1.67, 1.25}, {-2.26, 1.45}}}},
}};
// clang-format on

constexpr TurnerPrior any_outcome{-2.56, 1.74};

/// As methods_detail::same_folded, a blank being a hyphen.
bool same(std::string_view word, std::string_view given) {
  std::string hyphened(given);
  for (char& c : hyphened)
    if (c == ' ') c = '-';
  return methods_detail::same_folded(word, hyphened);
}

}  // namespace

TurnerPrior turner_prior(std::string_view outcome, std::string_view comparison) {
  if (same("any", outcome) && same("any", comparison)) return any_outcome;
  for (const Outcome& row : outcomes)
    for (std::size_t j = 0; j < comparisons; ++j)
      if (same(row.word, outcome) && same(comparison_words[j], comparison)) return row.prior[j];
  std::string words = "--prior-tau turner(" + std::string(outcome) + "," + std::string(comparison) + "): outcomes are";
  for (const Outcome& row : outcomes) words += " " + std::string(row.word);
  words += "; comparisons are";
  for (std::string_view word : comparison_words) words += " " + std::string(word);
  throw UsageError(words + "; turner(any, any) is the general distribution");
}

}  // namespace tausq::bayes
