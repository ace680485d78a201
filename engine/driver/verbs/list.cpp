#include <algorithm>
#include <vector>

#include <tausq/forest.hpp>
#include <tausq/method_tables.hpp>
#include <tausq/plots.hpp>
#include <tausq/problem.hpp>

#include "engine/driver/verbs/command.hpp"

namespace tausq::verbs {

namespace {

/// A cell of a Markdown table: the bar is the one character that would end it.
std::string cell(std::string_view text) {
  std::string safe;
  for (char c : text) safe += c == '|' ? std::string("\\|") : std::string(1, c);
  return safe;
}

void append_markdown(std::string& text, const MethodTable& table) {
  text += "## " + std::string(table.title) + "\n\n| key | also | name | formula | source |\n|---|---|---|---|---|\n";
  for (const MethodInfo& info : table.methods()) {
    text += "| `" + cell(info.key) + "` | " + cell(info.aliases) + " | " + cell(info.name) + " | `" + cell(info.formula) + "` | " +
            cell(info.source) + " |\n";
  }
}

void append_text(std::string& text, const MethodTable& table) {
  text += std::string(table.title) + "\n";
  std::size_t width = 0;
  for (const MethodInfo& info : table.methods()) width = std::max(width, info.key.size());
  const std::string indent(width + 4, ' ');
  for (const MethodInfo& info : table.methods()) {
    text += "  " + std::string(info.key) + std::string(width - info.key.size() + 2, ' ') + std::string(info.name);
    if (!info.aliases.empty()) text += " [also " + std::string(info.aliases) + "]";
    text += "\n" + indent + std::string(info.formula) + "\n" + indent + std::string(info.source) + "\n";
  }
}

/// Those of the engine, and the kinds of plots, which belong to the driver.
std::vector<MethodTable> all_tables() {
  const std::span<const MethodTable> engine = method_tables();
  std::vector<MethodTable> tables(engine.begin(), engine.end());
  tables.push_back({"forest-styles", "Styles of forest plots (--style)", methods<ForestPreset>});
  tables.push_back({"plots", "Kinds of plots (tausq plot KIND)", methods<PlotKind>});
  return tables;
}

}  // namespace

std::string list_methods(const std::string& kind, bool markdown) {
  std::string text, words;
  for (const MethodTable& table : all_tables()) {
    words += " " + std::string(table.word);
    if (!kind.empty() && kind != table.word) continue;
    if (!text.empty()) text += "\n";
    (markdown ? append_markdown : append_text)(text, table);
  }
  if (text.empty()) throw UsageError("list " + kind + ": there is" + words);
  return text;
}

}  // namespace tausq::verbs
