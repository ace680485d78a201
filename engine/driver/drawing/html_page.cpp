#include "engine/driver/drawing/html_page.hpp"

namespace tausq::drawing {

namespace {

/// What stands in the first <title>, escaped as it is there.
std::string_view title_of(std::string_view svg) {
  const std::size_t element = svg.find("<title"), begin = element == svg.npos ? svg.npos : svg.find('>', element);
  const std::size_t end = begin == svg.npos ? svg.npos : svg.find("</title>", begin);
  return end == svg.npos ? "" : svg.substr(begin + 1, end - begin - 1);
}

}  // namespace

std::string html_page(std::string_view svg) {
  std::string page =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>";
  page += title_of(svg);
  page += "</title>\n<style>body { margin: 1em; background: #fff } svg { max-width: 100%; height: auto }</style>\n</head>\n<body>\n";
  page += svg;
  if (!svg.ends_with('\n')) page += '\n';
  return page + "</body>\n</html>\n";
}

}  // namespace tausq::drawing
