// The table of priors of tau (prior.cpp), for those who read or evaluate one.
#pragma once

#include <cstddef>

#include <tausq/methods.hpp>

namespace tausq::bayes {

/// What the table knows about one prior of tau.
struct TauPriorRow {
  TauPrior id;
  MethodInfo info;
  const char* form;  ///< how it is written, for messages
  std::size_t fewest, most;
  bool (*in_range)(double a, double b);
  double (*log_density)(double tau, double a, double b);
  double (*tail)(double a, double b);
  double (*typical)(double a, double b);
};

const TauPriorRow& row_of(TauPrior family);

}  // namespace tausq::bayes
