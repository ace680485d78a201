#include "engine/diagnostics/funnel.hpp"

namespace tausq::diagnostics {

namespace {

/// The tests asked for, or all that the records allow.
std::vector<BiasTest> chosen_tests(const Funnel& funnel) {
  if (!funnel.bias.tests.empty()) return funnel.bias.tests;
  std::vector<BiasTest> tests;
  for (const BiasTestRow& row : bias_test_table())
    if (row.fits(funnel.studies.layout(), funnel.measure) && !(row.id == BiasTest::macaskill && funnel.ni.empty())) tests.push_back(row.id);
  return tests;
}

}  // namespace

Bias small_study_effects(const Funnel& funnel) {
  Bias result;
  for (BiasTest test : chosen_tests(funnel)) result.tests.push_back(asymmetry_test(test, funnel));
  result.limit_estimates = limit_estimates(funnel);
  result.trim_fill = trim_fill(funnel);
  for (FailSafe type : {FailSafe::rosenthal, FailSafe::orwin, FailSafe::rosenberg}) result.fail_safe_n.push_back(fail_safe_n(type, funnel));
  result.excess_significance = excess_significance(funnel);
  result.selection = selection_model(funnel);
  result.warnings = bias_warnings(funnel);
  return result;
}

}  // namespace tausq::diagnostics
