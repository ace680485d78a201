// The specification curve: one mark for every estimate and every choice, inside the page, whatever the data.
#include <doctest/doctest.h>

#include <regex>
#include <string>

#include <tausq/multiverse.hpp>
#include <tausq/report.hpp>

using namespace tausq;

namespace {

/// What stands between the first `<g class="NAME">` and the end of the group.
std::string group(const std::string& svg, const std::string& name) {
  const std::size_t from = svg.find("<g class=\"" + name + "\">");
  REQUIRE(from != std::string::npos);
  return svg.substr(from, svg.find("</g>", from) - from);
}

std::size_t count(const std::string& text, const std::string& word) {
  std::size_t number = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++number;
  return number;
}

void check_inside(const std::string& svg) {
  std::smatch size;
  REQUIRE(std::regex_search(svg, size, std::regex("width=\"([0-9.]+)\" height=\"([0-9.]+)\"")));
  const double width = std::stod(size[1]), height = std::stod(size[2]);
  const std::regex start("M([-0-9.]+) ([-0-9.]+)");
  for (std::sregex_iterator mark(svg.begin(), svg.end(), start), end; mark != end; ++mark) {
    const double x = std::stod((*mark)[1]), y = std::stod((*mark)[2]);
    CHECK((x >= 0 && x <= width));
    CHECK((y >= 0 && y <= height));
  }
  CHECK(svg.find("nan") == std::string::npos);
  CHECK(svg.find("inf ") == std::string::npos);
}

}  // namespace

TEST_CASE("every estimate has a mark, every choice a row") {
  const Multiverse m = multiverse(single_arm_counts({16, 4, 0, 7}, {20, 21, 22, 30}), {}, {.exclude = 0.5});
  const std::string svg = to_svg(m);
  CHECK(count(group(svg, "estimates"), "M") == m.summary.estimated);
  std::size_t choices = 0;
  for (const Dimension& d : m.summary.dimensions) choices += d.choices.size();
  CHECK(count(svg, "<g class=\"choice\">") == choices);
  check_inside(svg);
}

TEST_CASE("ratios, infinite ends, a single specification and equal estimates are drawn") {
  check_inside(to_svg(multiverse(two_arm_counts({0, 0, 1}, {6, 8, 9}, {3, 2, 2}, {5, 7, 9}))));
  check_inside(to_svg(multiverse(generic_effects({-0.3, -0.3}, {0.01, 0.01}))));
  check_inside(to_svg(multiverse(single_arm_counts({0, 0}, {5, 8}), {}, {.poolings = {Pooling::exact}, .leave_one_out = false})));
}

TEST_CASE("names of studies are escaped") {
  const std::string svg = to_svg(multiverse(single_arm_counts({3, 4, 5}, {9, 9, 9}, {"A & B <x>", "C", "D"})));
  CHECK(svg.find("A &amp; B &lt;x&gt;") != std::string::npos);
  CHECK(svg.find("<x>") == std::string::npos);
}
