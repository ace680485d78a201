// CSV and TSV of any kind: records or problems, and every row accounted for.
#include <tausq/problem.hpp>
#include <tausq/report.hpp>

#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tausq;
  fuzz::Bytes head(data, size);
  ReadOptions options;
  const unsigned choice = head.byte();
  options.format = choice & 1 ? RecordFormat::tsv : RecordFormat::csv;
  options.decimal = choice & 2 ? ',' : '.';
  options.latin1 = (choice & 4) != 0;
  options.pooling = (choice & 8) != 0;
  options.allow_repeats = (choice & 16) != 0;
  options.reject_missing = (choice & 32) != 0;
  try {
    const Records records = parse_records("fuzz.csv", fuzz::text(data, size).substr(size > 0 ? 1 : 0), options);
    fuzz::require(records.input.used + records.input.excluded.size() == records.input.rows, "rows read are used or left out");
    for (const Excluded& row : records.input.excluded)
      fuzz::require(!row.reason.empty() && row.row > 0, "a row left out has its line and a reason");
    fuzz::require(!to_text(records).empty() && !to_json(records).empty() && !to_csv(records).empty(), "records can be written");
  } catch (const InputError& error) {
    fuzz::require(!error.problems().empty(), "a refusal has its problems");
    for (const Problem& problem : error.problems())
      fuzz::require(!problem.code.empty() && !problem.rule.empty(), "a problem has code and rule");
  } catch (const UsageError&) {
  }
  return 0;
}
