// Formulas and the columns that they make.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <tausq/problem.hpp>

#include "engine/model/design.hpp"

namespace {

using namespace tausq;
using model::Design;
using model::make_design;

Column column(const std::string& name, const std::vector<std::string>& text) {
  Column result;
  result.name = name;
  result.text = text;
  result.numeric = true;
  for (const std::string& cell : text) {
    const bool number = !cell.empty() && cell.find_first_not_of("0123456789.-") == std::string::npos;
    result.number.push_back(number ? std::optional(std::stod(cell)) : std::nullopt);
    if (!number && !cell.empty()) result.numeric = false;
  }
  return result;
}

StudySet trials() {
  StudySet studies = generic_effects({0, 0, 0, 0}, {1, 1, 1, 1});
  studies.columns = {column("year", {"1990", "1995", "2000", "2005"}), column("alloc", {"random", "Alternate", "random", "systematic"}),
                     column("dose", {"10", "5", "10", "5"}), column("age group", {"1", "2", "", "4"}),
                     column("same", {"x", "x", "x", "x"})};
  return studies;
}

std::vector<double> values(const Design& design, std::size_t j) {
  const auto begin = design.x.begin() + static_cast<std::ptrdiff_t>(j * design.k);
  return {begin, begin + static_cast<std::ptrdiff_t>(design.k)};
}

using Terms = std::vector<std::string>;
using Values = std::vector<double>;

}  // namespace

TEST_CASE("no formula is the intercept") {
  const Design design = make_design(trials(), "");
  CHECK(design.terms == Terms{"intercept"});
  CHECK(design.x == Values{1, 1, 1, 1});
  CHECK(design.intercept);
  CHECK(design.missing.empty());
}

TEST_CASE("numeric and categorical moderators") {
  const Design design = make_design(trials(), "year + alloc");
  CHECK(design.terms == Terms{"intercept", "year", "alloc=random", "alloc=systematic"});
  CHECK(values(design, 1) == Values{1990, 1995, 2000, 2005});
  CHECK(values(design, 2) == Values{1, 0, 1, 0});
  CHECK(values(design, 3) == Values{0, 0, 0, 1});
}

TEST_CASE("levels of numbers stand in the order of numbers") {
  CHECK(make_design(trials(), "factor(dose)").terms == Terms{"intercept", "dose=10"});
  CHECK(make_design(trials(), "factor(age group)").terms == Terms{"intercept", "age group=2", "age group=4"});
}

TEST_CASE("interactions") {
  const Design design = make_design(trials(), "year * alloc");
  CHECK(design.terms == Terms{"intercept", "year", "alloc=random", "alloc=systematic", "year:alloc=random", "year:alloc=systematic"});
  CHECK(values(design, 4) == Values{1990, 0, 2000, 0});
  CHECK(make_design(trials(), "alloc + year + year:alloc").p() == 6);
  CHECK(make_design(trials(), "year + year").terms == Terms{"intercept", "year"});
  CHECK(make_design(trials(), "(year + dose) : alloc").terms == Terms{"intercept", "year:alloc=Alternate", "year:alloc=random",
                                                                      "year:alloc=systematic", "dose:alloc=Alternate", "dose:alloc=random",
                                                                      "dose:alloc=systematic"});
}

TEST_CASE("without intercept the first factor shows all its levels") {
  for (const char* const mods : {"0 + alloc", "alloc - 1", "~ 0 + alloc"}) {
    const Design design = make_design(trials(), mods);
    CHECK(!design.intercept);
    CHECK(design.terms == Terms{"alloc=Alternate", "alloc=random", "alloc=systematic"});
  }
  CHECK(make_design(trials(), "year + factor(dose) + alloc", false).terms ==
        Terms{"year", "dose=5", "dose=10", "alloc=random", "alloc=systematic"});
}

TEST_CASE("arithmetic inside I() and functions") {
  const Design design = make_design(trials(), "I(year - 1990) + I(dose^2 / 2) + log10(dose)+sqrt( 4 * (dose + -1) )");
  CHECK(design.terms == Terms{"intercept", "I(year-1990)", "I(dose^2/2)", "log10(dose)", "sqrt(4*(dose+-1))"});
  CHECK(values(design, 1) == Values{0, 5, 10, 15});
  CHECK(values(design, 2) == Values{50, 12.5, 50, 12.5});
  CHECK(values(design, 3)[0] == 1);
  CHECK(values(design, 4) == Values{6, 4, 6, 4});
}

TEST_CASE("a missing moderator names itself") {
  const Design design = make_design(trials(), "year + `age group`");
  REQUIRE(design.missing.size() == 4);
  CHECK(design.missing[2] == "age group");
  CHECK(design.missing[0].empty());
  CHECK(values(design, 1) == Values{1990, 1995, 0, 2005});
  CHECK(make_design(trials(), "log(I(dose - 5))").missing[1] == "log(I(dose-5))");
}

TEST_CASE("formulas that cannot be read") {
  for (const char* const mods : {"nosuch", "year +", "year year", "factor(year", "factor(year + dose)", "cube(year)", "I(alloc)", "same",
                                 "0", "`year", "year - 2", "I(year ^)"})
    CHECK_THROWS_AS(make_design(trials(), mods), UsageError);
  CHECK_THROWS_WITH(make_design(trials(), "nosuch"), "--mods: no column 'nosuch'; there are year, alloc, dose, age group, same");
}
