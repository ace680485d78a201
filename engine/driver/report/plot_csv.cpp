// What stands on a plot as CSV: one row a point.
#include <tausq/plots.hpp>
#include <tausq/report.hpp>

#include "engine/driver/report/csv_writer.hpp"

namespace tausq {

std::string to_csv(const Plot& plot) {
  report::CsvWriter csv;
  csv.header({"panel", "series", "mark", "label", "x", "y", "x_end", "y_end", "size"});
  for (std::size_t i = 0; i < plot.panels.size(); ++i)
    for (const PlotSeries& series : plot.panels[i].series)
      for (const PlotPoint& point : series.points) {
        csv.integer(i + 1);
        csv.text(series.name);
        csv.text(to_string(series.mark));
        csv.text(point.label);
        for (const auto& number : {point.x, point.y, point.x_end, point.y_end, point.size}) csv.number(number);
        csv.end_row();
      }
  return csv.take();
}

}  // namespace tausq
