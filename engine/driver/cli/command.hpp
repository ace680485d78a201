// What the command line asks for, and how it is answered.
#pragma once

#include <optional>
#include <string>

#include <tausq/bias.hpp>
#include <tausq/forest.hpp>
#include <tausq/influence.hpp>
#include <tausq/options.hpp>
#include <tausq/records.hpp>

namespace tausq::cli {

/// Exit codes of the program.
enum ExitCode { done = 0, usage = 2, bad_input = 3, not_estimable = 4, not_converged = 5, internal = 70 };

enum class Format { text, json, csv };

/// One call of the program, parsed.
struct Command {
  std::string verb;
  std::string records;                ///< file, or "-"
  std::string argument;               ///< of `list` and `schema`
  std::optional<std::string> output;  ///< -o; empty: standard output
  Format format = Format::text;
  bool strict = false;
  std::string weights;    ///< column of user weights; empty: weights from the model
  bool sensitivity = true;  ///< of `pool`: other usual models beside the one asked for
  bool markdown = false;  ///< of `list`
  ReadOptions read;
  Options options;
  ForestOptions forest;
  InfluenceOptions influence;
  BiasOptions bias;
};

/// Parses the arguments. When the program should end at once (help, version, wrong usage), prints why and gives the exit
/// code instead of a command.
std::optional<Command> parse(int argc, char** argv, int& exit_code);

/// Runs the verb and gives the exit code. Throws InputError and UsageError.
int run(const Command& command);

/// The method tables as text or as Markdown: one kind, or all of them when `kind` is empty. Throws UsageError for an
/// unknown kind.
std::string list_methods(const std::string& kind, bool markdown);

}  // namespace tausq::cli
