// What contradicts itself is refused before anything is computed, in words that name the option.
#include <doctest/doctest.h>

#include <string>
#include <tausq/problem.hpp>
#include <tausq/verbs.hpp>

using namespace tausq;

namespace {

const std::string arms = "study,events,total,year,g\nA,16,20,2001,x\nB,4,21,2011,y\nC,0,22,2009,x\nD,5,30,2004,y\n";
const std::string tables =
    "study,ai,bi,ci,di,year\nA,4,119,11,128,1948\nB,6,300,29,274,1949\nC,3,228,11,209,1960\nD,62,13536,248,12619,1977\n";
const std::string effects = "study,yi,vi\nA,0.1,0.2\nB,0.4,0.1\nC,-0.3,0.3\nD,1.2,0.2\n";

/// What the UsageError says; empty when there is none.
std::string refusal(const std::string& verb, const std::string& records, const std::string& options, const std::string& kind = "") {
  try {
    Request request{verb, "", records, options};
    if (!kind.empty()) request.options.insert(1, R"("kind": ")" + kind + R"(", )");
    answer(request);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

struct Case {
  std::string verb, records, options, says;
};

}  // namespace

TEST_CASE("ranges and choices of pooling") {
  for (const Case& c : {
           Case{"pool", tables, R"({"add": -1})", "--add: the correction is a finite number, at least 0"},
           Case{"pool", tables, R"({"interval": "il", "pooling": "inverse"})", "--interval il: needs --pooling glmm of PLO, or of OR with"},
           Case{"pool", arms, R"({"interval": "il-logf", "pooling": "glmm"})", "--interval il-logf: needs --pooling glmm of OR"},
           Case{"pool", tables, R"({"pooling": "glmm", "prediction": "integrated"})",
                "--prediction integrated: needs --pooling glmm of PLO"},
           Case{"pool", arms, R"({"predict_n": 2000000})", "--predict-n: from 1 to 1000000 patients"},
           Case{"pool", effects, R"({"predict_n": 5})",
                "--predict-n: events are predicted for proportions and rates of one arm, not for GEN"},
           Case{"pool", tables, R"({"measure": "OR", "pooling": "firth", "interval": "hk"})",
                "--interval hk: --pooling firth offers profile and z"},
           Case{"pool", tables, R"({"measure": "OR", "pooling": "exact", "interval": "hk"})", "--pooling exact offers exact, midp and z"},
           Case{"pool", arms, R"({"pooling": "exact", "interval": "hk"})", "--pooling exact offers exact, midp, blaker and z"},
           Case{"pool", tables, R"({"measure": "OR", "pooling": "betabin", "interval": "t"})",
                "the beta-binomial model of two arms offers profile and z"},
           Case{"pool", arms, R"({"pooling": "glmm", "interval": "hk"})", "exact-likelihood models offer profile, z and t"},
           Case{"pool", arms, R"({"pooling": "negbin"})", "--pooling negbin: does not pool PLO; it pools IRLN IRR"},
           Case{"pool", arms, R"({"pooling": "inverse", "mods": "year + events"})", "--mods: no column 'events'; there are year, g"},
       }) {
    CAPTURE(c.options);
    CHECK(refusal(c.verb, c.records, c.options).find(c.says) != std::string::npos);
  }
}

TEST_CASE("what Bayesian pooling does not have") {
  const std::string bayes = R"json({"pooling": "bayes", "prior_tau": "halfnormal(1)", )json";
  for (const Case& c : {
           Case{"pool", arms, bayes + R"("tau2_interval": "QP"})", "--tau2-interval QP: Bayesian pooling has central and shortest"},
           Case{"pool", arms, bayes + R"("prediction": "z"})",
                "--prediction z: Bayesian pooling predicts by the distribution averaged over tau"},
           Case{"pool", arms, bayes + R"("measure": "PFT", "predict_n": 5})",
                "the posterior of a double arcsine has no way back to proportions"},
           Case{"pool", effects, bayes + R"("prior_mu": "uniform-probability"})",
                "--prior-mu uniform-probability: is for counts of proportions"},
       }) {
    CAPTURE(c.options);
    CHECK(refusal(c.verb, c.records, c.options).find(c.says) != std::string::npos);
  }
}

TEST_CASE("weights of a selection model, absolute risks, the separator of a file") {
  for (const Case& c : {
           Case{"bias", effects, R"({"selection_steps": [0.025, 0.5], "selection_weights": [1, 2]})",
                "one weight more than there are steps"},
           Case{"bias", effects, R"({"selection_weights": [1, 0]})", "--selection-weights: a weight is a finite number above 0"},
           Case{"check", arms, R"({"delimiter": "\""})", "--delimiter cannot be a quote or a line end"},
       }) {
    CAPTURE(c.options);
    CHECK(refusal(c.verb, c.records, c.options).find(c.says) != std::string::npos);
  }
}

TEST_CASE("plots of one mean, and moderators that a bubble plot can show") {
  for (const Case& c : {
           Case{"bubble", arms, R"({"mods": "g", "pooling": "inverse"})", "plot bubble: no moderator of --mods 'g' is numeric"},
           Case{"bubble", arms, R"({"mods": "year", "moderator": "g", "pooling": "inverse"})", "plot bubble: --mods has no moderator 'g'"},
           Case{"gosh", arms, R"({"mods": "year", "pooling": "inverse"})", "plot gosh: shows one mean"},
           Case{"gosh", arms, R"({"pooling": "inverse", "highlight": "Z"})", "plot gosh: --highlight: no study 'Z' takes part"},
       }) {
    CAPTURE(c.options);
    CHECK(refusal("plot", c.records, c.options, c.verb).find(c.says) != std::string::npos);
  }
}
