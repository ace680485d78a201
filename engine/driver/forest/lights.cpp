#include "engine/driver/forest/lights.hpp"

#include <array>
#include <string>

#include "engine/driver/drawing/font_metrics.hpp"
#include "engine/driver/drawing/palette.hpp"
#include "engine/driver/forest/layout.hpp"

namespace tausq::forest {

namespace {

using namespace drawing;

struct Light {
  std::string_view initials;  ///< of the judgements that it stands for
  std::string_view fill, sign, meaning;
};

constexpr std::array<Light, 4> lights{{{"l+", "#7fbf7f", "+", "Low risk of bias"},
                                       {"sm?", "#f2d46b", "?", "Some concerns"},
                                       {"h-c", "#d9705f", "\u2212", "High risk of bias"},
                                       {"", "#e3e3e3", "", "No information"}}};

/// "serious" and "critical" are high, "some" and "moderate" between.
const Light& light_of(std::string_view judgement) {
  const auto folded = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  std::string word;
  for (char c : judgement) word += folded(c);
  if (word.starts_with("serious")) return lights[2];
  if (word.starts_with("unclear")) return lights[1];
  for (const Light& light : lights)
    if (!word.empty() && light.initials.find(word.front()) != std::string_view::npos) return light;
  return lights.back();
}

void draw(SvgPage& page, SvgPage::Point centre, const Light& light, std::string_view title) {
  page.circle(centre, light_size / 2 - 0.5, light.fill, {muted, 0.6}, title);
  page.text({centre.first, centre.second + 0.36 * text_size}, light.sign, {text_size, Weight::bold, Anchor::middle});
}

}  // namespace

void draw_light(SvgPage& page, SvgPage::Point centre, std::string_view judgement) {
  draw(page, centre, light_of(judgement), judgement);
}

void draw_light_legend(SvgPage& page, SvgPage::Point left) {
  double x = left.first;
  for (const Light& light : lights) {
    draw(page, {x + light_size / 2, left.second}, light, "");
    page.text({x + light_size + 5, left.second + 0.36 * small_size}, light.meaning, {small_size});
    x += light_size + 5 + text_width(light.meaning, small_size) + 18;
  }
}

}  // namespace tausq::forest
