// Separated values: quotes, line ends, delimiters, physical lines.
#include <doctest/doctest.h>

#include "tests/unit/records/reading.hpp"

using namespace tausq;
using namespace tausq::testing;

TEST_CASE("line ends may be LF, CRLF or CR, and quoted fields may hold them") {
  for (const char* text :
       {"study,events,total\nA,3,10\nB,x,20\n", "study,events,total\r\nA,3,10\r\nB,x,20", "study,events,total\rA,3,10\rB,x,20\r"})
    CHECK(problem_list(text) == "E_NOT_NUMBER 3 events");
  CHECK(problem_list("study,events,total\n\"A\r\nB\nC\",3,10\nB,x,20\n") == "E_NOT_NUMBER 5 events");
  CHECK(problem_list("study,note,events,total\nA,\"one\ntwo\",x,10\n") == "E_NOT_NUMBER 3 events");
  const Records records = checked("study,events,total\n\"A\r\nB\",3,10\nC,1,2\n");
  CHECK(records.studies.study[0] == "A\r\nB");
  CHECK(records.studies.row == std::vector<std::size_t>{2, 4});
}

TEST_CASE("quotes after RFC 4180 and nothing else") {
  CHECK(checked("study,events,total\n\"A \"\"x\"\", y\",3,10\n").studies.study[0] == "A \"x\", y");
  CHECK(checked("\"study\",\"events\",\"total\"\n\"\"\"\",\"3\",\"10\"\n").studies.study[0] == "\"");
  CHECK(problem_list("study,events,total\n\"A\" ,3,10\n") == "E_QUOTE 2 study");
  CHECK(problem_list("study,events,total\nA\"B,3,10\n") == "E_QUOTE 2 study");
  CHECK(problem_list("study,events,total\n \"A\",3,10\n") == "E_QUOTE 2 study");
  CHECK(problem_list("study,events,total\nA,3,10\nB,1,2\nC,\"5,6\n\n") == "E_QUOTE 4 events");
}

TEST_CASE("the delimiter is found in the header, outside quotes") {
  CHECK(checked("study;events;total\nA;3;10\n").studies.size() == 1);
  CHECK(checked("study\tevents\ttotal\nA, B\t3\t10\n").studies.study[0] == "A, B");
  CHECK(checked("\"a,b,c,d\";study;events;total\n1;A;3;10\n").studies.study[0] == "A");
  CHECK(checked("study|events|total\nA|3|10\n", {.delimiter = '|'}).studies.size() == 1);
  CHECK(checked("study,x\tevents\ttotal\nA\t3\t10\n", {}, "t.tsv").studies.size() == 1);
  const Records records = checked("SEP=;\nstudy;events;total\nA;3;10\n");
  CHECK(records.studies.row[0] == 3);
  CHECK_FALSE(warning(records, "W_SEP_LINE").empty());
}

TEST_CASE("rows must have as many fields as the header; all that have not are named") {
  CHECK(problem_list("study,events,total\nA,3\nB,5,20\nC,1,2,\nD,1,2,3,4\nE,9,4\n") ==
        "E_FIELD_COUNT 2\nE_FIELD_COUNT 4\nE_FIELD_COUNT 5\nE_EVENTS_GT_TOTAL 6 events");
}

TEST_CASE("blank lines are skipped, and warned of when records follow") {
  CHECK(warning(checked("\n\nstudy,events,total\nA,3,10\n"), "W_BLANK_LINE") == "line 1: a blank line is skipped");
  CHECK(warning(checked("study,events,total\nA,3,10\n  \nB,3,10\n"), "W_BLANK_LINE") == "line 3: a blank line is skipped");
  CHECK(checked("study,events,total\nA,3,10\n,,\n\n \n").warnings.empty());
}

TEST_CASE("labels keep their blanks, names and values do not") {
  const Records records = checked(" Study , EVENTS ,Total, note \nA , 3 ,10, x \n");
  CHECK(records.studies.study[0] == "A ");
  REQUIRE(records.studies.column("note") != nullptr);
  CHECK(records.studies.column("note")->text[0] == "x");
}

TEST_CASE("JSON under the name of a CSV file is not taken for a header") {
  CHECK(problem_list(R"([{"study":"A","events":3,"total":10}])") == "E_MISSING_COLUMN 1 events");
}
