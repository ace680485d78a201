// The fields of forest-plot data under their names; see fields.hpp.
#pragma once

#include <tausq/fields.hpp>
#include <tausq/forest.hpp>

namespace tausq {

template <>
inline constexpr std::size_t enumerators<ForestRowType> = static_cast<std::size_t>(ForestRowType::test) + 1;
template <>
inline constexpr std::size_t enumerators<PredictionMark> = static_cast<std::size_t>(PredictionMark::polygon) + 1;

template <>
struct Fields<ForestAxis> {
  static constexpr std::string_view name = "ForestAxis";
  static constexpr auto list = std::tuple{
      field("transform", &ForestAxis::transform, "identity, log or logit"),
      field("limits", &ForestAxis::limits, "natural scale"),
      field("ticks", &ForestAxis::ticks, "natural scale"),
      field("null", &ForestAxis::null, "natural value of no effect"),
      field("label", &ForestAxis::label),
  };
};

template <>
struct Fields<ForestColumn> {
  static constexpr std::string_view name = "ForestColumn";
  static constexpr auto list = std::tuple{
      field("key", &ForestColumn::key, "key of its cells; label stands for the label of the row"),
      field("title", &ForestColumn::title),
      field("group", &ForestColumn::group, "heading over neighbouring columns of the same group"),
      field("left", &ForestColumn::left, "stands left of the drawn intervals"),
      field("numeric", &ForestColumn::numeric, "right-aligned"),
      field("light", &ForestColumn::light, "drawn as traffic lights"),
  };
};

template <>
struct Fields<ForestStyle> {
  static constexpr std::string_view name = "ForestStyle";
  static constexpr auto list = std::tuple{
      field("square", &ForestStyle::square, "colour of the studies' squares"),
      field("diamond", &ForestStyle::diamond, "colour of random-effects summaries"),
      field("common", &ForestStyle::common, "filling of common-effect summaries"),
      field("interval", &ForestStyle::interval),
      field("prediction", &ForestStyle::prediction),
      field("stripe", &ForestStyle::stripe, "of every second row; empty: none"),
      field("open", &ForestStyle::open, "before an interval"),
      field("separator", &ForestStyle::separator, "within an interval"),
      field("close", &ForestStyle::close, "after an interval"),
      field("prediction_mark", &ForestStyle::prediction_mark, "how a prediction interval is drawn"),
      field("favours_above", &ForestStyle::favours_above, "favours_left and favours_right stand over the intervals"),
      field("totals", &ForestStyle::totals, "summaries are called totals"),
  };
};

template <>
struct Fields<ForestRow> {
  static constexpr std::string_view name = "ForestRow";
  static constexpr auto list = std::tuple{
      field("type", &ForestRow::type),
      field("label", &ForestRow::label),
      field("model", &ForestRow::model, "which estimate a summary shows: common or random"),
      field("cells", &ForestRow::cells, "by column key: a number, or text as drawn"),
      field("estimate", &ForestRow::estimate, "natural scale"),
      field("ci_lower", &ForestRow::ci_lower, "natural scale"),
      field("ci_upper", &ForestRow::ci_upper, "natural scale"),
      field("weight_common", &ForestRow::weight_common, "fraction"),
      field("weight_random", &ForestRow::weight_random, "fraction"),
      field("clipped_lower", &ForestRow::clipped_lower, "the interval goes on below the axis"),
      field("clipped_upper", &ForestRow::clipped_upper, "the interval goes on above the axis"),
  };
};

template <>
struct Fields<ForestTable> {
  static constexpr std::string_view name = "ForestTable";
  static constexpr auto list = std::tuple{
      field("input", &ForestTable::input),
      field("options", &ForestTable::options),
      field("scale", &ForestTable::scale, "the analysis scale"),
      field("title", &ForestTable::title),
      field("favours_left", &ForestTable::favours_left),
      field("favours_right", &ForestTable::favours_right),
      field("band_lower", &ForestTable::band_lower, "shaded range, natural scale"),
      field("band_upper", &ForestTable::band_upper, "shaded range, natural scale"),
      field("style", &ForestTable::style),
      field("axis", &ForestTable::axis),
      field("columns", &ForestTable::columns),
      field("rows", &ForestTable::rows),
  };
};

}  // namespace tausq
