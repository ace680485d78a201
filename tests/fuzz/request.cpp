// Any options of any verb as JSON.
#include <array>
#include <string>

#include <tausq/problem.hpp>
#include <tausq/verbs.hpp>

#include "tests/fuzz/fuzz.hpp"

namespace {

constexpr std::array<std::string_view, 6> verbs{"pool", "effects", "forest", "bias", "check", "influence"};

/// Options that ask for long work, which is no fault.
bool long_work(std::string_view options) {
  for (const std::string_view word : {"permutation", "gosh", "predict", "curve", "threads", "bayes", "bootstrap"})
    if (options.find(word) != std::string_view::npos) return true;
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tausq;
  if (size == 0) return 0;
  const std::string_view options = fuzz::text(data, size).substr(1);
  if (long_work(options)) return 0;
  try {
    const Answer result =
        answer({std::string(verbs[data[0] % verbs.size()]), "fuzz.csv",
                "study,ai,n1i,ci,n2i,year\nA,3,20,5,21,1999\nB,0,12,2,14,2004\nC,7,30,11,28,2010\n", std::string(options)});
    fuzz::require(!result.write(AnswerFormat::json).empty(), "an answer can be written");
    result.write(AnswerFormat::text);
  } catch (const InputError& error) {
    fuzz::require(!error.problems().empty(), "a refusal has its problems");
  } catch (const UsageError&) {
  } catch (const NoResult&) {
  }
  return 0;
}
