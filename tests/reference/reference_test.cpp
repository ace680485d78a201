// Every case of the peers' collection, family by family, and how many numbers agreed.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>

#include "tests/reference/families.hpp"
#include "tests/reference/studies.hpp"

namespace tausq::reference {
namespace {

/// A case that the peer refuses: any answer will do that is an answer, or a refusal in words.
void run_refused(const Case& c, const Family& family) {
  Spec spec(c.spec);
  try {
    family.compute(c, spec);
  } catch (const UsageError& refusal) {
    CHECK(std::string(refusal.what()).size() > 10);
  }
}

int run(const Case& c, const Family& family) {
  INFO(c.id);
  if (c.expect.find("error")) {
    run_refused(c, family);
    return 0;
  }
  Spec spec(c.spec);
  Comparison result;
  try {
    const Computed computed = family.compute(c, spec);
    result = compare(c, computed, family.tolerance);
    for (const std::string& name : spec.unseen()) result.failures.push_back("unknown setting " + name);
  } catch (const std::exception& e) {
    result.failures.push_back(e.what());
  }
  for (const std::string& failure : result.failures) FAIL_CHECK(failure);
  return result.checked;
}

void run_family(std::string_view name, std::size_t least_cases = 50, int least_numbers = 200) {
  const Family& family = *std::find_if(families().begin(), families().end(), [&](const Family& f) { return f.name == name; });
  const std::vector<Case> cases = read_cases(std::string(name));
  int checked = 0;
  for (const Case& c : cases) checked += run(c, family);
  std::printf("%-17s %4zu cases %6d numbers\n", std::string(name).c_str(), cases.size(), checked);
  CHECK(cases.size() >= least_cases);
  CHECK(checked >= least_numbers);
}

TEST_CASE("reference: effect_sizes") {
  run_family("effect_sizes");
}
TEST_CASE("reference: rma_uni") {
  run_family("rma_uni");
}
TEST_CASE("reference: tau2_ci") {
  run_family("tau2_ci");
}
TEST_CASE("reference: meta_regression") {
  run_family("meta_regression");
}
TEST_CASE("reference: mh_peto") {
  run_family("mh_peto");
}
TEST_CASE("reference: glmm") {
  run_family("glmm");
}
TEST_CASE("reference: proportions_meta") {
  run_family("proportions_meta");
}
TEST_CASE("reference: diagnostics") {
  run_family("diagnostics");
}
TEST_CASE("reference: bias") {
  run_family("bias");
}
TEST_CASE("reference: permutation") {
  run_family("permutation", 31, 49);
}

}  // namespace
}  // namespace tausq::reference
