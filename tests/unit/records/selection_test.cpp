// --where, missing numbers, and the account of every row.
#include <doctest/doctest.h>

#include <string>

#include <tausq/problem.hpp>

#include "tests/unit/records/reading.hpp"

using namespace tausq;
using namespace tausq::testing;

namespace {

constexpr std::string_view table =
    "study,outcome,months,events,total,odd name\n"
    "A,death,3,1,10,x\n"
    "B,death,12,2,10,y\n"
    "C,no death,12,3,10,\n"
    "D,,,4,10,z\n";

/// The labels that a condition selects, in one string.
std::string selected(const std::string& where) {
  std::string labels;
  try {
    for (const std::string& label : checked(table, {.where = where}).studies.study) labels += label;
  } catch (const InputError& error) {
    return error.problems().front().code;
  }
  return labels;
}

std::string refusal(const std::string& where) {
  try {
    checked(table, {.where = where});
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("comparisons of numbers and of text") {
  CHECK(selected("events > 2") == "CD");
  CHECK(selected("2 >= events") == "AB");
  CHECK(selected("months == 12.0") == "BC");
  CHECK(selected("months >= '12'") == "BC");
  CHECK(selected("outcome == \"death\"") == "AB");
  CHECK(selected("outcome != 'death'") == "C");
  CHECK(selected("outcome < 'e'") == "AB");
  CHECK(selected("`odd name` == 'y'") == "B");
  CHECK(selected("EVENTS == 1") == "A");
  CHECK(selected("total == 10 && months < total") == "A");
  CHECK(selected("events == 1e0 || events == -1") == "A");
}

TEST_CASE("an empty cell satisfies nothing but being empty") {
  CHECK(selected("months == ''") == "D");
  CHECK(selected("months != \"\"") == "ABC");
  CHECK(selected("months != 3") == "BC");
  CHECK(selected("!(months == 3)") == "BCD");
  CHECK(selected("outcome == months") == "E_NO_ROWS");
}

TEST_CASE("&& binds closer than ||, ! closest") {
  CHECK(selected("events == 1 || events == 2 && months == 3") == "A");
  CHECK(selected("(events == 1 || events == 2) && months == 12") == "B");
  CHECK(selected("!events == 1") == "BCD");
  CHECK(selected("!!(events==1)||!(events<4)") == "AD");
}

TEST_CASE("a number compares with numbers") {
  const auto labels = [](const std::string& where) {
    std::string all;
    for (const std::string& label : checked("study,dose,events,total\nA,NA,1,10\nB,12,2,10\nC,3,3,10\n", {.where = where}).studies.study)
      all += label;
    return all;
  };
  CHECK(labels("dose > 3") == "B");  // NA is no dose, not a text behind "3"
  CHECK(labels("dose != 3") == "B");
  CHECK(labels("20 > dose") == "BC");
  CHECK(labels("dose == 'NA'") == "A");
  CHECK(refusal("outcome > 3") == "--where: line 2, column outcome: \"death\" is no number (a number between quotes compares as text)");
  CHECK(refusal("3 <= outcome").find("line 2, column outcome") != std::string::npos);
  CHECK(selected("outcome > '3'") == "ABC");
  CHECK(selected("outcome != 3") == "ABC");
  for (const char* where : {"'months' > 3", "1 == 1", "'a' == 'a'"}) CHECK(refusal(where).find("needs a column") != std::string::npos);
}

TEST_CASE("what cannot be read is refused with its place") {
  CHECK(refusal("outcome = 'x'").find("character 9") != std::string::npos);
  CHECK(refusal("nothing == 1").find("no column \"nothing\"") != std::string::npos);
  CHECK(refusal("death == 1").find("text stands between quotes") != std::string::npos);
  for (const char* where : {"events", "events >", "(events > 1", "events > 1)", "events > 1 events", "outcome == 'x", "events & 1",
                            "events > 1 &&", "events == 1 ; 2", "# == 1"}) {
    CAPTURE(where);
    CHECK_FALSE(refusal(where).empty());
  }
  CHECK_FALSE(refusal(std::string(100'000, '(') + "events > 1").empty());
  CHECK_FALSE(refusal(std::string(100'000, '!') + "events > 1").empty());
}

TEST_CASE("every row read is used or listed") {
  const Records records = checked("study,events,total\nA,3,10\nB,,10\nC,1,\nD,2,9\nE,,\n", {.where = "study != 'D'"});
  CHECK(records.input.rows == 5);
  CHECK(records.input.used == 1);
  REQUIRE(records.input.excluded.size() == 4);
  CHECK(records.input.excluded[0].row == 3);
  CHECK(records.input.excluded[0].code == "missing_counts");
  CHECK(records.input.excluded[0].reason == "events is missing");
  CHECK(records.input.excluded[1].reason == "total is missing");
  CHECK(records.input.excluded[2].code == "where");
  CHECK(records.input.excluded[3].reason == "events and total are missing");
  CHECK(warning(records, "W_ROW_OMITTED") == "line 3, B: the row is left out, events is missing");
}

TEST_CASE("missing numbers may be refused") {
  CHECK(problem_list("study,events,total\nA,3,10\nB,,10\nC,1,NA\n", {.reject_missing = true}) ==
        "E_MISSING_VALUE 3 events\nE_MISSING_VALUE 4 total");
  CHECK(problem_list("study,events,total\nA,,10\n") == "E_NO_ROWS 2 events");
  CHECK(problem_list("study,yi,sei\nA,1,\n") == "E_NO_ROWS 2 sei");
}

TEST_CASE("a problem is one in rows that are not selected, too; a gap is none") {
  CHECK(problem_list("study,events,total\nA,3,10\nB,11,10\n", {.where = "study == 'A'"}) == "E_EVENTS_GT_TOTAL 3 events");
  CHECK(checked("study,events,total\nA,3,10\nB,,10\n", {.where = "study == 'A'"}).warnings.empty());
}

TEST_CASE("the digest is that of the bytes read") {
  const Records records = checked("study,events,total\nA,3,10\n", {}, "name.csv");
  CHECK(records.input.source == "name.csv");
  CHECK(records.input.sha256.size() == 64);
  CHECK(records.input.sha256 != checked("study,events,total\nA,3,11\n").input.sha256);
}
