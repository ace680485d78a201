// The fields of multiverse results under their names; see fields.hpp.
#pragma once

#include <tausq/fields.hpp>
#include <tausq/multiverse.hpp>

namespace tausq {

template <>
struct Fields<SpecificationSettings> {
  static constexpr std::string_view name = "SpecificationSettings";
  static constexpr auto list = std::tuple{
      field("model", &SpecificationSettings::model, "common or random"),
      field("pooling", &SpecificationSettings::pooling),
      field("glmm", &SpecificationSettings::glmm, "two-arm exact-likelihood model"),
      field("measure", &SpecificationSettings::measure, "link or transformation"),
      field("add", &SpecificationSettings::add, "zero-cell correction; null where the model takes the counts as they are"),
      field("to", &SpecificationSettings::to, "which studies are corrected"),
      field("tau2", &SpecificationSettings::tau2, "estimator of the between-study variance"),
      field("interval", &SpecificationSettings::interval),
      field("without", &SpecificationSettings::without, "the study left out; empty: none"),
  };
};

template <>
struct Fields<Specification> {
  static constexpr std::string_view name = "Specification";
  static constexpr auto list = std::tuple{
      field("settings", &Specification::settings),
      field("status", &Specification::status),
      field("reason", &Specification::reason, "why numbers are missing"),
      field("k", &Specification::k, "studies in the fit"),
      field("estimate", &Specification::estimate, "analysis scale of the measure"),
      field("se", &Specification::se, "analysis scale"),
      field("p_value", &Specification::p_value, "test of no effect on the analysis scale"),
      field("ci_lower", &Specification::ci_lower, "analysis scale; null where infinite"),
      field("ci_upper", &Specification::ci_upper, "analysis scale; null where infinite"),
      field("tau2", &Specification::tau2, "analysis scale; null for a common effect"),
      field("display", &Specification::display, "natural scale, on which specifications are compared"),
      field("excludes", &Specification::excludes, "whether the interval excludes summary.exclude"),
  };
};

template <>
struct Fields<ChoiceSummary> {
  static constexpr std::string_view name = "ChoiceSummary";
  static constexpr auto list = std::tuple{
      field("choice", &ChoiceSummary::choice),
      field("number", &ChoiceSummary::number, "specifications with an estimate"),
      field("mean", &ChoiceSummary::mean, "of the estimates, natural scale; geometric for ratios"),
      field("minimum", &ChoiceSummary::minimum, "natural scale"),
      field("maximum", &ChoiceSummary::maximum, "natural scale"),
      field("width", &ChoiceSummary::width,
            "mean width of the finite intervals, natural scale; for ratios geometric mean of upper / lower"),
      field("share_excluding", &ChoiceSummary::share_excluding, "fraction of the intervals that exclude summary.exclude"),
  };
};

template <>
struct Fields<Dimension> {
  static constexpr std::string_view name = "Dimension";
  static constexpr auto list = std::tuple{
      field("dimension", &Dimension::dimension),
      field("spread", &Dimension::spread, "highest minus lowest mean of its choices; their quotient for ratios; null for the interval"),
      field("choices", &Dimension::choices),
  };
};

template <>
struct Fields<EstimateQuantile> {
  static constexpr std::string_view name = "EstimateQuantile";
  static constexpr auto list = std::tuple{
      field("probability", &EstimateQuantile::probability),
      field("estimate", &EstimateQuantile::estimate, "natural scale"),
  };
};

template <>
struct Fields<MultiverseSummary> {
  static constexpr std::string_view name = "MultiverseSummary";
  static constexpr auto list = std::tuple{
      field("number", &MultiverseSummary::number, "specifications"),
      field("estimated", &MultiverseSummary::estimated, "specifications with an estimate"),
      field("median", &MultiverseSummary::median, "of the estimates, natural scale"),
      field("minimum", &MultiverseSummary::minimum, "natural scale"),
      field("maximum", &MultiverseSummary::maximum, "natural scale"),
      field("quantiles", &MultiverseSummary::quantiles, "of the estimates"),
      field("exclude", &MultiverseSummary::exclude, "the natural-scale value that intervals are held against"),
      field("share_excluding", &MultiverseSummary::share_excluding, "fraction of the intervals that exclude it"),
      field("dimensions", &MultiverseSummary::dimensions, "dimensions with several choices, widest spread first"),
  };
};

template <>
struct Fields<Multiverse> {
  static constexpr std::string_view name = "Multiverse";
  static constexpr auto list = std::tuple{
      field("input", &Multiverse::input),
      field("options", &Multiverse::options, "of the analysis that the multiverse surrounds"),
      field("specifications", &Multiverse::specifications),
      field("summary", &Multiverse::summary),
      field("warnings", &Multiverse::warnings),
  };
};

}  // namespace tausq
