// JSON and JSON Lines of any kind: records or problems, and every row accounted for.
#include <tausq/problem.hpp>
#include <tausq/report.hpp>

#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tausq;
  fuzz::Bytes head(data, size);
  ReadOptions options;
  options.format = head.byte() & 1 ? RecordFormat::json_lines : RecordFormat::json;
  try {
    const Records records = parse_records("fuzz.json", fuzz::text(data, size).substr(size > 0 ? 1 : 0), options);
    fuzz::require(records.input.used + records.input.excluded.size() == records.input.rows, "rows read are used or left out");
    fuzz::require(!to_text(records).empty() && !to_json(records).empty(), "records can be written");
  } catch (const InputError& error) {
    fuzz::require(!error.problems().empty(), "a refusal has its problems");
  } catch (const UsageError&) {
  }
  return 0;
}
