// The fields of absolute effects under their names; see fields.hpp.
#pragma once

#include <string_view>
#include <tuple>

#include <tausq/absolute.hpp>
#include <tausq/field.hpp>

namespace tausq {

template <>
struct Fields<NumberNeeded> {
  static constexpr std::string_view name = "NumberNeeded";
  static constexpr auto list = std::tuple{
      field("direction", &NumberNeeded::direction, "NNTB or NNTH; empty where the difference is 0 or unknown"),
      field("estimate", &NumberNeeded::estimate, "patients; null where infinite"),
      field("ci_lower", &NumberNeeded::ci_lower, "patients, in that direction"),
      field("ci_upper", &NumberNeeded::ci_upper, "patients, in that direction; null where infinite"),
      field("opposite_lower", &NumberNeeded::opposite_lower,
            "smallest number in the other direction; null where the interval excludes no effect"),
  };
};

template <>
struct Fields<PerThousand> {
  static constexpr std::string_view name = "PerThousand";
  static constexpr auto list = std::tuple{
      field("baseline", &PerThousand::baseline, "events among 1000 patients without treatment"),
      field("risk", &PerThousand::risk, "events among 1000 treated patients"),
      field("difference", &PerThousand::difference, "more (fewer: negative) events among 1000 patients"),
  };
};

template <>
struct Fields<AbsoluteEffect> {
  static constexpr std::string_view name = "AbsoluteEffect";
  static constexpr auto list = std::tuple{
      field("model", &AbsoluteEffect::model, "common or random"),
      field("k", &AbsoluteEffect::k, "studies"),
      field("participants", &AbsoluteEffect::participants, "patients of these studies; null where unknown"),
      field("relative", &AbsoluteEffect::relative, "the pooled effect"),
      field("baseline", &AbsoluteEffect::baseline, "risk without treatment"),
      field("baseline_source", &AbsoluteEffect::baseline_source, "given, or median of the control groups"),
      field("risk", &AbsoluteEffect::risk, "with treatment"),
      field("difference", &AbsoluteEffect::difference, "risk with treatment - baseline"),
      field("per_1000", &AbsoluteEffect::per_1000),
      field("nnt", &AbsoluteEffect::nnt, "number needed to treat"),
      Ends<AbsoluteEffect>{"prediction", &AbsoluteEffect::prediction, "risk with treatment in a new study"},
  };
};

template <>
struct Fields<AbsoluteEffects> {
  static constexpr std::string_view name = "AbsoluteEffects";
  static constexpr auto list = std::tuple{
      field("effect", &AbsoluteEffects::effect, "how the effect turns the baseline risk into that of the treated"),
      field("desirable_events", &AbsoluteEffects::desirable_events, "more events are a benefit"),
      field("rows", &AbsoluteEffects::rows, "rows of a summary of findings"),
  };
};

}  // namespace tausq
