#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <tausq/report.hpp>

#include "engine/driver/report/numbers.hpp"
#include "engine/driver/report/text.hpp"
#include "engine/driver/report/text_table.hpp"
#include "engine/driver/report/unicode.hpp"
#include "tests/unit/report/sample_analyses.hpp"

using namespace tausq;

namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("numbers as people read them") {
  CHECK(report::fixed(-0.001, 2) == "0.00");
  CHECK(report::fixed(-0.005001, 2) == "-0.01");
  CHECK(report::fixed(12.345, 0) == "12");
  CHECK(report::fixed(2e20, 2) == "2.000e+20");
  CHECK(report::significant(0.00012346) == "0.0001235");
  CHECK(report::significant(0.000012346) == "1.235e-05");
  CHECK(report::significant(1200) == "1200");
  CHECK(report::significant(0) == "0");
  CHECK(report::shortest(0.1) == "0.1");
  CHECK(report::percent(0.4137) == "41.4%");
  CHECK(report::level_text(0.95) == "95%");
  CHECK(report::level_text(0.999) == "99.9%");
}

TEST_CASE("p-values") {
  CHECK(report::p_value(0.0432) == " = 0.043");
  CHECK(report::p_value(0.00034) == " = 0.0003");
  CHECK(report::p_value(1e-5) == " < 0.0001");
  CHECK(report::p_value(3e-23) == " < 10^-22");
  CHECK(report::p_value(0.0, -719.0) == " < 10^-312");
  CHECK(report::p_value(0.0) == " < 0.0001");
  CHECK(report::p_value(std::nullopt) == " undefined");
}

TEST_CASE("intervals without an end") {
  CHECK(report::interval_text(0.5, std::nullopt, {}) == "[0.50; inf]");
  CHECK(report::interval_text(std::nullopt, std::nullopt, {}) == "");
  CHECK(report::estimate_text({}, {}) == "not estimable");
  CHECK(report::estimate_text({0.8, 0.5634, 0.9427}, {2, false}) == "0.80 [0.56; 0.94]");
}

TEST_CASE("places follow the width of the pooled interval") {
  Analysis analysis = samples::proportions();
  analysis.common = {};
  analysis.random.display = {0.8, 0.56, 0.94};
  CHECK(report::precision_of(analysis).decimals == 2);
  analysis.random.display = {0.0012, 0.0010, 0.0015};
  CHECK(report::precision_of(analysis).decimals == 5);
  analysis.random.display = {1.2e-8, 1.0e-8, 1.5e-8};
  CHECK(report::precision_of(analysis).significant);
  CHECK(report::natural(1.234e-8, report::precision_of(analysis)) == "1.23e-08");
}

TEST_CASE("display width: combining marks take none, East Asian characters two cells") {
  CHECK(report::display_width("Müller") == 6);
  CHECK(report::display_width("e\xCC\x81t") == 2);
  CHECK(report::display_width("王小明") == 6);
  CHECK(report::display_width("שָׁלוֹם") == 4);
  CHECK(report::shortened("王小明 2015", 8) == "王小明 \u2026");
  CHECK(report::shortened("short", 5) == "short");
}

TEST_CASE("UTF-8 is decoded strictly") {
  CHECK(report::decoded("a\xC3\xA9") == std::u32string{U'a', 0xE9});
  CHECK(report::decoded("\xC0\xAF").find(U'/') == std::u32string::npos);  // overlong
  CHECK(report::decoded("\xED\xA0\x80")[0] == 0xFFFD);                    // surrogate
  CHECK(report::decoded("\xF0\x9F\x98\x80") == std::u32string{0x1F600});
  CHECK(report::decoded("\xE2\x82") == std::u32string{0xFFFD, 0xFFFD});  // cut off
  for (char32_t code : {U'a', U'é', U'€', U'\U0001F600'}) CHECK(report::decoded(report::encoded(code)) == std::u32string{code});
}

TEST_CASE("control characters and bidirectional overrides are shown, not obeyed") {
  CHECK(report::escaped("a\x1b[31m\tb\n") == "a\\u001b[31m\\tb\\n");
  CHECK(report::escaped("x\xE2\x80\xAEy") == "x\\u202ey");
  CHECK(report::escaped("כהן") == "כהן");
  Analysis analysis = samples::bcg();
  analysis.studies[0].study = "evil\x1b[2J";
  analysis.input.source = "a\x1b.csv";
  analysis.warnings = {{"w", "m\x07", {"s\x08"}}};
  const std::string text = to_text(analysis);
  CHECK(std::all_of(text.begin(), text.end(), [](unsigned char c) { return c == '\n' || c >= 0x20; }));
  CHECK(has(text, "evil\\u001b[2J"));
}

TEST_CASE("a table is aligned by display width and leaves out empty columns") {
  report::TextTable table({{"Study", report::TextTable::Align::left}, {"n"}, {"empty"}});
  table.add({"王小明", "7"});
  table.add({"Ab", "1234"});
  CHECK(table.text() ==
        "Study      n\n"
        "------------\n"
        "王小明     7\n"
        "Ab      1234\n");
}

TEST_CASE("text is wrapped at blanks") {
  const std::string text = report::wrapped(std::string(60, 'a') + " " + std::string(60, 'b') + " c", 4);
  CHECK(text == std::string(60, 'a') + "\n    " + std::string(60, 'b') + " c");
}

TEST_CASE("long lists of studies are cut short, and say by how many") {
  std::vector<std::string> studies{"A\x1b[31m"};
  CHECK(report::study_names(studies) == "A\\u001b[31m");
  for (char c = 'B'; c <= 'K'; ++c) studies.push_back({c});
  CHECK(report::study_names(studies) == "A\\u001b[31m, B, C, D, E, F, G, H, I, J, K");
  studies.push_back("L");
  CHECK(report::study_names(studies) == "A\\u001b[31m, B, C, D, E, F, G, H, I, J and 2 more");
}

TEST_CASE("the pooled text says what was done and found") {
  const std::string text = to_text(samples::proportions());
  for (const char* part :
       {"Meta-analysis of 5 studies (335 events in 480 participants)", "Random effects (median)", "Random effects (population average)",
        "Prediction interval", "I2 = 92.6%, from tau2", "from Q: max(0, (Q - df) / Q)", "Likelihood-ratio test of tau2 = 0", "profile [",
        "log-likelihood -12.3457", "Chosen", "the counts enter as they are", "small-k: only 5 studies",
        "Rows of adherence.csv: 6 read, 5 used, 1 left out", "row 4 Makhlough 2016: events and total are empty (missing_counts)"})
    CHECK_MESSAGE(has(text, part), part);
  CHECK_FALSE(has(text, "Subgroups"));
}

TEST_CASE("two arms, subgroups, regression and tests") {
  Analysis analysis = samples::bcg_by_allocation();
  analysis.tests = StratifiedTests{{3.2, 1, 0.07}, {1.0, 12, 0.9}, {}};
  analysis.regression = Regression{{"intercept", "ablat"},
                                   {0.2515, -0.0291},
                                   {0.2491, 0.0072},
                                   {1.01, -4.04},
                                   {},
                                   {0.3127, 0.00005},
                                   {-0.2368, -0.0432},
                                   {0.7397, -0.0150},
                                   {{0.06, 0}, {0, 0.00005}},
                                   {},
                                   30.7,
                                   11,
                                   0.0012,
                                   16.36,
                                   1,
                                   5e-5,
                                   {},
                                   {},
                                   {},
                                   0.756,
                                   {}};
  const std::string text = to_text(analysis);
  for (const char* part : {"Events t", "191064", "alloc: systematic", "Subgroups of alloc",
                           "Test of equal subgroups, common effect: Q = 40.2, df = 2, p < 0.0001", "Meta-regression", "ablat", "R2 = 75.6%",
                           "All moderators: QM = 16.36, df = 1, p < 0.0001", "Cochran-Mantel-Haenszel"})
    CHECK_MESSAGE(has(text, part), part);
}

TEST_CASE("what could not be estimated is said with its reason") {
  Analysis analysis = samples::bcg();
  analysis.random = {};
  analysis.random.status = Status::not_estimable;
  analysis.random.reason = "a single study";
  analysis.prediction = {};
  const std::string text = to_text(analysis);
  CHECK(has(text, "Random effects: not estimable; a single study"));
  CHECK_FALSE(has(text, "Prediction interval"));
}

TEST_CASE("few studies: which interval to trust, and why") {
  const std::string proportions = to_text(analyse(single_arm_counts({3, 2, 9}, {6, 10, 20}), {}));
  CHECK(has(proportions, "With 3 studies trust the il interval"));
  CHECK(has(proportions, "misses the truth too often"));
  const std::string ratios =
      to_text(analyse(two_arm_counts({1, 4, 6}, {9, 11, 14}, {3, 5, 9}, {7, 7, 13}), {.effect = {.measure = Measure::OR}}));
  CHECK(has(ratios, "With 3 studies trust the il interval"));
  CHECK(has(ratios, "wider on average"));
  CHECK_FALSE(has(to_text(samples::proportions()), "trust the il interval"));
}

TEST_CASE("an exact answer without a fit") {
  Analysis analysis = samples::proportions();
  analysis.common = {};
  analysis.random = {};
  analysis.random.status = Status::exact;
  analysis.random.reason = "no events in any study";
  analysis.random.display = {0.0, 0.0, 0.137};
  analysis.prediction = {};
  analysis.heterogeneity = {};
  analysis.heterogeneity.status = Status::not_estimable;
  const std::string text = to_text(analysis);
  CHECK(has(text, "Random effects: exact; no events in any study"));
  CHECK(has(text, "[0.00; 0.14]"));
  CHECK(has(text, "Heterogeneity\n  not estimable"));
  CHECK_FALSE(has(text, "Analysis scale"));
}

TEST_CASE("effects text has no pooled rows") {
  const std::string text = to_text_effects(samples::bcg());
  CHECK(has(text, "Effect sizes of 13 studies"));
  CHECK(has(text, "-0.9387"));
  CHECK_FALSE(has(text, "Common effect"));
}

TEST_CASE("check text lists records, warnings and accounting") {
  Records records;
  records.layout = Layout::single_arm_counts;
  records.input = {"msc.csv", "", 3, 2, {{4, "Knyazev 2016", "missing_counts", "events is empty"}}};
  records.records = {{2, "Gomez-Barrena 2021", "", {{"events", 16.0}, {"total", 20.0}}, {{"year", "2021"}}},
                     {3, "Campo 2021", "", {{"events", 6.0}, {"total", 13.0}}, {}}};
  records.warnings = {{"W_PERCENT_RECOVERED", "80 % of 20 is 16", {"Gomez-Barrena 2021"}}};
  const std::string text = to_text(records);
  for (const char* part : {"Records: single-arm counts", "Further columns: year", "Gomez-Barrena 2021",
                           "W_PERCENT_RECOVERED: 80 % of 20 is 16 (Gomez-Barrena 2021)", "Rows of msc.csv: 3 read, 2 used, 1 left out",
                           "row 4 Knyazev 2016: events is empty (missing_counts)"})
    CHECK_MESSAGE(has(text, part), part);
}
