// The drawing is read back: well-formed, nothing outside the page, no two texts on one another.
#include <doctest/doctest.h>

#include <charconv>
#include <map>
#include <string>
#include <tausq/forest.hpp>
#include <vector>

#include "engine/driver/drawing/font_metrics.hpp"
#include "engine/driver/drawing/svg_page.hpp"
#include "tests/unit/report/sample_analyses.hpp"

using namespace tausq;

namespace {

struct Element {
  std::string name;
  std::map<std::string, std::string> attributes;
  std::string text;
  double number(const std::string& attribute, double otherwise = 0) const {
    const auto found = attributes.find(attribute);
    if (found == attributes.end()) return otherwise;
    double value = 0;
    const std::string& digits = found->second;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), value).ptr != digits.data() + digits.size())
      FAIL("no number: ", digits);
    return value;
  }
};

std::string unescaped(std::string text) {
  for (const auto& [entity, character] : {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&amp;", "&"}})
    for (std::size_t at = 0; (at = text.find(entity, at)) != std::string::npos; at += 1)
      text.replace(at, std::string(entity).size(), character);
  return text;
}

/// A reader of the XML that the drawing uses; every tag must close.
std::vector<Element> elements(const std::string& svg) {
  std::vector<Element> found;
  std::vector<std::string> open;
  std::size_t at = 0;
  while ((at = svg.find('<', at)) != std::string::npos) {
    const std::size_t end = svg.find('>', at);
    if (end == std::string::npos) FAIL("a tag does not end");
    std::string tag = svg.substr(at + 1, end - at - 1);
    at = end + 1;
    if (tag[0] == '/') {
      if (open.empty() || open.back() != tag.substr(1)) FAIL("closes nothing: ", tag);
      open.pop_back();
      continue;
    }
    const bool closed = tag.back() == '/';
    if (closed) tag.pop_back();
    Element element;
    element.name = tag.substr(0, tag.find(' '));
    for (std::size_t a = tag.find(' '); a != std::string::npos && a < tag.size();) {
      const std::size_t equals = tag.find("=\"", a);
      if (equals == std::string::npos) break;
      const std::size_t quote = tag.find('"', equals + 2);
      element.attributes[tag.substr(a + 1, equals - a - 1)] = tag.substr(equals + 2, quote - equals - 2);
      a = quote + 1;
    }
    element.text = unescaped(svg.substr(at, svg.find('<', at) - at));
    if (!closed) open.push_back(element.name);
    found.push_back(element);
  }
  CHECK(open.empty());
  return found;
}

struct Box {
  double left, right, top, bottom;
  std::string text;
};

std::vector<Box> text_boxes(const std::vector<Element>& all) {
  std::vector<Box> boxes;
  for (const Element& e : all) {
    if (e.name != "text") continue;
    const double size = e.number("font-size", 12), x = e.number("x"), y = e.number("y");
    const double width =
        drawing::text_width(e.text, size, e.attributes.contains("font-weight") ? drawing::Weight::bold : drawing::Weight::regular);
    const auto anchor = e.attributes.find("text-anchor");
    const double left = anchor == e.attributes.end() ? x : anchor->second == "end" ? x - width : x - width / 2;
    boxes.push_back({left, left + width, y - 0.75 * size, y + 0.2 * size, e.text});
  }
  return boxes;
}

/// What stands outside the page or on one another; empty for a good drawing.
std::string faults(const std::vector<Element>& all) {
  const double width = all[0].number("width"), height = all[0].number("height");
  const std::vector<Box> boxes = text_boxes(all);
  std::string text;
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const Box& a = boxes[i];
    if (a.left < 0 || a.right > width || a.top < 0 || a.bottom > height) text += "outside: " + a.text + "\n";
    for (std::size_t j = i + 1; j < boxes.size(); ++j) {
      const Box& b = boxes[j];
      const bool apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
      if (!apart) text += "collide: " + a.text + " / " + b.text + "\n";
    }
  }
  for (const Element& e : all)
    for (const char* name : {"x1", "x2", "x"})
      if (e.number(name) < 0 || e.number(name) > width) text += "outside: " + e.name + "\n";
  return text;
}

/// Checks the drawing of any table; gives its elements.
std::vector<Element> checked(const ForestTable& table) {
  std::vector<Element> all = elements(to_svg(table));
  CHECK(all.size() > 10);
  CHECK(faults(all) == "");
  return all;
}

std::size_t count(const std::vector<Element>& all, const std::string& name, const std::string& css_class = "") {
  std::size_t n = 0;
  for (const Element& e : all)
    n += e.name == name && (css_class.empty() || (e.attributes.contains("class") && e.attributes.at("class") == css_class));
  return n;
}

}  // namespace

TEST_CASE("proportions, ratios, subgroups and differences are drawn without collisions") {
  const auto plain = checked(forest_table(samples::bcg(), {{}, {}, "BCG vaccine against tuberculosis", true}));
  CHECK(count(plain, "g", "study") == 13);
  CHECK(count(plain, "rect") == 1 + 13 + 1);  // page, squares, prediction bar
  CHECK(count(plain, "polygon") == 2);
  checked(forest_table(samples::proportions()));
  const auto grouped = checked(forest_table(samples::bcg_by_allocation()));
  CHECK(count(grouped, "polygon") == 8);
  for (std::size_t k : {1u, 2u, 60u, 150u}) CHECK(count(checked(forest_table(samples::differences(k))), "g", "study") == k);
}

TEST_CASE("labels of any script and length") {
  Analysis analysis = samples::bcg();
  analysis.studies[0].study = "כהן ולוי 2010";
  analysis.studies[1].study = "王小明与李雷 2015";
  analysis.studies[2].study = std::string(300, 'W');
  analysis.studies[3].study = "<script>&\"'";
  analysis.studies[4].study = "bell\a \xE2\x80\xAE reversed \xEF\xBF\xBE";
  analysis.studies[5].study = "\xFF broken";
  const std::string svg = to_svg(forest_table(analysis));
  checked(forest_table(analysis));
  CHECK(svg.find("<script>") == std::string::npos);
  CHECK(svg.find("\xE2\x80\xAE") == std::string::npos);
  CHECK(svg.find('\a') == std::string::npos);
  CHECK(svg.find("\xEF\xBF\xBE") == std::string::npos);
  CHECK(svg.find("\xFF") == std::string::npos);
  CHECK(svg.find("WW\u2026") != std::string::npos);
  CHECK(svg.find("<title>" + std::string(300, 'W') + "</title>") != std::string::npos);
}

TEST_CASE("clipped intervals end in arrows at the edge of the axis") {
  Analysis analysis = samples::bcg();
  analysis.studies[3].display = {0.5, 1e-7, 1e7};
  const auto all = checked(forest_table(analysis));
  CHECK(count(all, "polygon") == 2 + 2);
}

TEST_CASE("estimates outside the axis are not drawn on its edge as if they stood there") {
  const auto all = checked(forest_table(samples::bcg(), {0.9, 1.1, "", true}));
  CHECK(count(all, "rect") == 1 + 2 + 1);  // only two of the estimates lie between 0.9 and 1.1
}

TEST_CASE("nothing to draw is drawn empty") {
  Analysis analysis = samples::proportions();
  analysis.studies.clear();
  analysis.common = analysis.random = {};
  analysis.prediction = {};
  checked(forest_table(analysis));
}

TEST_CASE("accessible: title and description") {
  const auto all = elements(to_svg(forest_table(samples::bcg(), {{}, {}, "A & B", true})));
  CHECK(all[0].attributes.at("role") == "img");
  CHECK(all[1].name == "title");
  CHECK(all[1].text == "A & B");
  CHECK(all[2].name == "desc");
  CHECK(all[2].text.find("Odds Ratio of 13 studies. Common effect: 0.65 [0.60; 0.70]. Random effects: 0.47 [0.32; 0.69]") == 0);
}

TEST_CASE("font widths are those of Arial and Helvetica") {
  CHECK(drawing::text_width("0", 1000) == doctest::Approx(556).epsilon(0.001));
  CHECK(drawing::text_width("W", 1000) == doctest::Approx(944).epsilon(0.001));
  CHECK(drawing::text_width("i", 1000, drawing::Weight::bold) == doctest::Approx(278).epsilon(0.001));
  CHECK(drawing::text_width("\u2212", 1000) == doctest::Approx(584).epsilon(0.001));
  CHECK(drawing::text_width("王", 12) == 12);
  CHECK(drawing::text_width("e\xCC\x81", 12) == drawing::text_width("e", 12));
  CHECK(drawing::fitted("abc", 1000, 12) == "abc");
  CHECK(drawing::text_width(drawing::fitted("abcdefghij", 40, 12), 12) <= 40);
}

TEST_CASE("coordinates are short") {
  CHECK(drawing::coordinate(12.3456) == "12.35");
  CHECK(drawing::coordinate(12) == "12");
  CHECK(drawing::coordinate(-0.001) == "0");
}
