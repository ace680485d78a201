// The data of a case as a set of studies.
#pragma once

#include <tausq/tausq.hpp>

#include "tests/reference/case_file.hpp"

namespace tausq::reference {

/// The studies of `data` in the layout that `measure` is computed from, with every other column carried along.
StudySet studies_of(const Data& data, Measure measure);

/// Choices by the word that a case uses; throws std::runtime_error naming a word that no table has.
template <typename Method>
Method method_of(const std::string& word) {
  if (const std::optional<Method> method = find_method<Method>(word)) return *method;
  throw std::runtime_error("no method is called " + word);
}

}  // namespace tausq::reference
