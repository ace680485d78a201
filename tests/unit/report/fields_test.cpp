// Every field of every result has a key: the compiler counts the members of the structs.
#include <doctest/doctest.h>

#include <cstdlib>
#include <set>
#include <string>
#include <tausq/diagnostics_fields.hpp>
#include <tausq/forest_fields.hpp>
#include <tausq/multiverse_fields.hpp>
#include <tausq/plot_fields.hpp>

using namespace tausq;

namespace {

/// Stands for a value of any type in an aggregate initialiser.
struct Anything {
  template <typename T>
  operator T() const {
    std::abort();  // only ever named, never called
  }
};

template <typename Struct, std::size_t... I>
constexpr bool initialised_by(std::index_sequence<I...>) {
  return requires {
    Struct{((void)I, Anything{})...};
  };
}

template <typename Struct, std::size_t N = 0>
constexpr std::size_t member_count() {
  if constexpr (initialised_by<Struct>(std::make_index_sequence<N + 1>{}))
    return member_count<Struct, N + 1>();
  else
    return N;
}

template <typename Struct>
constexpr std::size_t listed() {
  return std::tuple_size_v<decltype(Fields<Struct>::list)>;
}

template <typename... Structs>
constexpr bool all_listed() {
  return ((member_count<Structs>() == listed<Structs>()) && ...);
}

static_assert(all_listed<Excluded, Reading, Input, Warning, EffectOptions, Options, Display, StudyResult, PooledEstimate, PredictedCounts,
                         PredictionInterval, Heterogeneity, Fit, Subgroup, SubgroupTest, RegressionPrediction, Regression, PermutationTest,
                         BootstrapInterval, BootstrapQuantity, BootstrapFailure, Bootstrap, Tau2CurvePoint, ChangedSetting,
                         PresetComparison, ChiSquareTest, StratifiedTests, PosteriorQuantity, StudyPosterior, Posterior, Alternative,
                         NumberNeeded, PerThousand, AbsoluteEffect, AbsoluteEffects, Provenance, WordChange, NumberChange, StudyChange,
                         ConclusionChange, Comparison, Analysis, Record, ForestAxis, ForestColumn, ForestStyle, ForestRow, ForestTable>(),
              "a field of a result has no line in fields.hpp");
static_assert(all_listed<InfluenceOptions, Refit, RegressionRefit, InfluenceDiagnostic, BaujatPoint, Blup, Quantiles, Influence,
                         BiasOptions, AsymmetryTest, LimitEstimate, ImputedStudy, TrimFill, FailSafeN, ExcessSignificance, Bias>(),
              "a field of a diagnostic result has no line in diagnostics_fields.hpp");
static_assert(all_listed<SpecificationSettings, Specification, ChoiceSummary, Dimension, EstimateQuantile, MultiverseSummary, Multiverse>(),
              "a field of a multiverse has no line in multiverse_fields.hpp");
static_assert(all_listed<PlotPoint, PlotStyle, PlotSeries, PlotTick, PlotAxis, PlotPanel, Plot>(),
              "a field of a plot has no line in plot_fields.hpp");
static_assert(member_count<NamedInterval>() == listed<NamedInterval>() + 1, "the method is the key under which the interval stands");
static_assert(member_count<MarginalInterval>() == listed<MarginalInterval>() + 1, "the method is the key under which the interval stands");
static_assert(member_count<Gosh>() == listed<Gosh>() + 1, "the fits themselves are written as CSV only");
static_assert(member_count<Records>() == listed<Records>() + 2,
              "the typed studies repeat the records and are not written; records left out of the list are counted in text only");

template <typename Struct>
void check_distinct() {
  std::set<std::string_view> keys;
  for_each_field<Struct>([&](const auto& field) {
    if constexpr (requires { field.key; }) {
      CHECK_MESSAGE(keys.insert(field.key).second, Fields<Struct>::name, ".", field.key);
    }
  });
}

}  // namespace

TEST_CASE("keys are distinct within a struct") {
  check_distinct<Options>();
  check_distinct<StudyResult>();
  check_distinct<PooledEstimate>();
  check_distinct<Heterogeneity>();
  check_distinct<Regression>();
  check_distinct<Analysis>();
  check_distinct<ForestRow>();
}

TEST_CASE("enumerators are counted to the last") {
  CHECK(to_string(static_cast<Status>(enumerators<Status> - 1)) == "not_requested");
  CHECK(to_string(static_cast<Layout>(enumerators<Layout> - 1)) == "generic");
  CHECK(to_string(static_cast<ForestRowType>(enumerators<ForestRowType> - 1)) == "test");
}
