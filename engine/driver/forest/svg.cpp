// Draws the rows and columns of a forest plot.
#include <tausq/forest.hpp>

#include <algorithm>
#include <cmath>

#include "engine/driver/drawing/palette.hpp"
#include "engine/driver/drawing/svg_page.hpp"
#include "engine/driver/drawing/ticks.hpp"
#include "engine/driver/forest/axis.hpp"
#include "engine/driver/forest/layout.hpp"
#include "engine/driver/forest/lights.hpp"
#include "engine/driver/report/numbers.hpp"

namespace tausq {

namespace {

using namespace drawing;
using namespace forest;
using Type = ForestRowType;

// Told apart in greyscale by their lightness and in shape: square, hollow and full diamond, bar.
constexpr double ascent = 0.36;  // from the middle of a line down to its baseline, in em

class ForestDrawing {
 public:
  explicit ForestDrawing(const ForestTable& table) : table_(table), layout_(plot_layout(table)) {
    for (const ForestRow& row : table.rows)
      if (row.type == Type::study) heaviest_ = std::max(heaviest_, weight(row));
  }

  std::string svg() {
    if (!table_.title.empty())
      page_.fitted_text({margin, margin + title_size}, table_.title, layout_.width - 2 * margin, {title_size, Weight::bold});
    backdrop();
    header();
    reference_lines();
    for (const PlacedRow& placed : layout_.rows) row(placed);
    if (layout_.summary_y > 0) page_.line({margin, layout_.summary_y}, {layout_.width - margin, layout_.summary_y}, {faint, 0.5});
    axis();
    favours();
    if (layout_.lights_y > 0) draw_light_legend(page_, {margin, layout_.lights_y});
    for (const PlacedRow& note : layout_.notes) words(note, layout_.width - 2 * margin, 0);
    return page_.document(layout_.width, layout_.height, table_.title.empty() ? "Forest plot" : table_.title, description());
  }

 private:
  static double baseline(double y, double size = text_size) { return y + ascent * size; }
  static double weight(const ForestRow& row) { return row.weight_random.value_or(row.weight_common.value_or(0)); }
  double x_of(double value) const { return layout_.plot_left + plot_width * std::clamp(axis_position(table_.axis, value), 0.0, 1.0); }
  bool inside(double value) const {
    const double position = axis_position(table_.axis, value);
    return position > -1e-9 && position < 1 + 1e-9;
  }

  /// Stripes under every second study, and the band of reference.
  void backdrop() {
    if (!table_.style.stripe.empty()) {
      bool shaded = false;
      for (const PlacedRow& placed : layout_.rows) {
        if (placed.row->type != Type::study) continue;
        if (shaded) page_.rectangle({margin, placed.y - row_height / 2}, layout_.width - 2 * margin, row_height, table_.style.stripe);
        shaded = !shaded;
      }
    }
    if (!table_.band_lower && !table_.band_upper) return;
    const double left = table_.band_lower ? x_of(*table_.band_lower) : layout_.plot_left;
    const double right = table_.band_upper ? x_of(*table_.band_upper) : layout_.plot_right();
    if (right > left) page_.rectangle({left, layout_.body_top}, right - left, layout_.axis_y - layout_.body_top, shade_2);
  }

  /// The words on either side of no effect, as far as there is room.
  void favours() {
    if (layout_.favours_y <= 0) return;
    const std::optional<double> null = table_.axis.null;
    const double middle = null && inside(*null) ? x_of(*null) : layout_.plot_left + plot_width / 2,
                 y = baseline(layout_.favours_y, small_size);
    constexpr double gap = 6;
    page_.fitted_text({middle - gap, y}, table_.favours_left, middle - gap - layout_.plot_left + plot_gap,
                      {small_size, Weight::regular, Anchor::end});
    page_.fitted_text({middle + gap, y}, table_.favours_right, layout_.plot_right() + plot_gap - middle - gap, {small_size});
  }

  void header() {
    for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
      const PlacedColumn& placed = layout_.columns[i];
      const bool numeric = placed.column->numeric, light = placed.column->light;
      page_.text({light     ? placed.left + placed.width / 2
                  : numeric ? placed.right()
                            : placed.left,
                  baseline(layout_.header_y)},
                 placed.column->title,
                 {text_size, Weight::bold,
                  light     ? Anchor::middle
                  : numeric ? Anchor::end
                            : Anchor::start});
      if (!placed.column->group.empty() && (i == 0 || layout_.columns[i - 1].column->group != placed.column->group)) group_heading(i);
    }
    const double y = layout_.body_top - 4;
    page_.line({margin, y}, {layout_.width - margin, y}, {ink, 0.8});
  }

  void group_heading(std::size_t first) {
    std::size_t last = first;
    while (last + 1 < layout_.columns.size() && layout_.columns[last + 1].column->group == layout_.columns[first].column->group) ++last;
    const double left = layout_.columns[first].left, right = layout_.columns[last].right(), y = layout_.header_y - row_height;
    page_.text({(left + right) / 2, baseline(y)}, layout_.columns[first].column->group, {text_size, Weight::bold, Anchor::middle});
    page_.line({left, y + row_height / 2}, {right, y + row_height / 2}, {faint, 0.5});
  }

  /// Vertical lines at no effect and at the pooled estimate, interrupted where a line of words crosses the plot.
  void reference_lines() {
    page_.begin_group("reference");
    if (table_.axis.null && inside(*table_.axis.null)) vertical(x_of(*table_.axis.null), layout_.body_top, {muted, 0.8, "4 3"});
    for (const ForestRow& r : table_.rows)
      if (r.type == Type::summary_random && r.estimate && inside(*r.estimate))
        vertical(x_of(*r.estimate), layout_.body_top, {faint, 0.8, "1 3"});
    page_.end_group();
  }

  void vertical(double x, double top, const Stroke& stroke) {
    for (std::size_t i = 0; i < layout_.rows.size(); ++i) {
      if (!is_words(layout_.rows[i].row->type)) continue;
      page_.line({x, top}, {x, layout_.rows[i].y - row_height / 2}, stroke);
      top = i + 1 < layout_.rows.size() ? layout_.rows[i + 1].y - row_height / 2 : layout_.axis_y;
    }
    page_.line({x, top}, {x, layout_.axis_y}, stroke);
  }

  void row(const PlacedRow& placed) {
    const ForestRow& r = *placed.row;
    if (is_words(r.type)) return words(placed, layout_.plot_right() - margin, label_indent(layout_, r.type));
    page_.begin_group(to_string(r.type), tooltip(r));
    for (const PlacedColumn& column : layout_.columns) cell(placed, column);
    mark(placed);
    page_.end_group();
  }

  static std::string tooltip(const ForestRow& r) {
    for (const ForestCell& cell : r.cells)
      if (cell.column == "estimate_text") return r.label + ": " + cell.text;
    return "";
  }

  void cell(const PlacedRow& placed, const PlacedColumn& column) {
    const std::string text = cell_text(*placed.row, *column.column);
    if (text.empty()) return;
    if (column.column->light) return draw_light(page_, {column.left + column.width / 2, placed.y}, text);
    const bool numeric = column.column->numeric;
    const TextStyle style{text_size, text_weight(*placed.row), numeric ? Anchor::end : Anchor::start};
    if (numeric) return page_.text({column.right(), baseline(placed.y)}, text, style);
    const double inset = column.column->key == "label" ? label_indent(layout_, placed.row->type) : 0;
    page_.fitted_text({column.left + inset, baseline(placed.y)}, text, column.width - inset, style);
  }

  /// A row of words: heterogeneity or a test.
  void words(const PlacedRow& placed, double width, double inset) {
    double y = placed.y;
    for (const std::string& line : broken(with_minus_signs(placed.row->label), width - inset, small_size)) {
      page_.text({margin + inset, baseline(y, small_size)}, line, {small_size, Weight::regular, Anchor::start, muted});
      y += line_height;
    }
  }

  void mark(const PlacedRow& placed) {
    switch (placed.row->type) {
      case Type::study:
        return study_mark(placed);
      case Type::prediction:
        return prediction_mark(placed);
      case Type::subgroup_header:
      case Type::heterogeneity:
      case Type::test:
        return;
      default:
        return diamond(placed);
    }
  }

  double left_end(const ForestRow& r) const { return r.clipped_lower || !r.ci_lower ? layout_.plot_left : x_of(*r.ci_lower); }
  double right_end(const ForestRow& r) const { return r.clipped_upper || !r.ci_upper ? layout_.plot_right() : x_of(*r.ci_upper); }

  /// An arrowhead at an end that goes on beyond the axis.
  void arrows(const PlacedRow& placed, std::string_view colour) {
    constexpr double length = 6, half = 3.5;
    const auto head = [&](double tip, double back) {
      page_.polygon({{tip, placed.y}, {back, placed.y - half}, {back, placed.y + half}}, colour, {"none"});
    };
    if (placed.row->clipped_lower) head(layout_.plot_left - 1, layout_.plot_left - 1 + length);
    if (placed.row->clipped_upper) head(layout_.plot_right() + 1, layout_.plot_right() + 1 - length);
  }

  void study_mark(const PlacedRow& placed) {
    const ForestRow& r = *placed.row;
    if (!r.estimate && !r.ci_lower && !r.ci_upper) return;
    if (r.estimate && inside(*r.estimate)) {
      constexpr double smallest = 3.5, largest = 12;
      const double side = heaviest_ > 0 ? std::max(smallest, largest * std::sqrt(weight(r) / heaviest_)) : largest / 2;
      page_.rectangle({x_of(*r.estimate) - side / 2, placed.y - side / 2}, side, side, table_.style.square);
    }
    if (r.ci_lower || r.ci_upper) page_.line({left_end(r), placed.y}, {right_end(r), placed.y}, {table_.style.interval});
    if (r.estimate && inside(*r.estimate)) page_.line({x_of(*r.estimate), placed.y - 2.5}, {x_of(*r.estimate), placed.y + 2.5}, {ink});
    arrows(placed, table_.style.interval);
  }

  void diamond(const PlacedRow& placed) {
    const ForestRow& r = *placed.row;
    if (!r.estimate) return;
    constexpr double half = 6.5;
    const bool hollow = r.model == Model::common;
    const double x = x_of(*r.estimate), left = r.ci_lower || r.clipped_lower ? left_end(r) : x,
                 right = r.ci_upper || r.clipped_upper ? right_end(r) : x;
    page_.polygon({{left, placed.y}, {x, placed.y - half}, {right, placed.y}, {x, placed.y + half}},
                  hollow ? table_.style.common : table_.style.diamond, {table_.style.diamond});
    arrows(placed, table_.style.diamond);
  }

  void prediction_mark(const PlacedRow& placed) {
    const ForestRow& r = *placed.row;
    if (!r.ci_lower && !r.ci_upper) return;
    constexpr double half = 2.5, end = 5;
    const double left = left_end(r), right = right_end(r), middle = (left + right) / 2;
    const std::string& colour = table_.style.prediction;
    switch (table_.style.prediction_mark) {
      case PredictionMark::bar:
        page_.rectangle({left, placed.y - half}, right - left, 2 * half, colour);
        break;
      case PredictionMark::line:
        page_.line({left, placed.y}, {right, placed.y}, {colour, 1.6, "5 3"});
        break;
      case PredictionMark::polygon:
        page_.polygon({{left, placed.y}, {middle, placed.y - end}, {right, placed.y}, {middle, placed.y + end}}, "none", {colour, 1.4});
        return arrows(placed, muted);
    }
    for (double x : {left, right}) page_.line({x, placed.y - end}, {x, placed.y + end}, {muted});
    arrows(placed, muted);
  }

  void axis() {
    page_.begin_group("axis");
    const double y = layout_.axis_y;
    page_.line({layout_.plot_left, y}, {layout_.plot_right(), y}, {ink});
    double free_from = -1e9;
    for (double tick : table_.axis.ticks) {
      const std::string label = tick_label(tick, table_.axis.ticks, table_.axis.transform == "identity");
      const double x = x_of(tick), half = text_width(label, small_size) / 2;
      page_.line({x, y}, {x, y + 4}, {ink});
      if (x - half < free_from) continue;
      page_.text({x, y + 16}, label, {small_size, Weight::regular, Anchor::middle});
      free_from = x + half + 4;
    }
    if (!table_.axis.label.empty())
      page_.text({layout_.plot_left + plot_width / 2, layout_.label_y}, table_.axis.label, {text_size, Weight::regular, Anchor::middle});
    page_.end_group();
  }

  std::string description() const {
    std::size_t k = 0;
    std::string summaries;
    for (const ForestRow& r : table_.rows) {
      if (r.type == Type::study)
        ++k;
      else if (r.type == Type::summary_common || r.type == Type::summary_random || r.type == Type::prediction)
        summaries += ". " + tooltip(r);
    }
    return table_.axis.label + " of " + std::to_string(k) + (k == 1 ? " study" : " studies") + summaries + ".";
  }

  const ForestTable& table_;
  PlotLayout layout_;
  SvgPage page_;
  double heaviest_ = 0;
};

}  // namespace

std::string to_svg(const ForestTable& table) {
  return ForestDrawing(table).svg();
}

}  // namespace tausq
