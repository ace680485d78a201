// The fields of posterior distributions under their names; see fields.hpp.
#pragma once

#include <string_view>
#include <tuple>

#include <tausq/analysis.hpp>
#include <tausq/field.hpp>

namespace tausq {

template <>
struct Fields<PosteriorQuantity> {
  static constexpr std::string_view name = "PosteriorQuantity";
  static constexpr auto list = std::tuple{
      field("mean", &PosteriorQuantity::mean, "null where it does not exist"),
      field("median", &PosteriorQuantity::median),
      field("sd", &PosteriorQuantity::sd, "null where it does not exist"),
      field("central_lower", &PosteriorQuantity::central_lower, "interval with equal tails"),
      field("central_upper", &PosteriorQuantity::central_upper, "interval with equal tails"),
      field("shortest_lower", &PosteriorQuantity::shortest_lower, "shortest interval of its probability"),
      field("shortest_upper", &PosteriorQuantity::shortest_upper, "shortest interval of its probability"),
  };
};

template <>
struct Fields<StudyPosterior> {
  static constexpr std::string_view name = "StudyPosterior";
  static constexpr auto list = std::tuple{
      field("study", &StudyPosterior::study),
      field("mean", &StudyPosterior::mean, "of the study's own effect, analysis scale"),
      field("sd", &StudyPosterior::sd, "of the study's own effect, analysis scale"),
  };
};

template <>
struct Fields<Posterior> {
  static constexpr std::string_view name = "Posterior";
  static constexpr auto list = std::tuple{
      field("status", &Posterior::status),
      field("reason", &Posterior::reason, "why there is no posterior distribution"),
      field("mu", &Posterior::mu, "mean effect, analysis scale"),
      field("tau", &Posterior::tau),
      field("tau2", &Posterior::tau2),
      field("new_study", &Posterior::new_study, "true effect of a new study, analysis scale"),
      field("threshold", &Posterior::threshold, "natural scale"),
      field("p_above", &Posterior::p_above, "probability that mu lies above the threshold"),
      field("p_below", &Posterior::p_below, "probability that mu lies below the threshold"),
      field("new_p_above", &Posterior::new_p_above, "the same for the true effect of a new study"),
      field("new_p_below", &Posterior::new_p_below, "the same for the true effect of a new study"),
      field("log_marginal", &Posterior::log_marginal, "log of the likelihood averaged over the priors; null where one is improper"),
      field("studies", &Posterior::studies, "the studies' own effects, shrunken towards the mean"),
  };
};

}  // namespace tausq
