// Plots other than the forest plot: everything that stands on them as data, and their drawing. Part of the driver library.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <tausq/analysis.hpp>
#include <tausq/bias.hpp>
#include <tausq/influence.hpp>
#include <tausq/methods.hpp>
#include <tausq/multiverse.hpp>
#include <tausq/options.hpp>
#include <tausq/records.hpp>
#include <tausq/studies.hpp>

namespace tausq {

/// Kinds of plots; see methods<PlotKind>() for what each shows.
enum class PlotKind { funnel, radial, labbe, baujat, bubble, influence, gosh, profile, drapery, specification };

/// What a user can set beside the options of the meta-analysis itself.
struct PlotOptions {
  std::string title{};             ///< empty: one that says what is shown
  bool names = true;               ///< names of studies beside the points that stand out
  bool fill = true;                ///< funnel: the studies that trim and fill adds
  std::string moderator{};         ///< bubble: numeric moderator along the axis; empty: the first one of the model
  std::string highlight{};         ///< gosh: the subsets that hold this study are told apart
  BiasOptions bias{};              ///< of trim and fill
  InfluenceOptions influence{};    ///< `gosh`: subsets, as there; the other parts are not used
  MultiverseOptions multiverse{};  ///< of the specification curve
};

/// How a series is drawn: a mark at every point, a line through them, the area that they enclose, a segment from (x, y) to
/// (x_end, y_end) for each, or a rectangle between these corners.
enum class PlotMark { points, line, area, segments, cells };

/// "points", "line", ...
std::string_view to_string(PlotMark mark);

/// One point of a series, in the units of its axes. A line has a gap where x or y is empty.
struct PlotPoint {
  std::string label;                   ///< the study; empty where it stands for none
  std::optional<double> x, y;          ///< finite
  std::optional<double> x_end, y_end;  ///< segments and cells: the other end or corner
  std::optional<double> size;          ///< relative to the largest: area of a point, darkness of a cell, 0 to 1
  bool named = false;                  ///< its label is written beside it where there is room
};

/// Colours and lines, as SVG has them.
struct PlotStyle {
  std::string fill = "none", stroke = "none";
  double width = 1;
  std::string dashes{};
};

struct PlotSeries {
  std::string name;  ///< what the legend calls it
  PlotMark mark = PlotMark::points;
  PlotStyle style;
  bool in_legend = true;
  std::vector<PlotPoint> points;
};

struct PlotTick {
  double at = 0;
  std::string label;
};

/// Values run from limits.first, left or at the bottom, to limits.second: a standard error may run downwards.
struct PlotAxis {
  std::string label;
  std::pair<double, double> limits{0, 1};
  std::vector<PlotTick> ticks;
};

/// One pair of axes with what is drawn between them, the first series at the bottom.
struct PlotPanel {
  std::string title;
  double width = 560, height = 380;  ///< of the space between the axes, in CSS pixels
  PlotAxis x, y;
  std::optional<PlotAxis> right;  ///< another reading of the vertical axis: its ticks stand at values of y
  std::vector<PlotSeries> series;
};

struct Plot {
  Input input;
  Options options;  ///< resolved
  PlotKind kind = PlotKind::funnel;
  std::string title, subtitle;
  std::size_t columns = 1;  ///< panels side by side
  std::vector<PlotPanel> panels;
};

/// The plot of that kind of one set of studies.
///
/// The analysis behind it is that of analyse(), influence(), bias() or multiverse() with the same options. Curves are traced
/// through their intervals at many levels, so that every pooling model and interval method has its own. Numbers stand on the
/// analysis scale, tick labels on the natural one. Throws UsageError where the kind does not fit the data (L'Abbe without two
/// arms of counts or rates, bubble without a numeric moderator), as analyse() does, and NoResult without an estimate.
Plot plot(PlotKind kind, const StudySet& studies, const Options& options = {}, const PlotOptions& choices = {});

/// The same of records, with one accounting of all rows.
Plot plot(PlotKind kind, const Records& records, const Options& options = {}, const PlotOptions& choices = {});

/// A self-contained SVG that sizes itself to its content. Text is measured from committed font metrics; labels of unknown
/// origin are escaped.
std::string to_svg(const Plot& plot);

}  // namespace tausq
