// Arguments of the program, by CLI11.
#include <CLI/CLI.hpp>

#include <cstdio>
#include <tausq/version.hpp>

#include "engine/driver/cli/cli.hpp"

namespace tausq::cli {

std::optional<Command> parse(int argc, char** argv, int& exit_code) {
  Command command;
  CLI::App app("tausq " + std::string(version) + ": meta-analysis from study records", "tausq");
  app.set_version_flag("--version", std::string(version));
  app.require_subcommand(1);
  verbs::add_verbs(app, command);
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
      std::fprintf(stderr, "tausq: %s (tausq VERB --help lists the options)\n", e.what());
    return std::nullopt;
  }
  command.text_only = !command.output && command.format == AnswerFormat::text;
  return command;
}

}  // namespace tausq::cli
