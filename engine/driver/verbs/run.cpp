// What every verb does: records and options to a result that can be written in several forms.
#include <array>
#include <memory>
#include <utility>

#include <tausq/plots.hpp>
#include <tausq/problem.hpp>
#include <tausq/report.hpp>

#include "engine/driver/records/file.hpp"
#include "engine/driver/report/number_at.hpp"
#include "engine/driver/verbs/batch.hpp"
#include "engine/driver/verbs/command.hpp"

namespace tausq::verbs {

namespace {

/// One result in every format that its verb offers. A function is called only for the format that is wanted.
template <typename Result>
struct Rendering {
  std::string (*text)(const Result&);
  std::string (*json)(const Result&);
  std::string (*csv)(const Result&);
  std::string (*svg)(const Result&) = nullptr;
  std::string (*html)(const Result&) = nullptr;
  std::string (*plain_html)(const Result&) = nullptr;
};

std::string forest_svg(const Analysis& analysis) {
  return to_svg(forest_table(analysis));
}

constexpr Rendering<Analysis> pool_rendering{to_text, to_json, to_csv, forest_svg};
constexpr Rendering<Analysis> effects_rendering{to_text_effects, to_json_effects, to_csv_effects};
constexpr Rendering<Records> check_rendering{to_text, to_json, to_csv};
constexpr Rendering<Influence> influence_rendering{to_text, to_json, to_csv};
constexpr Rendering<Bias> bias_rendering{to_text, to_json, to_csv};
constexpr Rendering<Multiverse> multiverse_rendering{to_text, to_json, to_csv, to_svg};
std::string csv_of_page(const Page& page) {
  return to_csv(page.pool);
}
std::string html_of_page(const Page& page) {
  return to_html(page);
}
std::string plain_html_of_page(const Page& page) {
  return to_html(page, true);
}
constexpr Rendering<Page> page_rendering{to_markdown, to_json, csv_of_page, nullptr, html_of_page, plain_html_of_page};
constexpr Rendering<Comparison> diff_rendering{to_text, to_json, to_csv};
constexpr Rendering<Plot> plot_rendering{to_svg, to_json, to_csv, to_svg};
constexpr Rendering<ForestTable> forest_rendering{to_svg, to_json, to_csv, to_svg};

/// The answer of the verb, once the result is there.
template <typename Result>
Answer answered(const std::string& verb, Result result, const Rendering<Result>& as) {
  const auto shared = std::make_shared<const Result>(std::move(result));
  return {[=](AnswerFormat format) {
            const auto write = std::array{as.text, as.json, as.csv, as.svg, as.html, as.plain_html}[static_cast<std::size_t>(format)];
            if (!write) throw UsageError(verb + " is not written in this form");
            return write(*shared);
          },
          [=](std::string_view path) { return report::number_at(*shared, path); }};
}

/// The answer of verbs that only have text.
Answer answered(const std::string& verb, const std::string& text) {
  return {[=](AnswerFormat) { return text; },
          [verb](std::string_view path) -> std::optional<double> { throw UsageError(verb + " has no number " + std::string(path)); }};
}

/// --strict: warnings become problems; notes (I_...) do not.
void refuse_warnings(const Command& c, const std::vector<Warning>& warnings) {
  if (!c.strict) return;
  std::vector<Problem> problems;
  for (const Warning& w : warnings)
    if (!w.code.starts_with("I_")) problems.push_back({w.code, c.records, 0, "", "", w.message + " (--strict)"});
  if (!problems.empty()) throw InputError(std::move(problems));
}

[[noreturn]] void refuse(const std::string& why) {
  throw NoResult(Status::not_estimable, "not estimable: " + why);
}

/// An analysis without any estimate is no result.
void refuse_without_estimate(const Analysis& a) {
  if (a.regression) return;
  bool estimable = false;
  for (const auto& [name, estimate] : {std::pair{"common effect", &a.common}, std::pair{"random effects", &a.random}}) {
    if (estimate->status == Status::not_converged)
      throw NoResult(Status::not_converged, std::string(name) + ": not converged: " + estimate->reason);
    estimable = estimable || (estimate->status != Status::not_estimable && estimate->status != Status::not_requested);
  }
  if (!estimable) refuse(a.random.reason.empty() ? a.common.reason : a.random.reason);
}

Records read(const Command& c, bool pooling) {
  ReadOptions options = reading_for(c.options, c.read);
  options.pooling = pooling;
  if (c.verb != "check")
    options.listed_records = 0;
  else if (c.text_only)
    options.listed_records = records_in_text;
  Records records = c.bytes ? parse_records(c.records, *c.bytes, options) : read_records(c.records, options);
  records.input.reading.weights = c.weights;
  return records;
}

Answer check(const Command& c) {
  Records records = read(c, false);
  refuse_warnings(c, records.warnings);
  return answered(c.verb, std::move(records), check_rendering);
}

Answer effects(const Command& c) {
  Analysis result = analyse_effects(read(c, false), c.options);
  refuse_warnings(c, result.warnings);
  return answered(c.verb, std::move(result), effects_rendering);
}

Analysis pooled(const Command& c) {
  const Records records = read(c, true);
  Analysis result = analyse(records, options_for(c, records.studies));
  refuse_warnings(c, result.warnings);
  refuse_without_estimate(result);
  return result;
}

/// --from: what the result says that the recorded one did not.
void compare_with_recorded(Analysis& result, const std::string& from) {
  result.repeats = compare(from, records::contents_of(from).view(), "this result", to_json(result));
  const Comparison& c = *result.repeats;
  if (c.same) return;
  std::string what;
  const auto add = [&](bool differs, const std::string& words) {
    if (differs) what += (what.empty() ? "" : ", ") + words;
  };
  add(c.before.sha256 != c.after.sha256, "the records");
  add(c.before.version != c.after.version, "the version of the engine");
  add(!c.options.empty(), "settings");
  add(!c.studies.empty(), "studies");
  add(!c.results.empty(), "numbers");
  add(!c.conclusions.empty(), "conclusions");
  result.warnings.push_back({"repeat-differs", "not as in " + from + ": " + (what.empty() ? "statuses or warnings" : what), {}});
}

Answer pool_studies(const Command& c) {
  Analysis result = pooled(c);
  if (!c.from.empty()) {
    compare_with_recorded(result, c.from);
    refuse_warnings(c, result.warnings);
  }
  return answered(c.verb, std::move(result), pool_rendering);
}

Answer whole_page(const Command& c) {
  const Records records = read(c, true);
  Page result = page(records, options_for(c, records.studies), c.page);
  refuse_warnings(c, result.pool.warnings);
  refuse_without_estimate(result.pool);
  return answered(c.verb, std::move(result), page_rendering);
}

Answer differences(const Command& c) {
  return answered(c.verb, compare(c.records, records::contents_of(c.records).view(), c.argument, records::contents_of(c.argument).view()),
                  diff_rendering);
}

Answer influence_of_studies(const Command& c) {
  const Records records = read(c, true);
  Influence result = influence(records, options_for(c, records.studies), c.influence);
  refuse_warnings(c, result.warnings);
  if (result.leave_one_out.empty() && result.diagnostics.empty()) refuse("influence needs at least two studies with an effect size");
  return answered(c.verb, std::move(result), influence_rendering);
}

Answer small_study_effects(const Command& c) {
  const Records records = read(c, true);
  Bias result = bias(records, options_for(c, records.studies), c.bias);
  refuse_warnings(c, result.warnings);
  if (result.excess_significance.k < 3) refuse("small-study effects need at least three studies with an effect size");
  return answered(c.verb, std::move(result), bias_rendering);
}

Answer all_choices(const Command& c) {
  const Records records = read(c, true);
  Multiverse result = multiverse(records, c.options, c.multiverse);
  refuse_warnings(c, result.warnings);
  if (result.summary.estimated == 0) refuse("no specification has an estimate");
  return answered(c.verb, std::move(result), multiverse_rendering);
}

ForestTable forest_of(const Command& c) {
  const Records records = read(c, true);
  const Options options = options_for(c, records.studies);
  const Analysis analysis = analyse(records, options);
  refuse_warnings(c, analysis.warnings);
  refuse_without_estimate(analysis);
  if (c.forest_rows == ForestRows::studies) return forest_table(analysis, c.forest, &records.studies);
  return forest_table(influence(records, options, c.influence), c.forest_rows, analysis, c.forest);
}

/// The specification curve has a drawing of its own, which shows the choices under the estimates.
Answer specification_curve(const Command& c, const Records& records, const PlotOptions& choices) {
  Multiverse result = multiverse(records, c.options, choices.multiverse);
  refuse_warnings(c, result.warnings);
  if (result.summary.estimated == 0) refuse("no specification has an estimate");
  const Answer data = answered(c.verb, plot(c.plot_kind, records, c.options, choices), plot_rendering);
  return {[data, svg = to_svg(result)](AnswerFormat format) {
            return format == AnswerFormat::text || format == AnswerFormat::svg ? svg : data.write(format);
          },
          [data](std::string_view path) { return data.number(path); }};
}

Answer plotted(const Command& c) {
  const Records records = read(c, true);
  PlotOptions choices = c.plot;
  choices.bias = c.bias;
  choices.influence = c.influence;
  choices.multiverse = c.multiverse;
  if (c.plot_kind == PlotKind::specification) return specification_curve(c, records, choices);
  return answered(c.verb, plot(c.plot_kind, records, options_for(c, records.studies), choices), plot_rendering);
}

}  // namespace

Options options_for(const Command& c, const StudySet& studies) {
  Options options = c.options;
  options.sensitivity = c.verb == "pool" && c.sensitivity;
  if (c.weights.empty()) return options;
  const Column* column = studies.column(c.weights);
  if (!column) throw UsageError("--weights " + c.weights + ": the records have no such column");
  for (std::size_t i = 0; i < column->number.size(); ++i) {
    if (!column->number[i]) throw UsageError("--weights " + c.weights + ": study " + studies.study[i] + " has no weight");
    options.user_weights.push_back(*column->number[i]);
  }
  return options;
}

Answer answer(const Command& c) {
  if (c.verb == "list") return answered(c.verb, list_methods(c.argument, c.markdown));
  if (c.verb == "schema") return answered(c.verb, json_schema(c.argument) + "\n");
  if (c.verb == "check") return check(c);
  if (c.verb == "effects") return effects(c);
  if (c.verb == "influence") return influence_of_studies(c);
  if (c.verb == "bias") return small_study_effects(c);
  if (c.verb == "multiverse") return all_choices(c);
  if (c.verb == "report") return whole_page(c);
  if (c.verb == "diff") return differences(c);
  if (c.verb == "plot") return plotted(c);
  if (c.verb == "batch") return batch_answer(c);
  if (c.verb == "forest") return answered(c.verb, forest_of(c), forest_rendering);
  return pool_studies(c);
}

}  // namespace tausq::verbs

tausq::Answer tausq::pool(const StudySet& studies, const Options& options) {
  Analysis result = analyse(studies, options);
  verbs::refuse_without_estimate(result);
  return verbs::answered("pool", std::move(result), verbs::pool_rendering);
}
