// Headers and what they are taken for.
#include <doctest/doctest.h>

#include "tests/unit/records/reading.hpp"

using namespace tausq;
using namespace tausq::testing;

namespace {

template <typename Data>
Data data(std::string_view text, ReadOptions options = {}) {
  return std::get<Data>(checked(text, std::move(options)).studies.data);
}

}  // namespace

TEST_CASE("single-arm counts under all their names") {
  for (const char* header : {"study,events,total", "studlab,event,n", "slab,xi,ni", "author,x,n", "Study,Events,TOTAL"}) {
    CAPTURE(header);
    const auto counts = data<SingleArmCounts>(std::string(header) + "\nA,3,10\n");
    CHECK(counts.events == std::vector<double>{3});
    CHECK(counts.total == std::vector<double>{10});
  }
  CHECK(data<SingleArmCounts>("study,xi,mi\nA,3,7\n").total == std::vector<double>{10});
  CHECK(data<SingleArmCounts>("study,xi,mi,ni\nA,3,7,10\n").total == std::vector<double>{10});
  CHECK(problem_list("study,xi,mi,ni\nA,3,7,11\nB,0,0,\n") == "E_TOTAL_MISMATCH 2 ni\nE_ZERO_TOTAL 3 xi");
}

TEST_CASE("two-by-two tables under all their names") {
  for (const char* header : {"study,ai,n1i,ci,n2i", "study,event.e,n.e,event.c,n.c", "study,events_t,total_t,events_c,total_c",
                             "study,Events.T,Total.T,events.C,total.C"}) {
    CAPTURE(header);
    const auto counts = data<TwoArmCounts>(std::string(header) + "\nA,3,10,1,12\n");
    CHECK(counts.ai == std::vector<double>{3});
    CHECK(counts.bi == std::vector<double>{7});
    CHECK(counts.ci == std::vector<double>{1});
    CHECK(counts.di == std::vector<double>{11});
  }
  CHECK(data<TwoArmCounts>("study,ai,bi,ci,di,n1i,n2i\nA,3,7,1,11,10,12\n").di == std::vector<double>{11});
  CHECK(data<TwoArmCounts>("study,ai,bi,ci,di\nA,3,7,1,11\n").bi == std::vector<double>{7});
  CHECK(problem_list("study,ai,n1i,ci,n2i\nA,3,2,1,0\n") == "E_ZERO_TOTAL 2 n2i\nE_EVENTS_GT_TOTAL 2 ai");
}

TEST_CASE("person-time, means, correlations") {
  CHECK(data<SingleArmRates>("study,xi,ti\nA,3,10.5\n").time == std::vector<double>{10.5});
  CHECK(data<SingleArmRates>("study,events,time\nA,3,10.5\n").events == std::vector<double>{3});
  for (const char* header : {"study,x1i,t1i,x2i,t2i", "study,event.e,time.e,event.c,time.c"})
    CHECK(data<TwoArmRates>(std::string(header) + "\nA,3,10.5,1,9\n").t2i == std::vector<double>{9});
  CHECK(data<SingleArmMeans>("study,mi,sdi,ni\nA,-3,1.5,9\n").mi == std::vector<double>{-3});
  for (const char* header : {"study,m1i,sd1i,n1i,m2i,sd2i,n2i", "study,mean.e,sd.e,n.e,mean.c,sd.c,n.c"})
    CHECK(data<TwoArmMeans>(std::string(header) + "\nA,1,2,3,4,5,6\n").sd2i == std::vector<double>{5});
  CHECK(data<Correlations>("study,ri,ni\nA,-0.5,9\n").ri == std::vector<double>{-0.5});
  CHECK(problem_list("study,ri,ni\nA,1.5,9\n") == "E_RANGE 2 ri");
  CHECK(problem_list("study,xi,ti\nA,3,0\nB,3,-1\nC,1.5,2\n") == "E_ZERO_TOTAL 2 ti\nE_NEGATIVE 3 ti\nE_NOT_INTEGER 4 xi");
  CHECK(problem_list("study,mi,sdi,ni\nA,1,-1,9\nB,1,1,2.5\n") == "E_NEGATIVE 2 sdi\nE_NOT_INTEGER 3 ni");
}

TEST_CASE("means and standard deviations from medians, quartiles and ranges") {
  // The numbers are those of tests/unit/effect: S1 of 16, S2 of 39.
  const Records one = checked("study,median,q1,q3,min,max,n\nA,20,,,10,50,16\nB,20,15,35,,,39\nC,20,,,,,9\nD,20,15,35,10,,1\n");
  const auto& single = std::get<SingleArmMeans>(one.studies.data);
  REQUIRE(single.mi.size() == 2);
  CHECK(single.mi[0] == doctest::Approx(70.0 / 3).epsilon(1e-14));
  CHECK(single.sdi[0] == doctest::Approx(40 / (2 * 1.768825038)).epsilon(1e-8));
  CHECK(single.mi[1] == doctest::Approx(0.71 * 25 + 0.29 * 20).epsilon(1e-14));
  CHECK(warning(one, "W_SUMMARY_CONVERTED").find("A: mean and sd from median and range of 16 values") != std::string::npos);
  CHECK(one.input.excluded.size() == 2);
  CHECK(one.input.excluded[0].reason == "q1, q3, min and max are missing");
  // What is reported stays: only the sd of B is made.
  const Records mixed = checked("study,mean,sd,n,median,min,max\nA,1,2,30,9,0,10\nB,21,,16,20,10,50\n");
  const auto& means = std::get<SingleArmMeans>(mixed.studies.data);
  CHECK(means.mi == std::vector<double>{1, 21});
  CHECK(means.sdi[0] == 2);
  CHECK(means.sdi[1] == doctest::Approx(40 / (2 * 1.768825038)).epsilon(1e-8));
  CHECK(warning(mixed, "W_SUMMARY_CONVERTED").find("B: sd from") != std::string::npos);
  CHECK(problem_list("study,median,q1,q3,n\nA,20,21,30,9\n") == "E_SUMMARY_ORDER 2 median");
}

TEST_CASE("medians of two arms, wide under meta's names and long") {
  const Records wide = checked("study,n.e,median.e,q1.e,q3.e,mean.c,sd.c,n.c,median.c,q1.c,q3.c\nA,39,20,15,35,4,5,6,,,\n");
  const auto& two = std::get<TwoArmMeans>(wide.studies.data);
  CHECK(two.m1i[0] == doctest::Approx(0.71 * 25 + 0.29 * 20).epsilon(1e-14));
  CHECK(two.m2i == std::vector<double>{4});
  CHECK(warning(wide, "W_SUMMARY_CONVERTED").find("A, treatment: mean and sd") != std::string::npos);
  const Records rows = checked("study,arm,n,median,min,max\nA,t,16,20,10,50\nA,c,16,21,11,51\n");
  CHECK(std::get<TwoArmMeans>(rows.studies.data).m2i[0] == doctest::Approx(70.0 / 3 + 1).epsilon(1e-14));
}

TEST_CASE("effects with variance, standard error or interval") {
  CHECK(data<GenericEffects>("study,yi,vi\nA,-0.5,0.04\n").vi == std::vector<double>{0.04});
  CHECK(data<GenericEffects>("study,TE,seTE\nA,-0.5,0.5\n").vi == std::vector<double>{0.25});
  const Records records = checked("study,yi,ci_lower,ci_upper\nA,0.1,-0.2,0.4\n");
  CHECK(std::get<GenericEffects>(records.studies.data).vi[0] == doctest::Approx(0.0234285994464305).epsilon(1e-14));
  CHECK_FALSE(warning(records, "W_CI_LEVEL").empty());
  CHECK(data<GenericEffects>("study,yi,vi,ni\nA,1,2,30\nB,1,2,40\n").ni == std::vector<double>{30, 40});
  CHECK(data<GenericEffects>("study,yi,vi,ni\nA,1,2,30\nB,1,2,\n").ni.empty());
  CHECK(problem_list("study,yi,vi\nA,1,0\nB,1,-1\nC,nan,1\nD,1e999,1\n") == "E_RANGE 2 vi\nE_NEGATIVE 3 vi\nE_NAN 4 yi\nE_RANGE 5 yi");
  CHECK(problem_list("study,yi,ci_lower,ci_upper\nA,5,1,2\nB,1,2,1\n") == "E_CI_ORDER 2 yi\nE_CI_ORDER 3 ci_lower");
}

TEST_CASE("of several layouts the one asked for, else raw data before effects") {
  const char* text = "study,ai,n1i,ci,n2i,yi,vi\nA,3,10,1,12,0.5,0.1\n";
  CHECK(checked(text).layout == Layout::two_arm_counts);
  CHECK(checked(text, {.layout = Layout::generic}).layout == Layout::generic);
  CHECK(checked("study,yi,vi,x,n\nA,1,2,3,4\n").layout == Layout::generic);
  CHECK(checked("study,x,n\nA,3,4\n").layout == Layout::single_arm_counts);
  CHECK(checked("study,events,total,time\nA,3,4,5\n", {.layout = Layout::single_arm_rates}).layout == Layout::single_arm_rates);
}

TEST_CASE("what is missing is named for the nearest layout") {
  CHECK(problem_list("study,total\nA,10\n") == "E_MISSING_COLUMN 1 events");
  CHECK(problem_list("A,3,10\n") == "E_MISSING_COLUMN 1 events\nE_MISSING_COLUMN 1 total");
  CHECK(problem_list("study,events_t,total_t,events_c\nA,3,10,1\n") == "E_MISSING_COLUMN 1 total_c");
  CHECK(problem_list("study,yi\nA,3\n") == "E_MISSING_COLUMN 1 vi");
  CHECK(problem_list("study,events,total\nA,3,10\n", {.layout = Layout::two_arm_counts}) == "E_MISSING_COLUMN 1 arm");
  CHECK(problem_list("study,arm,events,total,events_c,total_c\nA,t,3,10,1,12\n", {.layout = Layout::two_arm_counts}) == "E_SCHEMA 1");
}

TEST_CASE("columns under other names, several totals") {
  CHECK(data<SingleArmCounts>("id,cases,size\nA,3,10\n", {.columns = {{"study", "id"}, {"events", "cases"}, {"total", "Size"}}}).total ==
        std::vector<double>{10});
  CHECK(data<SingleArmCounts>("study,events,total,randomised\nA,3,10,12\n", {.denominator = "randomised"}).total ==
        std::vector<double>{12});
  CHECK(data<SingleArmCounts>("study,events,total,n\nA,3,10,12\n").total == std::vector<double>{10});
  CHECK_FALSE(warning(checked("study,events,total,n\nA,3,10,12\n"), "W_AMBIGUOUS_COLUMN").empty());
  CHECK(problem_list("study,events,total\nA,3,10\n", {.columns = {{"events", "cases"}}}) == "E_MISSING_COLUMN 1 cases");
  CHECK(checked("study,events,total,endpoint\nA,3,10,death\n", {.columns = {{"outcome", "endpoint"}}}).studies.column("outcome")->text[0] ==
        "death");
}

TEST_CASE("further columns, as text and as numbers") {
  const Records records =
      checked("study,events,total,year,alloc,dose,country\nA,3,10,1999,random,1.5,NA\nB,1,2,2001,,NA,DE\nC,,2,x,y,z,\n");
  CHECK(records.studies.columns.size() == 4);
  CHECK(records.studies.column("YEAR")->numeric);
  CHECK(records.studies.column("year")->number[1] == 2001);
  CHECK_FALSE(records.studies.column("alloc")->numeric);
  CHECK(records.studies.column("dose")->numeric);
  CHECK(records.studies.column("dose")->text[1].empty());
  CHECK(records.studies.column("country")->text[0] == "NA");
}
