// Comparing what the engine computed with what a case expects.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/reference/case_file.hpp"

namespace tausq::reference {

/// Numbers under the names of `Case::expect`. A scalar is one number; members of an object stand under "name.member".
using Numbers = std::vector<std::optional<double>>;
using Computed = std::map<std::string, Numbers>;

/// |got - want| <= relative * |want| + absolute.
struct Tolerance {
  double relative = 0;
  double absolute = 0;
};

/// Settings of a case, each of which must be looked at: what the runner does not know must not pass unseen.
class Spec {
 public:
  explicit Spec(const Value& spec) : spec_(spec), seen_(spec.keys.size(), false) {}

  /// The setting, or nullptr when the case does not have it. Marks it as seen.
  const Value* take(std::string_view key);
  /// Its text, or `otherwise`.
  std::string text(std::string_view key, const std::string& otherwise = "");
  /// Its number, or `otherwise`. A list of one counts as a number.
  double number(std::string_view key, double otherwise);
  /// Its truth value, or `otherwise`.
  bool flag(std::string_view key, bool otherwise = false);
  /// Names of the settings that nothing has asked for.
  std::vector<std::string> unseen() const;

 private:
  const Value& spec_;
  std::vector<bool> seen_;
};

/// What came of one case.
struct Comparison {
  int checked = 0;                    ///< numbers compared
  std::vector<std::string> failures;  ///< one line a number that does not agree, or a name that is not known
};

/// Compares every number that `c` expects. A number named in `c.disagreement` ("se", or "vi[3]" in a list) is
/// compared with the value given there, and the peer's must differ from it: a disagreement that has gone is a failure too.
Comparison compare(const Case& c, const Computed& computed, Tolerance (*tolerance)(const Case&, const std::string& name));

}  // namespace tausq::reference
