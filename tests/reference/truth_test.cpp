// The engine against values of 25 digits, which outrank any peer.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <stdexcept>

#include "tests/reference/case_file.hpp"
#include "tests/reference/studies.hpp"

namespace tausq::reference {
namespace {

/// One number of ours and the name of the truth it is compared with. `scale` is what an error is measured against when it
/// is larger than the value itself: the standard error for the end of an interval.
struct Answer {
  std::string name;
  std::optional<double> got;
  double scale = 0;
};
using Answers = std::vector<Answer>;

StudySet tables_of(const Value& inputs) {
  TwoArmCounts counts;
  const auto add = [&](const Value& a, const Value& b, const Value& c, const Value& d) {
    counts.ai.push_back(a.number);
    counts.bi.push_back(b.number);
    counts.ci.push_back(c.number);
    counts.di.push_back(d.number);
  };
  if (const Value* tables = inputs.find("tables"))
    for (const Value& t : tables->items) add(t.items[0], t.items[1], t.items[2], t.items[3]);
  else
    add(inputs.at("a"), inputs.at("b"), inputs.at("c"), inputs.at("d"));
  return two_arm_counts(counts.ai, counts.bi, counts.ci, counts.di);
}

StudySet studies_of_inputs(const Value& inputs) {
  if (inputs.find("y")) return generic_effects(inputs.at("y").numbers(), inputs.at("v").numbers());
  if (!inputs.find("x")) return tables_of(inputs);
  if (inputs.at("x").kind == Value::Kind::array) return single_arm_counts(inputs.at("x").numbers(), inputs.at("n").numbers());
  return single_arm_counts({inputs.at("x").number}, {inputs.at("n").number});
}

Options generic_options(const Value& inputs) {
  Options options;
  options.effect.measure = Measure::GEN;
  options.pooling = Pooling::inverse;
  options.interval = IntervalMethod::z;
  if (const Value* level = inputs.find("level")) options.level = level->number;
  return options;
}

Answers effect_size(const std::string& kind, const Value& inputs) {
  EffectOptions options;
  options.measure = method_of<Measure>(kind);
  options.add = inputs.at("cc").number;
  options.to = options.add > 0 ? CorrectionTo::all : CorrectionTo::none;
  const EffectSize study = effect_sizes(studies_of_inputs(inputs), options).study.at(0);
  return {{"yi", study.yi}, {"vi", study.vi}};
}

Answers back_transform(const std::string& kind, const Value& inputs) {
  const Value* n = inputs.find("n");
  return {{"p", natural_scale(method_of<Measure>(kind), inputs.at("t").number, n ? n->number : 0)}};
}

Answers study_limits(const std::string& kind, const Value& inputs) {
  EffectOptions options;
  options.measure = Measure::PR;
  const StudySet studies = studies_of_inputs(inputs);
  const auto method = method_of<StudyIntervalMethod>(kind == "JEFFREYS" ? "JEF" : kind);
  const StudyInterval interval = study_interval(studies, effect_sizes(studies, options), 0, method, inputs.at("level").number);
  return {{"lower", interval.display_lower}, {"upper", interval.display_upper}};
}

Answers common_effect(const Value& inputs) {
  Options options = generic_options(inputs);
  options.model = Model::common;
  const Analysis a = analyse(studies_of_inputs(inputs), options);
  const double se = a.common.se.value_or(0);
  return {{"theta", a.common.estimate, se},   {"se", a.common.se},      {"lower", a.common.ci_lower, se},
          {"upper", a.common.ci_upper, se},   {"Q", a.heterogeneity.q}, {"pQ", a.heterogeneity.q_p},
          {"I2_Q", a.heterogeneity.i2_from_q}};
}

Answers random_effects(const Value& inputs) {
  Options options = generic_options(inputs);
  options.tau2 = method_of<Tau2Method>(inputs.at("method").text);
  const StudySet studies = studies_of_inputs(inputs);
  const auto run = [&](IntervalMethod interval, PredictionMethod prediction) {
    options.interval = interval;
    options.prediction = prediction;
    return analyse(studies, options);
  };
  const Analysis z = run(IntervalMethod::z, PredictionMethod::z), hk = run(IntervalMethod::hk, PredictionMethod::hk);
  const Analysis adhoc = run(IntervalMethod::hk_se, PredictionMethod::v), hts = run(IntervalMethod::z, PredictionMethod::hts);
  const double se = z.random.se.value_or(0), se_hk = hk.random.se.value_or(0), se_adhoc = adhoc.random.se.value_or(0);
  const double spread = std::sqrt(se * se + z.heterogeneity.tau2.value_or(0));
  return {{"tau2", z.heterogeneity.tau2},
          {"I2_tau2", z.heterogeneity.i2},
          {"theta", z.random.estimate, se},
          {"se", z.random.se},
          {"lower_z", z.random.ci_lower, se},
          {"upper_z", z.random.ci_upper, se},
          {"se_hk", hk.random.se},
          {"lower_hk", hk.random.ci_lower, se_hk},
          {"upper_hk", hk.random.ci_upper, se_hk},
          {"se_hk_adhoc", adhoc.random.se},
          {"lower_hk_adhoc_se", adhoc.random.ci_lower, se_adhoc},
          {"upper_hk_adhoc_se", adhoc.random.ci_upper, se_adhoc},
          {"pi_lower_z", z.prediction.lower, spread},
          {"pi_upper_z", z.prediction.upper, spread},
          {"pi_lower_tkm1", adhoc.prediction.lower, spread},
          {"pi_upper_tkm1", adhoc.prediction.upper, spread},
          {"pi_lower_tkm2", hts.prediction.lower, spread},
          {"pi_upper_tkm2", hts.prediction.upper, spread},
          {"pi_lower_hk", hk.prediction.lower, spread},
          {"pi_upper_hk", hk.prediction.upper, spread}};
}

Answers tau2_estimators(const Value& inputs) {
  Answers answers;
  for (const char* key : {"DL", "HE", "HS", "SJ", "PM", "EB", "ML", "REML"}) {
    Options options = generic_options(inputs);
    options.tau2 = method_of<Tau2Method>(key);
    const Analysis a = analyse(studies_of_inputs(inputs), options);
    answers.push_back({key, a.heterogeneity.tau2});
  }
  return answers;
}

Answers tau2_limits(const std::string& kind, const Value& inputs) {
  static const std::map<std::string, std::pair<Tau2Method, Tau2IntervalMethod>> kinds{
      {"QP", {Tau2Method::REML, Tau2IntervalMethod::QP}},
      {"PLML", {Tau2Method::ML, Tau2IntervalMethod::PL}},
      {"PLREML", {Tau2Method::REML, Tau2IntervalMethod::PL}},
  };
  Options options = generic_options(inputs);
  if (kind == "GENQ_BT") {
    options.tau2 = Tau2Method::DL;
    options.tau2_interval = inputs.at("weights").text == "1/v" ? Tau2IntervalMethod::BJ : Tau2IntervalMethod::J;
  } else {
    std::tie(options.tau2, options.tau2_interval) = kinds.at(kind);
  }
  const Heterogeneity h = analyse(studies_of_inputs(inputs), options).heterogeneity;
  return {{"lower", h.tau2_ci_lower}, {"upper", h.tau2_ci_upper}};
}

Answers q_based_i2(const Value& inputs) {
  return {{"I2", analyse(studies_of_inputs(inputs), generic_options(inputs)).heterogeneity.i2_from_q}};
}

Answers stratified(const std::string& kind, const Value& inputs) {
  Options options;
  options.effect.measure = method_of<Measure>(kind);
  options.pooling = kind == "PETO" ? Pooling::peto : Pooling::mh;
  options.model = Model::common;
  const Analysis a = analyse(studies_of_inputs(inputs), options);
  return {{"theta", a.common.estimate, a.common.se.value_or(0)}, {kind == "RD" ? "se_sato" : "se", a.common.se}, {"Q", a.heterogeneity.q}};
}

Options exact_options(Pooling pooling) {
  Options options;
  options.pooling = pooling;
  options.interval = IntervalMethod::z;
  return options;
}

Answers logit_normal(const Value& inputs) {
  const Analysis a = analyse(studies_of_inputs(inputs), exact_options(Pooling::glmm));
  return {{"mu", a.random.estimate, a.random.se.value_or(0)},
          {"tau2", a.heterogeneity.tau2},
          {"ll", a.fit.loglik},
          {"se_mu", a.random.se},
          {"lrt_tau2", a.heterogeneity.lrt_tau2},
          {"mu_tau0", a.common.estimate, a.common.se.value_or(0)},
          {"se_tau0", a.common.se}};
}

Answers beta_binomial(const Value& inputs) {
  const Analysis a = analyse(studies_of_inputs(inputs), exact_options(Pooling::betabin));
  return {{"logit_mu", a.random.estimate, a.random.se.value_or(0)}, {"ll", a.fit.loglik}, {"se_logit_mu", a.random.se}};
}

Answers hypergeometric(const std::string& kind, const Value& inputs) {
  Options options = exact_options(Pooling::glmm);
  options.effect.measure = Measure::OR;
  options.glmm = GlmmModel::CM_EL;
  if (kind == "CE") options.model = Model::common;
  const Analysis a = analyse(studies_of_inputs(inputs), options);
  if (kind == "CE") return {{"theta", a.common.estimate, a.common.se.value_or(0)}, {"se", a.common.se}};
  return {{"mu", a.random.estimate, a.random.se.value_or(0)},
          {"tau2", a.heterogeneity.tau2},
          {"ll", a.fit.loglik},
          {"se_mu", a.random.se},
          {"lrt_tau2", a.heterogeneity.lrt_tau2}};
}

/// The answers of the function that a truth case names.
Answers answer(const std::string& function, const Value& inputs) {
  const std::string family = function.substr(0, function.find('.'));
  const std::string kind = function.substr(std::min(function.size(), family.size() + 1));
  if (family == "es") return effect_size(kind, inputs);
  if (family == "bt") return back_transform(kind, inputs);
  if (family == "ci") return study_limits(kind, inputs);
  if (family == "tau2") return tau2_estimators(inputs);
  if (family == "tau2ci") return tau2_limits(kind, inputs);
  if (family == "I2") return q_based_i2(inputs);
  if (family == "mh") return stratified(kind, inputs);
  if (function == "pool.CE") return common_effect(inputs);
  if (function == "pool.RE") return random_effects(inputs);
  if (function == "pool.PETO") return stratified(kind, inputs);
  if (function == "glmm.PLO") return logit_normal(inputs);
  if (function == "betabin.ML") return beta_binomial(inputs);
  if (function == "nch.CE" || function == "nch.RE") return hypergeometric(kind, inputs);
  throw std::runtime_error("unknown function " + function);
}

/// Digits that every answer of a family must have: half a digit to one less than the worst of today's, so that another
/// compiler passes and a loss does not.
double required_digits(const std::string& function) {
  static const std::map<std::string, double> by_family{{"es", 14.5},   {"bt", 14.5},    {"ci", 14},   {"tau2", 15},
                                                       {"tau2ci", 13}, {"I2", 15},      {"mh", 14.5}, {"pool", 13},
                                                       {"glmm", 13},   {"betabin", 13}, {"nch", 13}};
  return by_family.at(function.substr(0, function.find('.')));
}

/// Correct significant digits, at most 16.
double digits(double got, double want, double scale) {
  const double size = std::max(std::abs(want), scale);
  const double error = std::abs(got - want);
  if (error == 0) return 16;
  if (size == 0) return std::clamp(-std::log10(error), 0.0, 16.0);  // the truth is 0: absolute error
  return std::clamp(-std::log10(error / size), 0.0, 16.0);
}

TEST_CASE("truth of 25 digits") {
  struct Score {
    int numbers = 0;
    double worst = 16;
  };
  std::map<std::string, Score> scores;
  for (const Value& row : read_rows("truth.json")) {
    const std::string& function = row.at("function").text;
    INFO(row.at("id").text);
    for (const Answer& a : answer(function, row.at("inputs"))) {
      const Value* truth = row.at("expect").find(a.name);
      if (!truth) continue;  // k - 2 degrees of freedom where k = 2, say
      const Value* spread = row.at("expect").find("se_hk");
      if (a.name.find("_hk") != std::string::npos && spread && spread->text == "0") continue;  // no width: widened instead
      INFO(a.name << ": want " << truth->text);
      Score& score = scores[function];
      ++score.numbers;
      const std::optional<double> want = truth->as_number();
      if (!want || std::isinf(*want)) {
        CHECK_FALSE(a.got.has_value());  // infinite or undefined
        continue;
      }
      if (!a.got) {
        FAIL_CHECK("no number");
        continue;
      }
      const double correct = digits(*a.got, *want, a.scale);
      score.worst = std::min(score.worst, correct);
      INFO("got " << doctest::toString(*a.got));
      CHECK(correct >= required_digits(function));
    }
  }
  int all = 0;
  for (const auto& [function, score] : scores) {
    std::printf("truth %-16s %5d numbers, at least %.1f digits\n", function.c_str(), score.numbers, score.worst);
    all += score.numbers;
  }
  CHECK(all > 2500);
}

}  // namespace
}  // namespace tausq::reference
