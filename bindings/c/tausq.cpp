// The C interface: arguments to values, exceptions to statuses. No statistics stand here.
#include "bindings/c/tausq.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include <tausq/many_fields.hpp>
#include <tausq/version.hpp>

#include "bindings/c/boundary.hpp"

struct tausq_result {
  tausq::Answer answer;
};

namespace {

using namespace tausq;
using c::demand;
using c::failed;
using c::guarded;
using c::options_of;

thread_local std::string message;
thread_local std::string problems = "[]";

/// A JSON string. Bytes from 0x80 on are passed through.
std::string quoted(std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string json = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      (json += '\\') += c;
    else if (byte < 0x20)
      ((json += "\\u00") += digits[byte >> 4]) += digits[byte & 15];
    else
      json += c;
  }
  return json += '"';
}

}  // namespace

std::string tausq::c::as_json(const std::vector<Problem>& list) {
  std::string json = "[";
  for (const Problem& p : list) {
    json += (json.size() > 1 ? ",\n {" : "{");
    json += "\"code\": " + quoted(p.code) + ", \"file\": " + quoted(p.file) + ", \"row\": " + std::to_string(p.row);
    json += ", \"column\": " + quoted(p.column) + ", \"value\": " + quoted(p.value) + ", \"rule\": " + quoted(p.rule) + "}";
  }
  return json + "]";
}

int tausq::c::failed(int status, const char* why, std::string why_in_full) {
  message = why;
  problems = std::move(why_in_full);
  return status;
}

namespace {

template <typename Method>
void choose(const char* option, const char* word, std::optional<Method>& target) {
  if (!word) return;
  target = find_method<Method>(word);
  if (!target) throw UsageError(std::string(option) + ": there is no \"" + word + "\"");
}

void choose_tau2(const char* word, Options& options) {
  double value = 0;
  const char* const end = word ? word + std::strlen(word) : nullptr;
  if (word && word != end && std::from_chars(word, end, value).ptr == end)
    options.tau2_fixed = value;
  else
    choose("tau2", word, options.tau2);
}

/// The struct of a caller who may have been built with an older, shorter one, or with a newer one whose further fields are unused.
tausq_options as_we_know_it(const tausq_options& given) {
  const auto* const bytes = reinterpret_cast<const unsigned char*>(&given);
  demand(given.struct_size >= sizeof(std::size_t), "tausq_options: struct_size is to be sizeof(tausq_options)");
  tausq_options known = TAUSQ_OPTIONS;
  std::memcpy(&known, &given, std::min(given.struct_size, sizeof known));
  for (std::size_t i = sizeof known; i < given.struct_size; ++i)
    demand(bytes[i] == 0, "tausq_options: a field that this version of the library does not know is set");
  return known;
}

/// pool_options(). Reading words takes longer than a small analysis, and most calls have those of the call before.
const Options& options_from(const char* text) {
  thread_local std::string last;
  thread_local std::optional<Options> options;
  if (!options || last != text) {
    options.reset();
    options = pool_options(text);
    last = text;
  }
  return *options;
}

}  // namespace

Options tausq::c::options_of(const tausq_options* in) {
  if (!in) return options_from("");
  const tausq_options known = as_we_know_it(*in), *const given = &known;
  Options options = options_from(given->more ? given->more : "");
  choose("measure", given->measure, options.effect.measure);
  choose("pooling", given->pooling, options.pooling);
  choose_tau2(given->tau2, options);
  choose("interval", given->interval, options.interval);
  choose("prediction", given->prediction, options.prediction);
  std::optional<Model> model = options.model;
  choose("model", given->model, model);
  options.model = *model;
  std::optional<Preset> preset = options.preset;
  choose("preset", given->preset, preset);
  options.preset = *preset;
  if (given->level != 0) options.level = given->level;
  return options;
}

namespace {

std::vector<double> column(const double* values, std::size_t k) {
  demand(values || k == 0, "an array is missing");
  return k == 0 ? std::vector<double>() : std::vector<double>(values, values + k);
}

/// Gives `*result` the answer that `make` makes.
template <typename Make>
int answered(tausq_result** result, Make&& make) {
  if (result) *result = nullptr;
  return guarded([&] {
    demand(result, "there is no place for the result");
    *result = new tausq_result{make()};
    return TAUSQ_OK;
  });
}

AnswerFormat form_of(std::string_view word) {
  if (word == "json") return AnswerFormat::json;
  if (word == "csv") return AnswerFormat::csv;
  if (word == "text") return AnswerFormat::text;
  if (word == "svg") return AnswerFormat::svg;
  throw UsageError("a result is written as json, csv, text or svg");
}

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

double number(const std::optional<double>& value) {
  return value.value_or(undefined);
}
double number(std::size_t value) {
  return static_cast<double>(value);
}
double number(Status value) {
  return static_cast<double>(value);
}

/// The field of SetFit with that number.
template <typename Visit>
void visit_column(std::size_t wanted, Visit&& visit) {
  std::size_t i = 0;
  for_each_field<SetFit>([&](const auto& field) {
    if (i++ == wanted) visit(field);
  });
}

}  // namespace

const char* tausq_version(void) {
  return version;
}

const char* tausq_message(void) {
  return message.c_str();
}

const char* tausq_problems(void) {
  return problems.c_str();
}

int tausq_run(const char* verb, const char* source, const char* records, size_t records_size, const char* options, tausq_result** result) {
  return answered(result, [&] {
    demand(verb, "there is no verb");
    Request request{verb, source ? source : "", {}, options ? options : ""};
    if (records) request.records.emplace(records, records_size);
    return answer(request);
  });
}

int tausq_pool_counts(const double* events, const double* total, size_t k, const tausq_options* options, tausq_result** result) {
  return answered(result, [&] { return pool(single_arm_counts(column(events, k), column(total, k)), options_of(options)); });
}

int tausq_pool_two_arm(const double* ai, const double* bi, const double* ci, const double* di, size_t k, const tausq_options* options,
                       tausq_result** result) {
  return answered(result,
                  [&] { return pool(two_arm_counts(column(ai, k), column(bi, k), column(ci, k), column(di, k)), options_of(options)); });
}

int tausq_pool_effects(const double* yi, const double* vi, size_t k, const tausq_options* options, tausq_result** result) {
  return answered(result, [&] { return pool(generic_effects(column(yi, k), column(vi, k)), options_of(options)); });
}

int tausq_number(const tausq_result* result, const char* path, double* value) {
  return guarded([&] {
    demand(result && path && value, "tausq_number: a pointer is missing");
    *value = undefined;
    *value = number(result->answer.number(path));
    return std::isnan(*value) ? failed(TAUSQ_UNDEFINED, "the result has null there") : TAUSQ_OK;
  });
}

int tausq_text(const tausq_result* result, const char* form, char** text, size_t* size) {
  return guarded([&] {
    demand(result && form && text, "tausq_text: a pointer is missing");
    *text = nullptr;
    const std::string written = result->answer.write(form_of(form));
    *text = static_cast<char*>(std::malloc(written.size() + 1));
    if (!*text) throw std::bad_alloc();
    std::memcpy(*text, written.c_str(), written.size() + 1);
    if (size) *size = written.size();
    return TAUSQ_OK;
  });
}

void tausq_free(tausq_result* result) {
  delete result;
}

void tausq_free_text(char* text) {
  std::free(text);
}

const char* tausq_verbs(void) {
  static const char* const json = [] {
    const char* text = "";
    guarded([&] {
      static const std::string verbs = request_options();
      text = verbs.c_str();
      return TAUSQ_OK;
    });
    return text;
  }();
  return json;
}

int tausq_fit_many(const double* yi, const double* vi, size_t n, size_t k, const tausq_options* options, size_t threads, double* fits) {
  return guarded([&] {
    demand((yi && vi && fits) || n == 0, "tausq_fit_many: an array is missing");
    demand(k == 0 || n <= std::numeric_limits<std::size_t>::max() / k, "tausq_fit_many: n x k is too large");
    const std::size_t count = n * k;
    const std::vector<SetFit> sets = fit_many({yi, count}, {vi, count}, k, options_of(options), threads);
    for (const SetFit& set : sets) for_each_field<SetFit>([&](const auto& field) { *fits++ = number(set.*field.member); });
    return TAUSQ_OK;
  });
}

size_t tausq_fit_columns(void) {
  return std::tuple_size_v<decltype(Fields<SetFit>::list)>;
}

const char* tausq_fit_column(size_t column) {
  const char* name = nullptr;
  visit_column(column, [&](const auto& field) { name = field.key.data(); });
  return name;
}

const char* tausq_fit_column_meaning(size_t column) {
  const char* meaning = nullptr;
  visit_column(column, [&](const auto& field) { meaning = field.meaning.empty() ? "" : field.meaning.data(); });
  return meaning;
}

const char* tausq_status_word(int status) {
  const bool exists = status >= 0 && static_cast<std::size_t>(status) < enumerators<Status>;
  return exists ? to_string(static_cast<Status>(status)).data() : nullptr;
}
