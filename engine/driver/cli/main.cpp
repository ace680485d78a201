// The program: parses, runs, and turns what was thrown into messages and exit codes.
#include <cstdio>
#include <exception>
#include <new>

#include <tausq/problem.hpp>

#include "engine/driver/cli/cli.hpp"
#include "engine/driver/report/unicode.hpp"

namespace {

using namespace tausq;

/// file:row: column NAME: CODE: rule (value "...")
void print(const Problem& p) {
  std::string line = "tausq: ";
  if (!p.file.empty()) line += report::escaped(p.file) + (p.row ? ":" + std::to_string(p.row) : "") + ": ";
  if (!p.column.empty()) line += "column " + report::escaped(p.column) + ": ";
  line += p.code + ": " + report::escaped(p.rule);
  if (!p.value.empty()) line += " (value \"" + report::escaped(p.value) + "\")";
  std::fprintf(stderr, "%s\n", line.c_str());
}

/// One line, whatever names and values it quotes.
void print(const std::exception& error, const char* what = "") {
  std::fprintf(stderr, "tausq: %s%s\n", what, report::escaped(error.what()).c_str());
}

}  // namespace

int main(int argc, char** argv) {
  int exit_code = cli::ExitCode::internal;
  try {
    const auto command = cli::parse(argc, argv, exit_code);
    if (!command) return exit_code;
    return cli::run(*command);
  } catch (const InputError& error) {
    for (const Problem& problem : error.problems()) print(problem);
    return cli::ExitCode::bad_input;
  } catch (const UsageError& error) {
    print(error);
    return cli::ExitCode::usage;
  } catch (const NoResult& error) {
    print(error);
    return error.status() == Status::not_converged ? cli::ExitCode::not_converged : cli::ExitCode::not_estimable;
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "tausq: not enough memory\n");
    return cli::ExitCode::internal;
  } catch (const std::exception& error) {
    print(error, "internal error: ");
    return cli::ExitCode::internal;
  }
}
