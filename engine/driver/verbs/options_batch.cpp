// The options of `tausq batch`: those of inverse-variance means, and how a file is split and put together.
#include <algorithm>

#include "engine/driver/verbs/option_kinds.hpp"
#include "engine/driver/verbs/options.hpp"

namespace tausq::verbs {

namespace {

/// "2/8"
void parse_shard(Command& c, const std::string& word) {
  const std::size_t slash = word.find('/');
  if (slash == std::string::npos) throw CLI::ValidationError("--shard", "'" + word + "' is not of the form i/n");
  c.shard = parse_count("--shard", word.substr(0, slash)), c.shards = parse_count("--shard", word.substr(slash + 1));
  if (c.shard > c.shards) throw CLI::ValidationError("--shard", "'" + word + "': there are only " + std::to_string(c.shards) + " shards");
}

}  // namespace

void add_batch(CLI::App& app, Command& c) {
  Options& o = c.options;
  app.add_option("records", c.records, "CSV or TSV file, the rows of a key together; - for standard input");
  app.add_option("--by", c.by, "column whose values are the keys");
  app.add_option_function<std::string>(
         "--shard", [&c](const std::string& word) { parse_shard(c, word); }, "the i-th of n parts of the file, for an array of jobs")
      ->type_name("I/N");
  app.add_option("--merge", c.merge, "puts the results of all shards together, in place of records")->type_name("FILES")->expected(1, -1);
  add_columns(app, c.read);
  add_shape(app, c.read);
  app.add_option("--where", c.read.where, "rows to use, e.g. 'maf > 0.01'");
  app.add_option("--treatment", c.read.treatment, "name of the treatment arm in long layouts");
  app.add_option("--control", c.read.control, "name of the control arm in long layouts");
  add_method<Measure>(app, "--measure,--sm", o.effect.measure, "effect measure");
  app.add_option_function<std::string>(
      "--add", [&o](const std::string& w) { o.effect.add = parse_number("--add", w); }, "number added to the cells of studies with zeros");
  add_method<CorrectionTo>(app, "--to", o.effect.to, "studies that are corrected");
  app.add_flag("--drop00", o.effect.drop00, "leave out studies without events, or with events only, in both arms");
  add_method<VarianceType>(app, "--vtype", o.effect.vtype, "sampling-variance variant");
  add_tau2(app, o);
  add_method<IntervalMethod>(app, "--interval,--test", o.interval, "interval and test of the pooled effect");
  add_method<PredictionMethod>(app, "--prediction", o.prediction, "prediction interval");
  add_method<Model>(app, "--model", o.model, "which pooled estimates");
  add_level(app, "--level", nullptr, &o.level, "confidence level: 0.95 or 95");
  add_level(app, "--prediction-level", &o.prediction_level, nullptr, "level of the prediction interval (as --level)");
  add_threads(app, o.threads, "threads (one a processor); no number depends on it");
  app.add_option("-o,--output", c.output, "file to write, whole or not at all: .csv, or .jsonl (.json) for JSON Lines");
  app.add_flag_callback(
      "--json", [&c] { c.format = AnswerFormat::json; }, "JSON Lines on standard output");
  app.add_flag_callback(
      "--csv", [&c] { c.format = AnswerFormat::csv; }, "CSV on standard output (default)");
}

}  // namespace tausq::verbs
