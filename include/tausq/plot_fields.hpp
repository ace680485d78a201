// The fields of plots under their names; see fields.hpp.
#pragma once

#include <tausq/fields.hpp>
#include <tausq/plots.hpp>

namespace tausq {

template <>
inline constexpr std::size_t enumerators<PlotMark> = static_cast<std::size_t>(PlotMark::cells) + 1;

template <>
struct Fields<PlotPoint> {
  static constexpr std::string_view name = "PlotPoint";
  static constexpr auto list = std::tuple{
      field("label", &PlotPoint::label, "the study; empty where it stands for none"),
      field("x", &PlotPoint::x, "null: a gap in a line"),
      field("y", &PlotPoint::y, "null: a gap in a line"),
      field("x_end", &PlotPoint::x_end, "other end of a segment, other corner of a cell"),
      field("y_end", &PlotPoint::y_end, "other end of a segment, other corner of a cell"),
      field("size", &PlotPoint::size, "relative to the largest: area of a point, darkness of a cell, 0 to 1"),
      field("named", &PlotPoint::named, "its label is written beside it where there is room"),
  };
};

template <>
struct Fields<PlotStyle> {
  static constexpr std::string_view name = "PlotStyle";
  static constexpr auto list = std::tuple{
      field("fill", &PlotStyle::fill),
      field("stroke", &PlotStyle::stroke),
      field("width", &PlotStyle::width),
      field("dashes", &PlotStyle::dashes, "as in SVG; empty: a solid line"),
  };
};

template <>
struct Fields<PlotSeries> {
  static constexpr std::string_view name = "PlotSeries";
  static constexpr auto list = std::tuple{
      field("name", &PlotSeries::name, "what the legend calls it"),
      field("mark", &PlotSeries::mark),
      field("style", &PlotSeries::style),
      field("in_legend", &PlotSeries::in_legend),
      field("points", &PlotSeries::points),
  };
};

template <>
struct Fields<PlotTick> {
  static constexpr std::string_view name = "PlotTick";
  static constexpr auto list = std::tuple{
      field("at", &PlotTick::at, "in the units of the axis"),
      field("label", &PlotTick::label, "natural scale"),
  };
};

template <>
struct Fields<PlotAxis> {
  static constexpr std::string_view name = "PlotAxis";
  static constexpr auto list = std::tuple{
      field("label", &PlotAxis::label),
      field("limits", &PlotAxis::limits, "left or bottom end first"),
      field("ticks", &PlotAxis::ticks),
  };
};

template <>
struct Fields<PlotPanel> {
  static constexpr std::string_view name = "PlotPanel";
  static constexpr auto list = std::tuple{
      field("title", &PlotPanel::title),
      field("width", &PlotPanel::width, "CSS pixels between the axes"),
      field("height", &PlotPanel::height, "CSS pixels between the axes"),
      field("x", &PlotPanel::x),
      field("y", &PlotPanel::y),
      field("right", &PlotPanel::right, "another reading of the vertical axis"),
      field("series", &PlotPanel::series, "the first one is drawn at the bottom"),
  };
};

template <>
struct Fields<Plot> {
  static constexpr std::string_view name = "Plot";
  static constexpr auto list = std::tuple{
      field("input", &Plot::input),       field("options", &Plot::options, "every setting, defaults included"),
      field("kind", &Plot::kind),         field("title", &Plot::title),
      field("subtitle", &Plot::subtitle), field("columns", &Plot::columns, "panels side by side"),
      field("panels", &Plot::panels),
  };
};

}  // namespace tausq
