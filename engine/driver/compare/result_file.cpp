#include "engine/driver/compare/result_file.hpp"

#include <tausq/effects.hpp>
#include <tausq/problem.hpp>

namespace tausq {

namespace compare_detail {

Json pool_result(std::string_view name, std::string_view text) {
  const auto refuse = [&](const std::string& rule) { throw InputError({{"E_RESULT", std::string(name), 0, "", "", rule}}); };
  Json document = Json::parse(text, nullptr, false);
  if (!document.is_object()) refuse("is no JSON object: a result of tausq pool --json is needed");
  std::string schema = word_of(at(document, "schema"));
  if (schema == "tausq.report/1") {
    const Json engine = at(document, "engine");
    document = Json(at(document, "pool"));
    if (!document.is_object()) refuse("is a report without an analysis");
    document["engine"] = engine;
    schema = "tausq.pool/1";
  }
  if (schema != "tausq.pool/1") refuse("has the schema \"" + schema + "\": a result of tausq pool --json (tausq.pool/1) is needed");
  if (!at(document, "options").is_object() || !at(document, "studies").is_array()) refuse("records no options or no studies");
  return document;
}

}  // namespace compare_detail

std::string recorded_settings(std::string_view name, std::string_view text) {
  using namespace compare_detail;
  const Json result = pool_result(name, text);
  Json settings = at(result, "options");
  const Json& reading = at(at(result, "input"), "reading");
  if (reading.is_object()) settings.update(reading);
  if (!word_of(at(settings, "weights")).empty()) settings.erase("user_weights");  // the column is read again
  // Named by the user, the usual correction would also be shown for models that take the counts as they are.
  const auto measure = find_method<Measure>(word_of(at(settings, "measure")));
  if (measure && at(settings, "add").is_number() && settings["add"].get<double>() == default_correction(*measure)) settings.erase("add");
  return settings.dump();
}

}  // namespace tausq
