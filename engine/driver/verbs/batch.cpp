#include "engine/driver/verbs/batch.hpp"

#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include <tausq/problem.hpp>

namespace tausq::verbs {

namespace {

using Json = nlohmann::ordered_json;

/// The results with what became of the rows.
struct Whole {
  batch::BatchAccount account;
  std::string text;
};

Whole collected(const Command& c, bool json) {
  Whole whole;
  const batch::Sink sink = [&](std::string_view part) { whole.text += part; };
  if (c.merge.empty())
    whole.account = batch::run_batch(batch_request(c, json), sink);
  else
    batch::merge_shards(c.merge, sink);
  return whole;
}

std::array<std::pair<const char*, std::size_t>, 4> numbers(const batch::BatchAccount& account) {
  return {{{"keys", account.keys}, {"rows", account.rows}, {"used", account.used}, {"not_fitted", account.not_fitted}}};
}

/// JSON Lines as the elements of one document.
std::string as_document(const Whole& lines) {
  Json head{{"schema", "tausq.batch/1"}};
  for (const auto& [name, number] : numbers(lines.account)) head[name] = number;
  head["warnings"] = Json::object();
  for (const auto& [code, times] : lines.account.warnings) head["warnings"][code] = times;
  std::string document = head.dump(1);
  document.replace(document.size() - 2, 2, ",\n \"results\": [");
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = lines.text.find('\n', begin)) != std::string::npos; begin = end + 1)
    ((document += begin == 0 ? "\n  " : ",\n  ") += std::string_view(lines.text).substr(begin, end - begin));
  return document += "\n ]\n}\n";
}

}  // namespace

batch::BatchRequest batch_request(const Command& c, bool json) {
  if (c.records.empty() && !c.bytes) throw UsageError("batch needs a file of records, or --merge with the results of shards");
  if (c.by.empty()) throw UsageError("batch needs --by COLUMN: the column whose values are the keys");
  batch::BatchRequest request{c.records, c.bytes, c.by, c.read, c.options, json, c.shard, c.shards};
  if (c.options.effect.measure) request.read.layout = layout_of(*c.options.effect.measure);
  return request;
}

Answer batch_answer(const Command& c) {
  if (!c.merge.empty() && (!c.records.empty() || c.bytes)) throw UsageError("--merge takes results of shards in place of records");
  const auto rows = std::make_shared<const Whole>(collected(c, false));
  return {[c, rows](AnswerFormat format) {
            if (format == AnswerFormat::csv || format == AnswerFormat::text) return rows->text;
            if (format != AnswerFormat::json) throw UsageError("batch is not written in this form");
            if (!c.merge.empty()) throw UsageError("batch: merged shards keep the form in which they were written");
            return as_document(collected(c, true));
          },
          [rows](std::string_view path) -> std::optional<double> {
            for (const auto& [name, number] : numbers(rows->account))
              if (path == name) return static_cast<double>(number);
            throw UsageError("batch has no number " + std::string(path));
          }};
}

}  // namespace tausq::verbs
