#include "engine/driver/forest/layout.hpp"

#include <algorithm>

#include "engine/driver/drawing/ticks.hpp"
#include "engine/driver/report/numbers.hpp"

namespace tausq::forest {

namespace {

using Type = ForestRowType;

/// Position of the first row that belongs to the whole analysis.
std::size_t first_overall(const ForestTable& table) {
  std::size_t i = table.rows.size();
  while (i > 0) {
    const Type type = table.rows[i - 1].type;
    if (type == Type::study || type == Type::subgroup_header || type == Type::subgroup_summary) break;
    --i;
  }
  // The heterogeneity line of the last subgroup follows its summaries.
  if (i > 0 && i < table.rows.size() && table.rows[i - 1].type == Type::subgroup_summary && table.rows[i].type == Type::heterogeneity) ++i;
  return i;
}

double column_width(const ForestTable& table, const ForestColumn& column, const PlotLayout& layout) {
  double width = drawing::text_width(column.title, text_size, Weight::bold);
  if (column.light) return std::max(width, light_size);
  for (const ForestRow& row : table.rows) {
    if (is_words(row.type)) continue;
    const double inset = column.key == "label" ? label_indent(layout, row.type) : 0;
    width = std::max(width, inset + drawing::text_width(cell_text(row, column), text_size, text_weight(row)));
  }
  return column.numeric ? width : std::min(width, longest_label);
}

/// Columns of one group are widened until its heading fits over them.
void widen_for_groups(std::vector<PlacedColumn>& columns) {
  for (std::size_t i = 0; i < columns.size();) {
    std::size_t end = i;
    double width = -column_gap;
    while (end < columns.size() && columns[end].column->group == columns[i].column->group &&
           columns[end].column->left == columns[i].column->left)
      width += columns[end++].width + column_gap;
    if (!columns[i].column->group.empty())
      columns[i].width += std::max(0.0, drawing::text_width(columns[i].column->group, text_size, Weight::bold) - width);
    i = end;
  }
}

void place_columns(PlotLayout& layout, const ForestTable& table) {
  for (const ForestColumn& column : table.columns) layout.columns.push_back({&column, 0, column_width(table, column, layout)});
  widen_for_groups(layout.columns);
  double x = margin;
  const auto place = [&](bool left) {
    for (PlacedColumn& placed : layout.columns) {
      if (placed.column->left != left) continue;
      placed.left = x;
      x += placed.width + column_gap;
    }
  };
  place(true);
  layout.plot_left = x - column_gap + plot_gap;
  x = layout.plot_right() + plot_gap;
  place(false);
  const bool right_columns =
      std::any_of(table.columns.begin(), table.columns.end(), [](const ForestColumn& column) { return !column.left; });
  layout.width = (right_columns ? x - column_gap : layout.plot_right()) + margin;
}

/// Subgroup lines as long as the left columns and the plot.
double words_width(const PlotLayout& layout) {
  return layout.plot_right() - margin - label_indent(layout, Type::heterogeneity);
}

void place_rows(PlotLayout& layout, const ForestTable& table) {
  const std::size_t overall = first_overall(table);
  double y = layout.body_top;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const ForestRow& row = table.rows[i];
    if (i >= overall && is_words(row.type)) continue;
    if (row.type == Type::subgroup_header && i > 0) y += row_height / 2;
    if (i == overall && i > 0) {
      layout.summary_y = y + 4;
      y += 8;
    }
    layout.rows.push_back({&row, y + row_height / 2});
    const std::size_t lines = is_words(row.type) ? drawing::broken(row.label, words_width(layout), small_size).size() : 1;
    y += row_height + static_cast<double>(lines - 1) * line_height;
  }
  layout.axis_y = y + 6;
}

/// Under the axis: its tick labels and label, then the lines on heterogeneity and tests.
void place_notes(PlotLayout& layout, const ForestTable& table) {
  double y = layout.axis_y + 20 + line_height / 2;
  const bool favours = !table.favours_left.empty() || !table.favours_right.empty();
  if (favours && table.style.favours_above) layout.favours_y = layout.header_y;
  if (favours && !table.style.favours_above) {
    layout.favours_y = y + 2;
    y += line_height + 2;
  }
  layout.label_y = y + 5;
  y += table.axis.label.empty() ? 6 : line_height + 6;
  for (std::size_t i = first_overall(table); i < table.rows.size(); ++i) {
    if (!is_words(table.rows[i].type)) continue;
    layout.notes.push_back({&table.rows[i], y});
    y += line_height * static_cast<double>(drawing::broken(table.rows[i].label, layout.width - 2 * margin, small_size).size());
  }
  if (std::any_of(table.columns.begin(), table.columns.end(), [](const ForestColumn& column) { return column.light; })) {
    layout.lights_y = y + 4;
    y += line_height + 8;
  }
  layout.height = y - line_height / 2 + margin;
}

}  // namespace

bool is_summary(Type type) {
  return type == Type::subgroup_summary || type == Type::summary_common || type == Type::summary_random;
}
bool is_words(Type type) {
  return type == Type::heterogeneity || type == Type::test;
}

std::string cell_text(const ForestRow& row, const ForestColumn& column) {
  if (column.key == "label") return row.label;
  const auto cell = std::find_if(row.cells.begin(), row.cells.end(), [&](const ForestCell& c) { return c.column == column.key; });
  if (cell == row.cells.end()) return "";
  if (!column.numeric) return cell->text;
  return drawing::with_minus_signs(cell->text);
}

Weight text_weight(const ForestRow& row) {
  return is_summary(row.type) || row.type == Type::subgroup_header ? Weight::bold : Weight::regular;
}

double label_indent(const PlotLayout& layout, Type type) {
  const bool inside = type == Type::study || type == Type::subgroup_summary || type == Type::heterogeneity;
  return layout.indented && inside ? indent : 0;
}

PlotLayout plot_layout(const ForestTable& table) {
  PlotLayout layout;
  layout.groups = std::any_of(table.columns.begin(), table.columns.end(), [](const ForestColumn& column) { return !column.group.empty(); });
  layout.indented =
      std::any_of(table.rows.begin(), table.rows.end(), [](const ForestRow& row) { return row.type == Type::subgroup_header; });
  place_columns(layout, table);
  if (!table.title.empty())
    layout.width = std::max(layout.width, std::min(900.0, drawing::text_width(table.title, title_size, Weight::bold) + 2 * margin));
  layout.header_y = margin + (table.title.empty() ? 0 : 28) + (layout.groups ? row_height : 0) + row_height / 2;
  layout.body_top = layout.header_y + row_height / 2 + 8;
  place_rows(layout, table);
  place_notes(layout, table);
  return layout;
}

}  // namespace tausq::forest
