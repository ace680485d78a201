#include <doctest/doctest.h>

#include <charconv>
#include <string>
#include <tausq/report.hpp>
#include <vector>

#include "tests/unit/report/sample_analyses.hpp"

using namespace tausq;

namespace {

using Rows = std::vector<std::vector<std::string>>;

/// RFC 4180, strict: CRLF ends every record, quotes only around whole fields.
Rows parsed(const std::string& text) {
  Rows rows;
  std::vector<std::string> row{""};
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted) {
      if (text[i] != '"')
        row.back() += text[i];
      else if (i + 1 < text.size() && text[i + 1] == '"')
        row.back() += text[++i];
      else
        quoted = false;
    } else if (text[i] == '"') {
      REQUIRE(row.back().empty());
      quoted = true;
    } else if (text[i] == ',') {
      row.emplace_back();
    } else if (text[i] == '\r') {
      REQUIRE(i + 1 < text.size());
      REQUIRE(text[++i] == '\n');
      rows.push_back(row);
      row.assign(1, "");
    } else {
      row.back() += text[i];
    }
  }
  CHECK_FALSE(quoted);
  CHECK(row == std::vector<std::string>{""});
  return rows;
}

std::string cell(const Rows& rows, std::size_t row, const std::string& column) {
  for (std::size_t j = 0; j < rows[0].size(); ++j)
    if (rows[0][j] == column) return rows[row][j];
  FAIL("no column ", column);
  return "";
}

double number(const std::string& text) {
  double value = 0;
  REQUIRE(std::from_chars(text.data(), text.data() + text.size(), value).ptr == text.data() + text.size());
  return value;
}

}  // namespace

TEST_CASE("one row a study, then the summaries, all of one length") {
  const Analysis analysis = samples::bcg_by_allocation();
  const Rows rows = parsed(to_csv(analysis));
  for (const auto& row : rows) CHECK(row.size() == rows[0].size());
  CHECK(rows.size() == 1 + 13 + 8 + 3);  // header; studies; three subgroups, one of them without a prediction interval; overall
  CHECK(cell(rows, 1, "study") == "Aronson 1948");
  CHECK(cell(rows, 1, "ai") == "4");
  CHECK(number(cell(rows, 1, "estimate")) == *analysis.studies[0].yi);
  CHECK(number(cell(rows, 1, "display_ci_upper")) == *analysis.studies[0].display.ci_upper);
  CHECK(cell(rows, 14, "type") == "common");
  CHECK(cell(rows, 14, "subgroup") == "random");
  CHECK(cell(rows, 23, "type") == "random");
  CHECK(cell(rows, 23, "subgroup") == "");
  CHECK(number(cell(rows, 23, "tau2")) == *analysis.heterogeneity.tau2);
  CHECK(number(cell(rows, 24, "ci_lower")) == *analysis.prediction.lower);
}

TEST_CASE("the population average has a row of its own") {
  const Rows rows = parsed(to_csv(samples::proportions()));
  CHECK(cell(rows, 8, "type") == "random-marginal");
  CHECK(cell(rows, 8, "display_estimate") == "0.64");
  CHECK(cell(rows, 8, "estimate") == "");
}

TEST_CASE("text that a spreadsheet would run is defused, numbers are not") {
  Analysis analysis = samples::bcg();
  analysis.studies[0].study = "=cmd|'/c calc'!A1";
  analysis.studies[1].study = "@SUM(1,2)";
  analysis.studies[2].study = "-5";
  analysis.studies[3].study = "a \"b\", c\nd";
  analysis.studies[4].study = "\tx";
  const Rows rows = parsed(to_csv(analysis));
  CHECK(cell(rows, 1, "study") == "'=cmd|'/c calc'!A1");
  CHECK(cell(rows, 2, "study") == "'@SUM(1,2)");
  CHECK(cell(rows, 3, "study") == "-5");
  CHECK(cell(rows, 4, "study") == "a \"b\", c\nd");
  CHECK(cell(rows, 5, "study") == "'\tx");
  CHECK(cell(rows, 1, "estimate")[0] == '-');
}

TEST_CASE("what a terminal would obey is escaped, other letters stay") {
  Analysis analysis = samples::bcg();
  analysis.studies[0].study = "\x1b[31mA\x07";
  analysis.studies[1].study =
      "=\xe2\x80\xae"
      "B";
  analysis.studies[2].study = "M\xc3\xbcller\xc2\x85";
  const std::string text = to_csv(analysis);
  CHECK(text.find('\x1b') == std::string::npos);
  const Rows rows = parsed(text);
  CHECK(cell(rows, 1, "study") == "\\u001b[31mA\\u0007");
  CHECK(cell(rows, 2, "study") == "'=\\u202eB");
  CHECK(cell(rows, 3, "study") == "M\xc3\xbcller\\u0085");
}

TEST_CASE("effects and records as CSV") {
  const Rows effects = parsed(to_csv_effects(samples::proportions()));
  CHECK(effects.size() == 6);
  CHECK(number(cell(effects, 2, "vi")) == *samples::proportions().studies[1].vi);

  Records records;
  records.records = {{2, "A", "t", {{"events", 3.0}, {"total", 10.0}}, {{"note", "x,y"}}}, {2, "A", "c", {{"events", std::nullopt}}, {}}};
  const Rows rows = parsed(to_csv(records));
  CHECK(rows[0] == std::vector<std::string>{"row", "study", "arm", "events", "total", "note"});
  CHECK(rows[1] == std::vector<std::string>{"2", "A", "t", "3", "10", "x,y"});
  CHECK(rows[2] == std::vector<std::string>{"2", "A", "c", "", "", ""});
}

TEST_CASE("forest data as CSV") {
  const Rows rows = parsed(to_csv(forest_table(samples::bcg())));
  CHECK(cell(rows, 1, "type") == "study");
  CHECK(cell(rows, 1, "events_t") == "4");
  CHECK(cell(rows, 1, "total_t") == "123");
  CHECK(cell(rows, 1, "estimate_text") == "0.39 [0.12; 1.26]");
  CHECK(cell(rows, 1, "clipped_upper") == "false");
  for (const auto& row : rows) CHECK(row.size() == rows[0].size());
}
