// The normal-normal model with priors of every kind against sums over tau in extended precision (19 digits; the double exponential rule).
#include <doctest/doctest.h>

#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include <tausq/analysis.hpp>

using namespace tausq;

namespace {

struct Case {
  const char *mu, *tau;
  double log_marginal, mean, sd, mean_tau, above, new_above;
};

const Case cases[] = {
    // clang-format off
    {"flat", "halfnormal(1)", -2.797380789625, 0.4011444051517, 0.2828640107121, 0.3944692839285, 0.8274932579312, 0.7301953098053},
    {"flat", "halfnormal(0.5)", -2.369903882472, 0.4017687256134, 0.2184908403301, 0.2932524284019, 0.8595615355018, 0.7638114043544},
    {"flat", "halfcauchy(0.5)", -2.663745021926, 0.4024515169822, 0.2408678174538, 0.3079476879506, 0.8591528242627, 0.7662894354924},
    {"flat", "halft(4,0.5)", -2.446316016701, 0.4019754048314, 0.2268056354742, 0.3007992178289, 0.8584621693288, 0.7636155961398},
    {"flat", "exponential(2)", -2.451395926447, 0.4034078337322, 0.222308302785, 0.282853058841, 0.8680748833469, 0.778683039906},
    {"flat", "uniform(4)", -3.775899149359, 0.4014598904557, 0.4060796116351, 0.5414862748622, 0.7996809061978, 0.7054869240619},
    {"flat", "lognormal(-2.56,1.74)", -2.310975804759, 0.4006638762539, 0.2044990804125, 0.269343777967, 0.8704981507679, 0.7705421885889},
    {"flat", "logt(-3.44,2.59)", -2.345977113562, 0.408225742568, 0.1819325904584, 0.1936302359122, 0.9087182120005, 0.8374597336628},
    {"normal(0,2.82)", "halfnormal(1)", -4.768005692395, 0.397271972506, 0.2773675492835, 0.3924809927365, 0.8254529750218, 0.7287221739865},
    {"normal(0,2.82)", "halfnormal(0.5)", -4.338648173365, 0.3994239254894, 0.2168888309117, 0.2927151124956, 0.8579512828392, 0.7624758985289},
    {"normal(0,2.82)", "halfcauchy(0.5)", -4.633076755081, 0.3996878355526, 0.2347693443886, 0.3063702282591, 0.8576006516733, 0.7650474354275},
    {"normal(0,2.82)", "halft(4,0.5)", -4.415285183924, 0.3994609186291, 0.2243320104978, 0.2999918623493, 0.8568519808218, 0.762301920466},
    {"normal(0,2.82)", "exponential(2)", -4.420311192266, 0.4009948845796, 0.219660574681, 0.2819833960964, 0.8665988576605, 0.777472674493},
    {"normal(0,2.82)", "uniform(4)", -5.751137170037, 0.3941643740462, 0.3783512973561, 0.5316277636198, 0.7975803765401, 0.7042070397303},
    {"normal(0,2.82)", "lognormal(-2.56,1.74)", -4.279299630664, 0.3986115617253, 0.2028022157687, 0.2688430798427, 0.8690680227299, 0.7692472666651},
    {"normal(0,2.82)", "logt(-3.44,2.59)", -4.314137092172, 0.4066133573808, 0.1793726125482, 0.1930534298161, 0.9077537639521, 0.8365522217195},
    // clang-format on
};

bool right(std::optional<double> value, double truth, double tolerance = 1e-9) {
  return value && std::abs(*value - truth) < tolerance * (1 + std::abs(truth));
}

TEST_CASE("posterior means, deviations and probabilities to nine digits") {
  const StudySet studies = generic_effects({0.31, -0.12, 0.55, 0.9}, {0.04, 0.09, 0.02, 0.16});
  for (const Case& c : cases) {
    CAPTURE(std::string(c.mu));
    CAPTURE(std::string(c.tau));
    const std::string_view mu = c.mu, tau = c.tau;
    Options options;
    options.pooling = Pooling::bayes;
    options.prior_mu = c.mu, options.prior_tau = c.tau;
    options.threshold = 0.2;
    const Analysis result = analyse(studies, options);
    REQUIRE(result.posterior);
    const Posterior& p = *result.posterior;
    CHECK(p.log_marginal.has_value() == (mu != "flat"));
    if (p.log_marginal) CHECK(right(p.log_marginal, c.log_marginal));
    CHECK(right(p.mu.mean, c.mean));
    // Under a flat prior mu follows tau into tails that are cut at 1e-13 of their mass, and have some 1e-7 of the deviation beyond.
    const bool heavy = mu == "flat" && (tau.starts_with("halfcauchy") || tau.starts_with("logt"));
    CHECK(right(p.mu.sd, c.sd, heavy ? 1e-7 : 1e-9));
    CHECK(right(p.tau.mean, c.mean_tau));
    CHECK(right(p.p_above, c.above));
    CHECK(right(p.new_p_above, c.new_above));
  }
}

}  // namespace
