// Where an answer goes: standard output, or a file whose extension says the form.
#include <cstdio>

#include <tausq/problem.hpp>

#include "engine/driver/cli/cli.hpp"
#include "engine/driver/cli/output_file.hpp"
#include "engine/driver/cli/progress.hpp"

namespace tausq::cli {

namespace {

AnswerFormat format_of(const std::string& path, bool forest) {
  const std::string ext = extension(path);
  if (ext == ".json") return AnswerFormat::json;
  if (ext == ".csv") return AnswerFormat::csv;
  if (!forest || ext == ".svg" || ext == ".pdf" || ext == ".png") return AnswerFormat::text;
  throw UsageError("-o " + path + ": a forest plot is written as .svg, .pdf, .png, .json or .csv");
}

void print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    throw InputError({{"E_OUTPUT_PATH", "standard output", 0, "", "", "cannot be written"}});
}

}  // namespace

void run(const Command& c) {
  if (c.output) check_output_path(*c.output, c.records);
  const Progress progress(c.verb + " " + c.records);
  const Answer result = verbs::answer(c);
  if (!c.output) return print(result.write(c.format));
  const bool forest = c.verb == "forest";
  const std::string text = result.write(format_of(*c.output, forest));
  const std::string ext = extension(*c.output);
  if (forest && (ext == ".pdf" || ext == ".png"))
    write_converted(*c.output, text);
  else
    write_file(*c.output, text);
}

}  // namespace tausq::cli
