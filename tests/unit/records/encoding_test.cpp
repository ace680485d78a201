// Bytes that are text, and bytes that are not.
#include <doctest/doctest.h>

#include <string>

#include "engine/driver/records/findings.hpp"
#include "engine/driver/records/unicode.hpp"
#include "tests/unit/records/reading.hpp"

using namespace tausq;
using namespace tausq::testing;

namespace {

std::string with_label(std::string_view label) {
  return "study,events,total\nA,3,10\n" + std::string(label) + ",5,20\n";
}

std::string widened(std::string_view text, std::size_t width, bool big_endian) {
  std::string wide;
  for (const char c : text) {
    std::string unit(width, '\0');
    unit[big_endian ? width - 1 : 0] = c;
    wide += unit;
  }
  return wide;
}

}  // namespace

TEST_CASE("what is no UTF-8 is refused with its place, once a character") {
  for (const char* label :
       {"\xff", "\xc0\xaf", "\xc3", "\xe2\x82", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\x80", "\xe0\x80\xaf"}) {
    CAPTURE(records::escaped(label));
    CHECK(problem_list(with_label(label)) == "E_ENCODING 3 study");
  }
  CHECK(problem_list("study,events,total\n" + std::string(300, 'x') + "\xff,3,10\n") == "E_ENCODING 2 study");
  CHECK(problem_list("study,ev\xffnts,total\nA,3,10\n") == "E_ENCODING 1 ev\\xffnts");
  CHECK(problem_list("[{\"study\":\"A\",\n\"events\":3,\"total\":10,\"x\":\"\xff\"}]", {}, "t.json") == "E_ENCODING 2 x");
}

TEST_CASE("what is UTF-8 is kept") {
  for (const char* label : {"\xc3\xbc", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xef\xbf\xbe", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"})
    CHECK(checked(with_label(label)).studies.study[1] == label);
  CHECK(checked("\xEF\xBB\xBFstudy,events,total\nA,3,10\n").studies.study[0] == "A");
}

TEST_CASE("wide encodings, with and without their mark") {
  const std::string text = "study,events,total\nA,3,10\n";
  for (const std::string& mark : {std::string("\xff\xfe", 2), std::string()})
    CHECK(problems(mark + widened(text, 2, false)).front().code == "E_ENCODING");
  for (const std::string& mark : {std::string("\xfe\xff", 2), std::string()})
    CHECK(problems(mark + widened(text, 2, true)).front().code == "E_ENCODING");
  for (const std::string& mark : {std::string("\xff\xfe\0\0", 4), std::string()})
    CHECK(problems(mark + widened(text, 4, false)).front().rule.find("UTF-32") != std::string::npos);
}

TEST_CASE("binary files are named") {
  CHECK(problems("PK\x03\x04 and so on").front().rule.find("ZIP") != std::string::npos);
  CHECK(problems(std::string("\x1f\x8b\x08\0", 4)).front().code == "E_BINARY");
  CHECK(problems("%PDF-1.7\n").front().code == "E_BINARY");
}

TEST_CASE("Latin-1 on request") {
  const Records records = checked(with_label("M\xfcller"), {.latin1 = true});
  CHECK(records.studies.study[1] == "M\xc3\xbcller");
  CHECK_FALSE(warning(records, "W_LATIN1").empty());
  CHECK(warning(checked(with_label("Miller"), {.latin1 = true}), "W_LATIN1").empty());
}

TEST_CASE("control and invisible characters are kept, warned of and escaped") {
  const Records records = checked(
      "study,note,events,total\nA\x1b[31m,x,3,10\nB,\xE2\x80\xAE"
      "y,1,2\n");
  CHECK(records.studies.study[0] == "A\x1b[31m");
  CHECK(records.warnings.size() == 2);
  CHECK(warning(records, "W_CONTROL_CHAR") == "line 2, column study: control or invisible character in \"A\\u001b[31m\"");
  CHECK(warning(checked("study,no\x1b[2Jte,events,total\nA,x,3,10\n"), "W_CONTROL_CHAR") ==
        "line 1: control or invisible character in the column name \"no\\u001b[2Jte\"");
  CHECK(checked("study,events,total\r\n\"A\tB\nC\r\nD\",3,10\r\n").warnings.empty());
  CHECK(warning(checked("study,events,total\n\"A\rB\",3,10\n"), "W_CONTROL_CHAR").find("\"A\\rB\"") != std::string::npos);
  CHECK(records::escaped(std::string_view("a\0b\x7f\xc2\x85\xe2\x80\xa8\xc2\xa0\xff\n", 13)) ==
        "a\\u0000b\\u007f\\u0085\\u2028\\u00a0\\xff\\n");
  CHECK(records::shown(std::string(100, 'x')) == std::string(60, 'x') + "...");
}

TEST_CASE("labels that only look the same") {
  using records::likeness;
  CHECK(likeness(" M\xc3\xbcller  et al. ") == "muller et al.");
  CHECK(likeness("Mu\xcc\x88ller\xc2\xa0"
                 "et al.\xe2\x80\x8b") == "muller et al.");
  CHECK(likeness("\xce\xa3\xd0\x90") == likeness("\xcf\x83\xd0\xb0"));
  CHECK(likeness("Smith") != likeness("Sm\xd1\x96th"));
}
