// The sections that show what came out.
#include <algorithm>
#include <utility>

#include <tausq/effects.hpp>

#include "engine/driver/page/document.hpp"
#include "engine/driver/report/absolute_words.hpp"
#include "engine/driver/report/numbers.hpp"
#include "engine/driver/report/raw_numbers.hpp"
#include "engine/driver/report/study_blocks.hpp"
#include "engine/driver/report/text.hpp"

namespace tausq::page_detail {

namespace {

using namespace report;

Measure measure_of(const Analysis& analysis) {
  return analysis.options.effect.measure.value_or(Measure::GEN);
}

Cell number_cell(std::optional<double> value, int digits = 4) {
  return {value ? significant(*value, digits) : "", value};
}
Cell percent_cell(std::optional<double> fraction) {
  return {fraction ? percent(*fraction) : "", fraction};
}
Cell p_cell(std::optional<double> p, std::optional<double> log_p = {}) {
  return {p ? in_column(p_value(p, log_p)) : "", p};
}

std::string interval_of(const Analysis& analysis) {
  return level_text(analysis.options.level) + " CI";
}

/// "0.12 [0.05; 0.30]" on the analysis scale, in the precision of all studies.
std::string analysis_text(const Analysis& a, const Display& d) {
  std::vector<std::optional<double>> errors{a.common.se, a.random.se};
  for (const StudyResult& s : a.studies) errors.push_back(s.se);
  return d.estimate ? estimate_text(d, precision_for(errors)) : "";
}

void add_headlines(Document& document, const Analysis& a) {
  const Precision precision = precision_of(a);
  const std::string scale(scale_label(measure_of(a)));
  const auto estimate = [&](const std::string& label, const PooledEstimate& e) {
    if (!shown(e)) return;
    const bool tested = null_value(measure_of(a)) && e.p_value;
    document.headlines.push_back({label, estimate_text(e.display, precision),
                                  scale + ", " + interval_of(a) + (tested ? "; p" + p_value(e.p_value, e.log_p_value) : "")});
  };
  estimate("Random effects", a.random);
  estimate("Common effect", a.common);
  if (shown(a.prediction) && (a.prediction.display.ci_lower || a.prediction.display.ci_upper))
    document.headlines.push_back(
        {"Prediction", interval_text(a.prediction.display.ci_lower, a.prediction.display.ci_upper, precision),
         "where the effect of a new study is expected, " + level_text(a.options.prediction_level.value_or(a.options.level))});
  if (a.regression && a.regression->qm)
    document.headlines.push_back({"Moderators", a.regression->r2 ? "R\u00b2 = " + percent(*a.regression->r2) : a.options.mods,
                                  test_text(a.regression->df ? "F" : "QM", a.regression->qm, a.regression->qm_df, a.regression->qm_p)});
  const Heterogeneity& h = a.heterogeneity;
  if (h.i2) {
    std::string note = h.tau2 ? "\u03c4\u00b2 = " + significant(*h.tau2) : "";
    if (h.q && h.q_df) note += "; Q = " + fixed(*h.q, 1) + ", df = " + significant(*h.q_df) + ", p" + p_value(h.q_p);
    document.headlines.push_back({"Heterogeneity", "I\u00b2 = " + percent(*h.i2), note});
  }
}

/// What the analysis says of single studies, each remark once: the table shows their letters, as many studies share a remark.
std::vector<std::string> remarks_on_studies(const Analysis& a) {
  std::vector<std::string> remarks;
  for (const StudyResult& s : a.studies)
    if (!s.note.empty() && std::find(remarks.begin(), remarks.end(), s.note) == remarks.end()) remarks.push_back(s.note);
  return remarks;
}

/// a, b, ... z, aa, ab ...
std::string letter_of(std::size_t place) {
  const std::string last(1, static_cast<char>('a' + place % 26));
  return place < 26 ? last : letter_of(place / 26 - 1) + last;
}

/// A pooled estimate at the foot of the table of studies: the sums of the raw numbers, the estimate on both scales.
std::vector<Cell> pooled_row(const Analysis& a, const std::string& label, const PooledEstimate& e) {
  std::vector<Cell> row{{label}};
  if (!a.subgroups.empty()) row.push_back({});
  for (const RawColumn& raw : raw_columns(a)) {
    const auto sum = raw_sum(raw, a);
    row.push_back({sum ? raw_text(*sum) : ""});
  }
  row.push_back({estimate_text(e.display, precision_of(a))});
  if (two_scales(a)) {
    row.push_back({analysis_text(a, {e.estimate, e.ci_lower, e.ci_upper})});
    row.push_back(number_cell(e.se));
  }
  return row;
}

/// Studies with their raw numbers, effects on both scales and weights; pooled estimates at the foot.
Table study_table(const Analysis& a, const std::vector<std::string>& remarks) {
  Table table;
  table.caption = "Studies. A click on a heading sorts.";
  table.sortable = true;
  const Precision precision = precision_of(a);
  const bool scales = two_scales(a), grouped = !a.subgroups.empty();
  table.columns.push_back({"Study", false});
  if (grouped) table.columns.push_back({a.options.subgroup, false});
  for (const RawColumn& raw : raw_columns(a))
    table.columns.push_back({(raw.arm.empty() ? "" : std::string(raw.arm) + ", ") + std::string(raw.title)});
  table.columns.push_back(
      {std::string(scale_label(measure_of(a))) + " [" + level_text(a.options.study_level.value_or(a.options.level)) + " CI]", true,
       scales ? "natural" : ""});
  if (scales) {
    table.columns.push_back({std::string(transformed_label(measure_of(a))) + " [CI]", true, "analysis"});
    table.columns.push_back({"SE", true, "analysis"});
  }
  const bool common = shown(a.common), random = shown(a.random);
  if (common) table.columns.push_back({"Weight, common"});
  if (random) table.columns.push_back({"Weight, random"});
  if (!remarks.empty()) table.columns.push_back({"Note", false});
  for (const StudyResult& s : a.studies) {
    std::vector<Cell> row{{s.study}};
    if (grouped) row.push_back({s.subgroup});
    for (const RawColumn& raw : raw_columns(a)) {
      const auto value = raw_value(raw, s);
      row.push_back({value ? raw_text(*value) : "", value});
    }
    row.push_back({s.display.estimate ? estimate_text(s.display, precision) : "", s.display.estimate});
    if (scales) {
      row.push_back({analysis_text(a, {s.yi, s.ci_lower, s.ci_upper}), s.yi});
      row.push_back(number_cell(s.se));
    }
    if (common) row.push_back(percent_cell(s.weight_common));
    if (random) row.push_back(percent_cell(s.weight_random));
    if (!remarks.empty()) {
      const auto remark = std::find(remarks.begin(), remarks.end(), s.note);
      row.push_back({remark == remarks.end() ? "" : letter_of(static_cast<std::size_t>(remark - remarks.begin()))});
    }
    table.rows.push_back(std::move(row));
  }
  for (const auto& [label, estimate] : {std::pair{"Common effect", &a.common}, std::pair{"Random effects", &a.random}}) {
    if (!shown(*estimate)) continue;
    table.rows.push_back(pooled_row(a, label, *estimate));
    table.rows.back().resize(table.columns.size());
    ++table.summary_rows;
  }
  return table;
}

Section study_section(const Analysis& a) {
  const std::vector<std::string> remarks = remarks_on_studies(a);
  Section section{"studies", "Studies", {study_table(a, remarks)}};
  for (std::size_t i = 0; i < remarks.size(); ++i) section.blocks.push_back(Paragraph{letter_of(i) + ": " + remarks[i]});
  return section;
}

Table estimate_table(const Analysis& a) {
  Table table{"Pooled estimates", {{"Model", false}, {std::string(scale_label(measure_of(a))) + " [" + interval_of(a) + "]"}}, {}};
  const bool scales = two_scales(a), tested = null_value(measure_of(a)).has_value();
  const Precision precision = precision_of(a);
  if (scales) table.columns.push_back({std::string(transformed_label(measure_of(a))) + " [" + interval_of(a) + "]"});
  table.columns.push_back({"SE"});
  if (tested) table.columns.insert(table.columns.end(), {{"Test"}, {"p"}});
  const auto add = [&](const std::string& label, const PooledEstimate& e) {
    if (!shown(e)) return;
    std::vector<Cell> row{{label},
                          {e.estimate ? estimate_text(e.display, precision) : "not estimable" + (e.reason.empty() ? "" : ": " + e.reason)}};
    if (scales) row.push_back({analysis_text(a, {e.estimate, e.ci_lower, e.ci_upper})});
    row.push_back(number_cell(e.se));
    if (tested) {
      row.push_back({e.statistic ? (e.df ? "t(" + significant(*e.df) + ") = " : "z = ") + fixed(*e.statistic, 2) : ""});
      row.push_back(p_cell(e.p_value, e.log_p_value));
    }
    table.rows.push_back(std::move(row));
    if (!e.marginal) return;
    table.rows.push_back({{"  population average"}, {estimate_text(e.marginal->display(), precision)}});
  };
  add("Common effect", a.common);
  add("Random effects", a.random);
  for (const NamedInterval& other : a.random.intervals)
    table.rows.push_back({{"  interval by " + std::string(methods<IntervalMethod>()[static_cast<std::size_t>(other.method)].name)},
                          {interval_text(other.display.ci_lower, other.display.ci_upper, precision)}});
  if (shown(a.prediction))
    table.rows.push_back(
        {{prediction_label(a.options)}, {interval_text(a.prediction.display.ci_lower, a.prediction.display.ci_upper, precision)}});
  for (auto& row : table.rows) row.resize(table.columns.size());
  return table;
}

Table subgroup_table(const Analysis& a) {
  Table table{"Subgroups of " + a.options.subgroup,
              {{"Subgroup", false}, {"k"}, {"Common effect"}, {"Random effects"}, {"\u03c4\u00b2"}, {"I\u00b2"}, {"Q"}, {"p"}},
              {}};
  const Precision precision = precision_of(a);
  for (const Subgroup& g : a.subgroups) {
    const Heterogeneity& h = g.heterogeneity;
    table.rows.push_back({{g.level},
                          {std::to_string(g.k), static_cast<double>(g.k)},
                          {estimate_text(g.common.display, precision)},
                          {estimate_text(g.random.display, precision)},
                          number_cell(h.tau2),
                          percent_cell(h.i2),
                          number_cell(h.q),
                          p_cell(h.q_p)});
  }
  return table;
}

Table regression_table(const Analysis& a) {
  const Regression& r = *a.regression;
  Table table{"Meta-regression, analysis scale",
              {{"Term", false}, {"Estimate"}, {"SE"}, {r.df ? "t(" + significant(*r.df) + ")" : "z"}, {"p"}, {interval_of(a)}},
              {}};
  for (std::size_t j = 0; j < r.terms.size() && j < r.beta.size(); ++j)
    table.rows.push_back({{r.terms[j]},
                          number_cell(r.beta[j]),
                          number_cell(r.se[j]),
                          {fixed(r.statistic[j], 2), r.statistic[j]},
                          p_cell(r.p_value[j]),
                          {interval_text(r.ci_lower[j], r.ci_upper[j], precision_for({r.se[j]}))}});
  return table;
}

Table absolute_table(const Analysis& a) {
  Table table{"Summary of findings: events per 1000 patients",
              {{"Model", false},
               {"Patients (studies)"},
               {std::string(key(a.absolute->effect)) + " [" + interval_of(a) + "]"},
               {"Without treatment"},
               {"With treatment"},
               {"Difference"},
               {"Number needed to treat"}},
              {}};
  for (const AbsoluteEffect& row : a.absolute->rows)
    table.rows.push_back({{row.model == Model::common ? "Common effect" : "Random effects"},
                          {(row.participants ? fixed(*row.participants, 0) + " " : "") + "(" + std::to_string(row.k) + ")"},
                          {estimate_text(row.relative, precision_of(a))},
                          {significant(row.per_1000.baseline, 3)},
                          {per_thousand_text(row.per_1000.risk)},
                          {difference_text(row.per_1000.difference)},
                          {nnt_text(row.nnt)}});
  return table;
}

/// Lines of a text block as items, without its heading; a line that is set in deeper continues the one above.
List items_of(const std::string& block) {
  List list;
  std::size_t at = std::min(block.find('\n'), block.size());
  while (at < block.size()) {
    const std::size_t end = std::min(block.find('\n', ++at), block.size());
    const std::string line = block.substr(at, end - at);
    at = end;
    const std::size_t indent = line.find_first_not_of(' ');
    if (indent == std::string::npos) continue;
    if (indent <= 2 || list.items.empty())
      list.items.push_back(line.substr(indent));
    else
      list.items.back() += " " + line.substr(indent);
  }
  return list;
}

}  // namespace

void add_results(Document& document, const Page& page) {
  const Analysis& a = page.pool;
  document.both_models = shown(a.common) && shown(a.random);
  document.two_scales = two_scales(a);
  document.subtitle =
      std::string(methods<Measure>()[static_cast<std::size_t>(measure_of(a))].name) + (a.input.source.empty() ? "" : "; " + a.input.source);
  add_headlines(document, a);

  Section forest{"forest", "Forest plot", {}};
  for (const Warning& w : a.warnings)
    if (!w.code.starts_with("I_") && w.code != "W_ROW_OMITTED") forest.blocks.push_back(Paragraph{w.message + " (" + w.code + ")", true});
  forest.blocks.push_back(forest_drawing(a));
  document.sections.push_back(std::move(forest));
  document.sections.push_back(study_section(a));

  Section estimates{"estimates", "Estimates", {}};
  if (shown(a.common) || shown(a.random)) estimates.blocks.push_back(estimate_table(a));
  if (!a.subgroups.empty()) estimates.blocks.push_back(subgroup_table(a));
  if (a.regression) estimates.blocks.push_back(regression_table(a));
  document.sections.push_back(std::move(estimates));

  Section heterogeneity{"heterogeneity", "Heterogeneity and prediction", {}};
  heterogeneity.blocks.push_back(items_of(heterogeneity_block(a)));
  if (shown(a.prediction) && a.prediction.display.ci_lower && a.prediction.display.ci_upper)
    heterogeneity.blocks.push_back(Paragraph{"The true effect of a new study like these is expected between " +
                                             natural(*a.prediction.display.ci_lower, precision_of(a)) + " and " +
                                             natural(*a.prediction.display.ci_upper, precision_of(a)) + " (" +
                                             level_text(a.options.prediction_level.value_or(a.options.level)) + " prediction interval)."});
  document.sections.push_back(std::move(heterogeneity));

  if (a.absolute && !a.absolute->rows.empty()) {
    const AbsoluteEffects& absolute = *a.absolute;
    Section section{"absolute", "Absolute effects", {absolute_table(a)}};
    section.blocks.push_back(Paragraph{
        "Risk without treatment: " +
        (absolute.rows.front().baseline_source == "given" ? std::string("as given") : "the " + absolute.rows.front().baseline_source) +
        ". NNTB, NNTH: patients to be treated for one more to benefit, to be harmed; an event is a " +
        (absolute.desirable_events ? "benefit" : "harm") +
        ". Intervals are those of the relative effect, the risk without treatment taken as known. Certainty of evidence is for the authors "
        "to rate."});
    document.sections.push_back(std::move(section));
  }
}

}  // namespace tausq::page_detail
