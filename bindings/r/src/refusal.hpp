// What the engine refused, as a list that R/engine.R raises as a condition.
#pragma once

#include <cpp11.hpp>
#include <string>
#include <tausq/problem.hpp>

namespace tausq::r {

SEXP refusal(const char* kind, const std::string& message, SEXP problems = R_NilValue);
/// With all problems as a data frame.
SEXP refusal(const InputError& error);

}  // namespace tausq::r
