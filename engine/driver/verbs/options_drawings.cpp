// Options of forest plots and of the others.
#include <array>
#include <functional>

#include "engine/driver/verbs/option_kinds.hpp"
#include "engine/driver/verbs/options.hpp"

namespace tausq::verbs {

namespace {

template <typename Choice, std::size_t N>
void add_words(CLI::App& app, const std::string& name, const std::array<std::pair<std::string_view, Choice>, N>& words,
               std::function<void(Choice)> take, const std::string& help) {
  std::string list;
  for (const auto& [word, choice] : words) list += (list.empty() ? "" : "|") + std::string(word);
  app.add_option_function<std::string>(
         name,
         [=](const std::string& given) {
           for (const auto& [word, choice] : words)
             if (word == given) return take(choice);
           throw CLI::ValidationError(name, "'" + given + "' is not one of " + list);
         },
         help)
      ->type_name(list);
}

constexpr std::array<std::pair<std::string_view, AxisScale>, 3> axis_scales{
    {{"identity", AxisScale::identity}, {"log", AxisScale::log}, {"logit", AxisScale::logit}}};
constexpr std::array<std::pair<std::string_view, PredictionMark>, 3> prediction_marks{
    {{"bar", PredictionMark::bar}, {"line", PredictionMark::line}, {"polygon", PredictionMark::polygon}}};

void add_list(CLI::App& app, const std::string& name, std::vector<std::string>& list, const std::string& type, const std::string& help) {
  app.add_option(name, list, help)->delimiter(',')->type_name(type);
}

void add_axis(CLI::App& app, ForestOptions& f) {
  add_number(app, "--axis-min", f.axis_min, "lower end of the axis, natural scale");
  add_number(app, "--axis-max", f.axis_max, "upper end of the axis, natural scale");
  add_words(app, "--axis-scale", axis_scales, std::function([&f](AxisScale scale) { f.axis_scale = scale; }),
            "scale of the axis (log for ratios, else identity)");
  app.add_option_function<std::string>(
         "--band",
         [&f](const std::string& word) {
           const std::size_t colon = word.find(':');
           if (colon == std::string::npos) throw CLI::ValidationError("--band", "'" + word + "' is not of the form LOWER:UPPER");
           if (colon > 0) f.band_lower = parse_number("--band", word.substr(0, colon));
           if (colon + 1 < word.size()) f.band_upper = parse_number("--band", word.substr(colon + 1));
         },
         "shaded range, natural scale, e.g. 0.8:1.25")
      ->type_name("LOWER:UPPER");
}

}  // namespace

void add_forest(CLI::App& app, Command& c) {
  ForestOptions& f = c.forest;
  app.add_option("--title", f.title, "title of the plot");
  add_method<ForestPreset>(app, "--style", f.preset, "columns, colours and wording");
  add_list(app, "--left", f.left, "COLUMN[=TITLE]",
           "columns left of the intervals, of the plot or of the records (also --columns without '=')");
  add_list(app, "--right", f.right, "COLUMN[=TITLE]", "columns right of the intervals; none for no column");
  app.add_option("--sort", f.sort, "yi, se, weight, study or a column; with :desc largest first")->type_name("COLUMN[:desc]");
  add_list(app, "--rob", f.lights, "COLUMN[=TITLE]",
           "columns with judgements of the risk of bias (low, some concerns, high), drawn as traffic lights");
  app.add_option("--favours-left,--favors-left", f.favours_left, "words left of no effect, e.g. 'Favours treatment'");
  app.add_option("--favours-right,--favors-right", f.favours_right, "words right of no effect");
  add_words(app, "--prediction-mark", prediction_marks, std::function([&f](PredictionMark mark) { f.prediction = mark; }),
            "how the prediction interval is drawn");
  app.add_option("--colour,--color", f.colour, "colour of the studies' squares")->type_name("#RRGGBB");
  app.add_flag("!--no-weights", f.weights, "without weights");
  app.add_flag("!--no-tests", f.tests, "without the lines on heterogeneity and tests");
  add_axis(app, f);
  app.add_flag_callback(
      "--leave-one-out", [&c] { c.forest_rows = ForestRows::leave_one_out; }, "one row an analysis: without each study");
  app.add_option_function<std::string>(
         "--cumulative",
         [&c](const std::string& column) {
           c.forest_rows = ForestRows::cumulative;
           c.influence.order = column;
         },
         "one row an analysis: of ever more studies, in the order of a column (row order)")
      ->expected(0, 1)
      ->type_name("COLUMN");
}

/// The kind comes before the records: `tausq plot funnel trials.csv`.
void add_plot_kind(CLI::App& app, Command& c) {
  app.add_option_function<std::string>(
         "kind", [&c](const std::string& word) { c.plot_kind = parse_method<PlotKind>("kind", word); }, "kind of plot (tausq list plots)")
      ->required()
      ->type_name(keys<PlotKind>());
}

void add_plot_settings(CLI::App& app, Command& c) {
  PlotOptions& p = c.plot;
  app.add_option("--title", p.title, "title of the plot");
  app.add_flag("!--no-names", p.names, "without the names of studies beside points that stand out");
  app.add_flag("!--no-fill", p.fill, "funnel without the studies that trim and fill adds");
  add_method<FillEstimator>(app, "--trim-fill", c.bias.estimator, "number of missing studies in trim and fill");
  add_method<FunnelSide>(app, "--side", c.bias.side, "side of the funnel on which studies are missing");
  app.add_option("--moderator", p.moderator, "bubble: numeric moderator along the axis (the first one of --mods)");
  app.add_option_function<std::string>(
         "--gosh", [&c](const std::string& w) { c.influence.gosh = parse_count("--gosh", w); },
         "gosh: at most N subsets (all up to 24 studies, else 100000 at random)")
      ->type_name("N");
  app.add_option("--highlight", p.highlight, "gosh: a study; subsets with and without it side by side");
}

}  // namespace tausq::verbs
