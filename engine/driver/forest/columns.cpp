#include "engine/driver/forest/columns.hpp"

#include <tausq/effects.hpp>
#include <tausq/problem.hpp>

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "engine/driver/report/numbers.hpp"
#include "engine/driver/report/raw_numbers.hpp"

namespace tausq::forest {

namespace {

using report::RawColumn;

/// Two raw numbers in one column: events/total, mean (SD).
struct Pair {
  std::string_view key, first, second, title, arm, between, after;
};

constexpr Pair pairs[] = {
    {"events_total", "events", "total", "Events/total", "", "/", ""},
    {"events_total_t", "events_t", "total_t", "Events/total", "Treatment", "/", ""},
    {"events_total_c", "events_c", "total_c", "Events/total", "Control", "/", ""},
    {"events_time", "events", "time", "Events/time", "", "/", ""},
    {"events_time_t", "events_t", "time_t", "Events/time", "Treatment", "/", ""},
    {"events_time_c", "events_c", "time_c", "Events/time", "Control", "/", ""},
    {"mean_sd", "mean", "sd", "Mean (SD)", "", " (", ")"},
    {"mean_sd_t", "mean_t", "sd_t", "Mean (SD)", "Treatment", " (", ")"},
    {"mean_sd_c", "mean_c", "sd_c", "Mean (SD)", "Control", " (", ")"},
};

const RawColumn* raw_column(const Analysis& analysis, std::string_view key) {
  for (const RawColumn& column : report::raw_columns(analysis))
    if (column.key == key) return &column;
  return nullptr;
}

const Pair* pair_column(const Analysis& analysis, std::string_view key) {
  for (const Pair& pair : pairs)
    if (pair.key == key && raw_column(analysis, pair.first) && raw_column(analysis, pair.second)) return &pair;
  return nullptr;
}

std::string_view main_weight(const Analysis& analysis) {
  for (const StudyResult& study : analysis.studies)
    if (study.weight_random) return "weight_random";
  return "weight_common";
}

/// Collects columns by key, once each.
class ColumnList {
 public:
  ColumnList(const Analysis& analysis, const StudySet* studies, const ForestStyle& style)
      : analysis_(analysis), studies_(studies), style_(style) {}

  void raw(bool left) {
    for (const RawColumn& column : report::raw_columns(analysis_)) add(std::string(column.key), left);
  }
  /// Arms in one column each, or the raw numbers where there is no such form.
  void arms(bool left) {
    std::size_t before = columns.size();
    for (const Pair& pair : pairs)
      if (pair_column(analysis_, pair.key)) add(std::string(pair.key), left);
    if (columns.size() == before) raw(left);
  }
  void weights(bool left) {
    columns.push_back({"weight_common", "common", "Weight", left, true, false});
    columns.push_back({"weight_random", "random", "Weight", left, true, false});
  }
  /// "key" or "key=Title".
  void add(const std::string& word, bool left) {
    const std::size_t equals = word.find('=');
    std::string key = word.substr(0, equals);
    if (key == "study") key = "label";
    if (key == "estimate" || key == "effect" || key == "ci") key = "estimate_text";
    if (key == "weight") key = main_weight(analysis_);
    if (std::any_of(columns.begin(), columns.end(), [&](const ForestColumn& c) { return c.key == key; })) return;
    ForestColumn column = known(key, left);
    if (equals != std::string::npos) column.title = word.substr(equals + 1);
    columns.push_back(std::move(column));
  }
  void light(const std::string& word) {
    const std::size_t before = columns.size();
    add(word, false);
    if (columns.size() == before) throw UsageError("--rob " + word + ": stands there already");
    columns.back().light = true;
    columns.back().numeric = false;
    columns.back().group = "Risk of bias";
  }

  std::vector<ForestColumn> columns;

 private:
  ForestColumn known(const std::string& key, bool left) const {
    if (key == "label") return {"label", "Study", "", left, false, false};
    if (key == "estimate_text") {
      const std::string scale(scale_label(analysis_.options.effect.measure.value_or(Measure::GEN)));
      return {"estimate_text",
              scale + " " + style_.open + report::level_text(analysis_.options.level) + " CI" + style_.close,
              "",
              left,
              true,
              false};
    }
    if (key == "weight_common" || key == "weight_random") return {key, "Weight", "", left, true, false};
    if (const RawColumn* raw = raw_column(analysis_, key)) return {key, std::string(raw->title), std::string(raw->arm), left, true, false};
    if (const Pair* pair = pair_column(analysis_, key)) return {key, std::string(pair->title), std::string(pair->arm), left, true, false};
    const Column* column = studies_ ? studies_->column(key) : nullptr;
    if (!column) throw UsageError("column '" + key + "': neither the plot nor the records have it");
    return {column->name, column->name, "", left, column->numeric, false};
  }

  const Analysis& analysis_;
  const StudySet* studies_;
  const ForestStyle& style_;
};

void preset_columns(ColumnList& list, Columns which, bool left, bool weights) {
  const auto add_weights = [&](bool side) {
    if (weights) list.weights(side);
  };
  switch (which) {
    case Columns::raw_then_estimate:
      if (left) return list.raw(true);
      list.add("estimate_text", false);
      return add_weights(false);
    case Columns::all_left:
      if (!left) return;
      list.raw(true);
      add_weights(true);
      return list.add("estimate_text", true);
    case Columns::estimate_left:
      if (!left) return add_weights(false);
      list.arms(true);
      return list.add("estimate_text", true);
    case Columns::arms_then_estimate:
      if (left) return list.arms(true);
      add_weights(false);
      return list.add("estimate_text", false);
    case Columns::estimate_only:
      if (!left) list.add("estimate_text", false);
  }
}

/// The place of a study in the set that was analysed, by its row in the records.
std::optional<std::size_t> place_of(const StudyResult& study, const StudySet* studies) {
  if (!studies) return std::nullopt;
  const auto found = std::find(studies->row.begin(), studies->row.end(), study.row);
  return found == studies->row.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - studies->row.begin()));
}

}  // namespace

std::vector<ForestColumn> columns_for(const Analysis& analysis, const StudySet* studies, const ForestOptions& options,
                                      const PresetFacts& facts) {
  ColumnList list(analysis, studies, facts.style);
  list.add("label", true);
  for (bool left : {true, false}) {
    const std::vector<std::string>& wanted = left ? options.left : options.right;
    if (wanted.empty()) preset_columns(list, facts.columns, left, facts.weights);
    for (const std::string& word : wanted)
      if (word != "none") list.add(word, left);
  }
  for (const std::string& word : options.lights) list.light(word);
  return std::move(list.columns);
}

void drop_empty_weights(std::vector<ForestColumn>& columns, const std::vector<ForestRow>& rows) {
  const auto is_weight = [](const ForestColumn& column) { return column.key == "weight_common" || column.key == "weight_random"; };
  std::erase_if(columns, [&](const ForestColumn& column) {
    return is_weight(column) && std::none_of(rows.begin(), rows.end(), [&](const ForestRow& row) {
             return std::any_of(row.cells.begin(), row.cells.end(), [&](const ForestCell& cell) { return cell.column == column.key; });
           });
  });
  if (std::count_if(columns.begin(), columns.end(), is_weight) != 1) return;
  ForestColumn& weight = *std::find_if(columns.begin(), columns.end(), is_weight);
  if (!weight.group.empty()) weight.title = std::exchange(weight.group, "");
}

std::optional<ForestCell> study_cell(const ForestColumn& column, const Analysis& analysis, const StudyResult& study,
                                     const StudySet* studies) {
  if (const RawColumn* raw = raw_column(analysis, column.key)) {
    const auto value = report::raw_value(*raw, study);
    return value ? std::optional<ForestCell>({column.key, report::raw_text(*value), *value}) : std::nullopt;
  }
  if (const Pair* pair = pair_column(analysis, column.key)) {
    const auto first = report::raw_value(*raw_column(analysis, pair->first), study),
               second = report::raw_value(*raw_column(analysis, pair->second), study);
    if (!first || !second) return std::nullopt;
    return ForestCell{
        column.key, report::raw_text(*first) + std::string(pair->between) + report::raw_text(*second) + std::string(pair->after), {}};
  }
  const std::optional<std::size_t> place = place_of(study, studies);
  const Column* further = studies ? studies->column(column.key) : nullptr;
  if (!place || !further) return std::nullopt;
  if (further->text[*place].empty()) return column.light ? std::optional<ForestCell>({column.key, "no information", {}}) : std::nullopt;
  return ForestCell{column.key, further->text[*place], further->numeric ? further->number[*place] : std::nullopt};
}

void sort_studies(std::vector<const StudyResult*>& block, const std::string& sort, const StudySet* studies) {
  if (sort.empty()) return;
  constexpr std::string_view descending = ":desc", ascending = ":asc";
  const bool down = sort.ends_with(descending);
  const std::string name = sort.substr(0, sort.size() - (down ? descending.size() : sort.ends_with(ascending) ? ascending.size() : 0));
  const Column* column = studies ? studies->column(name) : nullptr;
  constexpr double last = std::numeric_limits<double>::infinity();  // studies without a value stand below
  const auto number = [&](const StudyResult& study) {
    std::optional<double> value;
    if (const auto place = place_of(study, studies); column && place)
      value = column->number[*place];
    else if (name == "yi" || name == "estimate")
      value = study.yi;
    else if (name == "se" || name == "sei" || name == "vi")
      value = study.se;
    else
      value = study.weight_random ? study.weight_random : study.weight_common;
    return value ? (down ? -*value : *value) : last;
  };
  const auto text = [&](const StudyResult& study) {
    const auto place = place_of(study, studies);
    return column && place ? column->text[*place] : study.study;
  };
  const bool by_number =
      column ? column->numeric : name == "yi" || name == "estimate" || name == "se" || name == "sei" || name == "vi" || name == "weight";
  if (!by_number && !column && name != "study" && name != "label")
    throw UsageError("--sort " + sort + ": the records have no such column; yi, se, weight and study name what is shown");
  std::stable_sort(block.begin(), block.end(), [&](const StudyResult* a, const StudyResult* b) {
    if (by_number) return number(*a) < number(*b);
    return down ? text(*b) < text(*a) : text(*a) < text(*b);
  });
}

}  // namespace tausq::forest
