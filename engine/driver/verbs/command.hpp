// What the command line and the bindings ask for, and how it is answered.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tausq/bias.hpp>
#include <tausq/forest.hpp>
#include <tausq/influence.hpp>
#include <tausq/multiverse.hpp>
#include <tausq/options.hpp>
#include <tausq/page.hpp>
#include <tausq/plots.hpp>
#include <tausq/records.hpp>
#include <tausq/verbs.hpp>

namespace CLI {
class App;
}

namespace tausq::verbs {

/// A verb with everything that a user can set.
struct Command {
  std::string verb;
  std::string records;                ///< file, or "-"
  std::optional<std::string> bytes;   ///< the records themselves, already in memory; `records` is then their name
  std::string argument;               ///< of `list` and `schema`; of `diff` the newer result, beside the older one in `records`
  std::string from;                   ///< of `pool`: file with the result to repeat; empty: none
  bool exit_code = false;             ///< of `diff`: the program's exit code tells whether anything differs
  std::optional<std::string> output;  ///< -o; empty: standard output
  AnswerFormat format = AnswerFormat::text;
  bool text_only = false;  ///< the text is all that will be asked of the answer
  bool strict = false;
  std::string weights;      ///< column of user weights; empty: weights from the model
  bool sensitivity = true;  ///< of `pool`: other usual models beside the one asked for
  bool markdown = false;    ///< of `list`
  ReadOptions read;
  Options options;
  ForestOptions forest;
  ForestRows forest_rows = ForestRows::studies;
  InfluenceOptions influence;
  BiasOptions bias;
  MultiverseOptions multiverse;
  std::string by;                     ///< of `batch`: the column of the key
  std::size_t shard = 1, shards = 1;  ///< of `batch`
  std::vector<std::string> merge;     ///< of `batch`: results of shards to be put together, in place of records
  PlotKind plot_kind = PlotKind::funnel;
  PlotOptions plot;
  PageOptions page;
};

/// Declares every verb and its options, or those of the verb `only` where there is such a verb: a program does one thing a run, and
/// options take their time. Parsing `app` then fills `command`, which must outlive it.
void add_verbs(CLI::App& app, Command& command, std::string_view only = {});

/// `pool` with all settings that the result in the file `path` records. Throws InputError where it is no such result.
Command recorded(const std::string& path);

/// Declares what can be set of `pool` apart from the reading of records.
void add_pool_settings(CLI::App& app, Command& command);

/// The options with what only the studies can tell: the weights that stand in a column.
Options options_for(const Command& command, const StudySet& studies);

/// What the verb answers. Throws InputError, UsageError and NoResult.
Answer answer(const Command& command);

/// The method tables as text or as Markdown: one kind, or all of them when `kind` is empty. Throws UsageError for an
/// unknown kind.
std::string list_methods(const std::string& kind, bool markdown);

}  // namespace tausq::verbs
