// Batches: pointers to spans and back.
#include <limits>
#include <tuple>
#include <vector>

#include <tausq/batch_fields.hpp>

#include "bindings/c/boundary.hpp"

namespace {

using namespace tausq;
using c::demand;
using c::guarded;

/// The column `status` stands first, the others follow in the order of their list.
constexpr std::size_t columns = 1 + std::tuple_size_v<decltype(Fields<BatchFits>::list)>;

constexpr Layout layouts[] = {Layout::generic,       Layout::single_arm_counts, Layout::two_arm_counts, Layout::single_arm_rates,
                              Layout::two_arm_rates, Layout::single_arm_means,  Layout::two_arm_means,  Layout::correlations};
constexpr std::size_t column_counts[] = {2, 2, 4, 2, 4, 3, 6, 2};

BatchStudies studies_of(int layout, const double* const* given, std::size_t n, std::size_t k, const size_t* offsets) {
  demand(layout >= TAUSQ_EFFECTS && layout <= TAUSQ_CORRELATIONS, "tausq_batch: there is no such layout");
  demand(given || n == 0, "tausq_batch: the columns are missing");
  demand(offsets || k == 0 || n <= std::numeric_limits<std::size_t>::max() / k, "tausq_batch: n x k is too large");
  const std::size_t entries = n == 0 ? 0 : offsets ? offsets[n] : n * k;
  const auto place = static_cast<std::size_t>(layout);
  BatchStudies studies{layouts[place], {}, k, {}};
  if (offsets) studies.offsets = {offsets, n + 1};
  for (std::size_t i = 0; i < column_counts[place] && n > 0; ++i) {
    demand(given[i] || entries == 0, "tausq_batch: a column is missing");
    studies.column[i] = {given[i], entries};
  }
  return studies;
}

template <typename Visit>
void visit_column(std::size_t column, Visit&& visit) {
  std::size_t at = 1;
  for_each_field<BatchFits>([&](const auto& field) {
    if (at++ == column) visit(field);
  });
}

}  // namespace

int tausq_batch(int layout, const double* const* given, size_t n, size_t k, const size_t* offsets, const tausq_options* options,
                size_t threads, double* const* wanted) {
  return guarded([&] {
    const BatchStudies studies = studies_of(layout, given, n, k, offsets);
    demand(wanted, "tausq_batch: there is no room for results");
    demand(offsets || k > 0 || n == 0, "tausq_batch: sets have k studies, at least 1");
    BatchFits fits;
    std::vector<Status> status(wanted[0] ? n : 0);
    fits.status = status;
    std::size_t at = 1;
    for_each_field<BatchFits>([&](const auto& field) {
      if (double* const to = wanted[at++]) fits.*field.member = {to, n};
    });
    fit_batch(studies, fits, c::options_of(options), threads);
    for (std::size_t i = 0; i < status.size(); ++i) wanted[0][i] = static_cast<double>(status[i]);
    return static_cast<int>(TAUSQ_OK);
  });
}

size_t tausq_batch_columns(void) {
  return columns;
}

const char* tausq_batch_column(size_t column) {
  const char* name = column == 0 ? "status" : nullptr;
  visit_column(column, [&](const auto& field) { name = field.key.data(); });
  return name;
}

const char* tausq_batch_column_meaning(size_t column) {
  const char* meaning = column == 0 ? "of the random-effects estimate; of the common one where that alone is asked for" : nullptr;
  visit_column(column, [&](const auto& field) { meaning = field.meaning.empty() ? "" : field.meaning.data(); });
  return meaning;
}
