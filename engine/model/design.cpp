#include "engine/model/design.hpp"

#include <algorithm>

#include <tausq/problem.hpp>

#include "engine/model/design_formula.hpp"

namespace tausq::model {

namespace {

/// Columns that grow side by side with their names.
struct Block {
  std::vector<std::string> names;
  std::vector<std::vector<double>> columns;
};

/// One column for a numeric variable, one a level (but for the reference, unless `every_level`) for a categorical one.
Block coded(const Variable& variable, bool every_level, std::size_t k) {
  Block block;
  if (!variable.categorical()) {
    block.names.push_back(variable.label);
    block.columns.emplace_back(k);
    for (std::size_t i = 0; i < k; ++i) block.columns[0][i] = variable.number[i].value_or(0);
    return block;
  }
  for (std::size_t l = every_level ? 0 : 1; l < variable.levels.size(); ++l) {
    block.names.push_back(variable.label + "=" + variable.levels[l]);
    block.columns.emplace_back(k);
    for (std::size_t i = 0; i < k; ++i) block.columns.back()[i] = variable.level[i] == variable.levels[l] ? 1 : 0;
  }
  return block;
}

/// All products of a column of `left` with one of `right`; those of `left` run fastest.
Block product(const Block& left, const Block& right) {
  Block block;
  for (std::size_t r = 0; r < right.names.size(); ++r)
    for (std::size_t l = 0; l < left.names.size(); ++l) {
      block.names.push_back(left.names[l] + ":" + right.names[r]);
      block.columns.push_back(left.columns[l]);
      for (std::size_t i = 0; i < block.columns.back().size(); ++i) block.columns.back()[i] *= right.columns[r][i];
    }
  return block;
}

/// Whether a factor is coded by all its levels: where the term without it is not in the model, nothing else carries its
/// mean. Without intercept this is the first main effect (Chambers & Hastie 1992, section 2.3.3).
bool needs_every_level(const Formula& formula, const Term& term, std::size_t variable) {
  Term margin(term);
  margin.erase(std::find(margin.begin(), margin.end(), variable));
  if (!margin.empty()) return std::find(formula.terms.begin(), formula.terms.end(), margin) == formula.terms.end();
  if (formula.intercept) return false;
  for (const Term& other : formula.terms)
    if (other.size() == 1 && formula.variables[other[0]].categorical()) return other[0] == variable;
  return false;
}

void append(Design& design, const Block& block) {
  for (std::size_t j = 0; j < block.names.size(); ++j) {
    design.terms.push_back(block.names[j]);
    design.x.insert(design.x.end(), block.columns[j].begin(), block.columns[j].end());
  }
}

void mark_missing(const Formula& formula, Design& design) {
  std::vector<std::string> missing(design.k);
  bool any = false;
  for (std::size_t i = 0; i < design.k; ++i)
    for (const Variable& variable : formula.variables) {
      if (!variable.missing(i) || !missing[i].empty()) continue;
      missing[i] = variable.label;
      any = true;
      for (std::size_t j = 0; j < design.p(); ++j) design.x[j * design.k + i] = 0;
    }
  if (any) design.missing = std::move(missing);
}

}  // namespace

Design make_design(const StudySet& studies, const std::string& mods, bool intercept) {
  Formula formula;
  if (mods.find_first_not_of(" \t~") != std::string::npos) formula = read_formula(studies, mods);
  formula.intercept = formula.intercept && intercept;
  if (!formula.intercept && formula.terms.empty()) throw UsageError("--mods: without intercept and moderators nothing is left to estimate");
  Design design;
  design.k = studies.size();
  design.intercept = formula.intercept;
  if (formula.intercept) append(design, {{"intercept"}, {std::vector<double>(design.k, 1.0)}});
  for (const Term& term : formula.terms) {
    Block block;
    for (const std::size_t v : term) {
      const Block next = coded(formula.variables[v], needs_every_level(formula, term, v), design.k);
      block = block.names.empty() ? next : product(block, next);
    }
    append(design, block);
  }
  mark_missing(formula, design);
  return design;
}

}  // namespace tausq::model
