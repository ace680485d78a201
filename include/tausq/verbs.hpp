// The verbs of the command line as a function: what the bindings call, and programs that speak JSON. Part of the driver library.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <tausq/options.hpp>
#include <tausq/problem.hpp>
#include <tausq/studies.hpp>

namespace tausq {

/// A verb, its records and its settings, under the words of the command line.
struct Request {
  std::string verb;                      ///< "pool", "effects", "forest", "influence", "bias", "check", "list", "schema" ...
  std::string source{};                  ///< file to read ("-": standard input), or the name of `records` in messages and results
  std::optional<std::string> records{};  ///< the records themselves: CSV, TSV, JSON or JSON Lines; empty: `source` is read
  std::string options{};                 ///< JSON object, see request_options(); empty: none
};

/// The forms in which a result can be written. `text` of a forest plot is its drawing, that of a report Markdown; `plain_html`
/// is for word processors.
enum class AnswerFormat { text, json, csv, svg, html, plain_html };

/// What a verb answers. A value: it does not refer to the request.
class Answer {
 public:
  using Writer = std::function<std::string(AnswerFormat)>;
  using Reader = std::function<std::optional<double>(std::string_view path)>;
  Answer(Writer writer, Reader reader) : writer_(std::move(writer)), reader_(std::move(reader)) {}

  /// The result in a form. Throws UsageError where the verb has no such form.
  std::string write(AnswerFormat format) const { return writer_(format); }
  /// One number of the result by its JSON keys and (from 0) places in arrays: "heterogeneity.tau2", "studies.0.yi". Empty
  /// where JSON has null; true is 1. Throws UsageError for a path that leads to no number.
  std::optional<double> number(std::string_view path) const { return reader_(path); }

 private:
  Writer writer_;
  Reader reader_;
};

/// Runs a verb: the same words, checks and numbers as on the command line.
///
/// Keys of `options` are those of the command line with '_' for '-' ({"tau2": "REML", "level": 0.9, "mods": "year"}), and those of the
/// `options` that every result echoes, so that an echo can be passed back. Values are texts, numbers, true and false for flags (false
/// for "intercept" is --no-intercept), arrays where a list is taken, an object for `columns`; null and "" stand for the default.
/// Throws InputError, UsageError and NoResult.
Answer answer(const Request& request);

/// The options of `pool` from JSON, as answer() takes them. Throws UsageError; also for options that concern the reading of records.
Options pool_options(const std::string& options);

/// The verb `pool` on studies that are already typed columns. Throws as answer() does.
Answer pool(const StudySet& studies, const Options& options);

/// Every verb with its options as JSON: [{"verb", "help", "records", "options": [{"name", "aliases", "type", "flag", "list", "help"}]}].
std::string request_options();

}  // namespace tausq
