// `tausq batch`: results flow into the output while the records are read.
#include <cstdio>

#include <tausq/problem.hpp>

#include "engine/driver/batch/batch.hpp"
#include "engine/driver/cli/cli.hpp"
#include "engine/driver/cli/output_file.hpp"
#include "engine/driver/cli/progress.hpp"
#include "engine/driver/verbs/batch.hpp"

namespace tausq::cli {

namespace {

bool wants_json(const Command& c) {
  if (!c.output) return c.format == AnswerFormat::json;
  const std::string ext = extension(*c.output);
  if (ext == ".json" || ext == ".jsonl" || ext == ".ndjson") return true;
  if (ext == ".csv") return false;
  return c.format == AnswerFormat::json;
}

/// What a reader of the results should know, in one line on standard error.
void tell(const batch::BatchAccount& account) {
  std::string line;
  if (account.rows > account.used)
    line += std::to_string(account.rows - account.used) + " of " + std::to_string(account.rows) + " rows are no study of a fit";
  if (account.not_fitted > 0)
    line +=
        (line.empty() ? "" : ", ") + std::to_string(account.not_fitted) + " of " + std::to_string(account.keys) + " keys have no estimate";
  for (const auto& [code, count] : account.warnings)
    line += (line.empty() ? "" : ", ") + code + " " + std::to_string(count) + (count == 1 ? " time" : " times");
  if (!line.empty()) std::fprintf(stderr, "tausq: %s\n", line.c_str());
}

}  // namespace

void run_batch(const Command& c) {
  if (!c.merge.empty() && !c.records.empty()) throw UsageError("--merge takes results of shards in place of records");
  std::optional<batch::BatchRequest> request;
  if (c.merge.empty()) request = verbs::batch_request(c, wants_json(c));
  if (c.output) check_output_path(*c.output, c.records.empty() ? "-" : c.records);
  GrowingOutput output(c.output);
  const batch::Sink sink = [&](std::string_view text) { output.write(text); };
  {
    const Progress progress("batch " + c.records);
    if (request)
      tell(batch::run_batch(*request, sink));
    else
      batch::merge_shards(c.merge, sink);
  }
  output.keep();
}

}  // namespace tausq::cli
