// Where an answer goes: standard output, or a file whose extension says the form.
#include <cstdio>

#include <tausq/problem.hpp>

#include "engine/driver/cli/cli.hpp"
#include "engine/driver/cli/output_file.hpp"
#include "engine/driver/cli/progress.hpp"
#include "engine/driver/drawing/html_page.hpp"

namespace tausq::cli {

namespace {

/// True for verbs whose result has a drawing of its own.
bool draws(const std::string& verb) {
  return verb == "forest" || verb == "multiverse" || verb == "plot";
}

bool is_drawing(const std::string& ext) {
  return ext == ".svg" || ext == ".pdf" || ext == ".png";
}

bool is_page(const std::string& ext) {
  return ext == ".html" || ext == ".htm";
}

AnswerFormat format_of(const Command& c) {
  if (c.format == AnswerFormat::plain_html) return c.format;
  const std::string ext = extension(*c.output);
  if (c.verb == "report" && is_page(ext)) return AnswerFormat::html;
  if (ext == ".json") return AnswerFormat::json;
  if (ext == ".csv") return AnswerFormat::csv;
  if (draws(c.verb) && (is_drawing(ext) || is_page(ext))) return AnswerFormat::svg;
  const bool text = ext == ".txt" || ext == ".md", only_drawn = c.verb == "forest" || c.verb == "plot";
  if (text && !only_drawn) return AnswerFormat::text;
  const bool other = text || is_drawing(ext) || is_page(ext);
  if (!other && (!only_drawn || c.format != AnswerFormat::text))
    return c.format;  // a name that says nothing leaves it to --json, --csv, --text
  if (only_drawn)
    throw UsageError("-o " + *c.output + ": a " + (c.verb == "plot" ? "plot" : "forest plot") +
                     " is written as .svg, .pdf, .png, .html, .json or .csv");
  throw UsageError("-o " + *c.output + ": what " + c.verb + " finds is written as .json, .csv or text");
}

void print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    throw InputError({{"E_OUTPUT_PATH", "standard output", 0, "", "", "cannot be written"}});
}

void deliver(const Command& c, const Answer& result) {
  if (!c.output) return print(result.write(c.format));
  const std::string text = result.write(format_of(c));
  const std::string ext = extension(*c.output);
  if (draws(c.verb) && (ext == ".pdf" || ext == ".png"))
    write_converted(*c.output, text);
  else if (draws(c.verb) && is_page(ext))
    write_file(*c.output, drawing::html_page(text));
  else
    write_file(*c.output, text);
}

}  // namespace

ExitCode run(const Command& c) {
  if (c.verb == "batch") {
    run_batch(c);
    return ExitCode::done;
  }
  if (c.output) {
    check_output_path(*c.output, c.records);
    for (const std::string& input : {c.from, c.argument})
      if (!input.empty() && c.verb != "list" && c.verb != "schema") check_output_path(*c.output, input);
  }
  const Progress progress(c.verb + " " + c.records);
  const Answer result = verbs::answer(c);
  deliver(c, result);
  return c.exit_code && result.number("same") == 0.0 ? ExitCode::differs : ExitCode::done;
}

}  // namespace tausq::cli
