// Kinds of options that several verbs have: words of method tables, numbers, levels, lists of them.
#pragma once

#include <CLI/CLI.hpp>

#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <tausq/methods.hpp>
#include <tausq/records.hpp>

namespace tausq::verbs {

template <typename Method>
std::string keys() {
  std::string list;
  for (const MethodInfo& info : methods<Method>()) list += (list.empty() ? "" : "|") + std::string(info.key);
  return list;
}

template <typename Method>
Method parse_method(const std::string& option, const std::string& word) {
  if (const std::optional<Method> method = find_method<Method>(word)) return *method;
  throw CLI::ValidationError(option, "'" + word + "' is not one of " + keys<Method>());
}

inline double parse_number(const std::string& option, const std::string& word) {
  double value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size() || !std::isfinite(value))
    throw CLI::ValidationError(option, "'" + word + "' is not a number");
  return value;
}

/// A whole number from 0; CLI11 itself would take -1 for the largest one.
template <std::unsigned_integral Whole>
Whole parse_whole(const std::string& option, const std::string& word, Whole most) {
  Whole value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size() || value > most)
    throw CLI::ValidationError(option, "'" + word + "' is not a whole number from 0 to " + std::to_string(most));
  return value;
}

inline std::size_t parse_count(const std::string& option, const std::string& word) {
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), count);
  if (error != std::errc() || end != word.data() + word.size() || count == 0 || count > 1000000000)
    throw CLI::ValidationError(option, "'" + word + "' is not a number from 1 to 1000000000");
  return count;
}

/// A confidence level as a proportion in (0, 1) or as a percentage in (50, 100).
inline double parse_level(const std::string& option, const std::string& word) {
  const double level = parse_number(option, word);
  if (level > 0 && level < 1) return level;
  if (level > 50 && level < 100) return level / 100;
  throw CLI::ValidationError(option, "'" + word + "' is not a confidence level: between 0 and 1, or between 50 and 100 percent");
}

/// A number, whatever the decimal mark of the embedding program's locale.
template <typename Target>
void add_number(CLI::App& app, const std::string& name, Target& target, const std::string& help) {
  app.add_option_function<std::string>(
         name, [&target, name](const std::string& word) { target = parse_number(name, word); }, help)
      ->type_name("FLOAT");
}

template <std::unsigned_integral Whole>
void add_whole(CLI::App& app, const std::string& name, Whole& target, Whole most, const std::string& help) {
  app.add_option_function<std::string>(
         name, [&target, name, most](const std::string& word) { target = parse_whole(name, word, most); }, help)
      ->type_name("UINT");
}

inline void add_threads(CLI::App& app, std::size_t& threads, const std::string& help) {
  add_whole(app, "--threads", threads, std::size_t{1024}, help);
}

/// Options whose value is a key of a method table.
template <typename Method, typename Target>
void add_method(CLI::App& app, const std::string& names, Target& target, const std::string& help) {
  app.add_option_function<std::string>(
         names, [&target, names](const std::string& word) { target = parse_method<Method>(names, word); }, help)
      ->type_name(keys<Method>());
}

inline void add_level(CLI::App& app, const std::string& name, std::optional<double>* optional, double* plain, const std::string& help) {
  app.add_option_function<std::string>(
         name,
         [=](const std::string& word) {
           const double level = parse_level(name, word);
           if (optional) *optional = level;
           if (plain) *plain = level;
         },
         help)
      ->type_name("LEVEL");
}

/// A list of numbers, separated by commas.
inline void add_numbers(CLI::App& app, const std::string& name, std::vector<double>& numbers, const std::string& help) {
  app.add_option_function<std::vector<std::string>>(
         name,
         [&numbers, name](const std::vector<std::string>& words) {
           numbers.clear();
           for (const std::string& word : words) numbers.push_back(parse_number(name, word));
         },
         help)
      ->delimiter(',')
      ->type_name("NUMBERS");
}

/// A list of keys, separated by commas.
template <typename Method>
void add_methods(CLI::App& app, const std::string& name, std::vector<Method>& list, const std::string& help) {
  app.add_option_function<std::vector<std::string>>(
         name,
         [&list, name](const std::vector<std::string>& words) {
           for (const std::string& word : words) list.push_back(parse_method<Method>(name, word));
         },
         help)
      ->delimiter(',')
      ->type_name(keys<Method>());
}

/// `shown` takes the names without '=', where the verb has a use for them: columns of a plot.
inline void add_columns(CLI::App& app, ReadOptions& read, std::vector<std::string>* shown = nullptr) {
  app.add_option_function<std::vector<std::string>>(
         "--columns",
         [&read, shown](const std::vector<std::string>& pairs) {
           for (const std::string& pair : pairs) {
             const std::size_t equals = pair.find('=');
             if (equals == std::string::npos && shown) {
               shown->push_back(pair);
               continue;
             }
             if (equals == std::string::npos || equals == 0 || equals + 1 == pair.size())
               throw CLI::ValidationError("--columns", "'" + pair + "' is not of the form name=column");
             read.columns[pair.substr(0, equals)] = pair.substr(equals + 1);
           }
         },
         "our name = name in the file, e.g. events=xi,total=ni")
      ->delimiter(',')
      ->type_name("NAME=COLUMN");
}

inline char parse_character(const std::string& option, const std::string& word) {
  if (word == "tab" || word == "\\t") return '\t';
  if (word.size() != 1) throw CLI::ValidationError(option, "'" + word + "' is not one character");
  return word[0];
}

/// How the cells of a file are told apart.
inline void add_shape(CLI::App& app, ReadOptions& read) {
  app.add_option_function<std::string>(
      "--delimiter", [&read](const std::string& w) { read.delimiter = parse_character("--delimiter", w); },
      "field separator (found from the header)");
  app.add_option_function<std::string>(
      "--decimal", [&read](const std::string& w) { read.decimal = parse_character("--decimal", w); }, "decimal mark: . or ,");
}

inline void add_tau2(CLI::App& app, Options& o) {
  app.add_option_function<std::string>(
         "--tau2,--method-tau",
         [&o](const std::string& w) {
           if (const auto method = find_method<Tau2Method>(w))
             o.tau2 = *method;
           else if (!w.empty() && (w[0] == '.' || (w[0] >= '0' && w[0] <= '9')))
             o.tau2_fixed = parse_number("--tau2", w);
           else
             throw CLI::ValidationError("--tau2", "'" + w + "' is neither a number nor one of " + keys<Tau2Method>());
         },
         "estimator of the between-study variance, or its value")
      ->type_name(keys<Tau2Method>());
}

}  // namespace tausq::verbs
