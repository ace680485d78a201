// One row an arm.
#include <doctest/doctest.h>

#include "tests/unit/records/reading.hpp"

using namespace tausq;
using namespace tausq::testing;

namespace {

const ReadOptions two_arms{.layout = Layout::two_arm_counts};

TwoArmCounts counts(std::string_view text, const ReadOptions& options = two_arms) {
  return std::get<TwoArmCounts>(checked(text, options).studies.data);
}

}  // namespace

TEST_CASE("arms find each other, whatever the order and the usual names") {
  for (const char* text : {"study,arm,events,total\nA,t,3,10\nA,c,1,12\nB,t,4,10\nB,c,2,9\n",
                           "study,arm,events,total\nA,T,3,10\nB,Control,2,9\nA,CONTROL,1,12\nB,experimental,4,10\n",
                           "study,role,arm,events,total\nA,treatment,drug,3,10\nA,control,none,1,12\nB,t,drug,4,10\nB,c,none,2,9\n"}) {
    CAPTURE(text);
    CHECK(counts(text).ai == std::vector<double>{3, 4});
    CHECK(counts(text).ci == std::vector<double>{1, 2});
    CHECK(checked(text).layout == Layout::two_arm_counts);
    CHECK(checked(text).input.used == 4);
  }
  const Records records = checked("study,arm,year,events,total\nA,c,,1,12\nB,t,2001,4,10\nA,t,1999,3,10\nB,c,,2,9\n");
  CHECK(records.studies.study == std::vector<std::string>{"A", "B"});
  CHECK(records.studies.row == std::vector<std::size_t>{4, 3});
  CHECK(records.studies.column("year")->number[0] == 1999);
  CHECK(records.studies.column("arm") == nullptr);
}

TEST_CASE("the user names the arms") {
  const char* text = "study,arm,events,total\nA,drug,3,10\nA,placebo,1,12\nA,other,9,9\nB,placebo,2,9\nB,Drug,4,10\n";
  ReadOptions options = two_arms;
  options.treatment = "drug";
  options.control = "placebo";
  const Records records = checked(text, options);
  CHECK(std::get<TwoArmCounts>(records.studies.data).ai == std::vector<double>{3, 4});
  CHECK(records.input.excluded.at(0).code == "other_arm");
  CHECK(checked(text).layout == Layout::single_arm_counts);
  options.control = "DRUG";
  CHECK_THROWS_AS(checked(text, options), UsageError);
}

TEST_CASE("what is wrong with arms") {
  CHECK(problem_list("study,arm,events,total\nA,t,3,10\nA,c,1,12\nB,treat,2,9\nB,ctrl,4,10\n", two_arms) ==
        "E_ARM_LABEL 4 arm\nE_ARM_LABEL 5 arm");
  CHECK(problem_list("study,arm,events,total\nA,t,3,10\nA,x,2,9\nA,c,1,12\n", two_arms) == "E_ARM_COUNT 3 arm");
  CHECK(problem_list("study,arm,events,total\nA,t,3,10\nB,t,1,12\nB,c,1,12\n", two_arms) == "E_ARM_COUNT 2 arm");
  CHECK(problem_list("study,arm,events,total\nA,t,3,10\nA,c,3,10\nA,c,4,10\n", two_arms) == "E_DUP_STUDY 4 study\nE_ARM_COUNT 4 arm");
  CHECK(problem_list("study,arm,events,total\nA,,3,10\nA,c,1,12\n", two_arms).starts_with("E_MISSING_VALUE 2 arm"));
}

TEST_CASE("a study whose one arm lacks its count is left out whole") {
  const Records records = checked("study,arm,events,total\nA,t,,10\nA,c,1,12\nB,t,4,10\nB,c,2,9\n", two_arms);
  CHECK(records.studies.size() == 1);
  CHECK(records.input.rows == 4);
  CHECK(records.input.used == 2);
  CHECK(records.input.excluded.at(1).reason == "the other arm, on line 2, lacks its numbers");
}

TEST_CASE("outcomes, times and strata belong together") {
  const char* text =
      "study,outcome,sex,arm,events,total\n"
      "A,death,m,t,1,10\nA,death,f,t,2,10\nA,death,f,c,3,10\nA,death,m,c,4,10\n"
      "A,pain,m,c,6,10\nA,pain,m,t,5,10\n";
  CHECK(counts(text).ai == std::vector<double>{1, 2, 5});
  CHECK(counts(text).ci == std::vector<double>{4, 3, 6});
  ReadOptions options = two_arms;
  CHECK(problem_list(text, options) == "E_REPEATED_STUDY 3 study");
  options.where = "outcome == 'pain'";
  CHECK(problem_list(text, options).empty());
}

TEST_CASE("the other layouts of one row an arm") {
  CHECK(std::get<TwoArmRates>(checked("study,arm,events,time\nA,t,3,10.5\nA,c,1,12\n").studies.data).t1i == std::vector<double>{10.5});
  CHECK(std::get<TwoArmMeans>(checked("study,arm,mean,sd,n\nA,t,3,1,10\nA,c,1,2,12\n").studies.data).sd2i == std::vector<double>{2});
}

TEST_CASE("check lists both arms of a row") {
  const Records records = checked("study,events_t,total_t,events_c,total_c,year\nA,3,10,1,12,1999\n");
  REQUIRE(records.records.size() == 2);
  CHECK(records.records[0].arm == "t");
  CHECK(records.records[1].arm == "c");
  CHECK(records.records[1].numbers == std::vector<std::pair<std::string, std::optional<double>>>{{"events", 1.0}, {"total", 12.0}});
  CHECK(records.records[1].other == std::vector<std::pair<std::string, std::string>>{{"year", "1999"}});
}
