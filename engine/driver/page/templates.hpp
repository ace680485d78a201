// The files of the folder templates, compiled in by CMake.
#pragma once

#include <string_view>

namespace tausq::page_detail::templates {

extern const std::string_view report_html, report_css, report_js;

}  // namespace tausq::page_detail::templates
