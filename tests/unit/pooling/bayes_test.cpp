// Bayesian pooling as a user meets it: options, results, what is refused.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <tausq/analysis.hpp>
#include <tausq/problem.hpp>

using namespace tausq;

namespace {

Options bayes(std::string prior_tau = "") {
  Options options;
  options.pooling = Pooling::bayes;
  options.prior_tau = std::move(prior_tau);
  return options;
}

std::string refusal(const StudySet& studies, const Options& options) {
  try {
    analyse(studies, options);
  } catch (const UsageError& e) {
    return e.what();
  }
  return "";
}

TEST_CASE("proportions: defaults are chosen and echoed, results stand where they belong") {
  Options options = bayes();
  options.predict_n = 20;
  options.threshold = 0.5;
  const Analysis result = analyse(single_arm_counts({16, 4, 0}, {20, 21, 22}), options);
  CHECK(result.options.prior_tau == "halfnormal(1)");
  CHECK(result.options.prior_mu == "uniform-probability");
  CHECK(result.options.interval == IntervalMethod::central);
  REQUIRE(result.posterior);
  const Posterior& p = *result.posterior;
  CHECK(result.random.estimate == p.mu.median);
  CHECK(result.random.ci_lower == p.mu.central_lower);
  CHECK(*p.mu.median == doctest::Approx(-0.8750044544513).epsilon(1e-9));
  CHECK(*result.random.display.estimate == doctest::Approx(1 / (1 + std::exp(0.8750044544513))).epsilon(1e-9));
  CHECK(*p.p_above == doctest::Approx(0.159131986961).epsilon(1e-9));
  CHECK(*p.new_p_below == doctest::Approx(0.6837288882888).epsilon(1e-9));
  CHECK(*p.p_above + *p.p_below == doctest::Approx(1).epsilon(1e-12));
  CHECK(*result.heterogeneity.tau == doctest::Approx(1.713330735656).epsilon(1e-9));
  CHECK(*result.heterogeneity.tau2_ci_lower == doctest::Approx(*p.tau.shortest_lower * *p.tau.shortest_lower));
  CHECK(*p.tau2.mean == doctest::Approx(3.40542895583).epsilon(1e-9));
  CHECK(*p.mu.shortest_upper - *p.mu.shortest_lower <= *p.mu.central_upper - *p.mu.central_lower);
  CHECK(result.common.estimate);
  CHECK(result.prediction.method == PredictionMethod::integrated);
  REQUIRE(result.prediction.counts);
  CHECK(result.prediction.counts->n == 20);
  CHECK(*result.prediction.counts->mean > 5);
  CHECK(*result.prediction.counts->mean < 9);
}

TEST_CASE("the mean predicted count is n times the probability of one event") {
  Options one = bayes(), many = bayes();
  one.predict_n = 1, many.predict_n = 5000;
  const StudySet studies = single_arm_counts({16, 4, 0}, {20, 21, 22});
  const double p = *analyse(studies, one).prediction.counts->mean;
  CHECK(*analyse(studies, many).prediction.counts->mean == doctest::Approx(5000 * p).epsilon(1e-9));
}

TEST_CASE("the central interval is the same on every scale, the shortest one is named where asked for") {
  Options options = bayes("halfcauchy(0.5)");
  options.interval = IntervalMethod::shortest;
  const Analysis result = analyse(single_arm_counts({3, 5, 1, 0}, {30, 28, 25, 12}), options);
  CHECK(result.random.ci_lower == result.posterior->mu.shortest_lower);
  CHECK(result.prediction.lower == result.posterior->new_study.shortest_lower);
}

TEST_CASE("effect sizes: tau has their unit, so that its prior has to be given") {
  const StudySet studies = generic_effects({0.1, 0.4, -0.2}, {0.02, 0.03, 0.05});
  CHECK(refusal(studies, bayes()).find("no default for GEN") != std::string::npos);
  const Analysis result = analyse(studies, bayes("halfnormal(0.3)"));
  CHECK(result.options.prior_mu == "flat");
  CHECK_FALSE(result.posterior->log_marginal);  // improper prior of mu
  CHECK(result.posterior->studies.size() == 3);
  CHECK(*result.posterior->studies[1].mean < 0.4);
  CHECK(result.heterogeneity.q);
}

TEST_CASE("an improper posterior has a status and a reason") {
  const Analysis two = analyse(generic_effects({0.1, 0.4}, {0.02, 0.03}), bayes("uniform"));
  CHECK(two.random.status == Status::not_estimable);
  CHECK(two.random.reason.find("at least three studies") != std::string::npos);
  CHECK(two.posterior->status == Status::not_estimable);
  const Analysis three = analyse(generic_effects({0.1, 0.4, 0.3}, {0.02, 0.03, 0.01}), bayes("uniform"));
  CHECK(three.random.status == Status::ok);
  CHECK_FALSE(three.posterior->tau.mean);  // falls as tau^-2
  CHECK(three.posterior->tau.median);
  const Analysis counts = analyse(single_arm_counts({0, 2}, {10, 12}), bayes("uniform"));
  CHECK(counts.random.status == Status::not_estimable);
}

TEST_CASE("effects whose squares are no numbers have a status, and a prior has full precision") {
  Options options;
  options.pooling = Pooling::bayes_normal;
  options.prior_tau = "halfnormal(1)";
  for (const double huge : {1e200, 1e307, 1.7976931348623157e308}) {
    const Analysis result = analyse(generic_effects({0.3, huge, -0.2}, {0.02, 0.12, 0.3}), options);
    CHECK(result.random.status == Status::not_estimable);
    CHECK(result.common.status == Status::not_estimable);
  }
  options.prior_tau = "halfnormal(1e-310)";
  CHECK_THROWS_AS(analyse(generic_effects({0.3, 0.1}, {0.02, 0.12}), options), UsageError);
}

TEST_CASE("one study and no events are answered") {
  const Analysis one = analyse(single_arm_counts({5}, {30}), bayes());
  CHECK(one.random.status == Status::ok);
  CHECK(one.heterogeneity.reason.find("prior") != std::string::npos);
  const Analysis none = analyse(single_arm_counts({0, 0, 0}, {5, 8, 12}), bayes());
  CHECK(*none.random.display.ci_upper < 0.25);
}

TEST_CASE("options that have no meaning are refused by name") {
  const StudySet studies = single_arm_counts({3, 5}, {30, 28});
  Options options = bayes();
  options.interval = IntervalMethod::hk;
  CHECK(refusal(studies, options).starts_with("--interval hk: "));
  options = bayes();
  options.tau2 = Tau2Method::REML;
  CHECK(refusal(studies, options).starts_with("--tau2 REML: "));
  options = bayes();
  options.prior_mu = "flat";
  CHECK(refusal(studies, options).starts_with("--prior-mu flat: "));
  options = bayes();
  options.threshold = -0.1;
  CHECK(refusal(studies, options).starts_with("--threshold: "));
  Options other;
  other.prior_tau = "halfnormal(1)";
  CHECK(refusal(studies, other).starts_with("--prior-tau halfnormal(1): needs --pooling bayes"));
  other = {};
  other.pooling = Pooling::inverse;
  other.interval = IntervalMethod::shortest;
  CHECK(refusal(studies, other).starts_with("--interval shortest: "));
}

TEST_CASE("odds ratios: tables without information are listed, swapped arms change the sign") {
  const StudySet studies = two_arm_counts({0, 1, 0}, {20, 30, 15}, {3, 4, 0}, {18, 27, 14});
  const Analysis result = analyse(studies, bayes());
  CHECK(result.options.prior_mu == "normal(0,2.82)");
  CHECK(result.options.prior_tau == "halfnormal(0.5)");
  CHECK(result.heterogeneity.k == 2);
  CHECK(result.input.excluded.size() == 1);
  CHECK(result.posterior->threshold == 1.0);
  const StudySet swapped = two_arm_counts({3, 4, 0}, {18, 27, 14}, {0, 1, 0}, {20, 30, 15});
  CHECK(*analyse(swapped, bayes()).posterior->p_above == doctest::Approx(*result.posterior->p_below).epsilon(1e-9));
}

StudySet rates_of_two_arms(TwoArmRates rates) {
  StudySet studies;
  for (std::size_t i = 0; i < rates.x1i.size(); ++i) {
    studies.study.push_back("study " + std::to_string(i + 1));
    studies.row.push_back(i + 1);
  }
  studies.data = std::move(rates);
  return studies;
}

TEST_CASE("rate ratios of arms with equal person-time: given its events, a study is a proportion") {
  Options options = bayes("halfnormal(0.5)");
  options.prior_mu = "normal(0, 2)";
  const Analysis ratios = analyse(rates_of_two_arms({{7, 0, 3, 5}, {40, 35, 60, 20}, {12, 0, 9, 4}, {40, 35, 60, 20}}), options);
  const Analysis shares = analyse(single_arm_counts({7, 3, 5}, {19, 12, 9}), options);
  CHECK(ratios.options.effect.measure == Measure::IRR);
  REQUIRE(ratios.posterior);
  REQUIRE(shares.posterior);
  CHECK(*ratios.posterior->mu.median == doctest::Approx(*shares.posterior->mu.median).epsilon(1e-12));
  CHECK(*ratios.posterior->mu.central_lower == doctest::Approx(*shares.posterior->mu.central_lower).epsilon(1e-12));
  CHECK(*ratios.posterior->tau.mean == doctest::Approx(*shares.posterior->tau.mean).epsilon(1e-12));
  CHECK(*ratios.random.display.estimate == doctest::Approx(std::exp(*shares.posterior->mu.median)).epsilon(1e-12));
  REQUIRE(ratios.input.excluded.size() == 1);
  CHECK(ratios.input.excluded[0].study == "study 2");
}

TEST_CASE("rate ratios without any event say nothing") {
  const Analysis none = analyse(rates_of_two_arms({{0, 0}, {40, 35}, {0, 0}, {40, 35}}), bayes("halfnormal(0.5)"));
  CHECK(none.random.status == Status::not_estimable);
  CHECK(none.common.status == Status::not_estimable);
  CHECK(none.heterogeneity.status == Status::not_estimable);
  CHECK(none.common.reason.find("no study says anything about the effect") != std::string::npos);
}

}  // namespace
