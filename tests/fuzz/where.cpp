// Any condition on the rows of a small table.
#include <tausq/problem.hpp>
#include <tausq/records.hpp>

#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tausq;
  ReadOptions options;
  options.where = fuzz::text(data, size);
  try {
    const Records records = parse_records("fuzz.csv",
                                          "study,events,total,year,outcome,dose mg\nA,3,20,1999,healed,2.5\nB,0,21,2004,'it''s',\n"
                                          "C,5,22,,progressed,1e3\nD,7,7,2010,healed,-1\n",
                                          options);
    fuzz::require(records.input.used + records.input.excluded.size() == 4, "rows read are used or left out");
  } catch (const InputError& error) {
    fuzz::require(!error.problems().empty(), "a refusal has its problems");
  } catch (const UsageError& error) {
    fuzz::require(error.what()[0] != '\0', "a refusal says why");
  }
  return 0;
}
