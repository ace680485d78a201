#include "tests/reference/families.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace tausq::reference {

namespace {

std::string setting(const Case& c, std::string_view key) {
  const Value* value = c.spec.find(key);
  return value ? value->text : "";
}

double expected(const Case& c, std::string_view key, double otherwise) {
  const Value* value = c.expect.find(key);
  return value && value->as_number() ? *value->as_number() : otherwise;
}

double smallest(const Case& c, const std::string& column) {
  const auto found = c.data.find(column);
  double least = std::numeric_limits<double>::infinity();
  if (found != c.data.end())
    for (const Value& value : found->second) least = std::min(least, value.as_number().value_or(least));
  return std::isfinite(least) ? least : 0;
}

// The tolerances are those to which the peers were measured against independent code (README.md of this folder).

Tolerance effect_size_tolerance(const Case& c, const std::string&) {
  const std::string measure = setting(c, "measure");
  if (measure == "RTET") return {1e-4, 1e-6};  // the peer optimises
  if (std::set<std::string>{"CVR", "SMD", "SMDH", "COR", "UCOR"}.contains(measure)) return {1e-11, 1e-14};
  return {1e-12, 1e-14};
}

/// Estimates agree to a fraction of their standard error, tau2 to a fraction of what it is added to. The peer's iteration
/// stops at an absolute change of tau2 (`threshold`), which is a larger fraction of a small tau2.
Tolerance inverse_variance_tolerance(const Case& c, const std::string& name) {
  const double se = expected(c, "se", 0), tau2 = expected(c, "tau2", 0);
  const Value* threshold = c.spec.find("threshold");
  const double stopped = threshold && tau2 > 0 ? 10 * threshold->number / tau2 : 0;  // scoring steps shrink by a constant factor
  const double fraction = std::max(setting(c, "method") == "GENQM" ? 1e-9 : 1e-11, stopped);
  if (name == "tau2") return {fraction, tau2 < 1e-12 ? 1e-12 : fraction * (se * se + smallest(c, "vi"))};
  if (name == "estimate" || name == "se" || name.starts_with("ci_")) return {fraction, fraction * se};
  if (name.starts_with("pi_")) return {fraction, fraction * (se + std::sqrt(tau2))};
  if (name.ends_with("_p") || name == "p_value")  // the relative error of a tail grows with its logarithm
    return {std::max({1e-9, 1e-10 * std::abs(std::log(std::max(expected(c, name, 1), 1e-300))), stopped}), 1e-300};
  if (name.starts_with("bt_") || name == "i2" || name == "h2") return {std::max(1e-9, stopped), name == "i2" ? 1e-10 : 1e-15};
  if (name == "k" || name == "df" || name == "q_df") return {0, 0};
  return {std::max(1e-10, stopped), 1e-10};
}

Tolerance tau2_interval_tolerance(const Case& c, const std::string&) {
  return setting(c, "type") == "GENQ" ? Tolerance{1e-8, 1e-12} : Tolerance{1e-10, 1e-12};
}

Tolerance regression_tolerance(const Case& c, const std::string& name) {
  const bool ill_conditioned = setting(c, "mods").find("year") != std::string::npos;  // a calendar year beside the intercept
  // An end of an interval near 0 is a difference of larger numbers: it agrees to a fraction of those, whose size is about 0.1.
  if (ill_conditioned && name.starts_with("pred_")) return {1e-8, 1e-9};
  return name == "vcov" || ill_conditioned ? Tolerance{1e-8, 1e-11} : Tolerance{1e-9, 1e-11};
}

Tolerance stratified_tolerance(const Case&, const std::string&) {
  return {1e-11, 1e-13};
}

Tolerance exact_likelihood_tolerance(const Case& c, const std::string& name) {
  const std::string model = setting(c, "model");
  if (setting(c, "nAGQ") == "exact") {
    if (name == "se") return {1e-5, 0};  // its second derivatives are finite differences: 3e-6 off where checked with 22 digits
    return name == "loglik" || name == "aic" ? Tolerance{1e-9, 1e-9} : Tolerance{1e-7, 1e-9};
  }
  if (setting(c, "method") == "EE") return {1e-8, 1e-9};
  const double estimate = model == "UM.FS" ? 1e-4 : 1e-5;
  return name == "estimate" || name == "tau2" ? Tolerance{estimate, 1e-6} : Tolerance{5 * estimate, 1e-6};
}

Tolerance meta_package_tolerance(const Case& c, const std::string&) {
  if (setting(c, "method") == "GLMM") return {1e-4, 2e-4 * expected(c, "random_se", 0.01)};  // seven quadrature nodes
  return setting(c, "method.random.ci") == "KR" ? Tolerance{1e-8, 1e-10} : Tolerance{1e-9, 1e-11};
}

Tolerance influence_tolerance(const Case&, const std::string& name) {
  return {1e-8, name == "i2" ? 1e-9 : 1e-11};  // i2 in percent: where tau2 is 0 the peer has 1e-13
}
Tolerance small_study_tolerance(const Case&, const std::string& name) {
  return name == "i2"                                            ? Tolerance{1e-8, 1e-9}
         : name == "fsnum" || name == "k0" || name == "observed" ? Tolerance{0, 0}
                                                                 : Tolerance{1e-8, 1e-11};
}

Tolerance permutation_tolerance(const Case&, const std::string&) {
  return {1e-15, 0};  // ratios of counts
}

constexpr std::array<Family, 10> table{{
    {"effect_sizes", effect_size_numbers, effect_size_tolerance},
    {"rma_uni", inverse_variance_numbers, inverse_variance_tolerance},
    {"tau2_ci", tau2_interval_numbers, tau2_interval_tolerance},
    {"meta_regression", regression_numbers, regression_tolerance},
    {"mh_peto", stratified_numbers, stratified_tolerance},
    {"glmm", exact_likelihood_numbers, exact_likelihood_tolerance},
    {"proportions_meta", meta_package_numbers, meta_package_tolerance},
    {"diagnostics", influence_numbers, influence_tolerance},
    {"bias", small_study_numbers, small_study_tolerance},
    {"permutation", permutation_numbers, permutation_tolerance},
}};

}  // namespace

std::span<const Family> families() {
  return table;
}

}  // namespace tausq::reference
