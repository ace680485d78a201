// What stands where on a drawing, read back from its SVG.
#pragma once

#include <doctest/doctest.h>

#include <regex>
#include <string>
#include <vector>

#include "engine/driver/drawing/clip.hpp"
#include "engine/driver/drawing/font_metrics.hpp"

namespace tausq::drawing {

struct TextBox {
  std::string words;
  Box box;
};

inline std::string unescaped(std::string text) {
  for (const auto& [from, to] : {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&amp;", "&"}})
    text = std::regex_replace(text, std::regex(from), to);
  return text;
}

inline double number_in(const std::string& attributes, const std::string& name, double otherwise) {
  std::smatch found;
  return std::regex_search(attributes, found, std::regex(" " + name + "=\"([-0-9.]+)\"")) ? std::stod(found[1]) : otherwise;
}

/// Every piece of text with the box of its letters.
inline std::vector<TextBox> text_boxes(const std::string& svg) {
  std::vector<TextBox> boxes;
  const std::regex element("<text([^>]*)>([^<]*)</text>");
  for (std::sregex_iterator it(svg.begin(), svg.end(), element), end; it != end; ++it) {
    const std::string attributes = (*it)[1], words = unescaped((*it)[2]);
    const double size = number_in(attributes, "font-size", 12), x = number_in(attributes, "x", 0), y = number_in(attributes, "y", 0);
    const double width = text_width(words, size, attributes.find("bold") == std::string::npos ? Weight::regular : Weight::bold);
    const double share = attributes.find("\"middle\"") != std::string::npos ? 0.5 : attributes.find("\"end\"") != std::string::npos ? 1 : 0;
    boxes.push_back({words, {x - share * width, y - 0.72 * size, x + (1 - share) * width, y + 0.1 * size}});
  }
  return boxes;
}

inline Box page_of(const std::string& svg) {
  std::smatch size;
  REQUIRE(std::regex_search(svg, size, std::regex("width=\"([0-9.]+)\" height=\"([0-9.]+)\"")));
  return {0, 0, std::stod(size[1]), std::stod(size[2])};
}

/// No text covers another or leaves the page; no number is missing; nothing is drawn outside.
inline void check_structure(const std::string& svg) {
  const Box page = page_of(svg);
  const std::vector<TextBox> texts = text_boxes(svg);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const Box& box = texts[i].box;
    CHECK_MESSAGE((box.left >= 0 && box.right <= page.right && box.top >= 0 && box.bottom <= page.bottom), texts[i].words,
                  " leaves the page");
    for (std::size_t j = i + 1; j < texts.size(); ++j)
      CHECK_MESSAGE(!box.overlaps(texts[j].box), "'", texts[i].words, "' covers '", texts[j].words, "'");
  }
  const std::regex place(" (cx|cy|x|y|x1|y1|x2|y2)=\"([^\"]*)\"");
  for (std::sregex_iterator it(svg.begin(), svg.end(), place), end; it != end; ++it) {
    const double value = std::stod((*it)[2]), limit = std::string((*it)[1]).find('x') != std::string::npos ? page.right : page.bottom;
    CHECK_MESSAGE((value >= -0.01 && value <= limit + 0.01), it->str());
  }
  CHECK(svg.find("\"nan") == std::string::npos);
  CHECK(svg.find("\"inf") == std::string::npos);
  CHECK(svg.find("<title") != std::string::npos);
  CHECK(svg.find("<desc") != std::string::npos);
}

}  // namespace tausq::drawing
