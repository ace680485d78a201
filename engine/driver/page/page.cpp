// A page from records: the analyses that it shows.
#include <tausq/page.hpp>

#include <tausq/effects.hpp>
#include <tausq/plots.hpp>
#include <tausq/problem.hpp>

#include "engine/driver/page/document.hpp"
#include "engine/driver/report/text.hpp"

namespace tausq {

namespace {

constexpr std::size_t most_refits = 100;  // of a likelihood of counts

/// Influence and small-study effects of too few studies are left out; they have nothing to show.
template <typename Result, typename Run>
std::optional<Result> where_possible(Run&& run) {
  try {
    return run();
  } catch (const UsageError&) {
    return std::nullopt;  // a model or measure that it does not take
  }
}

std::string title_of(const Analysis& analysis) {
  const Measure measure = analysis.options.effect.measure.value_or(Measure::GEN);
  return "Meta-analysis of " + report::counted(analysis.heterogeneity.k, "study", "studies") + ": " + std::string(scale_label(measure));
}

/// Beside a likelihood of counts, Baujat points and deletion diagnostics are those of the inverse-variance model anyway; asked for by
/// name, no likelihood is fitted once a study for them.
Options by_inverse_variance(const Options& options) {
  Options plain;
  plain.effect = options.effect;
  plain.level = options.level;
  plain.model = options.model;
  plain.pooling = Pooling::inverse;
  return plain;
}

bool of_effect_sizes(const Options& resolved) {
  return random_effects_pooling(resolved.pooling.value_or(Pooling::inverse)) == Pooling::inverse;
}

/// The plots that fit the data, in the form that `tausq plot` gives them.
std::vector<Figure> figures_of(const StudySet& studies, const Options& options, const Options& resolved) {
  const bool diagnostics_apart = !of_effect_sizes(resolved) && options.mods.empty();
  std::vector<Figure> figures;
  for (const PlotKind kind : {PlotKind::funnel, PlotKind::radial, PlotKind::labbe, PlotKind::baujat, PlotKind::influence, PlotKind::profile,
                              PlotKind::drapery, PlotKind::bubble}) {
    try {
      const bool apart = diagnostics_apart && (kind == PlotKind::baujat || kind == PlotKind::influence);
      const Plot drawn = plot(kind, studies, apart ? by_inverse_variance(options) : options);
      figures.push_back({std::string(key(kind)), drawn.title, to_svg(drawn)});
    } catch (const UsageError&) {
      // Not every kind fits every layout or model.
    } catch (const NoResult&) {
      // Too few studies for this one.
    }
  }
  return figures;
}

}  // namespace

Page page(const Records& records, const Options& options, const PageOptions& page_options) {
  Page page;
  Options asked = options;
  asked.sensitivity = true;
  // Two arms of counts have a risk without treatment: absolute effects come without being asked for.
  if (!asked.absolute && records.studies.layout() == Layout::two_arm_counts) {
    try {
      asked.absolute = true;
      page.pool = analyse(records, asked);
    } catch (const UsageError&) {
      asked.absolute = options.absolute;  // a measure that says nothing about risks
    }
  }
  if (!page.pool.absolute) page.pool = analyse(records, asked);
  page.title = page_options.title.empty() ? title_of(page.pool) : page_options.title;
  Options further = options;
  further.bootstrap.reset(), further.replicates.reset();
  further.permutations = further.tau2_curve = std::nullopt;
  further.absolute = false, further.baseline.clear();
  // A likelihood of counts a study left out takes too long for many of them; the page says which model was taken.
  const bool quick = of_effect_sizes(page.pool.options) || page.pool.heterogeneity.k <= most_refits || !options.mods.empty();
  page.influence = where_possible<Influence>([&] { return influence(records, quick ? further : by_inverse_variance(further)); });
  if (page.influence && page.influence->leave_one_out.empty() && page.influence->diagnostics.empty()) page.influence.reset();
  if (options.mods.empty()) page.bias = where_possible<Bias>([&] { return bias(records, further); });
  if (page.bias && page.bias->excess_significance.k < 3) page.bias.reset();
  page.figures = figures_of(records.studies, further, page.pool.options);
  page_detail::describe_methods(page);
  page.command = page_detail::command_of(page.pool);
  page.equivalents = page_detail::equivalents_of(page.pool, records.studies);
  return page;
}

page_detail::Document page_detail::document_of(const Page& page) {
  Document document;
  document.title = page.title;
  add_results(document, page);
  add_diagnostics(document, page);
  add_account(document, page);
  return document;
}

}  // namespace tausq
