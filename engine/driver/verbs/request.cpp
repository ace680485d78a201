// Verbs asked in JSON: the options become words of the command line, so that there is one parser, one set of checks.
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <tausq/fields.hpp>
#include <tausq/problem.hpp>
#include <tausq/verbs.hpp>
#include <tausq/words.hpp>

#include "engine/driver/compare/result_file.hpp"
#include "engine/driver/records/file.hpp"
#include "engine/driver/verbs/command.hpp"

namespace tausq {

namespace {

using Json = nlohmann::ordered_json;

/// What the program alone has: where its output goes.
constexpr std::array<std::string_view, 8> of_the_program{"help", "json", "csv", "text", "format", "output", "records", "exit-code"};

bool belongs_to_program(std::string_view name) {
  return std::find(of_the_program.begin(), of_the_program.end(), name) != of_the_program.end();
}

std::string dashed(std::string key) {
  std::replace(key.begin(), key.end(), '_', '-');
  return key;
}

std::string underscored(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

bool is_flag(const CLI::Option& option) {
  return option.get_items_expected_max() == 0;
}

/// Its value may be left out: JSON says true for that.
bool has_optional_value(const CLI::Option& option) {
  return option.get_items_expected_min() == 0 && !is_flag(option);
}

[[noreturn]] void refuse_type(const std::string& key, const Json& value) {
  throw UsageError("option \"" + key + "\" cannot be " + value.dump());
}

/// A text or number as the command line would have it. Numbers keep all their digits.
std::string word_of(const std::string& key, const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number() || value.is_boolean()) return value.dump();
  refuse_type(key, value);
}

/// null, "" and [] stand for the default.
bool is_default(const Json& value) {
  return value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty()) || (value.is_array() && value.empty());
}

/// Assigns a JSON value to an option that has a field but no word on the command line.
struct Assign {
  const std::string& key;
  const Json& value;

  template <typename T>
  void operator()(std::optional<T>& target) const {
    T inner{};
    (*this)(inner);
    target = inner;
  }
  template <typename T>
  void operator()(T& target) const {
    if constexpr (std::is_enum_v<T>) {
      const std::optional<T> method = value.is_string() ? find_method<T>(value.get<std::string>()) : std::nullopt;
      if (!method) refuse_type(key, value);
      target = *method;
    } else {
      try {
        target = value.get<T>();
      } catch (const Json::exception&) {
        refuse_type(key, value);
      }
    }
  }
};

/// Sets the field of that name. False when the struct has none.
template <HasFields Struct>
bool assign(Struct& target, const std::string& key, const Json& value) {
  bool found = false;
  for_each_field<Struct>([&](const auto& field) {
    if constexpr (requires { field.key; }) {
      if (field.key != key) return;
      Assign{key, value}(target.*field.member);
      found = true;
    } else {
      found = found || assign(target.*field.member, key, value);
    }
  });
  return found;
}

/// Turns options into words for the parser; what has no word is assigned once the words are parsed.
class Words {
 public:
  Words(const CLI::App& verb, const Json& options) : verb_(verb) {
    for (const auto& [key, value] : options.items()) {
      if (is_default(value)) continue;
      if (!add_option(key, value) && !add_positional(key, value)) assigned_[key] = value;
    }
  }

  std::vector<std::string> words(const std::string& source) const {
    std::vector<std::string> words = words_;
    words.emplace_back("--");
    for (const CLI::Option* option : verb_.get_options()) {
      if (!option->get_positional()) continue;
      const std::string name = option->get_name(true);
      const auto given = positional_.find(name);
      if (name == "records")
        words.push_back(source);
      else if (given != positional_.end())
        words.insert(words.end(), given->second.begin(), given->second.end());
    }
    return words;
  }

  void assign_others(verbs::Command& command) const {
    for (const auto& [key, value] : assigned_.items()) {
      if (key == "columns" && value.is_object())
        for (const auto& [name, column] : value.items()) command.read.columns[name] = word_of(key, column);
      else if (!assign(command.options, key, value))
        throw UsageError("there is no option \"" + key + "\" of " + command.verb);
    }
  }

 private:
  bool add_option(const std::string& key, const Json& value) {
    const std::string name = dashed(key);
    if (belongs_to_program(name) || value.is_object()) return false;
    const CLI::Option* const option = verb_.get_option_no_throw("--" + name);
    const bool has_opposite = verb_.get_option_no_throw("--no-" + name) != nullptr;
    if (!option && !(has_opposite && value.is_boolean())) return false;
    const bool fits = value.is_boolean()
                          ? !option || is_flag(*option) || has_optional_value(*option) || (has_opposite && !value.get<bool>())
                          : option && !is_flag(*option);
    if (!fits) refuse_type(key, value);
    if (value.is_boolean()) {
      if (value.get<bool>() && option) words_.push_back("--" + name);
      if (!value.get<bool>() && has_opposite) words_.push_back("--no-" + name);
      return true;
    }
    for (const Json& each : value.is_array() ? value : Json::array({value})) words_.push_back("--" + name + "=" + word_of(key, each));
    return true;
  }

  bool add_positional(const std::string& key, const Json& value) {
    for (const CLI::Option* option : verb_.get_options()) {
      if (!option->get_positional() || option->get_name(true) != key || key == "records") continue;
      for (const Json& each : value.is_array() ? value : Json::array({value})) positional_[key].push_back(word_of(key, each));
      return true;
    }
    return false;
  }

  const CLI::App& verb_;
  std::vector<std::string> words_;
  std::map<std::string, std::vector<std::string>> positional_;
  Json assigned_ = Json::object();
};

Json parsed_options(const std::string& text) {
  if (text.empty()) return Json::object();
  Json options = Json::parse(text, nullptr, false);
  if (!options.is_object()) throw UsageError("the options are no JSON object");
  return options;
}

/// Parses the options of `verb`, a verb of `app` or `app` itself.
void parse(CLI::App& app, const CLI::App& verb, const Request& request, verbs::Command& command) {
  try {
    const Words options(verb, parsed_options(request.options));
    std::vector<std::string> words = options.words(request.source);
    if (&verb != &app) words.insert(words.begin(), request.verb);
    std::reverse(words.begin(), words.end());  // as CLI11 takes them
    app.parse(words);
    options.assign_others(command);
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what());
  }
}

verbs::Command command_of(const Request& request) {
  verbs::Command command;
  CLI::App app("", "tausq");
  verbs::add_verbs(app, command, request.verb);
  const auto named = app.get_subcommands([&](const CLI::App* verb) { return verb->get_name() == request.verb; });
  if (named.empty()) throw UsageError("there is no verb \"" + request.verb + "\"");
  parse(app, *named.front(), request, command);
  if (!command.from.empty()) {
    // The recorded settings first, then those of the request over them.
    command = verbs::recorded(command.from);
    app.clear();
    parse(app, *named.front(), request, command);
  }
  command.bytes = request.records;
  return command;
}

Json described(const CLI::Option& option) {
  const std::vector<std::string>& names = option.get_lnames();
  Json aliases = Json::array();
  for (std::size_t i = 1; i < names.size(); ++i) aliases.push_back(underscored(names[i]));
  return {{"name", names.empty() ? option.get_name(true) : underscored(names.front())},
          {"aliases", std::move(aliases)},
          {"type", is_flag(option) ? "" : option.get_type_name()},
          {"flag", is_flag(option)},
          {"list", option.get_items_expected_max() > 1},
          {"help", option.get_description()}};
}

}  // namespace

verbs::Command verbs::recorded(const std::string& path) {
  Command command;
  CLI::App app("", "tausq");
  add_verbs(app, command, "pool");
  const std::string settings = recorded_settings(path, records::contents_of(path).view());
  parse(app, *app.get_subcommand("pool"), {"pool", "-", {}, settings}, command);
  return command;
}

Answer answer(const Request& request) {
  return verbs::answer(command_of(request));
}

Options pool_options(const std::string& options) {
  verbs::Command command;
  command.verb = "pool";
  CLI::App app("", "tausq");
  verbs::add_pool_settings(app, command);
  parse(app, app, {command.verb, "", {}, options}, command);
  return verbs::options_for(command, {});
}

std::string request_options() {
  verbs::Command command;
  CLI::App app("", "tausq");
  verbs::add_verbs(app, command);
  Json verbs = Json::array();
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    Json options = Json::array();
    for (const CLI::Option* option : verb->get_options())
      if (const Json entry = described(*option); !belongs_to_program(dashed(entry["name"].get<std::string>()))) options.push_back(entry);
    const bool records = verb->get_option_no_throw("records") != nullptr;
    verbs.push_back({{"verb", verb->get_name()}, {"help", verb->get_description()}, {"records", records}, {"options", std::move(options)}});
  }
  return verbs.dump(1) + "\n";
}

}  // namespace tausq
