// The sections that say where the numbers come from and how to get them again.
#include <tausq/fields.hpp>
#include <tausq/version.hpp>
#include <tausq/words.hpp>

#include "engine/driver/page/document.hpp"
#include "engine/driver/report/numbers.hpp"

namespace tausq::page_detail {

namespace {

/// The value of a setting as one word; empty where it has none.
struct WordOf {
  std::string operator()(bool value) const { return value ? "yes" : "no"; }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(double value) const { return report::shortest(value); }
  std::string operator()(std::integral auto value) const { return std::to_string(value); }
  template <typename Enum>
  requires std::is_enum_v<Enum> std::string operator()(Enum value) const { return std::string(word(value)); }
  template <typename T>
  std::string operator()(const std::optional<T>& value) const {
    return value ? (*this)(*value) : "";
  }
  template <typename T>
  std::string operator()(const std::vector<T>& values) const {
    std::string text;
    for (const T& value : values) text += (text.empty() ? "" : ", ") + (*this)(value);
    return text;
  }
};

template <HasFields Struct>
void add_settings(Table& table, const Struct& settings) {
  for_each_field<Struct>([&](const auto& field) {
    if constexpr (requires { field.key; }) {
      const std::string value = WordOf{}(settings.*field.member);
      if (!value.empty()) table.rows.push_back({{std::string(field.key)}, {value}, {std::string(field.meaning)}});
    } else {
      add_settings(table, settings.*field.member);
    }
  });
}

Section record_section(const Input& input, const std::vector<Warning>& warnings) {
  Section section{"records", "Records", {}};
  if (input.rows > 0)
    section.blocks.push_back(Paragraph{std::to_string(input.rows) + " rows read" + (input.source.empty() ? "" : " from " + input.source) +
                                       ", " + std::to_string(input.used) + " used, " + std::to_string(input.excluded.size()) +
                                       " left out."});
  Table table{"Rows that were left out", {{"Row"}, {"Study", false}, {"Reason", false}, {"Code", false}}, {}};
  for (const Excluded& e : input.excluded)
    table.rows.push_back({{std::to_string(e.row), static_cast<double>(e.row)}, {e.study}, {e.reason}, {e.code}});
  if (!table.rows.empty()) section.blocks.push_back(std::move(table));
  List notes;
  for (const Warning& w : warnings) {
    std::string studies;
    for (const std::string& study : w.studies)
      if (w.message.find(study) == std::string::npos) studies += (studies.empty() ? " (" : ", ") + study;
    notes.items.push_back(w.code + ": " + w.message + studies + (studies.empty() ? "" : ")"));
  }
  if (!notes.items.empty()) section.blocks.push_back(std::move(notes));
  return section;
}

}  // namespace

void add_account(Document& document, const Page& page) {
  document.sections.push_back(record_section(page.pool.input, page.pool.warnings));
  document.sections.push_back({"methods", "Methods", {Paragraph{page.methods}, List{page.references, true}}});
  Table settings{"Every setting, defaults included", {{"Setting", false}, {"Value", false}, {"Meaning", false}}, {}};
  add_settings(settings, page.pool.options);
  add_settings(settings, page.pool.input.reading);
  Section again{"reproduce", "How to reproduce", {}};
  again.blocks.push_back(Paragraph{"tausq " + std::string(version) +
                                   (page.pool.input.sha256.empty() ? "" : "; SHA-256 of the records " + page.pool.input.sha256) + "."});
  again.blocks.push_back(Code{"Command line", page.command});
  again.blocks.push_back(Code{"R, package metafor", page.equivalents.metafor});
  again.blocks.push_back(Code{"R, package meta", page.equivalents.meta});
  again.blocks.push_back(Code{"Stata", page.equivalents.stata});
  again.blocks.push_back(std::move(settings));
  document.sections.push_back(std::move(again));
}

}  // namespace tausq::page_detail
