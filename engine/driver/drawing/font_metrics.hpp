// How wide text is in Arial, Helvetica or Liberation Sans, which share their widths; no font is needed at run time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tausq::drawing {

enum class Weight { regular, bold };

/// Width of UTF-8 text in user units at `size` units an em. Characters that the fonts lack get a typical width of
/// their script: 1 em for East Asian wide ones, 0 for combining marks.
double text_width(std::string_view utf8, double size, Weight weight = Weight::regular);

/// The text, or its beginning and an ellipsis, at most `width` wide.
std::string fitted(std::string_view utf8, double width, double size, Weight weight = Weight::regular);

/// Words broken at blanks into lines at most `width` wide.
std::vector<std::string> broken(const std::string& words, double width, double size);

}  // namespace tausq::drawing
