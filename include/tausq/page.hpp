// A whole review as one page: what was done, what came out, how to do it again. Part of the driver library.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tausq/analysis.hpp>
#include <tausq/bias.hpp>
#include <tausq/field.hpp>
#include <tausq/influence.hpp>
#include <tausq/records.hpp>

namespace tausq {

/// What a user can set beside the options of the meta-analysis itself.
struct PageOptions {
  std::string title{};  ///< empty: one made from the data
};

/// Commands of other programs for the same analysis, with its data. Where a program lacks the model, a comment says so.
struct Equivalents {
  std::string metafor, meta;  ///< R
  std::string stata;
};

/// A drawing of the page: self-contained SVG.
struct Figure {
  std::string kind;  ///< "funnel", "baujat" ...
  std::string title;
  std::string svg;
};

/// Everything that stands on the page. `influence` and `bias` are empty where too few studies have an effect size.
struct Page {
  std::string title;
  Analysis pool;
  std::optional<Influence> influence;
  std::optional<Bias> bias;
  std::string methods;                  ///< what was done, in sentences; [1] refers to `references`
  std::vector<std::string> references;  ///< the sources of the methods that were used
  std::string command;                  ///< that repeats the analysis
  Equivalents equivalents;
  std::vector<Figure> figures;  ///< beside the forest plot, which is drawn from `pool`
};

/// The page of an analysis of these records. Throws as analyse() does.
Page page(const Records& records, const Options& options = {}, const PageOptions& page_options = {});

/// One HTML file that needs nothing else: no request leaves it, and labels with markup are text. `plain`: no script and no drawing,
/// for word processors.
std::string to_html(const Page& page, bool plain = false);
std::string to_markdown(const Page& page);
std::string to_json(const Page& page);  ///< tausq.report/1

template <>
struct Fields<Equivalents> {
  static constexpr std::string_view name = "Equivalents";
  static constexpr auto list = std::tuple{
      field("metafor", &Equivalents::metafor, "R commands"),
      field("meta", &Equivalents::meta, "R commands"),
      field("stata", &Equivalents::stata, "Stata commands"),
  };
};

template <>
struct Fields<Page> {
  static constexpr std::string_view name = "Page";
  static constexpr auto list = std::tuple{
      field("title", &Page::title),
      field("pool", &Page::pool, "the analysis"),
      field("influence", &Page::influence, "null where too few studies have an effect size"),
      field("bias", &Page::bias, "null where too few studies have an effect size"),
      field("methods", &Page::methods, "what was done; [1] refers to references"),
      field("references", &Page::references, "sources of the methods that were used"),
      field("command", &Page::command, "repeats the analysis"),
      field("equivalents", &Page::equivalents, "the same analysis in other programs"),
  };
};

}  // namespace tausq
