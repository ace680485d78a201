// What stands on a page, before it is HTML or Markdown: sections of paragraphs, tables, figures and code. All text is plain.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <tausq/page.hpp>

namespace tausq::page_detail {

struct Cell {
  std::string text;
  std::optional<double> number{};  ///< by which the column is sorted
};

struct TableColumn {
  std::string title;
  bool numeric = true;
  std::string scale{};  ///< "natural" or "analysis": shown with that scale only; empty: always
};

struct Table {
  std::string caption;
  std::vector<TableColumn> columns;
  std::vector<std::vector<Cell>> rows;
  std::size_t summary_rows = 0;  ///< at the end: set apart, never sorted away
  bool sortable = false;
};

struct Paragraph {
  std::string text;
  bool warning = false;
};

struct Code {
  std::string title, text;
};

struct List {
  std::vector<std::string> items;
  bool numbered = false;
};

/// One drawing, or several of which a reader chooses one by model and scale.
struct Drawing {
  struct Variant {
    std::string model, scale;  ///< empty: one for all
    std::string svg;
  };
  std::string id, caption;
  std::vector<Variant> variants;
  bool half = false;  ///< two of them stand side by side where there is room
};

using Block = std::variant<Paragraph, Table, Code, List, Drawing>;

struct Section {
  std::string id, title;
  std::vector<Block> blocks;
};

/// A number that a reader sees first.
struct Headline {
  std::string label, value, note;
};

struct Document {
  std::string title, subtitle;
  std::vector<Headline> headlines;
  std::vector<Section> sections;
  bool both_models = false;  ///< there is a choice of models
  bool two_scales = false;   ///< the analysis scale is not the natural one
};

/// The page as a document.
Document document_of(const Page& page);

// The pieces of which document_of() is composed.
void add_results(Document& document, const Page& page);      ///< forest plot, studies, estimates, heterogeneity
void add_diagnostics(Document& document, const Page& page);  ///< sensitivity, influence, small-study effects
void add_account(Document& document, const Page& page);      ///< records, methods, reproduction

/// The forest plot for every model and scale that a reader can choose.
Drawing forest_drawing(const Analysis& analysis);
/// Leave-one-out fits as a forest plot.
Drawing leave_one_out_drawing(const Influence& influence, const Analysis& analysis);
/// Other usual models under the analysis itself.
Drawing sensitivity_drawing(const Analysis& analysis);

/// True where analysis scale and natural scale are not the same.
bool two_scales(const Analysis& analysis);

/// Sentences and sources; fills `methods` and `references`.
void describe_methods(Page& page);

/// The command that repeats the analysis.
std::string command_of(const Analysis& analysis);

/// The same analysis elsewhere; `studies` have its moderators.
Equivalents equivalents_of(const Analysis& analysis, const StudySet& studies);

}  // namespace tausq::page_detail
