// Every verb and option of the command line.
#include <CLI/CLI.hpp>

#include <charconv>
#include <sstream>

#include <tausq/methods.hpp>

#include "engine/driver/verbs/command.hpp"

namespace tausq::verbs {

namespace {

template <typename Method>
std::string keys() {
  std::string list;
  for (const MethodInfo& info : methods<Method>()) list += (list.empty() ? "" : "|") + std::string(info.key);
  return list;
}

template <typename Method>
Method parse_method(const std::string& option, const std::string& word) {
  if (const std::optional<Method> method = find_method<Method>(word)) return *method;
  throw CLI::ValidationError(option, "'" + word + "' is not one of " + keys<Method>());
}

double parse_number(const std::string& option, const std::string& word) {
  double value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size()) throw CLI::ValidationError(option, "'" + word + "' is not a number");
  return value;
}

std::size_t parse_count(const std::string& option, const std::string& word) {
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), count);
  if (error != std::errc() || end != word.data() + word.size() || count == 0 || count > 1000000000)
    throw CLI::ValidationError(option, "'" + word + "' is not a number from 1 to 1000000000");
  return count;
}

/// A confidence level as a proportion in (0, 1) or as a percentage in (50, 100).
double parse_level(const std::string& option, const std::string& word) {
  const double level = parse_number(option, word);
  if (level > 0 && level < 1) return level;
  if (level > 50 && level < 100) return level / 100;
  throw CLI::ValidationError(option, "'" + word + "' is not a confidence level: between 0 and 1, or between 50 and 100 percent");
}

/// Options whose value is a key of a method table.
template <typename Method, typename Target>
void add_method(CLI::App& app, const std::string& names, Target& target, const std::string& help) {
  app.add_option_function<std::string>(
         names, [&target, names](const std::string& word) { target = parse_method<Method>(names, word); }, help)
      ->type_name(keys<Method>());
}

void add_level(CLI::App& app, const std::string& name, std::optional<double>* optional, double* plain, const std::string& help) {
  app.add_option_function<std::string>(
         name,
         [=](const std::string& word) {
           const double level = parse_level(name, word);
           if (optional) *optional = level;
           if (plain) *plain = level;
         },
         help)
      ->type_name("LEVEL");
}

void add_columns(CLI::App& app, ReadOptions& read) {
  app.add_option_function<std::vector<std::string>>(
         "--columns",
         [&read](const std::vector<std::string>& pairs) {
           for (const std::string& pair : pairs) {
             const std::size_t equals = pair.find('=');
             if (equals == std::string::npos || equals == 0 || equals + 1 == pair.size())
               throw CLI::ValidationError("--columns", "'" + pair + "' is not of the form name=column");
             read.columns[pair.substr(0, equals)] = pair.substr(equals + 1);
           }
         },
         "our name = name in the file, e.g. events=xi,total=ni")
      ->delimiter(',')
      ->type_name("NAME=COLUMN");
}

char parse_character(const std::string& option, const std::string& word) {
  if (word == "tab" || word == "\\t") return '\t';
  if (word.size() != 1) throw CLI::ValidationError(option, "'" + word + "' is not one character");
  return word[0];
}

void add_reading(CLI::App& app, Command& c) {
  ReadOptions& read = c.read;
  app.add_option("records", c.records, "CSV, TSV, JSON or JSON Lines file; - for standard input")->required();
  add_columns(app, read);
  app.add_option("--where", read.where, "rows to use, e.g. 'outcome == \"healed\" && timepoint_months >= 12'");
  app.add_option("--treatment", read.treatment, "name of the treatment arm in long layouts");
  app.add_option("--control", read.control, "name of the control arm in long layouts");
  app.add_option("--denominator", read.denominator, "column to take as the total");
  app.add_option_function<std::string>(
      "--delimiter", [&read](const std::string& w) { read.delimiter = parse_character("--delimiter", w); },
      "field separator (found from the header)");
  app.add_option_function<std::string>(
      "--decimal", [&read](const std::string& w) { read.decimal = parse_character("--decimal", w); }, "decimal mark: . or ,");
  app.add_option_function<std::string>(
      "--encoding",
      [&read](const std::string& w) {
        if (w != "utf-8" && w != "latin1") throw CLI::ValidationError("--encoding", "'" + w + "' is not utf-8 or latin1");
        read.latin1 = w == "latin1";
      },
      "utf-8 (default) or latin1");
  app.add_option_function<std::string>(
      "--na",
      [&read](const std::string& w) {
        if (w != "error" && w != "omit") throw CLI::ValidationError("--na", "'" + w + "' is not omit or error");
        read.reject_missing = w == "error";
      },
      "rows without a count: omit (default) or error");
  app.add_flag("--allow-repeats", read.allow_repeats, "pool several rows of one study as if they were independent");
  app.add_flag("--strict", c.strict, "warnings become errors");
}

void add_effect(CLI::App& app, Command& c) {
  EffectOptions& effect = c.options.effect;
  add_method<Measure>(app, "--measure,--sm", effect.measure, "effect measure");
  app.add_option_function<std::string>(
      "--add", [&effect](const std::string& w) { effect.add = parse_number("--add", w); },
      "number added to the cells of studies with zeros");
  add_method<CorrectionTo>(app, "--to", effect.to, "studies that are corrected");
  app.add_flag("--drop00", effect.drop00, "leave out studies without events, or with events only, in both arms");
  add_method<VarianceType>(app, "--vtype", effect.vtype, "sampling-variance variant");
  add_method<StudyIntervalMethod>(app, "--study-interval", c.options.study_interval, "interval of a single study");
  add_level(app, "--study-level", &c.options.study_level, nullptr, "its level (as --level)");
  add_level(app, "--level", nullptr, &c.options.level, "confidence level: 0.95 or 95");
}

void add_pooling(CLI::App& app, Command& c) {
  Options& o = c.options;
  add_method<Pooling>(app, "--pooling", o.pooling, "pooling model");
  app.add_option_function<std::string>(
         "--tau2,--method-tau",
         [&o](const std::string& w) {
           if (const auto method = find_method<Tau2Method>(w))
             o.tau2 = *method;
           else if (!w.empty() && (w[0] == '.' || (w[0] >= '0' && w[0] <= '9')))
             o.tau2_fixed = parse_number("--tau2", w);
           else
             throw CLI::ValidationError("--tau2", "'" + w + "' is neither a number nor one of " + keys<Tau2Method>());
         },
         "estimator of the between-study variance, or its value")
      ->type_name(keys<Tau2Method>());
  add_method<IntervalMethod>(app, "--interval,--test", o.interval, "interval and test of the pooled effect");
  add_method<Tau2IntervalMethod>(app, "--tau2-interval", o.tau2_interval, "interval of tau2");
  add_method<PredictionMethod>(app, "--prediction", o.prediction, "prediction interval");
  app.add_option_function<std::string>(
         "--predict-n", [&o](const std::string& w) { o.predict_n = parse_count("--predict-n", w); },
         "proportions: predicts the events among the next N patients")
      ->type_name("N");
  add_level(app, "--prediction-level", &o.prediction_level, nullptr, "its level (as --level)");
  add_level(app, "--heterogeneity-level", &o.heterogeneity_level, nullptr, "level of the intervals of tau2, I2 and H2 (as --level)");
  add_method<Model>(app, "--model", o.model, "which pooled estimates");
  app.add_option("--prior-tau", o.prior_tau, "prior of tau in Bayesian pooling, e.g. 'halfnormal(0.5)' (tausq list prior-tau)");
  app.add_option("--prior-mu", o.prior_mu, "prior of the mean in Bayesian pooling, e.g. 'normal(0,2.82)' (tausq list prior-mu)");
  app.add_option_function<std::string>(
      "--threshold", [&o](const std::string& w) { o.threshold = parse_number("--threshold", w); },
      "Bayesian pooling gives the probabilities on either side of it, natural scale (no effect)");
  add_method<GlmmModel>(app, "--glmm", o.glmm, "two-arm exact-likelihood model");
  add_method<Link>(app, "--link", o.link, "link of the exact likelihood of proportions");
  add_method<Preset>(app, "--preset", o.preset, "another program's defaults");
  app.add_flag("!--no-cmh-correction", o.cmh_correction, "Cochran-Mantel-Haenszel test without continuity correction");
  app.add_option("--subgroup", o.subgroup, "column that splits the studies");
  app.add_flag("--common-tau2", o.common_tau2, "one tau2 for all subgroups");
  app.add_option("--weights", c.weights, "column with weights to use in place of the model's");
  app.add_option("--mods", o.mods, "moderators, e.g. 'year + factor(alloc)'");
  app.add_flag("!--no-intercept", o.intercept, "regression without intercept");
  app.add_option("--predict-at", o.predict_at,
                 "new points of the regression: 'year=1990, alloc=random; year=2000, alloc=none', or the numbers of its terms");
  app.add_option_function<std::string>(
         "--tau2-curve", [&o](const std::string& w) { o.tau2_curve = w.empty() ? 50 : parse_count("--tau2-curve", w); },
         "pools the effect for N values of tau2, from 0 to beyond its upper limit (50)")
      ->expected(0, 1)
      ->type_name("N");
  app.add_option_function<std::string>(
         "--permutation-test", [&o](const std::string& w) { o.permutations = w.empty() ? 0 : parse_count("--permutation-test", w); },
         "permutation test of the mean or of the coefficients: exact where that takes at most N permutations, else N drawn at random "
         "(up to 2^20 exactly, else 10000)")
      ->expected(0, 1)
      ->type_name("N");
  app.add_option("--threads", o.threads, "threads of resampling (one a processor); no number depends on it");
  app.add_option("--seed", o.seed, "seed of everything that draws random numbers");
}

void add_analysis(CLI::App& app, Command& c) {
  add_effect(app, c);
  add_pooling(app, c);
}

void add_influence(CLI::App& app, Command& c) {
  app.add_option("--order", c.influence.order, "column that orders the cumulative analysis, smallest first (row order)");
  app.add_option_function<std::string>(
         "--gosh", [&c](const std::string& w) { c.influence.gosh = w.empty() ? 0 : parse_count("--gosh", w); },
         "the mean of every subset of the studies, or of N drawn at random (all up to 24 studies, else 100000)")
      ->expected(0, 1)
      ->type_name("N");
}

/// A list of numbers, separated by commas.
void add_numbers(CLI::App& app, const std::string& name, std::vector<double>& numbers, const std::string& help) {
  app.add_option_function<std::vector<std::string>>(
         name,
         [&numbers, name](const std::vector<std::string>& words) {
           numbers.clear();
           for (const std::string& word : words) numbers.push_back(parse_number(name, word));
         },
         help)
      ->delimiter(',')
      ->type_name("NUMBERS");
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

/// A list of keys, separated by commas.
template <typename Method>
void add_methods(CLI::App& app, const std::string& name, std::vector<Method>& list, const std::string& help) {
  app.add_option_function<std::vector<std::string>>(
         name,
         [&list, name](const std::vector<std::string>& words) {
           for (const std::string& word : words) list.push_back(parse_method<Method>(name, word));
         },
         help)
      ->delimiter(',')
      ->type_name(keys<Method>());
}

/// "none", "0.5" (studies with a zero cell) or "0.5:all".
Correction parse_correction(const std::string& word) {
  if (word == "none") return {};
  const std::size_t colon = word.find(':');
  const double add = parse_number("--corrections", word.substr(0, colon));
  if (!(add >= 0)) throw CLI::ValidationError("--corrections", "'" + word + "': the correction is at least 0");
  if (colon == std::string::npos) return {add, CorrectionTo::only0};
  return {add, parse_method<CorrectionTo>("--corrections", word.substr(colon + 1))};
}

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

void add_output(CLI::App& app, Command& c, bool text) {
  app.add_option("-o,--output", c.output, "file to write; the format follows the extension");
  app.add_flag_callback(
      "--json", [&c] { c.format = AnswerFormat::json; }, "JSON on standard output");
  app.add_flag_callback(
      "--csv", [&c] { c.format = AnswerFormat::csv; }, "CSV on standard output");
  if (text)
    app.add_flag_callback(
        "--text", [&c] { c.format = AnswerFormat::text; }, "text on standard output (default)");
}

CLI::App* add_verb(CLI::App& app, Command& c, const std::string& verb, const std::string& help) {
  CLI::App* sub = app.add_subcommand(verb, help);
  sub->callback([&c, verb] { c.verb = verb; });
  return sub;
}

}  // namespace

void add_pool_settings(CLI::App& app, Command& c) {
  add_analysis(app, c);
  app.add_flag("!--no-sensitivity", c.sensitivity, "without the other usual models beside the one asked for");
}

void add_verbs(CLI::App& app, Command& c) {
  CLI::App* pool = add_verb(app, c, "pool", "effect sizes, pooled estimates, heterogeneity, prediction, subgroups, meta-regression");
  CLI::App* effects = add_verb(app, c, "effects", "per-study effect sizes and intervals only");
  CLI::App* forest = add_verb(app, c, "forest", "forest-plot data (.json, .csv) or the plot (.svg, .pdf, .png)");
  CLI::App* check = add_verb(app, c, "check", "reads and validates the records, fits nothing");
  CLI::App* influence = add_verb(app, c, "influence", "leave-one-out, cumulative analysis, influence diagnostics, Baujat points, BLUPs");
  CLI::App* bias = add_verb(app, c, "bias", "funnel-plot asymmetry, limit estimates, trim and fill, fail-safe N");
  CLI::App* multiverse = add_verb(app, c, "multiverse", "every reasonable choice of model, transformation, correction and interval in one run");
  for (CLI::App* verb : {pool, effects, forest, check, influence, bias, multiverse}) {
    add_reading(*verb, c);
    add_output(*verb, c, verb != forest);
  }
  add_pool_settings(*pool, c);
  for (CLI::App* verb : {forest, influence, bias}) add_analysis(*verb, c);
  for (CLI::App* verb : {effects, check}) add_effect(*verb, c);
  add_method<Preset>(*effects, "--preset", c.options.preset, "another program's defaults");
  add_influence(*influence, c);
  add_bias(*bias, c);
  add_multiverse(*multiverse, c);
  forest->add_option("--title", c.forest.title, "title of the plot");
  forest->add_option("--axis-min", c.forest.axis_min, "lower end of the axis, natural scale");
  forest->add_option("--axis-max", c.forest.axis_max, "upper end of the axis, natural scale");
  CLI::App* list =
      add_verb(app, c, "list", "what exists: measures, tau2, pooling, interval, tau2-interval, prediction, study-interval, ...");
  list->add_option("kind", c.argument, "which table; all without it");
  list->add_flag("--markdown", c.markdown, "as Markdown tables");
  add_verb(app, c, "schema", "JSON Schema of a verb's output")
      ->add_option("verb", c.argument, "pool, effects, forest, check, influence, bias or multiverse")
      ->required();
}

}  // namespace tausq::verbs
