// The options of influence, bias and multiverse.
#include "engine/driver/verbs/option_kinds.hpp"
#include "engine/driver/verbs/options.hpp"

namespace tausq::verbs {

void add_influence(CLI::App& app, Command& c) {
  app.add_option("--order", c.influence.order, "column that orders the cumulative analysis, smallest first (row order)");
  app.add_option_function<std::string>(
         "--gosh", [&c](const std::string& w) { c.influence.gosh = w.empty() ? 0 : parse_count("--gosh", w); },
         "the mean of every subset of the studies, or of N drawn at random (all up to 24 studies, else 100000)")
      ->expected(0, 1)
      ->type_name("N");
}

void add_bias(CLI::App& app, Command& c) {
  BiasOptions& b = c.bias;
  app.add_option_function<std::vector<std::string>>(
         "--tests",
         [&b](const std::vector<std::string>& words) {
           for (const std::string& word : words) b.tests.push_back(parse_method<BiasTest>("--tests", word));
         },
         "tests of asymmetry (all that fit the records)")
      ->delimiter(',')
      ->type_name(keys<BiasTest>());
  add_method<BiasModel>(app, "--egger", b.model, "form of Egger's test");
  add_method<BiasPredictor>(app, "--predictor", b.predictor, "predictor of Egger's test");
  add_method<FillEstimator>(app, "--trim-fill", b.estimator, "number of missing studies in trim and fill");
  add_method<FunnelSide>(app, "--side", b.side, "side of the funnel on which studies are missing");
  app.add_option_function<std::string>(
      "--target", [&b](const std::string& w) { b.target = parse_number("--target", w); },
      "effect that Orwin's N is to reach (half the mean)");
  app.add_option_function<std::string>(
      "--alpha", [&b](const std::string& w) { b.alpha = parse_number("--alpha", w); }, "significance level of fail-safe numbers (0.05)");
  add_method<SelectionAlternative>(app, "--alternative", b.alternative, "which p-values decide on publication in the selection model");
  add_numbers(app, "--selection-steps", b.selection_steps, "p-values at which the chance of publication changes (0.025)");
  add_numbers(app, "--selection-weights", b.selection_weights, "given chances of publication, one more than steps (estimated)");
}

namespace {

/// "none", "0.5" (studies with a zero cell) or "0.5:all".
Correction parse_correction(const std::string& word) {
  if (word == "none") return {};
  const std::size_t colon = word.find(':');
  const double add = parse_number("--corrections", word.substr(0, colon));
  if (!(add >= 0)) throw CLI::ValidationError("--corrections", "'" + word + "': the correction is at least 0");
  if (colon == std::string::npos) return {add, CorrectionTo::only0};
  return {add, parse_method<CorrectionTo>("--corrections", word.substr(colon + 1))};
}

}  // namespace

void add_multiverse(CLI::App& app, Command& c) {
  MultiverseOptions& m = c.multiverse;
  add_methods(app, "--models", m.models, "common effect, random effects (both)");
  add_methods(app, "--poolings", m.poolings, "pooling models (all that fit)");
  add_methods(app, "--glmms", m.glmms, "exact likelihoods of two-by-two tables");
  add_methods(app, "--measures", m.measures, "links and transformations (all on the same natural scale)");
  add_methods(app, "--tau2s", m.tau2s, "estimators of the between-study variance (DL,SJ,ML,REML,PM)");
  add_methods(app, "--intervals", m.intervals, "intervals (z,hk,hk-ci,kr,hc,profile,il)");
  app.add_option_function<std::vector<std::string>>(
         "--corrections",
         [&m](const std::vector<std::string>& words) {
           for (const std::string& word : words) m.corrections.push_back(parse_correction(word));
         },
         "zero-cell corrections, e.g. none,0.5:only0,0.5:all")
      ->delimiter(',')
      ->type_name("NONE|NUMBER:TO");
  app.add_flag_callback(
      "--leave-one-out", [&m] { m.leave_one_out = true; }, "every set without one study too (up to 50 studies)");
  app.add_flag_callback(
      "--no-leave-one-out", [&m] { m.leave_one_out = false; }, "only the set of all studies");
  app.add_option_function<std::string>(
      "--exclude,--null", [&m](const std::string& w) { m.exclude = parse_number("--exclude", w); },
      "count the intervals that exclude this value, natural scale (no effect)");
}

}  // namespace tausq::verbs
