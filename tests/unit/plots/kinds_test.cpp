// Every kind of plot on shipped data and at the edges: one mark a study, nothing over another, nothing outside the page.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include <tausq/plots.hpp>
#include <tausq/problem.hpp>
#include <tausq/records.hpp>
#include <tausq/report.hpp>
#include <tausq/verbs.hpp>

#include "tests/unit/plots/svg_boxes.hpp"

using namespace tausq;

namespace {

StudySet data(const std::string& name) {
  return read_records(TAUSQ_DATASETS_DIR "/" + name + ".csv").studies;
}

const PlotSeries& series(const Plot& plot, const std::string& name, std::size_t panel = 0) {
  for (const PlotSeries& each : plot.panels.at(panel).series)
    if (each.name == name) return each;
  FAIL("no series ", name);
  return plot.panels[0].series[0];
}

constexpr PlotKind all_kinds[] = {PlotKind::funnel,    PlotKind::radial, PlotKind::labbe,   PlotKind::baujat,  PlotKind::bubble,
                                  PlotKind::influence, PlotKind::gosh,   PlotKind::profile, PlotKind::drapery, PlotKind::specification};

}  // namespace

TEST_CASE("every kind of plot of the BCG trials is in order") {
  const StudySet bcg = data("bcg");
  for (PlotKind kind : all_kinds) {
    CAPTURE(key(kind));
    Options options{.effect = {.measure = Measure::RR}};
    if (kind == PlotKind::bubble) options.mods = "ablat + alloc";
    drawing::check_structure(to_svg(plot(kind, bcg, options)));
  }
}

TEST_CASE("kinds that fit all data are in order on every data set") {
  for (const std::string name : {"adherence", "vasospasm", "catheters", "lidocaine", "beta-blockers", "diuretics", "warfarin",
                                 "stroke-units", "conscientiousness", "teacher-expectancy"}) {
    const StudySet studies = data(name);
    for (PlotKind kind :
         {PlotKind::funnel, PlotKind::radial, PlotKind::baujat, PlotKind::influence, PlotKind::profile, PlotKind::drapery}) {
      CAPTURE(name);
      CAPTURE(key(kind));
      drawing::check_structure(to_svg(plot(kind, studies)));
    }
  }
}

TEST_CASE("a funnel shows yi against its standard error, and the filled studies") {
  const Plot funnel = plot(PlotKind::funnel, data("bcg"), {.effect = {.measure = Measure::RR}});
  const PlotSeries& studies = series(funnel, "Study");
  REQUIRE(studies.points.size() == 13);
  CHECK(*studies.points[0].x == doctest::Approx(-0.8893113339202054).epsilon(1e-12));
  CHECK(*studies.points[0].y == doctest::Approx(std::sqrt(0.3255847650039614)).epsilon(1e-12));
  CHECK(series(funnel, "Filled").points.size() == 1);  // as metafor's trimfill
  const auto& limits = funnel.panels[0].y.limits;
  CHECK(limits.first > limits.second);  // precise studies stand at the top
  CHECK(series(plot(PlotKind::funnel, data("bcg"), {.effect = {.measure = Measure::RR}}, {.fill = false}), "Filled").points.empty());
}

TEST_CASE("the ruler of a radial plot reads the ray of the estimate") {
  const Plot radial = plot(PlotKind::radial, data("bcg"), {.effect = {.measure = Measure::RR}});
  const PlotPanel& panel = radial.panels[0];
  const double end = panel.x.limits.second;
  for (const PlotTick& tick : panel.right->ticks) CHECK(tick.at / end == doctest::Approx(std::log(std::stod(tick.label))).epsilon(1e-9));
}

TEST_CASE("a drapery's curves meet the interval at its level, and their tops the estimate") {
  const Options options{.effect = {.measure = Measure::RR}};
  const Analysis analysis = analyse(data("bcg"), options);
  const PlotSeries curve = series(plot(PlotKind::drapery, data("bcg"), options), "Random effects");
  bool top = false, left = false;
  for (const PlotPoint& point : curve.points) {
    top = top || (*point.y == 1 && *point.x == *analysis.random.estimate);
    left = left || (std::fabs(*point.y - 0.02) < 1e-12 && *point.x < *analysis.random.ci_lower);
  }
  CHECK(top);
  CHECK(left);
}

TEST_CASE("profiles fall by z^2 / 2 where the interval ends") {
  for (const Options& options : {Options{}, Options{.pooling = Pooling::inverse, .tau2 = Tau2Method::ML}}) {
    const Plot profile = plot(PlotKind::profile, data("adherence"), options);
    REQUIRE(profile.panels.size() == 2);
    for (std::size_t panel = 0; panel < 2; ++panel) {
      const PlotSeries& curve = series(profile, "Profile log-likelihood", panel);
      CHECK(std::all_of(curve.points.begin(), curve.points.end(), [](const PlotPoint& p) { return !p.y || *p.y < 1e-8; }));
      const auto best =
          std::max_element(curve.points.begin(), curve.points.end(), [](const PlotPoint& a, const PlotPoint& b) { return *a.y < *b.y; });
      CHECK(*best->y == doctest::Approx(0).epsilon(0.02));
    }
  }
}

TEST_CASE("GOSH counts every subset, and takes those with a study apart") {
  const Options options{.effect = {.measure = Measure::RR}};
  CHECK(plot(PlotKind::gosh, data("bcg"), options).title.find("8191 subsets") != std::string::npos);
  const Plot split = plot(PlotKind::gosh, data("bcg"), options, {.highlight = "TPT Madras 1980"});
  CHECK(split.panels.size() == 4);
  drawing::check_structure(to_svg(split));
  CHECK_THROWS_AS(plot(PlotKind::gosh, data("bcg"), options, {.highlight = "nobody"}), UsageError);
}

TEST_CASE("the data of a plot say which records and settings they are from") {
  const Records records = parse_records("trials.csv", "study,events,total\nA,3,20\nB,4,20\nC,9,\nD,1,9\n");
  for (const PlotKind kind : {PlotKind::funnel, PlotKind::baujat, PlotKind::drapery, PlotKind::profile, PlotKind::specification}) {
    const Plot drawn = plot(kind, records);
    CHECK(drawn.input.source == "trials.csv");
    CHECK(drawn.input.sha256 == records.input.sha256);
    CHECK(drawn.input.rows == 4);
    CHECK(drawn.input.used == 3);
    REQUIRE(drawn.input.excluded.size() == 1);
    CHECK(drawn.input.excluded[0].row == 4);
    CHECK(drawn.options.effect.measure == Measure::PLO);
  }
}

TEST_CASE("a kind that does not fit the data says why") {
  CHECK_THROWS_AS(plot(PlotKind::labbe, data("adherence")), UsageError);
  CHECK_THROWS_AS(plot(PlotKind::labbe, data("stroke-units")), UsageError);
  CHECK_THROWS_AS(plot(PlotKind::bubble, data("bcg")), UsageError);
  CHECK_THROWS_AS(plot(PlotKind::bubble, data("bcg"), {.mods = "alloc"}), UsageError);
  CHECK_THROWS_AS(plot(PlotKind::bubble, data("bcg"), {.mods = "ablat"}, {.moderator = "year"}), UsageError);
  CHECK_THROWS_AS(plot(PlotKind::profile, data("bcg"), {.pooling = Pooling::inverse, .model = Model::common}), UsageError);
  CHECK_THROWS_AS(plot(PlotKind::baujat, single_arm_counts({3}, {9})), NoResult);
}

TEST_CASE("two studies, equal studies, extreme effects and many studies are drawn") {
  const StudySet two = single_arm_counts({16, 4}, {20, 21}), equal = generic_effects({0.2, 0.2, 0.2}, {0.04, 0.04, 0.04});
  const StudySet extreme = generic_effects({-300, 2, 450, 0}, {1e-8, 4, 1e6, 1});
  std::vector<double> yi, vi;
  for (int i = 0; i < 300; ++i) yi.push_back(std::sin(i * 12.9898)), vi.push_back(0.01 + 0.002 * (i % 50));
  const StudySet many = generic_effects(yi, vi);
  for (const StudySet* studies : {&two, &equal, &extreme, &many})
    for (PlotKind kind : {PlotKind::funnel, PlotKind::radial, PlotKind::baujat, PlotKind::influence, PlotKind::profile}) {
      CAPTURE(key(kind));
      CAPTURE(studies->size());
      drawing::check_structure(to_svg(plot(kind, *studies)));
    }
  drawing::check_structure(to_svg(plot(PlotKind::funnel, single_arm_counts({3}, {9}))));
  drawing::check_structure(to_svg(plot(PlotKind::drapery, two)));
}

TEST_CASE("labels of unknown origin come out harmless") {
  const StudySet studies = single_arm_counts({3, 4, 5, 19}, {20, 20, 20, 20},
                                             {"<script>alert(1)</script>", "A & \"B\" \x01\n", "\u202Egnp.exe", "\u05d0\u05d1\u05d2 2001"});
  for (PlotKind kind : {PlotKind::funnel, PlotKind::baujat, PlotKind::influence, PlotKind::drapery}) {
    const std::string svg = to_svg(plot(kind, studies, {}, {.title = "<b>\u202E"}));
    CHECK(svg.find("<script") == std::string::npos);
    CHECK(svg.find("<b>") == std::string::npos);
    CHECK(svg.find("\u202E") == std::string::npos);
    CHECK(svg.find('\x01') == std::string::npos);
  }
}
