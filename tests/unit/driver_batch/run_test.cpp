// Files of many keys: every way of reading, cutting and splitting them gives the same bytes.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "engine/driver/batch/batch.hpp"
#include "engine/driver/batch/plain_number.hpp"

namespace {

using namespace tausq;
using batch::BatchAccount;
using batch::BatchRequest;

/// n keys of 1 to 12 rows; the third block and beyond are reached with some thousands of them.
std::string records(std::size_t n) {
  std::string text = "key,study,yi,sei,note\n";
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < 1 + i * 7 % 12; ++j)
      text += "key" + std::to_string(i) + ",study " + std::to_string(j) + "," +
              std::to_string(std::sin(1.0 * static_cast<double>(i + 3 * j))) + "," +
              std::to_string(0.1 + 0.05 * std::cos(static_cast<double>(j))) + ",\n";
  return text;
}

struct Result {
  std::string text;
  BatchAccount account;
};

Result run(const std::string& bytes, BatchRequest request = {}) {
  request.bytes = bytes;
  if (request.by.empty()) request.by = "key";
  request.records = "records.csv";
  Result result;
  result.account = batch::run_batch(request, [&](std::string_view text) { result.text += text; });
  return result;
}

std::vector<Problem> problems_of(const std::string& bytes, BatchRequest request = {}) {
  try {
    run(bytes, std::move(request));
  } catch (const InputError& error) {
    return error.problems();
  }
  return {};
}

void replace(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) text.replace(at, from.size(), to);
}

TEST_CASE("threads change no byte") {
  const std::string bytes = records(40000);
  REQUIRE(bytes.size() > (std::size_t{5} << 20));  // several blocks
  BatchRequest one, three;
  one.options.threads = 1, three.options.threads = 3;
  const Result result = run(bytes, one);
  CHECK(result.text == run(bytes, three).text);
  CHECK(result.account.keys == 40000);
  CHECK(result.account.rows == result.account.used);
}

TEST_CASE("rows of bare numbers and rows that the reader of records takes give the same results") {
  const std::string bytes = records(300);
  const std::string expected = run(bytes).text;
  std::string quoted = bytes, crlf = bytes;
  replace(quoted, ",study 3,", ",\"study 3\",");
  replace(crlf, "\n", "\r\n");
  CHECK(run(quoted).text == expected);
  CHECK(run(crlf).text == expected);
  CHECK(run("\xEF\xBB\xBF" + bytes).text == expected);
  CHECK(run("\n" + bytes).text == expected);
  CHECK(run(bytes.substr(0, bytes.size() - 1)).text == expected);
  BatchRequest where;
  where.read.where = "study != \"nobody\"";
  CHECK(run(bytes, where).text == expected);
}

TEST_CASE("quoted keys hold delimiters, quotes and line ends") {
  const Result r = run("key,yi,vi\n\"a, b\",1,1\n\"a, b\",2,1\n\"say \"\"x\"\"\",1,1\n\"two\nlines\",3,1\n");
  CHECK(r.account.keys == 3);
  CHECK(r.text.find("\"a, b\",2,ok,2,1.5,") != std::string::npos);
  CHECK(r.text.find("\"say \"\"x\"\"\",1,ok") != std::string::npos);
  CHECK(r.text.find("\"two\nlines\",1,ok,1,3,") != std::string::npos);
}

TEST_CASE("shards and their merger") {
  const std::string bytes = records(5000);
  for (const bool json : {false, true}) {
    BatchRequest whole;
    whole.json = json;
    std::vector<std::string> files;
    std::size_t keys = 0;
    for (std::size_t i = 1; i <= 4; ++i) {
      BatchRequest part = whole;
      part.shard = i, part.shards = 4;
      const Result result = run(bytes, part);
      keys += result.account.keys;
      files.insert(files.begin(), "shard" + std::to_string(i) + ".out");
      std::ofstream(files.front(), std::ios::binary) << result.text;
    }
    CHECK(keys == 5000);
    std::string merged;
    const batch::Sink sink = [&](std::string_view text) { merged += text; };
    batch::merge_shards(files, sink);
    CHECK(merged == run(bytes, whole).text);
    const std::vector<std::string> some(files.begin() + 1, files.end()), twice{files[0], files[0], files[1], files[2]};
    CHECK_THROWS_AS(batch::merge_shards(some, sink), InputError);
    CHECK_THROWS_AS(batch::merge_shards(twice, sink), InputError);
    for (const std::string& file : files) std::remove(file.c_str());
  }
}

TEST_CASE("every problem with its row, none of the results") {
  const std::vector<Problem> problems = problems_of(
      "key,study,events,total\n"
      "A,a,1,10\nA,b,2,12\nB,a,11,10\nB,b,x,12\nC,a,1,10\nC,a,2,20\nA,c,1,2\n");
  REQUIRE(problems.size() == 4);
  CHECK(problems[0].code == "E_EVENTS_GT_TOTAL");
  CHECK(problems[0].row == 4);
  CHECK(problems[0].column == "events");
  CHECK(problems[1].code == "E_NOT_NUMBER");
  CHECK(problems[1].row == 5);
  CHECK(problems[2].code == "E_DUP_STUDY");
  CHECK(problems[2].row == 7);
  CHECK(problems[2].rule.find("line 6") != std::string::npos);
  CHECK(problems[3].code == "E_KEY_APART");
  CHECK(problems[3].row == 8);
}

TEST_CASE("problems far into a file keep their line") {
  std::string bytes = records(40000);
  const std::size_t at = bytes.rfind("key39990,");
  const auto line = static_cast<std::size_t>(std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(at), '\n')) + 1;
  bytes.insert(at + 9, "study x,0.1,-1,\nkey39990,");
  const std::vector<Problem> problems = problems_of(bytes);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].row == line);
  CHECK(problems[0].code == "E_NEGATIVE");
}

TEST_CASE("rows without a number are counted, keys without a study answered") {
  const Result r = run("key,yi,vi\nA,1,1\nA,NA,1\nB,,\nC,2,0.5\n");
  CHECK(r.account.rows == 4);
  CHECK(r.account.used == 2);
  CHECK(r.account.not_fitted == 1);
  CHECK(r.text.find("B,1,not_estimable,0,,") != std::string::npos);
  CHECK(r.text.find("A,2,ok,1,1,") != std::string::npos);
}

TEST_CASE("headers that cannot be used") {
  CHECK(problems_of("")[0].code == "E_EMPTY");
  CHECK(problems_of("key,yi,vi\n")[0].code == "E_NO_ROWS");
  CHECK(problems_of("key,y,v\nA,1,2\n")[0].code == "E_MISSING_COLUMN");
  BatchRequest other;
  other.by = "gene";
  CHECK_THROWS_AS(run("key,yi,vi\nA,1,1\n", other), UsageError);
}

TEST_CASE("all layouts") {
  BatchRequest odds, means;
  const Result two = run("key,study,events_t,total_t,events_c,total_c\nA,a,3,20,5,21\nA,b,1,10,4,12\n");
  const Result cells = run("key,study,ai,bi,ci,di\nA,a,3,17,5,16\nA,b,1,9,4,8\n");
  CHECK(two.text == cells.text);
  const Result single = run("key,events,nonevents\nA,3,17\nA,5,16\n"), totals = run("key,events,total\nA,3,20\nA,5,21\n");
  CHECK(single.text == totals.text);
  const Result from_means = run("key,study,m1i,sd1i,n1i,m2i,sd2i,n2i\nA,a,3,1,20,2.5,1.1,21\nA,b,1,0.9,10,0.8,1,12\n");
  CHECK(from_means.text.find("A,2,ok,2,") != std::string::npos);
  odds.read.treatment = "new", odds.read.control = "old";
  const Result arms = run("key,study,arm,events,total\nA,a,new,3,20\nA,a,old,5,21\nA,b,old,4,12\nA,b,new,1,10\n", odds);
  CHECK(arms.text.substr(arms.text.find(",ok,")) == two.text.substr(two.text.find(",ok,")));
}

TEST_CASE("rates, means and correlations become the effect sizes of their study") {
  const auto holds = [](const std::string& text, const std::string& numbers) {
    return text.find("A,1,ok,1," + numbers) != std::string::npos;
  };
  CHECK(holds(run("key,events,time\nA,5,10\n").text, "-0.6931471805599453,0.4472135954999579,"));
  CHECK(holds(run("key,x1i,t1i,x2i,t2i\nA,5,10,5,20\n").text, "0.6931471805599453,0.6324555320336759,"));
  CHECK(holds(run("key,mi,sdi,ni\nA,2.5,2,16\n").text, "2.5,0.5,"));
  CHECK(holds(run("key,ri,ni\nA,0.5,28\n").text, "0.5493061443340548,0.2,"));
  // A cell that is no bare number goes by the reader of records: the same digits.
  CHECK(holds(run("key,study,events,time\nA,\"a\",5,10\n").text, "-0.6931471805599453,0.4472135954999579,"));
  CHECK(holds(run("key,study,x1i,t1i,x2i,t2i\nA,\"a\",5,10,5,20\n").text, "0.6931471805599453,0.6324555320336759,"));
  CHECK(holds(run("key,study,mi,sdi,ni\nA,\"a\",2.5,2,16\n").text, "2.5,0.5,"));
  CHECK(holds(run("key,study,ri,ni\nA,\"a\",0.5,28\n").text, "0.5493061443340548,0.2,"));
}

TEST_CASE("plain numbers are rounded correctly") {
  double x = 0;
  for (const char* text :
       {"0.1", "-12.5", "123456789.987654321", "9007199254740993", "1e-5", "0.000000000000000000001", "1E22", ".5", "7."}) {
    INFO(text);
    REQUIRE(batch::plain_number(text, x));
    CHECK(x == std::strtod(text, nullptr));
  }
  for (const char* text : {"", "-", ".", "1,5", "0x10", "1e", "nan", "inf", "+1", "1e999", " 1"}) CHECK_FALSE(batch::plain_number(text, x));
}

}  // namespace
