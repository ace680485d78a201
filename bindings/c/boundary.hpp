// What every call of the C interface has in common.
#pragma once

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <tausq/problem.hpp>
#include <tausq/verbs.hpp>

#include "bindings/c/tausq.h"

namespace tausq::c {

std::string as_json(const std::vector<Problem>& list);

/// Remembers why the call failed, for tausq_message() and tausq_problems().
int failed(int status, const char* why, std::string why_in_full = "[]");

/// The options of a caller. Throws UsageError.
Options options_of(const tausq_options* in);

/// Runs a call of the interface; whatever it throws becomes a status.
template <typename Call>
int guarded(Call&& call) noexcept {
  try {
    try {
      return call();
    } catch (const InputError& error) {
      return failed(TAUSQ_BAD_INPUT, error.what(), as_json(error.problems()));
    } catch (const UsageError& error) {
      return failed(TAUSQ_USAGE, error.what());
    } catch (const NoResult& error) {
      return failed(error.status() == Status::not_converged ? TAUSQ_NOT_CONVERGED : TAUSQ_NOT_ESTIMABLE, error.what());
    } catch (const std::exception& error) {
      return failed(TAUSQ_INTERNAL, error.what());
    }
  } catch (...) {  // no memory even for the message
    return TAUSQ_INTERNAL;
  }
}

inline void demand(bool holds, const char* rule) {
  if (!holds) throw UsageError(rule);
}

}  // namespace tausq::c
