// Data on which the peers break: scales from 1e-12 to 1e12, several maxima of a likelihood, zeros, one or two studies.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>

#include "tests/reference/case_file.hpp"
#include "tests/reference/studies.hpp"

namespace tausq::reference {
namespace {

Options generic_options(const Value& input) {
  Options options;
  options.effect.measure = Measure::GEN;
  options.pooling = Pooling::inverse;
  if (const Value* level = input.find("level")) options.level = level->number;
  if (const Value* method = input.find("method")) options.tau2 = method_of<Tau2Method>(method->text);
  return options;
}

Analysis analyse_generic(const Value& input, const Options& options) {
  return analyse(generic_effects(input.at("y").numbers(), input.at("v").numbers()), options);
}

int checked = 0;

void check_digits(const std::string& name, const std::optional<double>& got, const Value& truth, double required) {
  const std::optional<double> want = truth.as_number();
  ++checked;
  INFO(name << ": want " << (truth.text.empty() ? std::to_string(truth.number) : truth.text));
  if (!want || std::isinf(*want)) {
    CHECK_FALSE(got.has_value());
    return;
  }
  REQUIRE(got.has_value());
  INFO("got " << *got);
  CHECK(std::abs(*got - *want) <= std::pow(10.0, -required) * (*want == 0 ? 1 : std::abs(*want)));
}

/// The interval for tau2 that the sentence in `what` names: "bounds PLML ...".
void check_tau2_limits(const Value& row) {
  Options options = generic_options(row.at("input"));
  const std::string& what = row.at("what").text;
  const auto names = [&](const char* word) { return what.find(word) != std::string::npos; };
  options.tau2 = names("PLML") ? Tau2Method::ML : names("GENQ") ? Tau2Method::DL : Tau2Method::REML;
  options.tau2_interval = names("PL") ? Tau2IntervalMethod::PL : names("GENQ") ? Tau2IntervalMethod::BJ : Tau2IntervalMethod::QP;
  const Heterogeneity h = analyse_generic(row.at("input"), options).heterogeneity;
  check_digits("lower", h.tau2_ci_lower, row.at("truth").at("lower"), 10);
  check_digits("upper", h.tau2_ci_upper, row.at("truth").at("upper"), 10);
}

void check_tau2(const Value& row) {
  const Value& truth = row.at("truth");
  const Heterogeneity h = analyse_generic(row.at("input"), generic_options(row.at("input"))).heterogeneity;
  if (const Value* tau2 = truth.find("tau2")) check_digits("tau2", h.tau2, *tau2, 12);
  if (const Value* tau2 = truth.find("tau2_double_precision_reference")) check_digits("tau2", h.tau2, *tau2, 6);
  const Value* stationary = truth.find("stationary");
  if (!stationary || stationary->items.size() < 2) return;
  REQUIRE(h.tau2_stationary.size() == stationary->items.size());
  for (std::size_t i = 0; i < h.tau2_stationary.size(); ++i) check_digits("stationary", h.tau2_stationary[i], stationary->items[i], 10);
}

void check_cancellation(const Value& row) {
  const std::string& id = row.at("id").text;  // "cancel-es.RR-011-yi"
  const std::size_t start = id.find('.') + 1;
  const Value& input = row.at("input");
  EffectOptions options;
  options.measure = method_of<Measure>(id.substr(start, id.find('-', start) - start));
  options.add = input.at("cc").number;
  options.to = options.add > 0 ? CorrectionTo::all : CorrectionTo::none;
  const StudySet studies =
      input.find("x") ? single_arm_counts({input.at("x").number}, {input.at("n").number})
                      : two_arm_counts({input.at("a").number}, {input.at("b").number}, {input.at("c").number}, {input.at("d").number});
  const EffectSize study = effect_sizes(studies, options).study.at(0);
  const Value& truth = row.at("truth");
  if (const Value* yi = truth.find("yi")) check_digits("yi", study.yi, *yi, 14);
  if (const Value* vi = truth.find("vi")) check_digits("vi", study.vi, *vi, 14);
}

void check_negative_tau2(const Value& row) {
  Options options = generic_options(row.at("input"));
  options.tau2 = Tau2Method::DL;
  options.interval = IntervalMethod::z;
  const Analysis a = analyse_generic(row.at("input"), options);
  check_digits("theta", a.random.estimate, row.at("truth").at("theta"), 12);
  check_digits("se", a.random.se, row.at("truth").at("se"), 12);
}

void check_logit_normal(const Value& row) {
  Options options;
  options.interval = IntervalMethod::z;
  const Analysis a = analyse(single_arm_counts(row.at("input").at("x").numbers(), row.at("input").at("n").numbers()), options);
  const Value& truth = row.at("truth");
  check_digits("mu", a.random.estimate, truth.at("mu"), 9);
  check_digits("tau2", a.heterogeneity.tau2, truth.at("tau2"), 9);
  check_digits("se_mu", a.random.se, truth.at("se_mu"), 9);
  check_digits("ll", a.fit.loglik, truth.at("ll"), 10);
}

TEST_CASE("adversarial data with a known truth") {
  checked = 0;
  for (const Value& row : read_rows("adversarial.json")) {
    INFO(row.at("id").text);
    const std::string& kind = row.at("kind").text;
    const bool of_effects = row.at("input").find("y") && row.at("input").find("v");
    if (of_effects && row.at("truth").find("lower"))
      check_tau2_limits(row);
    else if (of_effects && (kind == "scale" || kind == "multimodal" || kind == "local-max"))
      check_tau2(row);
    else if (kind == "cancellation" && row.at("id").text.starts_with("cancel-es"))
      check_cancellation(row);
    else if (kind == "statsmodels")
      check_negative_tau2(row);
    else if (kind == "glmm" && row.at("input").find("x"))
      check_logit_normal(row);
  }
  std::printf("adversarial data   %5d numbers\n", checked);
  CHECK(checked > 180);
}

// The cases whose truth is a sentence, in the words of the case.

TEST_CASE("k = 1: no prediction interval, an exact one for the study") {
  const Analysis a = analyse(single_arm_counts({3}, {20}));
  CHECK_FALSE(a.prediction.lower.has_value());
  CHECK(a.prediction.status == Status::not_estimable);
  CHECK(a.random.status == Status::exact);
}

TEST_CASE("two identical studies: Hartung-Knapp has no width, so it is widened and said") {
  Options options;
  options.effect.measure = Measure::GEN;
  options.interval = IntervalMethod::hk_ci;
  const Analysis a = analyse(generic_effects({0.3, 0.3}, {0.04, 0.09}), options);
  REQUIRE(a.random.ci_upper.has_value());
  CHECK(*a.random.ci_upper - *a.random.ci_lower > 0.1);
}

TEST_CASE("k = 2: no prediction interval on k - 2 degrees of freedom, and a reason") {
  Options options;
  options.effect.measure = Measure::GEN;
  options.prediction = PredictionMethod::hts;
  const Analysis a = analyse(generic_effects({0.3, -0.4}, {0.04, 0.09}), options);
  CHECK_FALSE(a.prediction.lower.has_value());
  CHECK_FALSE(a.prediction.reason.empty());
}

TEST_CASE("no event in any arm: 0 with the exact upper end of the pooled counts") {
  const Analysis a = analyse(single_arm_counts({0, 0, 0}, {10, 20, 30}));
  CHECK(a.random.status == Status::exact);
  CHECK(a.random.display.estimate == 0.0);
  CHECK(a.random.display.ci_lower == 0.0);
  CHECK(*a.random.display.ci_upper == doctest::Approx(-std::expm1(std::log(0.025) / 60)).epsilon(1e-13));
  CHECK(a.heterogeneity.status == Status::not_estimable);
}

TEST_CASE("no event under treatment: one-sided, never a made-up number") {
  for (Pooling pooling : {Pooling::glmm, Pooling::mh}) {
    Options options;
    options.effect.measure = Measure::OR;
    options.pooling = pooling;
    const Analysis a = analyse(two_arm_counts({0, 0, 0}, {10, 17, 20}, {2, 1, 3}, {12, 15, 14}), options);
    const PooledEstimate& pooled = pooling == Pooling::mh ? a.common : a.random;
    INFO(key(pooling));
    CHECK((pooled.status == Status::one_sided || pooled.status == Status::not_estimable));
    CHECK_FALSE(pooled.reason.empty());
    CHECK_FALSE(pooled.ci_lower.has_value());
  }
}

TEST_CASE("counts of 1e6 and 1e9 do not overflow") {
  Options peto;
  peto.effect.measure = Measure::PETO;
  peto.pooling = Pooling::peto;
  const Analysis a = analyse(two_arm_counts({100000, 40000}, {900000, 60000}, {101000, 39000}, {899000, 61000}), peto);
  CHECK(std::abs(*a.common.estimate) < 1e-15);
  CHECK(*a.common.se == doctest::Approx(0.0041830860090734216572).epsilon(1e-14));
  const Analysis rare = analyse(single_arm_counts({10, 20, 30}, {1e9, 1e9, 1e9}));
  CHECK(rare.random.estimate.has_value());
  CHECK(*rare.random.display.estimate == doctest::Approx(2e-8).epsilon(0.2));
}

TEST_CASE("a level is a proportion between 0 and 1") {
  for (double level : {0.0, 1.0, 100.0, -0.5}) {
    Options options;
    options.effect.measure = Measure::GEN;
    options.level = level;
    CHECK_THROWS_AS(analyse(generic_effects({0.3, -0.4, 0.1}, {0.04, 0.09, 0.05}), options), UsageError);
  }
}

TEST_CASE("Freeman-Tukey outside its range is clamped, and a pooled value may not contradict the events seen") {
  for (const auto& [value, n] : {std::pair{0.03, 200.0}, {1e-5, 1e9}}) {  // half the sum of the arcsines of 0/n is larger
    CHECK(natural_scale(Measure::PFT, value, n) < 1e-30);
    CHECK(natural_scale_clamped(Measure::PFT, value, n));
  }
  CHECK(natural_scale(Measure::PFT, 1.57, 2) == 1.0);
  Options options;
  options.effect.measure = Measure::PFT;
  options.pooling = Pooling::inverse;
  const Analysis a = analyse(single_arm_counts({0, 20}, {5, 20000}), options);
  CHECK_FALSE(a.warnings.empty());
}

}  // namespace
}  // namespace tausq::reference
