// JSON, its grammar and the shapes that records take in it.
#include <doctest/doctest.h>

#include "engine/driver/records/json_text.hpp"
#include "tests/unit/records/reading.hpp"

using namespace tausq;
using namespace tausq::testing;
using records::find_json_fault;

TEST_CASE("what RFC 8259 allows") {
  for (const char* text : {"0", "-0", "1.5e+10", "1E-2", "true", "false", "null", "\"\"", R"("\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00")", "[]",
                           "{}", "[[],{}]", "\t[ 1 ,\r\n2 ] ", R"({"a":{"b":[1,2,{"c":null}]},"a":1})", "\"\x7f\"", "[-1.0]"}) {
    CAPTURE(text);
    CHECK_FALSE(find_json_fault(text));
  }
}

TEST_CASE("what it does not") {
  for (const char* text : {"",
                           " ",
                           "01",
                           "+1",
                           ".5",
                           "1.",
                           "1e",
                           "1e+",
                           "-",
                           "--1",
                           "0x1",
                           "1_0",
                           "NaN",
                           "Infinity",
                           "nul",
                           "nulll",
                           "True",
                           "'a'",
                           "\"a",
                           "\"\\x\"",
                           "\"\\u12g4\"",
                           "\"\\u12",
                           "\"a\tb\"",
                           "\"\n\"",
                           "[1,]",
                           "[,1]",
                           "[1 2]",
                           "[1",
                           "]",
                           "[1]]",
                           "{",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{a:1}",
                           "{1:2}",
                           "{\"a\":1 \"b\":2}",
                           "{\"a\" 1}",
                           "[1}",
                           "{\"a\":1]",
                           "1 2",
                           "[1] x",
                           "/**/1",
                           "[1,/**/2]",
                           "\xEF\xBB\xBF[1]",
                           "[\"a\",\n4\n,1,"}) {
    CAPTURE(text);
    CHECK(find_json_fault(text));
  }
}

TEST_CASE("nesting is limited, however deep the text is") {
  CHECK_FALSE(find_json_fault(std::string(64, '[') + std::string(64, ']')));
  CHECK(find_json_fault(std::string(65, '[') + std::string(65, ']'))->too_deep);
  CHECK(find_json_fault(std::string(1'000'000, '['))->too_deep);
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  CHECK(find_json_fault(objects)->too_deep);
}

TEST_CASE("records as array, as member of an object, as columns, as lines") {
  const char* a = R"({"study":"A","events":3,"total":10})";
  const std::string array = std::string("[") + a + R"(,{"total":20,"study":"B","events":5,"x":"y"}])";
  const std::string column_wise = R"({"study":["A","B"],"events":[3,5],"total":[10,20]})";
  for (const std::string& text : {array, R"({"meta":{"a":[1,2]},"records":)" + array + "}", R"({"studies":)" + array + "}",
                                  R"({"n":1,"data":)" + array + "}", column_wise}) {
    CAPTURE(text);
    const Records records = checked(text, {}, "-");
    const auto& counts = std::get<SingleArmCounts>(records.studies.data);
    CHECK(records.studies.study == std::vector<std::string>{"A", "B"});
    CHECK(counts.events == std::vector<double>{3, 5});
    CHECK(counts.total == std::vector<double>{10, 20});
  }
  const std::string lines = std::string(a) + "\n\n  {\"study\":\"B\",\"events\":5,\"total\":20}\r\n";
  for (const char* source : {"-", "t.jsonl", "t.ndjson"}) CHECK(checked(lines, {}, source).studies.row == std::vector<std::size_t>{1, 3});
  CHECK(problem_list(lines, {}, "t.json") == "E_JSON_SYNTAX 3");
}

TEST_CASE("places of problems in documents of several lines") {
  CHECK(problem_list(
            "[\n {\"study\": \"A\",\n  \"events\": 30,\n  \"total\": 10},\n {\"study\": \"\",\n  \"events\": 1.5,\n  \"total\": -1}\n]\n",
            {}, "t.json") == "E_EVENTS_GT_TOTAL 3 events\nE_MISSING_VALUE 5 study\nE_NOT_INTEGER 6 events\nE_NEGATIVE 7 total");
  CHECK(problem_list("[\n {\"study\": \"A\",\n }\n]\n", {}, "t.json") == "E_JSON_SYNTAX 3");
  CHECK(problem_list("[\n {\"study\": \"A\"\n\n", {}, "t.json") == "E_JSON_SYNTAX 2");
  CHECK(problem_list("{\"study\":\"A\",\"events\":1,\"total\":2}\n{\"study\":\n[1]\n{\"study\":\"B\",\"events\":3,\"total\":2}\n", {},
                     "t.jsonl") == "E_JSON_SYNTAX 2\nE_TYPE 3\nE_EVENTS_GT_TOTAL 4 events");
}

TEST_CASE("types are not guessed") {
  CHECK(problem_list(R"([{"study":"A","events":"3","total":true},{"study":1,"events":[3],"total":{}}])", {}, "t.json") ==
        "E_TYPE 1 study\nE_TYPE 1 events\nE_TYPE 1 events\nE_TYPE 1 total\nE_TYPE 1 total");
  CHECK(problem_list(R"([{"study":"A","events":3,"total":10,"events":4}])", {}, "t.json") == "E_DUP_COLUMN 1 events");
  CHECK(problem_list(R"([{"study":"A","events":3,"Events":3,"total":10}])", {}, "t.json") == "E_DUP_COLUMN 1 Events");
  CHECK(problem_list(R"([{"study":"A\ud800","events":3,"total":10},{"study":"\u0000","events":3,"total":10}])", {}, "t.json") ==
        "E_ENCODING 1 study\nE_NUL 1 study");
  CHECK(problem_list(R"({"study":["A","B"],"events":[3],"total":[10,20]})", {}, "t.json") == "E_SCHEMA 1 events");
}

TEST_CASE("escapes are undone, further values carried along") {
  const Records records =
      checked(R"([{"study":"\u00c9\ud83d\ude00\n","events":3,"total":1e1,"list":[1, {"a":2}],"flag":true,"nothing":null,"n":-2.50}])",
              {.columns = {{"total", "total"}}}, "t.json");
  CHECK(records.studies.study[0] == "\xC3\x89\xF0\x9F\x98\x80\n");
  CHECK(records.studies.column("list")->text[0] == "[1, {\"a\":2}]");
  CHECK(records.studies.column("flag")->text[0] == "true");
  CHECK(records.studies.column("nothing")->text[0].empty());
  CHECK(records.studies.column("n")->number[0] == -2.5);
}

TEST_CASE("a record may lack keys") {
  const Records records =
      checked(R"([{"study":"A","events":3,"total":10},{"note":"x","study":"B","total":5},{"study":"C","total":4,"events":1,"note":"y"}])",
              {}, "t.json");
  CHECK(records.studies.study == std::vector<std::string>{"A", "C"});
  CHECK(records.input.excluded.at(0).study == "B");
  CHECK(records.studies.column("note")->text == std::vector<std::string>{"", "y"});
}
