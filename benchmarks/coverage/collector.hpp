// How verdicts are gathered from analyses.
#pragma once

#include <optional>
#include <string>

#include "benchmarks/coverage/experiment.hpp"

namespace tausq::coverage {

/// Collects what the methods say; names only once.
struct Collector {
  Verdicts& verdicts;
  bool naming;
  void interval(const char* name, Target target, const Ends& ends) {
    if (naming) verdicts.methods.push_back({name, target});
    verdicts.ends.push_back(ends);
  }
  void test(const char* name, std::optional<double> p) {
    if (naming) verdicts.tests.push_back({name, Target::median});
    verdicts.p_values.push_back(static_cast<float>(p.value_or(1)));
  }
};

inline const NamedInterval* find(const PooledEstimate& e, IntervalMethod method) {
  for (const NamedInterval& interval : e.intervals)
    if (interval.method == method) return &interval;
  return nullptr;
}

/// 0.05 as it is written.
inline std::string number(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace tausq::coverage
