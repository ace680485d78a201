// Draws any plot: panels with axes and series, a legend below.
#include <tausq/plots.hpp>

#include <algorithm>
#include <cmath>

#include "engine/driver/drawing/palette.hpp"
#include "engine/driver/drawing/svg_page.hpp"
#include "engine/driver/drawing/ticks.hpp"
#include "engine/driver/plots/layout.hpp"
#include "engine/driver/plots/names.hpp"

namespace tausq {

namespace {

using namespace drawing;
using namespace plots;
using drawing::Point;

constexpr double plain_radius = 3.6, largest_radius = 13;

double radius_of(const PlotPoint& point) {
  return point.size ? std::max(2.5, largest_radius * std::sqrt(std::clamp(*point.size, 0.0, 1.0))) : plain_radius;
}

Stroke stroke_of(const PlotStyle& style) {
  return {style.stroke, style.width, style.dashes};
}

/// White to the colour, by darkness.
std::string tinted(const std::string& colour, double darkness) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "#";
  for (std::size_t i = 1; i + 1 < colour.size(); i += 2) {
    const double full = static_cast<double>(std::stoi(colour.substr(i, 2), nullptr, 16));
    const auto value = static_cast<std::size_t>(std::lround(255 + (full - 255) * std::clamp(darkness, 0.0, 1.0)));
    text += {digits[value / 16], digits[value % 16]};
  }
  return text;
}

class PlotDrawing {
 public:
  explicit PlotDrawing(const Plot& plot) : plot_(plot), layout_(page_layout(plot)) {}

  std::string svg() {
    page_.fitted_text({margin, margin + title_size}, with_minus_signs(plot_.title), layout_.width - 2 * margin, {title_size, Weight::bold});
    double y = layout_.subtitle_y;
    for (const std::string& line : layout_.subtitle) {
      page_.text({margin, y}, with_minus_signs(line), {small_size, Weight::regular, Anchor::start, muted});
      y += line_height;
    }
    for (const PlacedPanel& placed : layout_.panels) panel(placed);
    legend();
    return page_.document(layout_.width, layout_.height, plot_.title, description());
  }

 private:
  std::string description() const {
    std::string text = std::string(methods<PlotKind>()[static_cast<std::size_t>(plot_.kind)].name) + ". " + plot_.subtitle;
    for (const PlotPanel& panel : plot_.panels)
      if (!panel.x.label.empty() && !panel.y.label.empty())
        text += (text.ends_with(' ') ? "" : " ") + panel.y.label + " against " + panel.x.label + ".";
    return text;
  }

  void panel(const PlacedPanel& placed) {
    page_.begin_group("panel");
    for (const PlotSeries& series : placed.panel->series) this->series(placed, series);
    frame(placed);
    names(placed);
    page_.end_group();
  }

  void series(const PlacedPanel& placed, const PlotSeries& series) {
    page_.begin_group(to_string(series.mark), series.mark == PlotMark::points ? "" : series.name);
    switch (series.mark) {
      case PlotMark::points:
        for (const PlotPoint& point : series.points) disc(placed, point, series.style);
        break;
      case PlotMark::line:
        for (const auto& run : runs(placed, series))
          for (const auto& piece : clip_line(placed.box, run)) page_.polyline(piece, stroke_of(series.style));
        break;
      case PlotMark::area:
        for (const auto& run : runs(placed, series))
          if (const auto corners = clip_polygon(placed.box, run); corners.size() > 2)
            page_.polygon(corners, series.style.fill, stroke_of(series.style));
        break;
      case PlotMark::segments:
        segments(placed, series);
        break;
      case PlotMark::cells:
        for (const PlotPoint& point : series.points) cell(placed, point, series.style);
        break;
    }
    page_.end_group();
  }

  /// The points of a line or area between its gaps.
  static std::vector<std::vector<Point>> runs(const PlacedPanel& placed, const PlotSeries& series) {
    std::vector<std::vector<Point>> result(1);
    for (const PlotPoint& point : series.points) {
      if (point.x && point.y)
        result.back().emplace_back(placed.x_of(*point.x), placed.y_of(*point.y));
      else if (!result.back().empty())
        result.emplace_back();
    }
    return result;
  }

  void disc(const PlacedPanel& placed, const PlotPoint& point, const PlotStyle& style) {
    if (!point.x || !point.y) return;
    const Point centre{placed.x_of(*point.x), placed.y_of(*point.y)};
    if (placed.box.contains(centre, 0.01)) page_.circle(centre, radius_of(point), style.fill, stroke_of(style), point.label);
  }

  void segments(const PlacedPanel& placed, const PlotSeries& series) {
    for (const PlotPoint& point : series.points) {
      if (!point.x || !point.y || !point.x_end || !point.y_end) continue;
      Point from{placed.x_of(*point.x), placed.y_of(*point.y)}, to{placed.x_of(*point.x_end), placed.y_of(*point.y_end)};
      if (clip_segment(placed.box, from, to)) page_.line(from, to, stroke_of(series.style));
    }
  }

  void cell(const PlacedPanel& placed, const PlotPoint& point, const PlotStyle& style) {
    if (!point.x || !point.y || !point.x_end || !point.y_end) return;
    const auto [left, right] = std::minmax({placed.x_of(*point.x), placed.x_of(*point.x_end)});
    const auto [top, bottom] = std::minmax({placed.y_of(*point.y), placed.y_of(*point.y_end)});
    page_.rectangle({left, top}, right - left, bottom - top, tinted(style.fill, point.size.value_or(1)));
  }

  void frame(const PlacedPanel& placed) {
    const Box& box = placed.box;
    page_.begin_group("axes");
    page_.line({box.left, box.bottom}, {box.right, box.bottom}, {ink, 0.8});
    page_.line({box.left, box.top}, {box.left, box.bottom}, {ink, 0.8});
    if (placed.panel->right) page_.line({box.right, box.top}, {box.right, box.bottom}, {ink, 0.8});
    x_ticks(placed);
    y_ticks(placed, placed.panel->y, box.left, -1);
    if (placed.panel->right) y_ticks(placed, *placed.panel->right, box.right, 1);
    headings(placed);
    page_.end_group();
  }

  void x_ticks(const PlacedPanel& placed) {
    double free_from = -1e9;
    for (const PlotTick& tick : placed.panel->x.ticks) {
      const double x = placed.x_of(tick.at), half = text_width(tick.label, small_size) / 2;
      if (x < placed.box.left - 0.01 || x > placed.box.right + 0.01) continue;
      page_.line({x, placed.box.bottom}, {x, placed.box.bottom + 4}, {ink, 0.8});
      if (x - half < free_from) continue;
      page_.text({x, placed.box.bottom + 16}, tick.label, {small_size, Weight::regular, Anchor::middle});
      free_from = x + half + 5;
    }
  }

  /// `side` is -1 for words left of the axis, 1 for words right of it.
  void y_ticks(const PlacedPanel& placed, const PlotAxis& axis, double x, double side) {
    double last = 1e9;
    for (const PlotTick& tick : axis.ticks) {
      const double y = placed.y_of(tick.at);
      if (y < placed.box.top - 0.01 || y > placed.box.bottom + 0.01) continue;
      page_.line({x, y}, {x + side * 4, y}, {ink, 0.8});
      if (std::fabs(y - last) < small_size) continue;
      page_.text({x + side * 7, y + ascent * small_size}, tick.label,
                 {small_size, Weight::regular, side < 0 ? Anchor::end : Anchor::start});
      last = y;
    }
  }

  void headings(const PlacedPanel& placed) {
    const Box& box = placed.box;
    const PlotPanel& panel = *placed.panel;
    const bool words = !panel.y.label.empty() || (panel.right && !panel.right->label.empty());
    const double left = box.left - widest_tick(panel.y);
    page_.text({left, box.top - 9}, panel.y.label, {small_size, Weight::regular, Anchor::start, muted});
    if (panel.right)
      page_.text({box.right + widest_tick(*panel.right), box.top - 9}, panel.right->label,
                 {small_size, Weight::regular, Anchor::end, muted});
    if (!panel.title.empty()) page_.text({left, box.top - (words ? 27 : 9)}, panel.title, {text_size, Weight::bold});
    if (!panel.x.label.empty())
      page_.text({(box.left + box.right) / 2, box.bottom + 33}, panel.x.label, {text_size, Weight::regular, Anchor::middle});
  }

  static double widest_tick(const PlotAxis& axis) {
    double width = 0;
    for (const PlotTick& tick : axis.ticks) width = std::max(width, text_width(tick.label, small_size) + 7);
    return width;
  }

  void names(const PlacedPanel& placed) {
    std::vector<Disc> discs;
    std::vector<std::size_t> at;
    std::vector<std::string> words;
    for (const PlotSeries& series : placed.panel->series) {
      if (series.mark != PlotMark::points) continue;
      for (const PlotPoint& point : series.points) {
        if (!point.x || !point.y) continue;
        if (point.named) {
          at.push_back(discs.size());
          words.push_back(point.label);
        }
        discs.push_back({{placed.x_of(*point.x), placed.y_of(*point.y)}, radius_of(point)});
      }
    }
    if (at.empty()) return;
    page_.begin_group("names");
    for (const PlacedName& name : placed_names(placed.box, discs, at, words, small_size))
      page_.text(name.baseline, name.words, {.size = small_size, .halo = true});
    page_.end_group();
  }

  void legend() {
    if (layout_.legend.empty()) return;
    page_.begin_group("legend");
    for (const LegendEntry& entry : layout_.legend) {
      swatch(*entry.series, entry.left, entry.y);
      page_.text({entry.left + swatch_width + swatch_gap, entry.y + ascent * small_size}, entry.series->name, {small_size});
    }
    page_.end_group();
  }

  void swatch(const PlotSeries& series, double left, double y) {
    const PlotStyle& style = series.style;
    switch (series.mark) {
      case PlotMark::points:
        page_.circle({left + swatch_width / 2, y}, 4.5, style.fill, stroke_of(style));
        break;
      case PlotMark::line:
      case PlotMark::segments:
        page_.line({left, y}, {left + swatch_width, y}, stroke_of(style));
        break;
      case PlotMark::area:
      case PlotMark::cells:
        page_.polygon({{left, y - 5}, {left + swatch_width, y - 5}, {left + swatch_width, y + 5}, {left, y + 5}}, style.fill, {faint, 0.5});
    }
  }

  const Plot& plot_;
  PageLayout layout_;
  SvgPage page_;
};

}  // namespace

std::string to_svg(const Plot& plot) {
  return PlotDrawing(plot).svg();
}

}  // namespace tausq
