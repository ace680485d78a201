// A page as one HTML file.
#include <array>

#include <tausq/version.hpp>

#include "engine/driver/drawing/svg_page.hpp"
#include "engine/driver/page/document.hpp"
#include "engine/driver/page/templates.hpp"
#include "engine/driver/records/sha256.hpp"
#include "engine/driver/report/numbers.hpp"

namespace tausq {

namespace {

using namespace page_detail;
using drawing::xml_text;

/// Text of several lines: line ends are kept, everything else that could be markup or disturb a line is escaped.
std::string lines_text(const std::string& text) {
  std::string escaped;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    escaped += xml_text(std::string_view(text).substr(at, end - at)) + (end < text.size() ? "\n" : "");
    at = end + 1;
  }
  return escaped;
}

/// Bytes in hexadecimal as base64 (RFC 4648), the form in which a content policy names a script.
std::string base64(std::string_view hexadecimal) {
  constexpr std::string_view digits = "0123456789abcdef";
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  unsigned bits = 0;
  int held = 0;
  for (char c : hexadecimal) {
    bits = (bits << 4) | static_cast<unsigned>(digits.find(c));
    held += 4;
    if (held < 6) continue;
    held -= 6;
    text += alphabet[(bits >> held) & 63];
  }
  if (held > 0) text += alphabet[(bits << (6 - held)) & 63];
  while (text.size() % 4) text += '=';
  return text;
}

std::string hash_of(std::string_view text) {
  return "'sha256-" + base64(records::sha256(text)) + "'";
}

/// No request leaves the page, and no script or style runs but its own.
std::string policy() {
  return "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src " + hash_of(templates::report_css) +
         "; script-src " + hash_of(templates::report_js) + "; base-uri 'none'; form-action 'none'\">\n";
}

/// A drawing inside the page: its ids are made its own.
std::string inlined(std::string svg, const std::string& id) {
  for (const std::string_view name : {"plot-title", "plot-description"})
    for (std::size_t at = svg.find(name); at != std::string::npos; at = svg.find(name, at + id.size() + name.size() + 1))
      svg.insert(at, id + "-");
  return svg;
}

class HtmlWriter {
 public:
  explicit HtmlWriter(bool plain) : plain_(plain) {}

  std::string text;

  void section(const Section& section) {
    text += "<section id=\"" + section.id + "\">\n<h2>" + xml_text(section.title) + "</h2>\n";
    for (const Block& block : section.blocks) std::visit(*this, block);
    text += "</section>\n";
  }

  void operator()(const Paragraph& p) {
    text += std::string("<p") + (p.warning ? " class=\"warning\">" : ">") + xml_text(p.text) + "</p>\n";
  }

  void operator()(const List& list) {
    if (list.items.empty()) return;
    const std::string tag = list.numbered ? "ol" : "ul";
    text += "<" + tag + ">\n";
    for (const std::string& item : list.items) text += "<li>" + xml_text(item) + "</li>\n";
    text += "</" + tag + ">\n";
  }

  void operator()(const Code& code) {
    if (plain_)
      text += "<h3>" + xml_text(code.title) + "</h3>\n<pre>" + lines_text(code.text) + "</pre>\n";
    else
      text += "<details class=\"code\"><summary>" + xml_text(code.title) + "</summary><pre>" + lines_text(code.text) + "</pre></details>\n";
  }

  void operator()(const Drawing& drawing) {
    if (plain_ || drawing.variants.empty()) return;
    text += "<figure id=\"" + drawing.id + "\"" + (drawing.half ? " class=\"half\">\n" : ">\n");
    for (std::size_t i = 0; i < drawing.variants.size(); ++i) {
      const Drawing::Variant& v = drawing.variants[i];
      text += "<div class=\"drawing\"" + choice("model", v.model) + choice("scale", v.scale) + (i > 0 ? " hidden>" : ">") + "\n";
      text += inlined(v.svg, drawing.id + "-" + std::to_string(i)) + "</div>\n";
    }
    if (!drawing.caption.empty()) text += "<figcaption>" + xml_text(drawing.caption) + "</figcaption>\n";
    text += "</figure>\n";
  }

  void operator()(const Table& table) {
    text += "<div class=\"table\"><table" +
            std::string(plain_           ? " border=\"1\" cellspacing=\"0\" cellpadding=\"4\""
                        : table.sortable ? " class=\"sortable\""
                                         : "") +
            ">\n";
    text += "<caption>" + xml_text(table.caption) + "</caption>\n<thead><tr>";
    for (const TableColumn& column : table.columns)
      text += "<th scope=\"col\"" + std::string(column.numeric ? " class=\"number\"" : "") + scale_of(column) + ">" +
              xml_text(column.title) + "</th>";
    text += "</tr></thead>\n<tbody>\n";
    const std::size_t studies = table.rows.size() - table.summary_rows;
    for (std::size_t i = 0; i < studies; ++i) row(table, table.rows[i]);
    text += "</tbody>\n";
    if (table.summary_rows > 0) {
      text += "<tfoot>\n";
      for (std::size_t i = studies; i < table.rows.size(); ++i) row(table, table.rows[i]);
      text += "</tfoot>\n";
    }
    text += "</table></div>\n";
  }

 private:
  static std::string choice(const std::string& name, const std::string& value) {
    return value.empty() ? "" : " data-" + name + "=\"" + value + "\"";
  }
  /// Without a script the natural scale stands alone.
  std::string scale_of(const TableColumn& column) const {
    if (plain_) return "";
    return choice("scale", column.scale) + (column.scale == "analysis" ? " hidden" : "");
  }

  void row(const Table& table, const std::vector<Cell>& cells) {
    text += "<tr>";
    for (std::size_t j = 0; j < table.columns.size(); ++j) {
      const TableColumn& column = table.columns[j];
      const Cell cell = j < cells.size() ? cells[j] : Cell{};
      text += "<td" + std::string(column.numeric ? " class=\"number\"" : "") + scale_of(column);
      if (cell.number && table.sortable && !plain_) text += " data-n=\"" + report::shortest(*cell.number) + "\"";
      text += ">" + xml_text(cell.text) + "</td>";
    }
    text += "</tr>\n";
  }

  bool plain_;
};

std::string headlines(const Document& document) {
  std::string text = "<dl class=\"headlines\">\n";
  for (const Headline& h : document.headlines)
    text += "<div><dt>" + xml_text(h.label) + "</dt><dd class=\"value\">" + xml_text(h.value) + "</dd><dd class=\"note\">" +
            xml_text(h.note) + "</dd></div>\n";
  return text + "</dl>";
}

std::string switch_of(const std::string& name, const std::string& legend, const std::vector<std::pair<std::string, std::string>>& choices) {
  std::string text = "<fieldset><legend>" + legend + "</legend>";
  for (const auto& [value, label] : choices)
    text += "<label><input type=\"radio\" name=\"" + name + "\" value=\"" + value + "\">" + label + "</label>";
  return text + "</fieldset>";
}

std::string navigation(const Document& document) {
  std::string text = "<nav aria-label=\"Sections\">\n";
  for (const Section& section : document.sections) text += "<a href=\"#" + section.id + "\">" + xml_text(section.title) + "</a>\n";
  text += "<div class=\"switches\" hidden>";
  if (document.both_models)
    text += switch_of("model", "Model", {{"both", "both"}, {"common", "common effect"}, {"random", "random effects"}});
  if (document.two_scales) text += switch_of("scale", "Scale", {{"natural", "natural scale"}, {"analysis", "analysis scale"}});
  return text + "<button type=\"button\" id=\"theme\">light / dark</button></div>\n</nav>";
}

/// The template with {{name}} replaced; what is put in is not looked at again.
std::string filled(std::string_view pattern, const std::vector<std::pair<std::string_view, std::string>>& values) {
  std::string text;
  while (!pattern.empty()) {
    const std::size_t open = pattern.find("{{"), close = open == std::string_view::npos ? open : pattern.find("}}", open);
    if (close == std::string_view::npos) break;
    text += pattern.substr(0, open);
    for (const auto& [name, value] : values)
      if (name == pattern.substr(open + 2, close - open - 2)) text += value;
    pattern.remove_prefix(close + 2);
  }
  return text += pattern;
}

}  // namespace

std::string to_html(const Page& page, bool plain) {
  const Document document = document_of(page);
  HtmlWriter writer(plain);
  for (const Section& section : document.sections) writer.section(section);
  return filled(templates::report_html, {{"policy", plain ? "" : policy()},
                                         {"version", std::string(version)},
                                         {"title", xml_text(document.title)},
                                         {"subtitle", xml_text(document.subtitle)},
                                         {"style", plain ? "" : std::string(templates::report_css)},
                                         {"headlines", headlines(document)},
                                         {"navigation", plain ? "" : navigation(document)},
                                         {"sections", writer.text},
                                         {"script", plain ? "" : "<script>" + std::string(templates::report_js) + "</script>\n"}});
}

}  // namespace tausq
