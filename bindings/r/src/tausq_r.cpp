// What R calls: one function a verb, and the tables of methods. Errors come back as values, because R's own error handling
// must not jump over C++ frames; R/engine.R raises them.
#include <R_ext/Rdynload.h>
#include <R_ext/Visibility.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <cpp11.hpp>
#include <cpp11/declarations.hpp>
#include <tausq/method_tables.hpp>
#include <tausq/report.hpp>
#include <tausq/tausq.hpp>

#include "from_r.hpp"
#include "refusal.hpp"
#include "to_r.hpp"

namespace {

using namespace tausq;

/// What a verb works on: a file, or the columns of a data frame; and whether the text for print() is wanted.
struct Request {
  cpp11::sexp data;
  cpp11::list read, options;
  bool text;
};

Records read(const Request& request, const Options& options, bool pooling) {
  ReadOptions how = reading_for(options, r::read_options(request.read));
  how.pooling = pooling;
  if (pooling) how.listed_records = 0;
  if (Rf_isString(request.data)) return read_records(std::string(cpp11::as_cpp<const char*>(request.data)), how);
  return parse_records("data", r::csv_of(cpp11::list(request.data)), how);
}

/// A result, with the text that the command line prints of it where that is wanted.
template <typename Result>
SEXP answer(const Request& request, const Result& result, std::string (*text)(const Result&)) {
  cpp11::sexp list = r::to_r(result);
  if (request.text) list.attr("text") = text(result).c_str();
  return list;
}

SEXP run_pool(const Request& request) {
  Options options;
  r::set_fields(request.options, options);
  const Analysis result = analyse(read(request, options, true), options);
  return answer(request, result, to_text);
}

SEXP run_effects(const Request& request) {
  Options options;
  r::set_fields(request.options, options);
  const Analysis result = analyse_effects(read(request, options, false), options);
  return answer(request, result, to_text_effects);
}

SEXP run_check(const Request& request) {
  Options options;
  r::set_fields(request.options, options);
  const Records result = read(request, options, false);
  return answer(request, result, to_text);
}

/// The fits to all subsets of the studies, which JSON leaves out: numbers, and a row of TRUE and FALSE a subset.
SEXP subset_fits(const GoshFits& fits) {
  const std::size_t subsets = fits.estimate.size();
  cpp11::sexp included = r::column(subsets * fits.k, [&](std::size_t at) { return fits.includes(at % subsets, at / subsets); });
  included.attr("dim") = cpp11::writable::integers({static_cast<int>(subsets), static_cast<int>(fits.k)});
  r::NamedList list;
  list.add("estimate", cpp11::sexp(r::to_r(fits.estimate)));
  list.add("tau2", cpp11::sexp(r::to_r(fits.tau2)));
  list.add("i2", cpp11::sexp(r::to_r(fits.i2)));
  list.add("included", included);
  return list.take();
}

SEXP run_influence(const Request& request) {
  Options options;
  InfluenceOptions further;
  r::set_fields(request.options, options, further);
  const Influence result = influence(read(request, options, true), options, further);
  cpp11::sexp list = answer(request, result, to_text);
  if (result.gosh) list.attr("subsets") = subset_fits(result.gosh->fits);
  return list;
}

SEXP run_bias(const Request& request) {
  Options options;
  BiasOptions further;
  r::set_fields(request.options, further, options);
  const Bias result = bias(read(request, options, true), options, further);
  return answer(request, result, to_text);
}

SEXP run_forest(const Request& request) {
  Options options;
  r::set_fields(request.options, options);
  const ForestTable table = forest_table(analyse(read(request, options, true), options));
  return answer(request, table, to_svg);
}

struct Verb {
  std::string_view name;
  SEXP (*run)(const Request&);
};
constexpr Verb verbs[] = {{"pool", run_pool},           {"effects", run_effects}, {"check", run_check},
                          {"influence", run_influence}, {"bias", run_bias},       {"forest", run_forest}};

SEXP method_frame(const MethodTable& table) {
  const std::span<const MethodInfo> rows = table.methods();
  const auto text = [&](std::string_view MethodInfo::*member) {
    return cpp11::sexp(r::column(rows.size(), [&](std::size_t i) { return std::string(rows[i].*member); }));
  };
  r::NamedList frame;
  frame.add("key", text(&MethodInfo::key));
  frame.add("aliases", text(&MethodInfo::aliases));
  frame.add("name", text(&MethodInfo::name));
  frame.add("formula", text(&MethodInfo::formula));
  frame.add("source", text(&MethodInfo::source));
  if (rows.data() == methods<Measure>().data())
    frame.add("scale",
              cpp11::sexp(r::column(rows.size(), [](std::size_t i) { return std::string(scale_label(static_cast<Measure>(i))); })));
  return frame.take_data_frame(rows.size());
}

/// Every table under its word, with '_' in it as in R's argument names.
SEXP all_methods() {
  r::NamedList list;
  for (const MethodTable& table : method_tables()) {
    std::string word(table.word);
    std::replace(word.begin(), word.end(), '-', '_');
    list.add(word, cpp11::sexp(method_frame(table)));
  }
  return list.take();
}

}  // namespace

extern "C" SEXP tausq_run(SEXP verb, SEXP data, SEXP read_list, SEXP options, SEXP text) {
  BEGIN_CPP11
  try {
    const std::string name = cpp11::as_cpp<const char*>(verb);
    const Request request{data, cpp11::list(read_list), cpp11::list(options), Rf_asLogical(text) == TRUE};
    for (const Verb& each : verbs)
      if (each.name == name) return each.run(request);
    return r::refusal("usage", name + ": there is no such verb");
  } catch (const InputError& error) {
    return r::refusal(error);
  } catch (const UsageError& error) {
    return r::refusal("usage", error.what());
  }
  END_CPP11
}

extern "C" SEXP tausq_methods() {
  BEGIN_CPP11
  return all_methods();
  END_CPP11
}

extern "C" SEXP tausq_natural_scale(SEXP measure, SEXP values, SEXP n) {
  BEGIN_CPP11
  const auto which = find_method<Measure>(cpp11::as_cpp<const char*>(measure));
  if (!which) return R_NilValue;
  const cpp11::doubles from(values);
  const double size = Rf_asReal(n);
  return r::column(static_cast<std::size_t>(from.size()),
                   [&](std::size_t i) { return natural_scale(*which, from[static_cast<R_xlen_t>(i)], size); });
  END_CPP11
}

extern "C" SEXP tausq_batch(SEXP columns, SEXP offsets, SEXP options, SEXP threads);  // batch.cpp

extern "C" attribute_visible void R_init_tausq(DllInfo* dll) {
  static const R_CallMethodDef entries[] = {{"tausq_run", reinterpret_cast<DL_FUNC>(&tausq_run), 5},
                                            {"tausq_batch", reinterpret_cast<DL_FUNC>(&tausq_batch), 4},
                                            {"tausq_methods_", reinterpret_cast<DL_FUNC>(&tausq_methods), 0},
                                            {"tausq_natural_scale", reinterpret_cast<DL_FUNC>(&tausq_natural_scale), 3},
                                            {nullptr, nullptr, 0}};
  R_registerRoutines(dll, nullptr, entries, nullptr, nullptr);
  R_useDynamicSymbols(dll, FALSE);
}
