// Every row of every method table has a reference case. A row without one is named here with the reason, and the list
// may hold no row that has a case.
#include <doctest/doctest.h>

#include <cstdio>
#include <map>
#include <set>
#include <tausq/bias.hpp>

#include "tests/reference/case_file.hpp"
#include "tests/reference/studies.hpp"

namespace tausq::reference {
namespace {

using Words = std::set<std::string>;

/// Values of a setting in the cases of the families, and what a case means without it.
Words words_of(const std::vector<std::string>& files, const std::vector<std::string>& settings) {
  Words words;
  for (const std::string& file : files)
    for (const Case& c : read_cases(file))
      for (const std::string& setting : settings)
        if (const Value* value = c.spec.find(setting))
          words.insert(value->kind == Value::Kind::array ? value->items.at(0).text : value->text);
  return words;
}

/// The functions that the truth table checks, without their family: "CP" of "ci.CP".
Words truth_functions(const std::string& family) {
  Words words;
  for (const Value& row : read_rows("truth.json")) {
    const std::string& function = row.at("function").text;
    if (function.starts_with(family + ".")) words.insert(function.substr(family.size() + 1));
  }
  return words;
}

const std::vector<std::string> all_families{"effect_sizes",     "rma_uni",     "tau2_ci", "meta_regression", "mh_peto", "glmm",
                                            "proportions_meta", "diagnostics", "bias"};

/// A peer's word in ours, where it is another.
const std::map<std::string, std::string> renamed{
    {"knha", "hk"},          {"hksj", "hk"},      {"adhoc", "hk-se"},     {"HK", "hk"}, {"se", "hk-se"}, {"ci", "hk-ci"},
    {"IQWiG6", "hk-iqwig6"}, {"JEFFREYS", "JEF"}, {"Inverse", "inverse"}, {"hc", "hc"}, {"KR", "kr"}};

template <typename Method>
void demand(const char* table, const Words& words, const std::map<Method, std::string>& without) {
  std::set<Method> covered;
  for (const std::string& word : words) {
    const auto other = renamed.find(word);
    if (const auto method = find_method<Method>(other == renamed.end() ? word : other->second)) covered.insert(*method);
  }
  for (std::size_t i = 0; i < methods<Method>().size(); ++i) {
    const auto method = static_cast<Method>(i);
    INFO(table << " " << std::string(key(method)));
    CHECK(covered.contains(method) != without.contains(method));
  }
  std::printf("%-17s %3zu of %zu rows have a reference case\n", table, covered.size(), methods<Method>().size());
}

TEST_CASE("every row of the method tables has a reference case") {
  demand<Measure>("measures", words_of(all_families, {"measure", "sm"}),
                  {{Measure::ZTET, "atanh of RTET; tests/unit/effect"}, {Measure::PCLL, "no peer has it; tests/unit/effect"}});
  demand<Tau2Method>("tau2", words_of(all_families, {"method", "method.tau"}), {});
  demand<CorrectionTo>("to", words_of(all_families, {"to"}), {});
  demand<VarianceType>("vtype", words_of(all_families, {"vtype"}), {});

  Words intervals = words_of({"rma_uni", "meta_regression"}, {"test"});
  intervals.merge(words_of({"proportions_meta"}, {"method.random.ci", "adhoc.hakn.ci"}));
  intervals.merge(words_of({"bias"}, {"fn"}));
  demand<IntervalMethod>("interval", intervals,
                         {{IntervalMethod::profile, "no peer has it; tests/unit/pooling"},
                          {IntervalMethod::il, "no peer has it; tests/unit/pooling"},
                          {IntervalMethod::il_logf, "no peer has it; tests/unit/inference"},
                          {IntervalMethod::exact, "Clopper-Pearson of the pooled counts: truth of 25 digits"},
                          {IntervalMethod::midp, "no peer has it; tests/unit/model, tests/unit/pooling"},
                          {IntervalMethod::blaker, "of the pooled counts, as the study interval; tests/unit/pooling"},
                          {IntervalMethod::central, "independent quadrature; tests/unit/bayes"},
                          {IntervalMethod::shortest, "independent quadrature; tests/unit/bayes"}});

  demand<Tau2IntervalMethod>("tau2-interval", words_of({"tau2_ci", "proportions_meta"}, {"type", "method.tau.ci"}),
                             {{Tau2IntervalMethod::central, "independent quadrature; tests/unit/bayes"},
                              {Tau2IntervalMethod::shortest, "independent quadrature; tests/unit/bayes"}});

  Words study_intervals = words_of({"proportions_meta"}, {"method.ci"});
  study_intervals.merge(truth_functions("ci"));
  demand<StudyIntervalMethod>("study-interval", study_intervals, {{StudyIntervalMethod::wald, "every case of metabin and metainc"}});

  demand<GlmmModel>("glmm", words_of({"glmm", "proportions_meta"}, {"model", "model.glmm"}),
                    {{GlmmModel::UM_RS, "the peer has Laplace's approximation alone; tests/unit/pooling"}, {GlmmModel::BV, "as UM_RS"}});

  demand<BiasTest>("bias tests", words_of({"bias"}, {"method_bias"}),
                   {{BiasTest::thompson, "meta has six digits of its tau2; tests/unit/diagnostics"}});
  demand<BiasModel>("bias models", words_of({"bias"}, {"model"}), {});
  demand<BiasPredictor>("bias predictors", words_of({"bias"}, {"predictor"}), {});
  demand<FillEstimator>("fill estimators", words_of({"bias"}, {"estimator"}), {});
  demand<FunnelSide>("funnel sides", words_of({"bias"}, {"side"}), {});
  demand<FailSafe>("fail-safe numbers", words_of({"bias"}, {"type"}), {});

  Words pooling = words_of({"mh_peto", "proportions_meta"}, {"method"});
  pooling.merge(Words{"glmm"});  // the family of that name
  if (!truth_functions("betabin").empty()) pooling.merge(Words{"betabin"});
  demand<Pooling>("pooling", pooling,
                  {{Pooling::exact, "Clopper-Pearson of the pooled counts: truth of 25 digits"},
                   {Pooling::firth, "no peer has it; dense regression in tests/unit/model"},
                   {Pooling::negbin, "no peer has it; 40-digit values in tests/unit/pooling"},
                   {Pooling::bayes, "independent quadrature; tests/unit/bayes"},
                   {Pooling::bayes_normal, "bayesmeta's vignette and an independent quadrature; tests/unit/bayes"},
                   {Pooling::ssw, "its random-effects part is not meta's; tests/unit/pooling"}});
}

}  // namespace
}  // namespace tausq::reference
