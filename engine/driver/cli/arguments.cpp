// Arguments of the program, by CLI11.
#include <CLI/CLI.hpp>

#include <cstdio>
#include <tausq/version.hpp>

#include "engine/driver/cli/cli.hpp"
#include "engine/driver/report/unicode.hpp"

namespace tausq::cli {

namespace {

/// Puts the arguments into `command`; what they do not mention stays.
void parse_into(Command& command, int argc, char** argv) {
  CLI::App app("", "tausq");
  app.require_subcommand(1);
  verbs::add_verbs(app, command, argv[1]);
  app.parse(argc, argv);
}

}  // namespace

std::optional<Command> parse(int argc, char** argv, int& exit_code) {
  Command command;
  CLI::App app("tausq " + std::string(version) + ": meta-analysis from study records", "tausq");
  app.set_version_flag("--version", std::string(version));
  app.require_subcommand(1);
  verbs::add_verbs(app, command, argc < 2 ? "" : argv[1]);
  if (argc < 2) {
    std::fputs(app.help().c_str(), stderr);
    exit_code = ExitCode::usage;
    return std::nullopt;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const bool asked = e.get_exit_code() == 0;  // --help, --version
    exit_code = asked ? ExitCode::done : ExitCode::usage;
    if (asked)
      app.exit(e);
    else
      std::fprintf(stderr, "tausq: %s (tausq VERB --help lists the options)\n", report::escaped(e.what()).c_str());
    return std::nullopt;
  }
  if (!command.from.empty()) {
    command = verbs::recorded(command.from);  // what is given beside --from stands over what it records
    parse_into(command, argc, argv);
  }
  command.text_only = !command.output && command.format == AnswerFormat::text;
  return command;
}

}  // namespace tausq::cli
