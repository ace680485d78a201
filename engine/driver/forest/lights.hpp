// Traffic lights: judgements of the risk of bias, told apart by colour and by sign.
#pragma once

#include <string_view>

#include "engine/driver/drawing/svg_page.hpp"

namespace tausq::forest {

/// A disc with the sign of the judgement: low +, some concerns (moderate) ?, high (serious, critical) -; others are blank.
void draw_light(drawing::SvgPage& page, drawing::SvgPage::Point centre, std::string_view judgement);

/// What the signs mean, in one line that begins at `left`, the middle of its height.
void draw_light_legend(drawing::SvgPage& page, drawing::SvgPage::Point left);

}  // namespace tausq::forest
