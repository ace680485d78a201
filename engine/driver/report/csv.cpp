// Results as CSV (RFC 4180): numbers in full precision, text that a spreadsheet would run as a formula defused.
#include <tausq/report.hpp>
#include <tausq/words.hpp>

#include <algorithm>

#include "engine/driver/report/absolute_words.hpp"
#include "engine/driver/report/csv_writer.hpp"
#include "engine/driver/report/named_pairs.hpp"
#include "engine/driver/report/numbers.hpp"

namespace tausq {

namespace {

using report::CsvWriter;
using report::find_named;
using report::names_of;

void counts(CsvWriter& csv, const StudyResult& study, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const auto found = find_named(study.counts, name);
    csv.number(found == study.counts.end() ? std::nullopt : std::optional(found->second));
  }
}

/// The numbers that studies and pooled estimates have in common, in the order of the header of to_csv(Analysis).
struct PooledRow {
  std::optional<double> estimate, se, ci_lower, ci_upper, statistic, df, p_value, weight_common, weight_random;
  Display display;
};

void pooled_row(CsvWriter& csv, const PooledRow& row) {
  for (const auto& number : {row.estimate, row.se, row.ci_lower, row.ci_upper, row.statistic, row.df, row.p_value, row.weight_common,
                             row.weight_random, row.display.estimate, row.display.ci_lower, row.display.ci_upper})
    csv.number(number);
}

void heterogeneity(CsvWriter& csv, const Heterogeneity* h) {
  if (!h) {
    for (int i = 0; i < 6; ++i) csv.text("");
    return;
  }
  csv.integer(h->k);
  for (const auto& number : {h->tau2, h->i2, h->q, h->q_df, h->q_p}) csv.number(number);
}

/// The summary rows of one set of studies: the whole analysis, or a subgroup.
struct SummaryRows {
  CsvWriter& csv;
  std::size_t blank_counts;
  std::size_t k;  ///< studies of the whole analysis

  void row(std::string_view type, std::string_view subgroup, Status status, const PooledRow& numbers, const Heterogeneity* h,
           std::string_view note) {
    csv.text(type);
    csv.text("");
    csv.text("");
    csv.text(subgroup);
    csv.text(word(status));
    for (std::size_t i = 0; i < blank_counts; ++i) csv.text("");
    pooled_row(csv, numbers);
    heterogeneity(csv, h);
    csv.text(note);
    csv.end_row();
  }
  void estimate(std::string_view type, std::string_view subgroup, const PooledEstimate& e, const Heterogeneity* h) {
    if (e.status == Status::not_requested) return;
    row(type, subgroup, e.status, {e.estimate, e.se, e.ci_lower, e.ci_upper, e.statistic, e.df, e.p_value, {}, {}, e.display}, h, e.reason);
    if (e.marginal)
      row(std::string(type) + "-marginal", subgroup, e.status, {{}, {}, {}, {}, {}, {}, {}, {}, {}, e.marginal->display()}, nullptr, "");
  }
  void counts(std::string_view subgroup, Status status, const PredictedCounts& c) {
    const Display events{static_cast<double>(c.median), static_cast<double>(c.lower), static_cast<double>(c.upper)};
    row("predicted-counts", subgroup, status, {{}, {}, {}, {}, {}, {}, {}, {}, {}, events}, nullptr,
        "events among the next " + std::to_string(c.n) + " patients or units of person-time");
  }
  /// The mean at new values of the moderators, and below it the prediction interval.
  void regression_prediction(const RegressionPrediction& p) {
    row("regression-prediction", "", Status::ok, {p.estimate, p.se, p.ci_lower, p.ci_upper, {}, {}, {}, {}, {}, p.display}, nullptr, p.at);
    if (p.pi_lower && p.pi_upper)
      row("regression-prediction-interval", "", Status::ok, {{}, {}, p.pi_lower, p.pi_upper, {}, {}, {}, {}, {}, p.pi_display}, nullptr,
          p.at);
  }
  /// A summary of findings: the risk under treatment, and the number needed to treat.
  void absolute(const AbsoluteEffect& effect) {
    const std::string model(key(effect.model)), at = "baseline " + report::shortest(effect.baseline);
    row("absolute-risk", "", Status::ok, {{}, {}, {}, {}, {}, {}, {}, {}, {}, effect.risk}, nullptr, model + ", " + at);
    row("absolute-difference", "", Status::ok, {{}, {}, {}, {}, {}, {}, {}, {}, {}, effect.difference}, nullptr, model + ", " + at);
    row("absolute-nnt", "", Status::ok,
        {{}, {}, {}, {}, {}, {}, {}, {}, {}, {effect.nnt.estimate, effect.nnt.ci_lower, effect.nnt.ci_upper}}, nullptr,
        model + ", " + at + ", " + report::nnt_text(effect.nnt));
  }
  void supposed(const Tau2CurvePoint& p) {
    Heterogeneity h;
    h.k = k;
    h.tau2 = p.tau2, h.i2 = p.i2;
    row("tau2-curve", "", Status::ok, {p.estimate, p.se, p.ci_lower, p.ci_upper, {}, {}, p.p_value, {}, {}, p.display}, &h, "");
  }
  template <typename Set>
  void add(std::string_view subgroup, const Set& set) {
    estimate("common", subgroup, set.common, nullptr);
    estimate("random", subgroup, set.random, &set.heterogeneity);
    const PredictionInterval& p = set.prediction;
    if (p.status != Status::not_requested)
      row("prediction", subgroup, p.status, {{}, {}, p.lower, p.upper, {}, p.df, {}, {}, {}, p.display}, nullptr, p.reason);
    if (p.counts) counts(subgroup, p.status, *p.counts);
  }
};

}  // namespace

std::string to_csv(const Analysis& analysis) {
  CsvWriter csv;
  const std::vector<std::string> names = names_of(analysis.studies, &StudyResult::counts);
  std::vector<std::string> header{"type", "study", "row", "subgroup", "status"};
  header.insert(header.end(), names.begin(), names.end());
  for (const char* name : {"estimate", "se", "ci_lower", "ci_upper", "statistic", "df", "p_value", "weight_common", "weight_random",
                           "display_estimate", "display_ci_lower", "display_ci_upper", "k", "tau2", "i2", "q", "q_df", "q_p", "note"})
    header.push_back(name);
  csv.header(header);
  for (const StudyResult& s : analysis.studies) {
    csv.text("study");
    csv.text(s.study);
    csv.integer(s.row);
    csv.text(s.subgroup);
    csv.text("");
    counts(csv, s, names);
    pooled_row(csv, {s.yi, s.se, s.ci_lower, s.ci_upper, {}, {}, {}, s.weight_common, s.weight_random, s.display});
    heterogeneity(csv, nullptr);
    csv.text(s.note);
    csv.end_row();
  }
  SummaryRows summaries{csv, names.size(), analysis.heterogeneity.k};
  if (analysis.regression)
    for (const RegressionPrediction& p : analysis.regression->predictions) summaries.regression_prediction(p);
  for (const Subgroup& subgroup : analysis.subgroups) summaries.add(subgroup.level, subgroup);
  summaries.add("", analysis);
  if (analysis.absolute)
    for (const AbsoluteEffect& effect : analysis.absolute->rows) summaries.absolute(effect);
  for (const Tau2CurvePoint& point : analysis.tau2_curve) summaries.supposed(point);
  return csv.take();
}

std::string to_csv_effects(const Analysis& analysis) {
  CsvWriter csv;
  const std::vector<std::string> names = names_of(analysis.studies, &StudyResult::counts);
  std::vector<std::string> header{"study", "row"};
  header.insert(header.end(), names.begin(), names.end());
  for (const char* name : {"yi", "vi", "se", "ci_lower", "ci_upper", "display_estimate", "display_ci_lower", "display_ci_upper", "note"})
    header.push_back(name);
  csv.header(header);
  for (const StudyResult& s : analysis.studies) {
    csv.text(s.study);
    csv.integer(s.row);
    counts(csv, s, names);
    for (const auto& number : {s.yi, s.vi, s.se, s.ci_lower, s.ci_upper, s.display.estimate, s.display.ci_lower, s.display.ci_upper})
      csv.number(number);
    csv.text(s.note);
    csv.end_row();
  }
  return csv.take();
}

std::string to_csv(const ForestTable& table) {
  CsvWriter csv;
  std::vector<std::string> header{"type", "label"};
  for (const ForestColumn& column : table.columns) header.push_back(column.key);
  for (const char* name : {"estimate", "ci_lower", "ci_upper", "weight_common", "weight_random", "clipped_lower", "clipped_upper"})
    header.push_back(name);
  csv.header(header);
  for (const ForestRow& row : table.rows) {
    csv.text(to_string(row.type));
    csv.text(row.label);
    for (const ForestColumn& column : table.columns) {
      const auto cell = std::find_if(row.cells.begin(), row.cells.end(), [&](const ForestCell& c) { return c.column == column.key; });
      if (cell == row.cells.end())
        csv.text("");
      else if (cell->number)
        csv.number(cell->number);
      else
        csv.text(cell->text);
    }
    for (const auto& number : {row.estimate, row.ci_lower, row.ci_upper, row.weight_common, row.weight_random}) csv.number(number);
    csv.flag(row.clipped_lower);
    csv.flag(row.clipped_upper);
    csv.end_row();
  }
  return csv.take();
}

std::string to_csv(const Records& records) {
  CsvWriter csv;
  const bool arms = std::any_of(records.records.begin(), records.records.end(), [](const Record& r) { return !r.arm.empty(); });
  const std::vector<std::string> numbers = names_of(records.records, &Record::numbers);
  const std::vector<std::string> others = names_of(records.records, &Record::other);
  std::vector<std::string> header{"row", "study"};
  if (arms) header.push_back("arm");
  header.insert(header.end(), numbers.begin(), numbers.end());
  header.insert(header.end(), others.begin(), others.end());
  csv.header(header);
  for (const Record& record : records.records) {
    csv.integer(record.row);
    csv.text(record.study);
    if (arms) csv.text(record.arm);
    for (const std::string& name : numbers) {
      const auto found = find_named(record.numbers, name);
      csv.number(found == record.numbers.end() ? std::nullopt : found->second);
    }
    for (const std::string& name : others) {
      const auto found = find_named(record.other, name);
      csv.text(found == record.other.end() ? "" : found->second);
    }
    csv.end_row();
  }
  return csv.take();
}

}  // namespace tausq
