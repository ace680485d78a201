// Each family of reference cases: how a peer's settings read in ours, and how closely a correct engine agrees.
#pragma once

#include <span>
#include <string_view>

#include "tests/reference/comparison.hpp"

namespace tausq::reference {

/// A family: `compute` answers a case through the public interface; it must take every setting from `spec`.
struct Family {
  std::string_view name;
  Computed (*compute)(const Case& c, Spec& spec);
  Tolerance (*tolerance)(const Case& c, const std::string& number);
};

/// All families that stand in this folder.
std::span<const Family> families();

// One function a family, in the files named after the peer's function.
Computed effect_size_numbers(const Case& c, Spec& spec);
Computed inverse_variance_numbers(const Case& c, Spec& spec);
Computed tau2_interval_numbers(const Case& c, Spec& spec);
Computed regression_numbers(const Case& c, Spec& spec);
Computed stratified_numbers(const Case& c, Spec& spec);
Computed exact_likelihood_numbers(const Case& c, Spec& spec);
Computed meta_package_numbers(const Case& c, Spec& spec);
Computed influence_numbers(const Case& c, Spec& spec);
Computed permutation_numbers(const Case& c, Spec& spec);
Computed small_study_numbers(const Case& c, Spec& spec);

}  // namespace tausq::reference
