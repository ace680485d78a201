#include "tests/reference/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

namespace tausq::reference {

namespace {

bool is_infinite(const Value& value) {
  return value.kind == Value::Kind::text && (value.text == "Inf" || value.text == "-Inf");
}

/// Numbers of a value in reading order; objects give one list a member.
void flatten(const std::string& name, const Value& value, std::map<std::string, std::vector<Value>>& lists) {
  if (value.kind == Value::Kind::object) {
    for (std::size_t i = 0; i < value.keys.size(); ++i) flatten(name + "." + value.keys[i], value.items[i], lists);
  } else if (value.kind == Value::Kind::array) {
    for (const Value& item : value.items) flatten(name, item, lists);
  } else {
    lists[name].push_back(value);
  }
}

bool agrees(const std::optional<double>& got, double want, Tolerance t) {
  return got && std::abs(*got - want) <= t.relative * std::abs(want) + t.absolute;
}

std::string line(const std::string& name, const std::optional<double>& got, const Value& want) {
  std::ostringstream out;
  out.precision(17);
  out << name << ": want ";
  if (want.kind == Value::Kind::number)
    out << want.number;
  else
    out << (want.kind == Value::Kind::null ? "nothing" : want.text);
  out << ", got ";
  if (got)
    out << *got;
  else
    out << "nothing";
  return out.str();
}

/// An infinite or undefined number is an empty one of ours.
bool answers(const std::optional<double>& got, const Value& want, Tolerance t) {
  if (is_infinite(want) || want.kind == Value::Kind::null) return !got;
  return want.as_number() && agrees(got, *want.as_number(), t);
}

/// Compares one number with the peer's, or with the right one where the case says that the peer's is wrong. A null of the
/// peer says nothing.
void compare_one(const Case& c, const std::string& name, const std::optional<double>& got, const Value& peer, Tolerance t,
                 Comparison& result) {
  const Value* disagreement = c.disagreement.find(name);
  if (!disagreement && peer.kind == Value::Kind::null) return;
  ++result.checked;
  const Value& want = disagreement ? disagreement->at("value") : peer;
  if (!answers(got, want, t)) result.failures.push_back(line(name, got, want));
  if (disagreement && peer.as_number() && want.as_number() && agrees(peer.as_number(), *want.as_number(), t))
    result.failures.push_back(name + ": the peer agrees after all");
}

}  // namespace

const Value* Spec::take(std::string_view key) {
  for (std::size_t i = 0; i < spec_.keys.size(); ++i) {
    if (spec_.keys[i] != key) continue;
    seen_[i] = true;
    return &spec_.items[i];
  }
  return nullptr;
}

std::string Spec::text(std::string_view key, const std::string& otherwise) {
  const Value* value = take(key);
  return value ? value->text : otherwise;
}

double Spec::number(std::string_view key, double otherwise) {
  const Value* value = take(key);
  if (!value) return otherwise;
  return value->kind == Value::Kind::array ? value->items.at(0).number : value->number;
}

bool Spec::flag(std::string_view key, bool otherwise) {
  const Value* value = take(key);
  return value ? value->boolean : otherwise;
}

std::vector<std::string> Spec::unseen() const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < seen_.size(); ++i)
    if (!seen_[i]) names.push_back(spec_.keys[i]);
  return names;
}

Comparison compare(const Case& c, const Computed& computed, Tolerance (*tolerance)(const Case&, const std::string&)) {
  Comparison result;
  std::set<std::string> unused(c.disagreement.keys.begin(), c.disagreement.keys.end());
  std::map<std::string, std::vector<Value>> wanted;
  for (std::size_t i = 0; i < c.expect.keys.size(); ++i) flatten(c.expect.keys[i], c.expect.items[i], wanted);
  for (auto& [name, want] : wanted) {
    const auto found = computed.find(name);
    if (found == computed.end()) {
      result.failures.push_back(name + ": the runner does not know this number");
      continue;
    }
    const Numbers& got = found->second;
    if (got.size() != want.size()) std::erase_if(want, [](const Value& v) { return v.kind == Value::Kind::null; });  // studies left out
    if (got.size() != want.size()) {
      result.failures.push_back(name + ": " + std::to_string(want.size()) + " numbers wanted, " + std::to_string(got.size()) + " got");
      continue;
    }
    const Tolerance t = tolerance(c, name);
    for (std::size_t i = 0; i < want.size(); ++i) {
      const std::string place = want.size() == 1 ? name : name + "[" + std::to_string(i) + "]";
      unused.erase(place);
      compare_one(c, place, got[i], want[i], t, result);
    }
  }
  for (const std::string& place : unused) result.failures.push_back(place + ": a disagreement about a number that is not compared");
  return result;
}

}  // namespace tausq::reference
