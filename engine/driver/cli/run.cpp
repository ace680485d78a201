#include <cstdio>
#include <utility>

#include <tausq/problem.hpp>
#include <tausq/report.hpp>

#include "engine/driver/cli/command.hpp"
#include "engine/driver/cli/output_file.hpp"
#include "engine/driver/cli/progress.hpp"

namespace tausq::cli {

namespace {

/// One result in every format that its verb offers. A function is called only for the format that is wanted.
struct Rendering {
  std::string (*json)(const void*);
  std::string (*csv)(const void*);
  std::string (*text)(const void*);
};

template <typename Result, std::string (*Json)(const Result&), std::string (*Csv)(const Result&), std::string (*Text)(const Result&)>
constexpr Rendering rendering{
    [](const void* r) { return Json(*static_cast<const Result*>(r)); },
    [](const void* r) { return Csv(*static_cast<const Result*>(r)); },
    [](const void* r) { return Text(*static_cast<const Result*>(r)); },
};

constexpr Rendering pool_rendering = rendering<Analysis, to_json, to_csv, to_text>;
constexpr Rendering effects_rendering = rendering<Analysis, to_json_effects, to_csv_effects, to_text_effects>;
constexpr Rendering check_rendering = rendering<Records, to_json, to_csv, to_text>;
constexpr Rendering influence_rendering = rendering<Influence, to_json, to_csv, to_text>;
constexpr Rendering bias_rendering = rendering<Bias, to_json, to_csv, to_text>;
constexpr Rendering forest_rendering = rendering<ForestTable, to_json, to_csv, to_svg>;

Format format_of(const std::string& path, bool forest) {
  const std::string ext = extension(path);
  if (ext == ".json") return Format::json;
  if (ext == ".csv") return Format::csv;
  if (!forest || ext == ".svg" || ext == ".pdf" || ext == ".png") return Format::text;
  throw UsageError("-o " + path + ": a forest plot is written as .svg, .pdf, .png, .json or .csv");
}

std::string render(const Rendering& as, Format format, const void* result) {
  switch (format) {
    case Format::json:
      return as.json(result) + "\n";
    case Format::csv:
      return as.csv(result);
    case Format::text:
      break;
  }
  return as.text(result);
}

void print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    throw InputError({{"E_OUTPUT_PATH", "standard output", 0, "", "", "cannot be written"}});
}

void deliver(const Command& c, const Rendering& as, const void* result) {
  const bool forest = c.verb == "forest";
  if (!c.output) return print(render(as, c.format, result));
  const std::string text = render(as, format_of(*c.output, forest), result);
  const std::string ext = extension(*c.output);
  if (forest && (ext == ".pdf" || ext == ".png"))
    write_converted(*c.output, text);
  else
    write_file(*c.output, text);
}

/// --strict: warnings become problems; notes (I_...) do not.
void refuse_warnings(const Command& c, const std::vector<Warning>& warnings) {
  if (!c.strict) return;
  std::vector<Problem> problems;
  for (const Warning& w : warnings)
    if (!w.code.starts_with("I_")) problems.push_back({w.code, c.records, 0, "", "", w.message + " (--strict)"});
  if (!problems.empty()) throw InputError(std::move(problems));
}

/// The exit code that an analysis deserves; says on standard error why there is no result.
int verdict(const Analysis& a) {
  if (a.regression) return ExitCode::done;
  bool estimable = false;
  for (const auto& [name, estimate] : {std::pair{"common effect", &a.common}, std::pair{"random effects", &a.random}}) {
    if (estimate->status == Status::not_converged) {
      std::fprintf(stderr, "tausq: %s: not converged: %s\n", name, estimate->reason.c_str());
      return ExitCode::not_converged;
    }
    estimable = estimable || (estimate->status != Status::not_estimable && estimate->status != Status::not_requested);
  }
  if (estimable) return ExitCode::done;
  const PooledEstimate& why = a.random.reason.empty() ? a.common : a.random;
  std::fprintf(stderr, "tausq: not estimable: %s\n", why.reason.c_str());
  return ExitCode::not_estimable;
}

Records read(const Command& c, bool pooling) {
  ReadOptions options = c.read;
  options.pooling = pooling;
  options.list_records = c.verb == "check";
  // Those programs do not look at labels; two trials of one author may share theirs.
  options.allow_equal_labels = c.options.preset == Preset::metafor || c.options.preset == Preset::meta;
  if (c.options.effect.measure)
    options.layout = layout_of(*c.options.effect.measure);
  else if (c.options.pooling == Pooling::peto)
    options.layout = Layout::two_arm_counts;
  return read_records(c.records, options);
}

/// The options with what only the records can tell: the weights that stand in a column.
Options options_for(const Command& c, const Records& records) {
  Options options = c.options;
  options.sensitivity = c.verb == "pool" && c.sensitivity;
  if (c.weights.empty()) return options;
  const Column* column = records.studies.column(c.weights);
  if (!column) throw UsageError("--weights " + c.weights + ": the records have no such column");
  for (std::size_t i = 0; i < column->number.size(); ++i) {
    if (!column->number[i]) throw UsageError("--weights " + c.weights + ": study " + records.studies.study[i] + " has no weight");
    options.user_weights.push_back(*column->number[i]);
  }
  return options;
}

int run_check(const Command& c) {
  const Records records = read(c, false);
  refuse_warnings(c, records.warnings);
  deliver(c, check_rendering, &records);
  return ExitCode::done;
}

int run_effects(const Command& c) {
  const Analysis result = analyse_effects(read(c, false), c.options);
  refuse_warnings(c, result.warnings);
  deliver(c, effects_rendering, &result);
  return ExitCode::done;
}

int run_analysis(const Command& c) {
  const Records records = read(c, true);
  const Analysis result = analyse(records, options_for(c, records));
  refuse_warnings(c, result.warnings);
  if (const int code = verdict(result); code != ExitCode::done) return code;
  if (c.verb == "pool") {
    deliver(c, pool_rendering, &result);
  } else {
    const ForestTable table = forest_table(result, c.forest);
    deliver(c, forest_rendering, &table);
  }
  return ExitCode::done;
}

int no_result(const std::string& reason) {
  std::fprintf(stderr, "tausq: not estimable: %s\n", reason.c_str());
  return ExitCode::not_estimable;
}

int run_influence(const Command& c) {
  const Records records = read(c, true);
  const Influence result = influence(records, options_for(c, records), c.influence);
  refuse_warnings(c, result.warnings);
  if (result.leave_one_out.empty() && result.diagnostics.empty()) return no_result("influence needs at least two studies with an effect size");
  deliver(c, influence_rendering, &result);
  return ExitCode::done;
}

int run_bias(const Command& c) {
  const Records records = read(c, true);
  const Bias result = bias(records, options_for(c, records), c.bias);
  refuse_warnings(c, result.warnings);
  if (result.excess_significance.k < 3) return no_result("small-study effects need at least three studies with an effect size");
  deliver(c, bias_rendering, &result);
  return ExitCode::done;
}

}  // namespace

int run(const Command& c) {
  if (c.output) check_output_path(*c.output, c.records);
  if (c.verb == "list") return print(list_methods(c.argument, c.markdown)), ExitCode::done;
  if (c.verb == "schema") return print(json_schema(c.argument) + "\n"), ExitCode::done;
  const Progress progress(c.verb + " " + c.records);
  if (c.verb == "check") return run_check(c);
  if (c.verb == "effects") return run_effects(c);
  if (c.verb == "influence") return run_influence(c);
  if (c.verb == "bias") return run_bias(c);
  return run_analysis(c);
}

}  // namespace tausq::cli
