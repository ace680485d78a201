// Meta-analyses by the million: vectors of R are read where they are.
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <cpp11.hpp>
#include <cpp11/declarations.hpp>
#include <tausq/batch_fields.hpp>
#include <tausq/tausq.hpp>

#include "from_r.hpp"
#include "refusal.hpp"
#include "to_r.hpp"

namespace {

using namespace tausq;

Layout layout_of_columns(const cpp11::list& columns) {
  const std::string first(cpp11::strings(columns.names())[0]);
  return first == "ai" ? Layout::two_arm_counts : first == "events" ? Layout::single_arm_counts : Layout::generic;
}

}  // namespace

/// `columns`: doubles of equal length, set after set; `offsets`: doubles, one more than sets; `options` as of pool().
extern "C" SEXP tausq_batch(SEXP column_list, SEXP offsets, SEXP option_list, SEXP threads) {
  BEGIN_CPP11
  try {
    const cpp11::list columns(column_list);
    BatchStudies studies{layout_of_columns(columns), {}, 0, {}};
    for (R_xlen_t i = 0; i < columns.size(); ++i)
      studies.column[static_cast<std::size_t>(i)] = {REAL(columns[i]), static_cast<std::size_t>(Rf_xlength(columns[i]))};
    std::vector<std::size_t> places;
    for (R_xlen_t i = 0; i < Rf_xlength(offsets); ++i) places.push_back(static_cast<std::size_t>(REAL(offsets)[i]));
    studies.offsets = places;
    Options options;
    r::set_fields(cpp11::list(option_list), options);
    const std::size_t n = studies.sets();
    std::vector<Status> status(n);
    BatchFits fits;
    fits.status = status;
    r::NamedList frame;
    frame.add("status", R_NilValue);
    for_each_field<BatchFits>([&](const auto& field) {
      const cpp11::sexp column = Rf_allocVector(REALSXP, static_cast<R_xlen_t>(n));
      fits.*field.member = {REAL(column), n};
      frame.add(field.key, column);
    });
    fit_batch(studies, fits, options, static_cast<std::size_t>(Rf_asInteger(threads)));
    for_each_field<BatchFits>([&](const auto& field) {
      for (double& x : fits.*field.member) x = x == x ? x : NA_REAL;
    });
    cpp11::writable::list result = frame.take_data_frame(n);
    result[0] = cpp11::sexp(r::column(n, [&](std::size_t i) { return std::string(word(status[i])); }));
    return result;
  } catch (const InputError& error) {
    return r::refusal(error);
  } catch (const UsageError& error) {
    return r::refusal("usage", error.what());
  }
  END_CPP11
}
