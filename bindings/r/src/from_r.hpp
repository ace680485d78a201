// Options from R lists, by the engine's own field lists; records from the columns of a data frame.
#pragma once

#include <charconv>
#include <cpp11.hpp>
#include <string>
#include <tausq/diagnostics_fields.hpp>
#include <tausq/fields.hpp>
#include <tausq/problem.hpp>
#include <tausq/records.hpp>
#include <tausq/words.hpp>
#include <type_traits>
#include <vector>

namespace tausq::r {

/// Reads one R value into a field. Every refusal names the option.
class OptionReader {
 public:
  OptionReader(std::string name, SEXP value) : name_(std::move(name)), value_(value) {}

  void read(bool& to) const {
    if (!Rf_isLogical(value_) || Rf_xlength(value_) != 1 || LOGICAL(value_)[0] == NA_LOGICAL) refuse("TRUE or FALSE");
    to = LOGICAL(value_)[0] != 0;
  }
  void read(double& to) const {
    if (!Rf_isNumeric(value_) || Rf_xlength(value_) != 1) refuse("one number");
    to = Rf_asReal(value_);
    if (!(to - to == 0)) refuse("a finite number");
  }
  template <typename Integer>
  requires std::integral<Integer>
  void read(Integer& to) const {
    double number = 0;
    read(number);
    if (number < 0 || number != static_cast<double>(static_cast<Integer>(number))) refuse("a whole number");
    to = static_cast<Integer>(number);
  }
  void read(std::string& to) const {
    if (!Rf_isString(value_) || Rf_xlength(value_) != 1) refuse("one text");
    to = Rf_translateCharUTF8(STRING_ELT(value_, 0));
  }
  template <typename Enum>
  requires std::is_enum_v<Enum>
  void read(Enum& to) const {
    std::string word;
    read(word);
    const auto method = find_method<Enum>(word);
    if (!method) {
      std::string keys;
      for (const MethodInfo& info : methods<Enum>()) keys += (keys.empty() ? "" : ", ") + std::string(info.key);
      refuse("one of " + keys);
    }
    to = *method;
  }
  template <typename T>
  void read(std::optional<T>& to) const {
    read(to.emplace());
  }
  template <typename T>
  void read(std::vector<T>& to) const {
    to.clear();
    for (R_xlen_t i = 0; i < Rf_xlength(value_); ++i) {
      const cpp11::sexp one = Rf_isString(value_) ? Rf_ScalarString(STRING_ELT(value_, i)) : element(i);
      OptionReader(name_, one).read(to.emplace_back());
    }
  }

 private:
  [[noreturn]] void refuse(const std::string& rule) const { throw UsageError(name_ + ": must be " + rule); }
  SEXP element(R_xlen_t i) const {
    if (!Rf_isNumeric(value_)) refuse("numbers");
    return Rf_ScalarReal(Rf_isInteger(value_) ? INTEGER(value_)[i] : REAL(value_)[i]);
  }

  std::string name_;
  SEXP value_;
};

/// Sets the field that `name` names; false when the struct has none of that name.
template <HasFields Struct>
bool set_field(Struct& options, const std::string& name, SEXP value) {
  bool found = false;
  for_each_field<Struct>([&](const auto& field) {
    using FieldType = std::remove_cvref_t<decltype(field)>;
    if constexpr (requires { field.key; }) {
      if (field.key != name) return;
      OptionReader(name, value).read(options.*field.member);
      found = true;
    } else if constexpr (HasFields<std::remove_cvref_t<decltype(options.*FieldType{}.member)>>) {
      found = found || set_field(options.*field.member, name, value);
    }
  });
  return found;
}

/// Sets the fields that a named R list names, in the first struct that has them.
template <typename... Structs>
void set_fields(const cpp11::list& values, Structs&... options) {
  if (values.size() == 0) return;
  const cpp11::strings names(values.names());
  for (R_xlen_t i = 0; i < values.size(); ++i) {
    const std::string name(names[i]);
    if (Rf_isNull(values[i])) continue;
    if (!(set_field(options, name, values[i]) || ...)) throw UsageError(name + ": there is no such option");
  }
}

/// The columns of a data frame as CSV, numbers in full: what the engine reads and checks is what it would read from a file.
std::string csv_of(const cpp11::list& columns);

/// How records are read, from a named R list.
ReadOptions read_options(const cpp11::list& values);

}  // namespace tausq::r
