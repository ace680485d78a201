#include "benchmarks/coverage/tables.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>

namespace tausq::coverage {

namespace {

std::string fixed(double value, int places = 3) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", places, value);
  return text;
}

/// The place of a level in a result, or none.
std::optional<std::size_t> place_of(const Result& r, double level) {
  const auto at = std::find(r.levels.begin(), r.levels.end(), level);
  return at == r.levels.end() ? std::nullopt : std::optional(static_cast<std::size_t>(at - r.levels.begin()));
}

std::optional<std::size_t> method_of(const std::vector<Method>& methods, const std::string& name) {
  for (std::size_t m = 0; m < methods.size(); ++m)
    if (methods[m].name == name) return m;
  return std::nullopt;
}

/// Names of the methods of all results in the order of their first appearance.
std::vector<std::string> names_of(const std::vector<Result>& results, std::vector<Method> Result::*list) {
  std::vector<std::string> names;
  for (const Result& r : results)
    for (const Method& m : r.*list)
      if (std::find(names.begin(), names.end(), m.name) == names.end()) names.push_back(m.name);
  return names;
}

/// Extremes and means over cells.
struct Spread {
  std::size_t cells = 0, poor = 0;
  double worst = 1, sum = 0, low = 0, high = 0, width = 0, none = 0;

  void add(const Score& s, double level) {
    worst = std::min(worst, s.covered);
    sum += s.covered;
    low = std::max(low, s.below), high = std::max(high, s.above);
    width += s.width;
    none = std::max(none, s.none);
    if (s.covered < level - 0.01) ++poor;
    ++cells;
  }
  double mean(double total) const { return total / static_cast<double>(std::max<std::size_t>(1, cells)); }
};

/// Calls visit(cell) for the cells whose truth is the model of the exact likelihood, or for the others.
void each_cell(const Result& r, bool misspecified, const std::function<void(std::size_t)>& visit) {
  for (std::size_t c = 0; c < r.cells.size(); ++c)
    if (r.cells[c].misspecified == misspecified) visit(c);
}

Spread spread_of(const Result& r, std::size_t level, std::size_t method, bool misspecified) {
  Spread spread;
  each_cell(r, misspecified, [&](std::size_t c) { spread.add(r.score(level, c, method), r.levels[level]); });
  return spread;
}

std::string target_of(const Method& m) {
  return m.target == Target::mean ? "mean" : m.target == Target::next ? "new study" : m.target == Target::tau ? "tau" : "median";
}

std::string row(const Method& m, const Spread& all, const Spread& other) {
  std::string text = "| " + m.name + " | " + target_of(m) + " | " + fixed(all.worst) + " | " + fixed(all.mean(all.sum)) + " | " +
                     std::to_string(all.poor) + " of " + std::to_string(all.cells) + " | " + fixed(all.low) + " | " + fixed(all.high) +
                     " | " + fixed(all.mean(all.width)) + " | " + fixed(all.none) + " |";
  if (other.cells > 0) text += " " + fixed(other.worst) + " |";
  return text + "\n";
}

std::string heading(bool other) {
  return std::string(
             "| method | covers | worst | mean | cells below level - 0.01 | most too low | most too high | width | most without |") +
         (other ? " worst, beta truth |" : "") + "\n|---|---|---|---|---|---|---|---|---|" + (other ? "---|" : "") + "\n";
}

/// Of a coverage of 0.95 that is counted among drawn data sets.
std::string standard_error(const Result& r) {
  return r.replicates == 0 ? "none" : fixed(std::sqrt(0.95 * 0.05 / static_cast<double>(r.replicates)), 4);
}

}  // namespace

std::string overview(const std::vector<Result>& results, double level) {
  std::string text;
  bool any_other = false;
  for (const std::string& name : names_of(results, &Result::methods)) {
    Spread all, other;
    const Method* method = nullptr;
    for (const Result& r : results) {
      const auto m = method_of(r.methods, name);
      const auto l = place_of(r, level);
      if (!m || !l) continue;
      method = &r.methods[*m];
      each_cell(r, false, [&](std::size_t c) { all.add(r.score(*l, c, *m), level); });
      each_cell(r, true, [&](std::size_t c) { other.add(r.score(*l, c, *m), level); });
    }
    if (!method) continue;
    any_other = any_other || other.cells > 0;
    text += row(*method, all, other);
  }
  return heading(any_other) + text;
}

std::string by_design(const std::vector<Result>& results) {
  std::string text;
  for (const Result& r : results) {
    for (std::size_t level = 0; level < r.levels.size(); ++level) {
      const bool other = std::any_of(r.cells.begin(), r.cells.end(), [](const Cell& c) { return c.misspecified; });
      text += "#### " + r.name + ", level " + fixed(r.levels[level], 2) + "\n\n" + heading(other);
      for (std::size_t m = 0; m < r.methods.size(); ++m)
        text += row(r.methods[m], spread_of(r, level, m, false), spread_of(r, level, m, true));
      text += "\n";
    }
  }
  return text;
}

std::string by_cell(const std::vector<Result>& results, double level, const std::vector<std::string>& methods) {
  std::string text = "| design | truth |";
  std::vector<std::string> known;
  for (const std::string& name : methods)
    for (const Result& r : results)
      if (method_of(r.methods, name)) {
        known.push_back(name);
        break;
      }
  for (const std::string& name : known) text += " " + name + ": coverage | width |";
  text += "\n|---|---|";
  for (std::size_t i = 0; i < known.size(); ++i) text += "---|---|";
  text += "\n";
  for (const Result& r : results) {
    const auto l = place_of(r, level);
    if (!l) continue;
    for (std::size_t c = 0; c < r.cells.size(); ++c) {
      text += "| " + r.name + " | " + r.cells[c].name + " |";
      for (const std::string& name : known) {
        const auto m = method_of(r.methods, name);
        text += m ? " " + fixed(r.score(*l, c, *m).covered) + " | " + fixed(r.score(*l, c, *m).width) + " |" : " | |";
      }
      text += "\n";
    }
  }
  return text;
}

std::string tests(const std::vector<Result>& results) {
  std::string text = "| test | highest level | mean level | power, tau 0.5 | power, tau 1 |\n|---|---|---|---|---|\n";
  for (const std::string& name : names_of(results, &Result::tests)) {
    double highest = 0, sums[3] = {0, 0, 0}, counts[3] = {0, 0, 0};
    for (const Result& r : results) {
      const auto t = method_of(r.tests, name);
      if (!t) continue;
      each_cell(r, false, [&](std::size_t c) {
        const double spread = r.cells[c].spread, rejected = r.rejected(c, *t);
        const std::size_t group = spread == 0 ? 0 : spread == 0.5 ? 1 : 2;
        if (group == 0) highest = std::max(highest, rejected);
        sums[group] += rejected, counts[group] += 1;
      });
    }
    text += "| " + name + " | " + fixed(highest);
    for (int g = 0; g < 3; ++g) text += " | " + fixed(sums[g] / std::max(1.0, counts[g]));
    text += " |\n";
  }
  return text;
}

std::string designs(const std::vector<Result>& results) {
  std::string text = "| design | k | data sets | standard error | distinct | cells | processor time |\n|---|---|---|---|---|---|---|\n";
  for (const Result& r : results)
    text += "| " + r.name + " | " + std::to_string(r.k) + " | " + (r.replicates == 0 ? "all" : std::to_string(r.replicates) + " a cell") +
            " | " + standard_error(r) + " | " + std::to_string(r.data_sets) + " | " + std::to_string(r.cells.size()) + " | " +
            fixed(r.seconds, 0) + " s |\n";
  return text;
}

}  // namespace tausq::coverage
