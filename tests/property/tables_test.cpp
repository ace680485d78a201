// What holds for every method table: the words lead back to their rows, and no fact is missing.
#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <sstream>
#include <string>
#include <tausq/bias.hpp>

#include "tests/property/samples.hpp"

namespace tausq::property {
namespace {

std::string in_lower_case(std::string_view word) {
  std::string result(word);
  std::transform(result.begin(), result.end(), result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

template <typename Method>
void walk(const char* table, std::size_t rows) {
  INFO(table);
  REQUIRE(methods<Method>().size() == rows);
  std::set<std::string> words;
  std::set<std::string_view> names;
  for (Method method : all<Method>()) {
    const MethodInfo& row = methods<Method>()[static_cast<std::size_t>(method)];
    INFO(std::string(row.key));
    CHECK(key(method) == row.key);
    CHECK_FALSE(row.key.empty());
    CHECK_FALSE(row.formula.empty());
    CHECK(row.name.size() > 1);
    CHECK(row.source.size() > 1);
    CHECK(names.insert(row.name).second);
    CHECK(words.insert(std::string(row.key)).second);
    CHECK(find_method<Method>(row.key) == method);
    std::istringstream aliases{std::string(row.aliases)};
    for (std::string alias; aliases >> alias;) {
      INFO(alias);
      CHECK(words.insert(alias).second);
      CHECK(find_method<Method>(alias) == method);
    }
  }
  CHECK_FALSE(find_method<Method>("").has_value());
  CHECK_FALSE(find_method<Method>("no such method").has_value());
}

TEST_CASE("every word of every table leads to its row") {
  walk<Measure>("measures", static_cast<std::size_t>(Measure::GEN) + 1);
  walk<Pooling>("pooling", static_cast<std::size_t>(Pooling::bayes_normal) + 1);
  walk<Tau2Method>("tau2", static_cast<std::size_t>(Tau2Method::SJIT) + 1);
  walk<IntervalMethod>("interval", static_cast<std::size_t>(IntervalMethod::shortest) + 1);
  walk<Tau2IntervalMethod>("tau2 interval", static_cast<std::size_t>(Tau2IntervalMethod::shortest) + 1);
  walk<PredictionMethod>("prediction", static_cast<std::size_t>(PredictionMethod::none) + 1);
  walk<Model>("model", static_cast<std::size_t>(Model::random) + 1);
  walk<StudyIntervalMethod>("study interval", static_cast<std::size_t>(StudyIntervalMethod::poisson) + 1);
  walk<CorrectionTo>("to", static_cast<std::size_t>(CorrectionTo::none) + 1);
  walk<VarianceType>("vtype", static_cast<std::size_t>(VarianceType::CS) + 1);
  walk<TauPrior>("prior of tau", static_cast<std::size_t>(TauPrior::logt) + 1);
  walk<MuPrior>("prior of mu", static_cast<std::size_t>(MuPrior::uniform_probability) + 1);
  walk<GlmmModel>("glmm", static_cast<std::size_t>(GlmmModel::BV) + 1);
  walk<Link>("link", static_cast<std::size_t>(Link::log) + 1);
  walk<Preset>("preset", static_cast<std::size_t>(Preset::meta) + 1);
  walk<BiasTest>("bias tests", static_cast<std::size_t>(BiasTest::pustejovsky) + 1);
  walk<BiasModel>("bias models", static_cast<std::size_t>(BiasModel::rma) + 1);
  walk<BiasPredictor>("bias predictors", static_cast<std::size_t>(BiasPredictor::sqrtninv) + 1);
  walk<FillEstimator>("fill estimators", static_cast<std::size_t>(FillEstimator::Q0) + 1);
  walk<FunnelSide>("funnel sides", static_cast<std::size_t>(FunnelSide::right) + 1);
  walk<FailSafe>("fail-safe numbers", static_cast<std::size_t>(FailSafe::rosenberg) + 1);
  walk<BootstrapMethod>("bootstrap", static_cast<std::size_t>(BootstrapMethod::nonparametric) + 1);
}

TEST_CASE("case and separators do not matter where no two words differ only in them") {
  for (Tau2Method method : all<Tau2Method>()) CHECK(find_method<Tau2Method>(in_lower_case(key(method))).has_value());
  CHECK(find_method<Tau2Method>("reml") == Tau2Method::REML);
  CHECK(find_method<Tau2Method>("HS") == Tau2Method::HS);
  CHECK(find_method<Tau2Method>("HSk") == Tau2Method::HSk);
  CHECK(find_method<IntervalMethod>("hk_ci") == IntervalMethod::hk_ci);
  CHECK(find_method<IntervalMethod>("HK.CI") == IntervalMethod::hk_ci);
  CHECK(find_method<GlmmModel>("cm.el") == GlmmModel::CM_EL);
}

}  // namespace
}  // namespace tausq::property
