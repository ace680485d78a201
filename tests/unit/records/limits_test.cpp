// Inputs beyond the documented limits, and many problems at once.
#include <doctest/doctest.h>

#include <string>

#include "engine/driver/records/limits.hpp"
#include "tests/unit/records/reading.hpp"

using namespace tausq;
using namespace tausq::testing;
using namespace tausq::records;

TEST_CASE("the longest field, and one longer") {
  const auto with_label = [](std::size_t bytes) { return "study,events,total\n" + std::string(bytes, 'L') + ",3,10\n"; };
  CHECK(checked(with_label(max_field)).studies.study[0].size() == max_field);
  CHECK(problem_list(with_label(max_field + 1)) == "E_LIMIT 2 study");
  CHECK(problem_list("[{\"study\":\"" + std::string(max_field + 1, 'L') + "\",\"events\":3,\"total\":10}]", {}, "t.json")
            .starts_with("E_LIMIT 1 study"));
}

TEST_CASE("the most columns, and one more") {
  const auto wide = [](std::size_t columns) {
    std::string header = "study,events,total", row = "A,3,10";
    for (std::size_t i = 3; i < columns; ++i) {
      header += ",x" + std::to_string(i);
      row += ",1";
    }
    return header + "\n" + row + "\n";
  };
  CHECK(checked(wide(max_columns)).studies.columns.size() == max_columns - 3);
  CHECK(problem_list(wide(max_columns + 1)) == "E_LIMIT 1");
  CHECK(problem_list(std::string(5'000'000, ',')) == "E_LIMIT 1");
  std::string object = "[{\"study\":\"A\",\"events\":3,\"total\":10";
  for (std::size_t i = 3; i <= max_columns; ++i) object += ",\"k" + std::to_string(i) + "\":1";
  CHECK(problem_list(object + "}]", {}, "t.json") == "E_LIMIT 1");
}

TEST_CASE("rows that differ in all their keys do not fill the memory") {
  std::string lines;
  for (std::size_t i = 0; i < max_columns; ++i) lines += "{\"k" + std::to_string(i) + "\":1}\n";
  CHECK(problem_list(lines, {}, "t.jsonl").starts_with("E_LIMIT"));
}

TEST_CASE("many problems: the first are listed in file order, the others counted") {
  std::string text = "study,events,total\n";
  for (int i = 0; i < 100'000; ++i) text += "S" + std::to_string(i) + ",9,4\n";
  text += ",1,2\n";
  const auto list = problems(text);
  REQUIRE(list.size() == max_problems_listed + 1);
  CHECK(list[0].row == 2);
  CHECK(list[max_problems_listed - 1].row == max_problems_listed + 1);
  CHECK(list.back().code == "E_MORE");
  CHECK(list.back().rule == "99951 more problems are not listed");
}

TEST_CASE("NUL bytes without end are refused at the first of them") {
  const auto list = problems(std::string(10'000'000, '\0'));
  REQUIRE(list.size() == 1);  // one run of them is one problem
  CHECK(list.front().code == "E_NUL");
  CHECK(list.front().row == 1);
  std::string scattered = "study,events,total\n";
  for (std::size_t i = 0; i < 2 * max_problems_listed; ++i) scattered += std::string("A\0,3,10\n", 8);
  const auto first = problems(scattered);
  REQUIRE(first.size() == max_problems_listed + 1);
  CHECK(first[max_problems_listed - 1].row == max_problems_listed + 1);
  CHECK(first.back().code == "E_MORE");
}

TEST_CASE("a bad byte far behind the first is placed, too") {
  const std::string long_field(max_field / 2, 'x');
  const std::string text = "study,note,events,total\nA\xff," + long_field + ",3,10\nB,\"" + long_field + "\xff\",3,10\nC,y,1,2\n";
  CHECK(problem_list(text) == "E_ENCODING 2 study\nE_ENCODING 3 note");
}

TEST_CASE("blank lines without end are counted") {
  const auto with_blanks = [](std::string_view blank, int n) {
    std::string text = "study,events,total\nA,3,10\n";
    for (int i = 0; i < n; ++i) text += blank;
    return text;
  };
  for (const char* blank : {"\n", " \t\r\n", ",,\n"}) {
    CAPTURE(blank);
    CHECK(checked(with_blanks(blank, 1000)).warnings.empty());
    const Records records = checked(with_blanks(blank, 1000) + "B,5,20\n" + std::string(blank) + "C,6,20\n");
    CHECK(records.studies.study.size() == 3);
    REQUIRE(records.warnings.size() == max_warnings_listed + 1);
    CHECK(records.warnings.front().message == "line 3: a blank line is skipped");
    CHECK(records.warnings.back().message == "981 more warnings of this kind are not listed");
  }
  CHECK(problem_list(std::string(100'000, '\n')) == "E_EMPTY 1");
}

TEST_CASE("warnings of one kind are counted, too") {
  std::string text = "study,events,total\nA,3,10\n";
  for (int i = 0; i < 1000; ++i) text += "S" + std::to_string(i) + ",,4\n";
  const Records records = checked(text);
  CHECK(records.warnings.size() == max_warnings_listed + 1);
  CHECK(records.warnings.back().message == "980 more warnings of this kind are not listed");
  CHECK(records.input.excluded.size() == 1000);
}

TEST_CASE("a file that cannot be read says why") {
  for (const char* path : {"/nowhere/at/all.csv", "/"}) {
    try {
      read_records(path);
      FAIL("read");
    } catch (const InputError& error) {
      CHECK(error.problems().front().code == "E_FILE");
    }
  }
}
