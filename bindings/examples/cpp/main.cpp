// Odds ratios of two-by-two tables, in C++ with typed results, and the same data as records with JSON out.
#include <cstdio>
#include <string>

#include <tausq/tausq.hpp>
#include <tausq/verbs.hpp>

int main() {
  const tausq::StudySet studies = tausq::two_arm_counts({4, 6, 3}, {119, 300, 228}, {11, 29, 11}, {128, 274, 209});
  const tausq::Analysis result = tausq::analyse(studies, {.pooling = tausq::Pooling::inverse, .tau2 = tausq::Tau2Method::DL});
  std::printf("log OR %.17g, tau2 %.17g\n", *result.random.estimate, *result.heterogeneity.tau2);

  const std::string records = "study,ai,bi,ci,di\nA,4,119,11,128\nB,6,300,29,274\nC,3,228,11,209\n";
  const tausq::Answer answer = tausq::answer({"pool", "trials.csv", records, R"({"pooling": "inverse", "tau2": "DL"})"});
  std::printf("log OR %.17g, %zu bytes of JSON\n", *answer.number("random.estimate"), answer.write(tausq::AnswerFormat::json).size());
}
