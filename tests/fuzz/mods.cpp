// Any formula of moderators, and any new points for its predictions.
#include <tausq/problem.hpp>
#include <tausq/report.hpp>

#include "tests/fuzz/fuzz.hpp"

namespace {

tausq::StudySet studies() {
  using namespace tausq;
  static const Records records =
      parse_records("fuzz.csv",
                    "study,yi,vi,year,alloc,x y\nA,0.1,0.02,1999,random,1\nB,0.4,0.03,2004,none,2\n"
                    "C,-0.2,0.05,2001,random,4\nD,0.9,0.01,2010,other,3\nE,0.3,0.04,1995,none,7\nF,0.2,0.02,2012,random,5\n",
                    {});
  return records.studies;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tausq;
  const std::string_view all = fuzz::text(data, size);
  const std::size_t line = all.find('\n');
  Options options;
  options.mods = all.substr(0, line);
  if (line != std::string_view::npos) options.predict_at = all.substr(line + 1);
  try {
    const Analysis result = analyse(studies(), options);
    fuzz::require_finite(result);
    fuzz::require(!to_text(result).empty(), "a result can be written");
  } catch (const UsageError& error) {
    fuzz::require(error.what()[0] != '\0', "a refusal says why");
  }
  return 0;
}
