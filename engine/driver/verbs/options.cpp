// Every verb and option of the command line.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>

#include "engine/driver/verbs/option_kinds.hpp"
#include "engine/driver/verbs/options.hpp"

namespace tausq::verbs {

namespace {

void add_reading(CLI::App& app, Command& c) {
  ReadOptions& read = c.read;
  app.add_option("records", c.records, "CSV, TSV, JSON or JSON Lines file; - for standard input")->required();
  add_columns(app, read, app.get_name() == "forest" ? &c.forest.left : nullptr);
  app.add_option("--where", read.where, "rows to use, e.g. 'outcome == \"healed\" && timepoint_months >= 12'");
  app.add_option("--treatment", read.treatment, "name of the treatment arm in long layouts");
  app.add_option("--control", read.control, "name of the control arm in long layouts");
  app.add_option("--denominator", read.denominator, "column to take as the total");
  add_shape(app, read);
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
  add_tau2(app, o);
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
  app.add_flag("!--no-extras", o.extras,
               "only what is asked for by name: no prediction, exact test of equal proportions or interval by another method");
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
  add_method<BootstrapMethod>(app, "--bootstrap", o.bootstrap,
                              "bootstrap of all estimates: standard errors, bias, percentile, basic and BCa intervals");
  app.add_option_function<std::string>(
         "--replicates", [&o](const std::string& w) { o.replicates = parse_count("--replicates", w); }, "of the bootstrap (2000)")
      ->type_name("N");
  app.add_option_function<std::string>(
         "--exact-draws", [&o](const std::string& w) { o.exact_draws = parse_count("--exact-draws", w); },
         "tables drawn by the exact test of equal proportions where they are too many to count (10000 for --pooling exact, else none)")
      ->type_name("N");
  add_threads(app, o.threads, "threads of resampling (one a processor); no number depends on it");
  add_whole(app, "--seed", o.seed, std::numeric_limits<std::uint64_t>::max(), "seed of everything that draws random numbers");
}

void add_analysis(CLI::App& app, Command& c) {
  add_effect(app, c);
  add_pooling(app, c);
}

AnswerFormat parse_format(const std::string& word) {
  if (word == "json") return AnswerFormat::json;
  if (word == "csv") return AnswerFormat::csv;
  if (word == "svg") return AnswerFormat::svg;
  if (word == "text" || word == "md" || word == "markdown") return AnswerFormat::text;
  if (word == "html") return AnswerFormat::html;
  if (word == "word") return AnswerFormat::plain_html;
  throw CLI::ValidationError("--format", "'" + word + "' is not text, md, json, csv, svg, html or word");
}

/// What only `pool` has: nothing in it changes an estimate.
void add_absolute(CLI::App& app, Options& o) {
  app.add_flag("--absolute", o.absolute,
               "absolute effects at the median risk of the control groups: events per 1000, number needed to treat");
  add_numbers(app, "--baseline", o.baseline, "absolute effects at these risks without treatment, e.g. 0.05,0.1,0.2");
  add_method<RiskModel>(app, "--absolute-effect", o.absolute_effect, "what generic effects are: log OR, log RR, RD or log HR");
  app.add_flag("--desirable-events", o.desirable_events, "more events are a benefit");
}

void add_output(CLI::App& app, Command& c, bool text) {
  app.add_option_function<std::string>(
         "--format", [&c](const std::string& w) { c.format = parse_format(w); },
         "what is written on standard output; word: HTML without script and drawings, also for -o")
      ->type_name("text|md|json|csv|svg|html|word");
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
  add_absolute(app, c.options);
}

namespace {

/// What the verbs that read records have in common; those that draw have no format of their own.
void add_records(CLI::App& app, Command& c, bool formats = true) {
  add_reading(app, c);
  add_output(app, c, formats);
}

void add_two_results(CLI::App& app, Command& c) {
  app.add_option("old", c.records, "the older result, JSON")->required();
  app.add_option("new", c.argument, "the newer result, JSON")->required();
  add_output(app, c, true);
  app.add_flag("--exit-code", c.exit_code, "exit with 1 where anything differs");
}

void add_pool(CLI::App& app, Command& c) {
  add_records(app, c);
  add_pool_settings(app, c);
  app.add_option("--from", c.from, "result (JSON) to repeat: its settings, where none is given here; says what differs")
      ->type_name("RESULT");
}

void add_effects(CLI::App& app, Command& c) {
  add_records(app, c);
  add_effect(app, c);
  add_method<Preset>(app, "--preset", c.options.preset, "another program's defaults");
}

void add_plot(CLI::App& app, Command& c) {
  add_plot_kind(app, c);
  add_records(app, c, false);
  add_analysis(app, c);
  add_plot_settings(app, c);
}

void add_report(CLI::App& app, Command& c) {
  add_records(app, c);
  add_analysis(app, c);
  add_absolute(app, c.options);
  app.add_option("--title", c.page.title, "title of the report");
}

void add_list(CLI::App& app, Command& c) {
  app.add_option("kind", c.argument, "which table; all without it");
  app.add_flag("--markdown", c.markdown, "as Markdown tables");
}

struct VerbRow {
  const char* name;
  const char* help;
  void (*add_options)(CLI::App&, Command&);
};
constexpr VerbRow verbs[] = {
    {"pool", "effect sizes, pooled estimates, heterogeneity, prediction, subgroups, meta-regression", add_pool},
    {"effects", "per-study effect sizes and intervals only", add_effects},
    {"forest", "forest-plot data (.json, .csv) or the plot (.svg, .pdf, .png, .html)",
     [](CLI::App& app, Command& c) { add_records(app, c, false), add_analysis(app, c), add_forest(app, c); }},
    {"plot", "another plot or its data: tausq plot funnel RECORDS -o funnel.svg (.pdf, .png, .json, .csv)", add_plot},
    {"check", "reads and validates the records, fits nothing", [](CLI::App& app, Command& c) { add_records(app, c), add_effect(app, c); }},
    {"influence", "leave-one-out, cumulative analysis, influence diagnostics, Baujat points, BLUPs",
     [](CLI::App& app, Command& c) { add_records(app, c), add_analysis(app, c), add_influence(app, c); }},
    {"bias", "funnel-plot asymmetry, limit estimates, trim and fill, fail-safe N",
     [](CLI::App& app, Command& c) { add_records(app, c), add_analysis(app, c), add_bias(app, c); }},
    {"multiverse", "every reasonable choice of model, transformation, correction and interval in one run",
     [](CLI::App& app, Command& c) { add_records(app, c), add_multiverse(app, c); }},
    {"report", "one self-contained HTML file with everything: plots, tables, methods, how to reproduce it (Markdown, JSON)", add_report},
    {"diff", "two results of pool: what changed in settings, studies, conclusions and numbers", add_two_results},
    {"batch", "many meta-analyses keyed by a column, streamed: one row of results a key", add_batch},
    {"list", "what exists: measures, tau2, pooling, interval, tau2-interval, prediction, study-interval, ...", add_list},
    {"schema", "JSON Schema of a verb's output",
     [](CLI::App& app, Command& c) {
       app.add_option("verb", c.argument, "pool, effects, forest, plot, check, influence, bias, multiverse, report or diff")->required();
     }},
};

}  // namespace

void add_verbs(CLI::App& app, Command& c, std::string_view only) {
  const bool known = std::any_of(std::begin(verbs), std::end(verbs), [&](const VerbRow& row) { return row.name == only; });
  for (const VerbRow& row : verbs) {
    CLI::App* const verb = add_verb(app, c, row.name, row.help);
    if (!known || row.name == only) row.add_options(*verb, c);
  }
}

}  // namespace tausq::verbs
