// The sections that ask how much the result depends on models, single studies and small studies.
#include <algorithm>

#include <tausq/effects.hpp>

#include "engine/driver/page/document.hpp"
#include "engine/driver/report/numbers.hpp"
#include "engine/driver/report/text.hpp"

namespace tausq::page_detail {

namespace {

using namespace report;

Cell number_cell(std::optional<double> value, int digits = 3) {
  return {value ? significant(*value, digits) : "", value};
}
Cell p_cell(std::optional<double> p) {
  return {p ? in_column(p_value(p)) : "", p};
}

const Figure* find(const Page& page, std::string_view kind) {
  const auto found = std::find_if(page.figures.begin(), page.figures.end(), [&](const Figure& f) { return f.kind == kind; });
  return found == page.figures.end() ? nullptr : &*found;
}

/// A plot, which brings its own title. Those of usual width stand side by side; panels side by side take the whole one.
void add_figure(Section& section, const Page& page, std::string_view kind) {
  if (const Figure* figure = find(page, kind))
    section.blocks.push_back(Drawing{figure->kind + "-plot", "", {{"", "", figure->svg}}, figure->kind != "influence"});
}

Table sensitivity_table(const Analysis& a) {
  const Measure measure = a.options.effect.measure.value_or(Measure::GEN);
  Table table{"Other usual models",
              {{"Model", false}, {std::string(scale_label(measure)) + " [" + level_text(a.options.level) + " CI]"}, {"Interval", false}},
              {}};
  for (const Alternative& other : a.sensitivity)
    table.rows.push_back(
        {{other.label},
         {other.display.estimate ? estimate_text(other.display, precision_of(a)) : "no estimate"},
         {other.display.estimate ? std::string(methods<IntervalMethod>()[static_cast<std::size_t>(other.interval)].name) : other.reason}});
  return table;
}

Section sensitivity_section(const Page& page) {
  Section section{"sensitivity", "Does the choice of model matter?", {}};
  if (Drawing strip = sensitivity_drawing(page.pool); !strip.variants.empty()) section.blocks.push_back(std::move(strip));
  if (!page.pool.sensitivity.empty()) section.blocks.push_back(sensitivity_table(page.pool));
  add_figure(section, page, "specification");
  return section;
}

Section bootstrap_section(const Page& page) {
  Section section{"bootstrap", "Bootstrap", {}};
  if (!page.pool.bootstrap || page.pool.bootstrap->quantities.empty()) return section;
  const BootstrapTexts texts = bootstrap_texts(page.pool, precision_of(page.pool));
  Table table{texts.notes.front() + ".", {}, {}};
  for (const std::string& title : texts.headings) table.columns.push_back({title, !table.columns.empty()});
  for (const std::vector<std::string>& row : texts.rows) {
    table.rows.emplace_back();
    for (const std::string& text : row) table.rows.back().push_back({text});
  }
  section.blocks.push_back(std::move(table));
  const std::vector<std::string> others(texts.notes.begin() + 1, texts.notes.end());
  if (!others.empty()) section.blocks.push_back(List{others});
  return section;
}

Table diagnostics_table(const Influence& influence) {
  Table table{"Influence diagnostics. A star marks studies beyond the limits of Viechtbauer & Cheung (2010).",
              {{"Study", false},
               {"rstudent"},
               {"DFFITS"},
               {"Cook's distance"},
               {"covariance ratio"},
               {"\u03c4\u00b2 without"},
               {"Q without"},
               {"leverage"},
               {"influential", false}},
              {}};
  table.sortable = true;
  for (const InfluenceDiagnostic& d : influence.diagnostics)
    table.rows.push_back({{d.study},
                          number_cell(d.rstudent),
                          number_cell(d.dffits),
                          number_cell(d.cook_d),
                          number_cell(d.cov_r),
                          number_cell(d.tau2_deleted),
                          number_cell(d.q_deleted),
                          number_cell(d.hat),
                          {d.influential ? "*" : ""}});
  return table;
}

Table leave_one_out_table(const Influence& influence, const Analysis& a) {
  const Measure measure = a.options.effect.measure.value_or(Measure::GEN);
  Table table{"Leave-one-out",
              {{"Without", false},
               {std::string(scale_label(measure)) + " [" + level_text(a.options.level) + " CI]"},
               {"\u03c4\u00b2"},
               {"I\u00b2"},
               {"Q"}},
              {}};
  table.sortable = true;
  std::vector<Display> displays;
  for (const Refit& r : influence.leave_one_out) displays.push_back(r.display);
  const Precision precision = precision_of(measure, displays);
  for (const Refit& r : influence.leave_one_out)
    table.rows.push_back({{r.study},
                          {r.estimate ? estimate_text(r.display, precision) : "not estimable", r.display.estimate},
                          number_cell(r.tau2),
                          {r.i2 ? percent(*r.i2) : "", r.i2},
                          number_cell(r.q)});
  return table;
}

Section influence_section(const Page& page) {
  Section section{"influence", "Influence of single studies", {}};
  if (!page.influence) return section;
  if (page.influence->options.pooling != page.pool.options.pooling)
    section.blocks.push_back(
        Paragraph{"Leave-one-out fits are by inverse variance: the model of the analysis takes too long for one fit a study."});
  if (Drawing plot = leave_one_out_drawing(*page.influence, page.pool); !plot.variants.empty()) {
    section.blocks.push_back(std::move(plot));
    section.blocks.push_back(leave_one_out_table(*page.influence, page.pool));
  }
  if (!page.influence->diagnostics.empty()) section.blocks.push_back(diagnostics_table(*page.influence));
  for (const char* kind : {"baujat", "influence", "gosh"}) add_figure(section, page, kind);
  return section;
}

Table asymmetry_table(const Bias& bias) {
  Table table{"Tests of funnel-plot asymmetry",
              {{"Test", false}, {"Predictor", false}, {"k"}, {"Slope or \u03c4"}, {"SE"}, {"Statistic"}, {"p"}},
              {}};
  for (const AsymmetryTest& t : bias.tests) {
    if (t.status != Status::ok) continue;
    table.rows.push_back({{std::string(methods<BiasTest>()[static_cast<std::size_t>(t.test)].name)},
                          {t.predictor},
                          {std::to_string(t.k), static_cast<double>(t.k)},
                          number_cell(t.kendall_tau ? t.kendall_tau : t.slope),
                          number_cell(t.slope_se),
                          {t.statistic ? (t.df ? "t(" + significant(*t.df) + ") = " : "z = ") + fixed(*t.statistic, 2) : ""},
                          p_cell(t.p_value)});
  }
  return table;
}

Table adjusted_table(const Bias& bias, const Analysis& a) {
  const Measure measure = a.options.effect.measure.value_or(Measure::GEN);
  Table table{"Estimates adjusted for small-study effects",
              {{"Method", false}, {std::string(scale_label(measure)) + " [" + level_text(a.options.level) + " CI]"}, {"Remark", false}},
              {}};
  std::vector<Display> displays{bias.trim_fill.display, bias.selection.display};
  for (const LimitEstimate& limit : bias.limit_estimates) displays.push_back(limit.display);
  const Precision precision = precision_of(measure, displays);
  const auto add = [&](const std::string& name, const Display& d, const std::string& remark) {
    if (d.estimate) table.rows.push_back({{name}, {estimate_text(d, precision), d.estimate}, {remark}});
  };
  if (bias.trim_fill.k0)
    add("Trim and fill (" + std::string(key(bias.trim_fill.estimator)) + ")", bias.trim_fill.display,
        counted(*bias.trim_fill.k0, "study", "studies") + " filled in on the " + std::string(key(bias.trim_fill.side)));
  for (const LimitEstimate& limit : bias.limit_estimates)
    add("Limit estimate on " + std::string(key(limit.predictor)), limit.display,
        std::string(methods<BiasModel>()[static_cast<std::size_t>(limit.model)].name));
  add("Selection model with steps", bias.selection.display,
      bias.selection.lrt_p ? "test of no selection: p" + p_value(bias.selection.lrt_p) : "");
  return table;
}

Section bias_section(const Page& page) {
  Section section{"small-studies", "Small-study effects", {}};
  for (const char* kind : {"funnel", "radial", "labbe"}) add_figure(section, page, kind);
  if (!page.bias) return section;
  const Bias& bias = *page.bias;
  for (const Warning& w : bias.warnings)
    if (!w.code.starts_with("I_") && !w.code.starts_with("W_")) section.blocks.push_back(Paragraph{w.message + " (" + w.code + ")", true});
  if (Table tests = asymmetry_table(bias); !tests.rows.empty()) section.blocks.push_back(std::move(tests));
  if (Table adjusted = adjusted_table(bias, page.pool); !adjusted.rows.empty()) section.blocks.push_back(std::move(adjusted));
  const ExcessSignificance& e = bias.excess_significance;
  if (e.observed && e.expected)
    section.blocks.push_back(Paragraph{"Excess significance: " + std::to_string(*e.observed) + " of " + counted(e.k, "study", "studies") +
                                       " significant, " + significant(*e.expected, 3) + " expected from their power; p" +
                                       p_value(e.p_value_exact) + " (one-sided, exact)."});
  return section;
}

}  // namespace

void add_diagnostics(Document& document, const Page& page) {
  for (Section section : {sensitivity_section(page), bootstrap_section(page), influence_section(page), bias_section(page)})
    if (!section.blocks.empty()) document.sections.push_back(std::move(section));
  Section curves{"curves", "Likelihood and p-value curves", {}};
  for (const char* kind : {"profile", "drapery", "bubble"}) add_figure(curves, page, kind);
  if (!curves.blocks.empty()) document.sections.push_back(std::move(curves));
}

}  // namespace tausq::page_detail
