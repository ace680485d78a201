// Options of plots.
#include "engine/driver/verbs/option_kinds.hpp"
#include "engine/driver/verbs/options.hpp"

namespace tausq::verbs {

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
