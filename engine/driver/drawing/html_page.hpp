// A drawing as a file for the browser.
#pragma once

#include <string>
#include <string_view>

namespace tausq::drawing {

/// An HTML page with an SVG in it and nothing else: its <title> is that of the drawing, the drawing shrinks with the window, nothing is run
/// and nothing loaded.
std::string html_page(std::string_view svg);

}  // namespace tausq::drawing
