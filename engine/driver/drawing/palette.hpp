// The colours of all drawings, told apart in greyscale by their lightness.
#pragma once

#include <string_view>

namespace tausq::drawing {

inline constexpr std::string_view ink = "#1a1a1a", muted = "#555555", faint = "#9a9a9a", hairline = "#dddddd", paper = "#ffffff";
inline constexpr std::string_view study_blue = "#6f93b8", pooled_blue = "#1f3f66", band_blue = "#c9d8e8", pale_blue = "#e6eef6";
inline constexpr std::string_view bar_grey = "#8a8a8a", accent = "#b5482a";
inline constexpr std::string_view shade_1 = "#f4f4f4", shade_2 = "#e3e3e3", shade_3 = "#cfcfcf";

}  // namespace tausq::drawing
