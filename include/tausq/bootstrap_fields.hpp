// The fields of a bootstrap under their names; see fields.hpp.
#pragma once

#include <string_view>
#include <tuple>

#include <tausq/bootstrap.hpp>
#include <tausq/field.hpp>

namespace tausq {

template <>
struct Fields<BootstrapInterval> {
  static constexpr std::string_view name = "BootstrapInterval";
  static constexpr auto list = std::tuple{
      field("reason", &BootstrapInterval::reason, "why an end is missing"),
      field("ci_lower", &BootstrapInterval::ci_lower, "in the units of the quantity; effects: analysis scale"),
      field("ci_upper", &BootstrapInterval::ci_upper, "in the units of the quantity; effects: analysis scale"),
      field("display", &BootstrapInterval::display, "of effects"),
  };
};

template <>
struct Fields<BootstrapQuantity> {
  static constexpr std::string_view name = "BootstrapQuantity";
  static constexpr auto list = std::tuple{
      field("quantity", &BootstrapQuantity::quantity, "its place in this document, e.g. random.estimate"),
      field("label", &BootstrapQuantity::label, "in words"),
      field("estimate", &BootstrapQuantity::estimate, "of the studies as they are"),
      field("replicates", &BootstrapQuantity::replicates, "that have the quantity"),
      field("mean", &BootstrapQuantity::mean, "of the replicates"),
      field("se", &BootstrapQuantity::se, "standard deviation of the replicates"),
      field("bias", &BootstrapQuantity::bias, "mean minus estimate"),
      field("z0", &BootstrapQuantity::z0, "bias correction of bca"),
      field("acceleration", &BootstrapQuantity::acceleration, "of bca, from the jackknife"),
      field("percentile", &BootstrapQuantity::percentile, "quantiles of the replicates"),
      field("basic", &BootstrapQuantity::basic, "the same reflected at the estimate"),
      field("bca", &BootstrapQuantity::bca, "bias-corrected and accelerated"),
  };
};

template <>
struct Fields<BootstrapFailure> {
  static constexpr std::string_view name = "BootstrapFailure";
  static constexpr auto list = std::tuple{
      field("status", &BootstrapFailure::status),
      field("reason", &BootstrapFailure::reason),
      field("replicates", &BootstrapFailure::replicates, "how many lack a quantity for this reason"),
  };
};

template <>
struct Fields<Bootstrap> {
  static constexpr std::string_view name = "Bootstrap";
  static constexpr auto list = std::tuple{
      field("status", &Bootstrap::status),
      field("reason", &Bootstrap::reason, "why there is none, or what a reader should know"),
      field("method", &Bootstrap::method),
      field("replicates", &Bootstrap::replicates),
      field("failures", &Bootstrap::failures, "replicates that lack a quantity, by the reason"),
      field("quantities", &Bootstrap::quantities),
  };
};

}  // namespace tausq
