#include "engine/driver/drawing/svg_page.hpp"

#include "engine/driver/report/numbers.hpp"
#include "engine/driver/report/unicode.hpp"

namespace tausq::drawing {

namespace {

/// Characters that XML 1.0 excludes (section 2.2) or that would reorder or break the line.
bool unfit(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code & 0xFFFE) == 0xFFFE || (code >= 0xFDD0 && code <= 0xFDEF) ||
         code == 0x2028 || code == 0x2029 || report::is_bidi_control(code);
}

std::string attribute(std::string_view name, std::string_view value) {
  std::string text = " ";
  text += name;
  text += "=\"";
  text += value;
  return text + "\"";
}

std::string stroke_attributes(const Stroke& stroke) {
  std::string text = attribute("stroke", stroke.colour);
  if (stroke.width != 1) text += attribute("stroke-width", coordinate(stroke.width));
  if (!stroke.dashes.empty()) text += attribute("stroke-dasharray", stroke.dashes);
  return text;
}

}  // namespace

std::string xml_text(std::string_view utf8) {
  std::string text;
  text.reserve(utf8.size());
  for (char32_t code : report::decoded(utf8)) {
    switch (code) {
      case U'&':
        text += "&amp;";
        break;
      case U'<':
        text += "&lt;";
        break;
      case U'>':
        text += "&gt;";
        break;
      case U'"':
        text += "&quot;";
        break;
      default:
        text += unfit(code) ? "\uFFFD" : report::encoded(code);
    }
  }
  return text;
}

std::string coordinate(double value) {
  std::string text = report::fixed(value, 2);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

void SvgPage::text(Point baseline, std::string_view words, const TextStyle& style) {
  if (words.empty()) return;
  body_ += "<text" + attribute("x", coordinate(baseline.first)) + attribute("y", coordinate(baseline.second));
  if (style.size != 12) body_ += attribute("font-size", coordinate(style.size));
  if (style.weight == Weight::bold) body_ += " font-weight=\"bold\"";
  if (style.anchor != Anchor::start) body_ += attribute("text-anchor", style.anchor == Anchor::middle ? "middle" : "end");
  if (style.fill != TextStyle{}.fill) body_ += attribute("fill", style.fill);
  if (style.halo) body_ += " stroke=\"#ffffff\" stroke-width=\"2.5\" stroke-linejoin=\"round\" paint-order=\"stroke\"";
  body_ += ">" + xml_text(words) + "</text>\n";
}

void SvgPage::fitted_text(Point baseline, std::string_view words, double width, const TextStyle& style) {
  const std::string shown = fitted(words, width, style.size, style.weight);
  if (shown == words) return text(baseline, words, style);
  begin_group("cut", words);
  text(baseline, shown, style);
  end_group();
}

void SvgPage::line(Point from, Point to, const Stroke& stroke) {
  body_ += "<line" + attribute("x1", coordinate(from.first)) + attribute("y1", coordinate(from.second)) +
           attribute("x2", coordinate(to.first)) + attribute("y2", coordinate(to.second)) + stroke_attributes(stroke) + "/>\n";
}

void SvgPage::rectangle(Point corner, double width, double height, std::string_view fill) {
  body_ += "<rect" + attribute("x", coordinate(corner.first)) + attribute("y", coordinate(corner.second)) +
           attribute("width", coordinate(width)) + attribute("height", coordinate(height)) + attribute("fill", fill) + "/>\n";
}

void SvgPage::polygon(const std::vector<Point>& points, std::string_view fill, const Stroke& stroke) {
  std::string list;
  for (const Point& point : points) list += (list.empty() ? "" : " ") + coordinate(point.first) + "," + coordinate(point.second);
  body_ += "<polygon" + attribute("points", list) + attribute("fill", fill) + stroke_attributes(stroke) + " stroke-linejoin=\"miter\"/>\n";
}

void SvgPage::circle(Point centre, double radius, std::string_view fill, const Stroke& stroke, std::string_view title) {
  body_ += "<circle" + attribute("cx", coordinate(centre.first)) + attribute("cy", coordinate(centre.second)) +
           attribute("r", coordinate(radius)) + attribute("fill", fill) + stroke_attributes(stroke);
  body_ += title.empty() ? "/>\n" : "><title>" + xml_text(title) + "</title></circle>\n";
}

void SvgPage::polyline(const std::vector<Point>& points, const Stroke& stroke) {
  std::string commands;
  for (const Point& point : points) commands += (commands.empty() ? "M" : "L") + coordinate(point.first) + " " + coordinate(point.second);
  path(commands, stroke);
}

void SvgPage::path(std::string_view commands, const Stroke& stroke) {
  if (!commands.empty()) body_ += "<path" + attribute("d", commands) + attribute("fill", "none") + stroke_attributes(stroke) + "/>\n";
}

void SvgPage::begin_group(std::string_view css_class, std::string_view title) {
  body_ += "<g" + attribute("class", css_class) + ">";
  if (!title.empty()) body_ += "<title>" + xml_text(title) + "</title>";
  body_ += "\n";
}

void SvgPage::end_group() {
  body_ += "</g>\n";
}

std::string SvgPage::document(double width, double height, std::string_view title, std::string_view description) const {
  const std::string w = coordinate(width), h = coordinate(height);
  std::string text =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + w + "\" height=\"" + h + "\" viewBox=\"0 0 " + w + " " + h +
      "\" role=\"img\" aria-labelledby=\"plot-title plot-description\" font-family=\"Arial, Helvetica, 'Liberation Sans', sans-serif\" "
      "font-size=\"12\" fill=\"#1a1a1a\" direction=\"ltr\">\n";
  text += "<title id=\"plot-title\">" + xml_text(title) + "</title>\n<desc id=\"plot-description\">" + xml_text(description) + "</desc>\n";
  text += "<rect width=\"" + w + "\" height=\"" + h + "\" fill=\"#ffffff\"/>\n";
  return text + body_ + "</svg>\n";
}

}  // namespace tausq::drawing
