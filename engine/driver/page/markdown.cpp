// A page as Markdown: tables and text, no drawings.
#include "engine/driver/page/document.hpp"
#include "engine/driver/report/unicode.hpp"

namespace tausq {

namespace {

using namespace page_detail;

/// Text of unknown origin: control characters escaped, and what Markdown or HTML in it would take for markup.
std::string plain_text(const std::string& text) {
  std::string safe;
  for (char c : report::escaped(text)) {
    if (std::string_view("\\`*_[]<>|#&").find(c) != std::string_view::npos) safe += '\\';
    safe += c;
  }
  return safe;
}

/// A fence longer than any that stands in the code.
std::string fence_for(const std::string& code) {
  std::string fence = "```";
  while (code.find(fence) != std::string::npos) fence += '`';
  return fence;
}

struct MarkdownWriter {
  std::string text;

  void operator()(const Paragraph& p) { text += (p.warning ? "> **Warning:** " : "") + plain_text(p.text) + "\n\n"; }

  void operator()(const List& list) {
    std::size_t number = 0;
    for (const std::string& item : list.items) text += (list.numbered ? std::to_string(++number) + ". " : "- ") + plain_text(item) + "\n";
    text += "\n";
  }

  void operator()(const Code& code) {
    const std::string fence = fence_for(code.text);
    text += "**" + code.title + "**\n\n" + fence + "\n" + code.text + (code.text.ends_with('\n') ? "" : "\n") + fence + "\n\n";
  }

  void operator()(const Drawing&) {}

  void operator()(const Table& table) {
    text += plain_text(table.caption) + "\n\n|";
    std::string rule = "|";
    for (const TableColumn& column : table.columns) {
      text += " " + plain_text(column.title) + " |";
      rule += column.numeric ? "---:|" : "---|";
    }
    text += "\n" + rule + "\n";
    for (const std::vector<Cell>& row : table.rows) {
      text += "|";
      for (std::size_t j = 0; j < table.columns.size(); ++j) text += " " + (j < row.size() ? plain_text(row[j].text) : "") + " |";
      text += "\n";
    }
    text += "\n";
  }
};

}  // namespace

std::string to_markdown(const Page& page) {
  const Document document = document_of(page);
  MarkdownWriter writer;
  writer.text = "# " + plain_text(document.title) + "\n\n" + plain_text(document.subtitle) + "\n\n";
  for (const Headline& h : document.headlines)
    writer.text += "- **" + plain_text(h.label) + "**: " + plain_text(h.value) + " (" + plain_text(h.note) + ")\n";
  writer.text += "\n";
  for (const Section& section : document.sections) {
    writer.text += "## " + section.title + "\n\n";
    for (const Block& block : section.blocks) std::visit(writer, block);
  }
  return writer.text;
}

}  // namespace tausq
