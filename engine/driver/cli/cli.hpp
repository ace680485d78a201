// The program around the verbs: arguments in, answers out.
#pragma once

#include <optional>

#include "engine/driver/verbs/command.hpp"

namespace tausq::cli {

using verbs::Command;

/// Exit codes of the program.
enum ExitCode { done = 0, differs = 1, usage = 2, bad_input = 3, not_estimable = 4, not_converged = 5, internal = 70 };

/// Parses the arguments. When the program should end at once (help, version, wrong usage), prints why and gives the exit
/// code instead of a command.
std::optional<Command> parse(int argc, char** argv, int& exit_code);

/// Answers the command and delivers the answer: to standard output or to the file named. The exit code: done, or differs where
/// that was asked for.
ExitCode run(const Command& command);
/// The same for `tausq batch`, whose results are written while the records are read.
void run_batch(const Command& command);

}  // namespace tausq::cli
