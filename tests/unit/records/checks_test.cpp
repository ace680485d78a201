// Percentages, partitions, repeated studies: what a careful reader of the records would notice.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "engine/driver/records/alike.hpp"
#include "engine/driver/records/percent.hpp"
#include "tests/unit/records/reading.hpp"

using namespace tausq;
using namespace tausq::testing;

namespace {

std::string trials() {
  std::ifstream file(TAUSQ_DATASETS_DIR "/msc-trials.csv", std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

SingleArmCounts counts_where(const std::string& where) {
  return std::get<SingleArmCounts>(parse_records("msc-trials.csv", trials(), {.where = where}).studies.data);
}

}  // namespace

TEST_CASE("which counts a percentage fits") {
  const auto range = [](double percent, int decimals, double total) {
    const records::CountRange r = records::counts_of_percent(percent, decimals, total);
    return std::pair(r.first, r.last);
  };
  CHECK(range(46, 0, 13) == std::pair(6.0, 6.0));
  CHECK(range(80, 0, 20) == std::pair(16.0, 16.0));
  CHECK(range(19, 0, 21) == std::pair(4.0, 4.0));
  CHECK(range(19, 0, 521) == std::pair(97.0, 101.0));
  CHECK(range(12.5, 0, 200) == std::pair(24.0, 26.0));  // halves may have been rounded either way
  CHECK(range(33.3, 1, 3) == std::pair(1.0, 1.0));
  CHECK(range(0, 0, 7) == std::pair(0.0, 0.0));
  CHECK(range(100, 0, 7) == std::pair(7.0, 7.0));
  for (const auto& [percent, total] : {std::pair(50.0, 13.0), {33.0, 7.0}, {1.0, 7.0}})
    CHECK(range(percent, 0, total).first > range(percent, 0, total).second);
}

TEST_CASE("reported percentages") {
  CHECK(problem_list("study,events,total,reported_percent\nA,6,13,46\nB,7,13,46\nC,3,13,50\nD,,7,33%\nE,1,3,33.34\nF,1,3,abc\nG,1,3,101\nH,"
                     ",20,80\nI,4,21,19.0\n") ==
        "E_PERCENT 3 reported_percent\nE_PERCENT 4 reported_percent\nE_PERCENT 5 reported_percent\nE_PERCENT 6 "
        "reported_percent\nE_NOT_NUMBER 7 reported_percent\nE_RANGE 8 "
        "reported_percent");
  const Records records = checked("study,events,total,reported_percent\nA,,20,80\nB,,521,19\nC,,,50\n");
  CHECK(std::get<SingleArmCounts>(records.studies.data).events == std::vector<double>{16});
  CHECK(warning(records, "W_COUNT_RECOVERED").find("80 % of 20 recovered as 16") != std::string::npos);
  CHECK(records.input.excluded.size() == 2);
}

TEST_CASE("the six stem-cell reports are seen through") {
  const Records records = checked(trials());
  CHECK(records.layout == Layout::single_arm_counts);
  CHECK(records.input.rows == 24);
  CHECK(records.input.used == 17);
  std::string left_out;
  for (const Excluded& row : records.input.excluded) left_out += row.study + ": " + row.reason + "\n";
  CHECK(left_out ==
        "Knyazev 2016: events is missing\nKnyazev 2016: events is missing\nKnyazev 2016: events is missing\nFreitas 2019: events and total "
        "are missing\nFreitas 2019: events and total are "
        "missing\nFreitas 2019: events and total are missing\nMakhlough 2016: events and total are missing\n");
  CHECK(warning(records, "W_COUNT_RECOVERED").find("80 % of 20 recovered as 16") != std::string::npos);
  CHECK(warning(records, "W_PARTITION_SUM") == "Rocchi 2020 (lines 23, 24, 25): the 3 classes of \"ARCO stage at entry\" sum to 51 of 52");
  CHECK(warning(records, "I_PARTITION_SUM") ==
        "Gomez-Barrena 2021 (lines 7, 8, 9): the 3 classes of \"state at 60 months\" sum to their 21");
}

TEST_CASE("one row a study reaches an estimate") {
  CHECK(counts_where("outcome == \"treatment-related serious adverse event\"").total == std::vector<double>{22, 13});
  const std::string both =
      "outcome == \"no functional progression\" && timepoint_months == 12 || outcome == \"no progression and no replacement\"";
  CHECK(counts_where(both).events == std::vector<double>{16, 3});
  const auto list =
      problems(trials(), {.where = "outcome == 'no functional progression' || outcome == 'no progression and no replacement'"});
  REQUIRE(list.size() == 1);
  CHECK(list[0].code == "E_REPEATED_STUDY");
  CHECK(list[0].rule.find("Campo 2021 would enter one pooled estimate 2 times: lines 14 and 15") != std::string::npos);
  CHECK(list[0].rule.find("&& timepoint_months == 3'") != std::string::npos);
}

TEST_CASE("rows that nothing but the numbers tells apart") {
  const char* text = "study,outcome,reported_percent,events,total\nA,x,30,3,10\nA,y,,4,10\n A ,x,40,4,10\nB,x,,1,2\n";
  CHECK(problem_list(text, {.pooling = false}) == "E_DUP_STUDY 4 study");
  CHECK(problem_list(text) == "E_REPEATED_STUDY 3 study\nE_DUP_STUDY 4 study");
  const Records records = parse_records("t.csv", text, {.allow_equal_labels = true});
  CHECK(records.studies.size() == 4);
  CHECK_FALSE(warning(records, "W_DUP_STUDY").empty());
  CHECK(problem_list(text, {.allow_repeats = true}) == "E_DUP_STUDY 4 study");
  CHECK(problem_list("study,outcome,events,total\nA,x,3,10\nA,y,4,10\nB,x,1,2\n", {.allow_repeats = true}).empty());
}

TEST_CASE("the choice that is offered leaves one row, and can be typed") {
  const auto list = problems("study,odd name,arm,events,total\nA,it's,p,3,10\nA,it's,q,3,10\nA,2,p,4,10\n");
  REQUIRE(list.size() == 1);
  CHECK(list[0].rule.find(R"(--where 'arm == "p" && `odd name` == "it'\''s"')") != std::string::npos);
}

TEST_CASE("labels that look alike are warned of") {
  const Records records = checked("study,events,total\nM\xc3\xbcller 2001,3,10\nMULLER  2001,1,2\nMiller 2001,1,2\n");
  CHECK(warning(records, "W_NEAR_DUP_STUDY").starts_with("line 3, column study: \"MULLER  2001\" differs from"));
  CHECK(records.warnings.size() == 1);
}

TEST_CASE("likes are found among many labels") {
  std::vector<std::string> labels;
  for (int i = 0; i < 20'000; ++i) labels.push_back("Study " + std::to_string(i * 7919));
  labels.push_back(labels[17]);
  labels.push_back("STUDY 0");
  labels.push_back(labels[17]);
  const records::AlikeLabels found = records::find_alike(labels.size(), [&](std::size_t i) { return std::string_view(labels[i]); });
  CHECK(found.equal == std::vector<std::vector<std::size_t>>{{17, 20'000, 20'002}});
  CHECK(found.alike == std::vector<std::pair<std::size_t, std::size_t>>{{0, 20'001}});
}

TEST_CASE("a control arm used twice, a row of sums") {
  CHECK_FALSE(warning(checked("study,ai,n1i,ci,n2i\nSmith 2001a,3,10,1,11\nSmith 2001b,4,12,1,11\n"), "W_SHARED_CONTROL").empty());
  CHECK_FALSE(warning(checked("study,drug,ai,n1i,ci,n2i\nSmith,x,3,10,1,11\nSmith,y,4,12,1,11\n"), "W_SHARED_CONTROL").empty());
  CHECK(checked("study,outcome,ai,n1i,ci,n2i\nSmith,x,3,10,1,11\nSmith,y,4,10,1,11\n").warnings.empty());
  CHECK(checked("study,ai,n1i,ci,n2i\nSmith,3,10,1,11\nJones,4,10,1,11\n").warnings.empty());
  CHECK_FALSE(
      warning(checked("study,events_t,total_t,events_c,total_c\nA,3,10,1,11\nB,5,20,2,22\nOverall,8,30,3,33\n"), "W_TOTAL_ROW").empty());
  CHECK(checked("study,events,total\nA,3,10\nB,5,20\nTotal,8,31\n").warnings.empty());
}

TEST_CASE("partitions with gaps or different totals") {
  const char* header = "study,class,timepoint,partition,events,total\n";
  CHECK(warning(checked(std::string(header) + "A,x,1,p,3,10\nA,y,1,p,7,11\n"), "W_PARTITION_TOTAL").find("10 to 11") != std::string::npos);
  CHECK(warning(checked(std::string(header) + "A,x,1,p,3,10\nA,y,1,p,,10\n"), "W_PARTITION_SUM")
            .find("sum to 3 of 10, and 1 more have no count") != std::string::npos);
  CHECK(warning(checked(std::string(header) + "A,x,1,p,3,10\nA,y,2,p,7,10\n"), "W_PARTITION_SUM")
            .find("the 1 classes of \"p\" sum to 3 of 10") != std::string::npos);
}
