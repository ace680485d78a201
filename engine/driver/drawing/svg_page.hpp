// SVG elements with escaped text and short coordinates.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/driver/drawing/font_metrics.hpp"

namespace tausq::drawing {

/// Text as XML character data: markup escaped, what XML or a single line cannot hold (control and bidirectional
/// control characters, noncharacters) replaced by U+FFFD.
std::string xml_text(std::string_view utf8);

/// A coordinate with at most two decimals.
std::string coordinate(double value);

enum class Anchor { start, middle, end };

struct TextStyle {
  double size = 12;
  Weight weight = Weight::regular;
  Anchor anchor = Anchor::start;
  std::string_view fill = "#1a1a1a";
  bool halo = false;  ///< a white edge, for words that stand on lines and areas
};

struct Stroke {
  std::string_view colour = "#1a1a1a";
  double width = 1;
  std::string_view dashes{};
};

/// The elements of a drawing, in order.
class SvgPage {
 public:
  using Point = std::pair<double, double>;

  void text(Point baseline, std::string_view words, const TextStyle& style);
  /// Text cut to `width`, with its whole wording as a tooltip where it was cut.
  void fitted_text(Point baseline, std::string_view words, double width, const TextStyle& style);
  void line(Point from, Point to, const Stroke& stroke);
  void rectangle(Point corner, double width, double height, std::string_view fill);
  void polygon(const std::vector<Point>& points, std::string_view fill, const Stroke& stroke);
  /// A disc with a tooltip.
  void circle(Point centre, double radius, std::string_view fill, const Stroke& stroke, std::string_view title = "");
  void polyline(const std::vector<Point>& points, const Stroke& stroke);
  /// Lines along a path in SVG's own words ("M10 20h5").
  void path(std::string_view commands, const Stroke& stroke);
  void begin_group(std::string_view css_class, std::string_view title = "");
  void end_group();

  /// The finished document.
  std::string document(double width, double height, std::string_view title, std::string_view description) const;

 private:
  std::string body_;
};

}  // namespace tausq::drawing
