// The extension module: Python values to the C interface and back. Everything that a user sees is Python.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>
#include <tausq.h>

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nb = nanobind;
using namespace nb::literals;

namespace {

/// A failed call, as Python turns it into its own exception: status, message, problems as JSON.
struct Failure {
  int status;
  std::string message = tausq_message();
  std::string problems = tausq_problems();
};

void check(int status) {
  if (status != TAUSQ_OK) throw Failure{status};
}

/// A result; see tausq_result.
class Answer {
 public:
  explicit Answer(tausq_result* result) : result_(result, tausq_free) {}

  std::string text(const std::string& form) const {
    char* text = nullptr;
    std::size_t size = 0;
    const nb::gil_scoped_release released;
    check(tausq_text(result_.get(), form.c_str(), &text, &size));
    const std::unique_ptr<char, void (*)(char*)> owned(text, tausq_free_text);
    return {text, size};
  }

 private:
  std::shared_ptr<tausq_result> result_;
};

Answer run(const std::string& verb, const std::string& source, const std::optional<nb::bytes>& records, const std::string& options) {
  // The bytes belong to the caller, who holds them for the time of the call.
  const char* const data = records ? records->c_str() : nullptr;
  const std::size_t size = records ? records->size() : 0;
  tausq_result* result = nullptr;
  const nb::gil_scoped_release released;
  check(tausq_run(verb.c_str(), source.c_str(), data, size, options.c_str(), &result));
  return Answer(result);
}

using Matrix = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

nb::ndarray<nb::numpy, double, nb::ndim<2>> fit_many(const Matrix& yi, const Matrix& vi, const std::string& options, std::size_t threads) {
  const std::size_t n = yi.shape(0), k = yi.shape(1), columns = tausq_fit_columns();
  if (vi.shape(0) != n || vi.shape(1) != k) throw nb::value_error("yi and vi have different shapes");
  auto fits = std::make_unique<double[]>(n * columns);
  {
    const nb::gil_scoped_release released;
    tausq_options settings = TAUSQ_OPTIONS;
    settings.more = options.c_str();
    check(tausq_fit_many(yi.data(), vi.data(), n, k, &settings, threads, fits.get()));
  }
  double* const data = fits.release();
  const nb::capsule owner(data, [](void* memory) noexcept { delete[] static_cast<double*>(memory); });
  return {data, {n, columns}, owner};
}

std::vector<std::pair<std::string, std::string>> fit_columns() {
  std::vector<std::pair<std::string, std::string>> columns;
  for (std::size_t i = 0; i < tausq_fit_columns(); ++i) columns.emplace_back(tausq_fit_column(i), tausq_fit_column_meaning(i));
  return columns;
}

using Vector = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Offsets = nb::ndarray<const std::size_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Numbers = nb::ndarray<nb::numpy, double, nb::ndim<1>>;

/// `wanted` are numbers of columns; the results come in their order. Without offsets every set has k studies.
std::vector<Numbers> batch(int layout, const std::vector<Vector>& columns, std::size_t k, const std::optional<Offsets>& offsets,
                           const std::vector<std::size_t>& wanted, const std::string& options, std::size_t threads) {
  const std::size_t entries = columns.at(0).shape(0), n = offsets ? offsets->shape(0) - 1 : entries / k;
  std::vector<const double*> from;
  for (const Vector& column : columns) {
    if (column.shape(0) != entries) throw nb::value_error("columns have different lengths");
    from.push_back(column.data());
  }
  std::vector<std::unique_ptr<double[]>> room;
  std::vector<double*> to(tausq_batch_columns(), nullptr);
  for (const std::size_t column : wanted) to.at(column) = room.emplace_back(std::make_unique<double[]>(n)).get();
  {
    const nb::gil_scoped_release released;
    tausq_options settings = TAUSQ_OPTIONS;
    settings.more = options.c_str();
    check(tausq_batch(layout, from.data(), n, k, offsets ? offsets->data() : nullptr, &settings, threads, to.data()));
  }
  std::vector<Numbers> results;
  for (std::unique_ptr<double[]>& numbers : room) {
    double* const data = numbers.release();
    const nb::capsule owner(data, [](void* memory) noexcept { delete[] static_cast<double*>(memory); });
    results.emplace_back(data, std::initializer_list<std::size_t>{n}, owner);
  }
  return results;
}

std::vector<std::pair<std::string, std::string>> batch_columns() {
  std::vector<std::pair<std::string, std::string>> columns;
  for (std::size_t i = 0; i < tausq_batch_columns(); ++i) columns.emplace_back(tausq_batch_column(i), tausq_batch_column_meaning(i));
  return columns;
}

std::vector<std::string> status_words() {
  std::vector<std::string> words;
  while (const char* word = tausq_status_word(static_cast<int>(words.size()))) words.emplace_back(word);
  return words;
}

}  // namespace

NB_MODULE(_core, module) {
  nb::set_leak_warnings(false);  // a session that ends with results at hand is no fault
  module.doc() = "The engine of tausq, as flat functions. Users import tausq.";
  const std::string failure_name = nb::cast<std::string>(module.attr("__name__")) + ".Failure";
  const nb::object failure = nb::steal(PyErr_NewException(failure_name.c_str(), PyExc_RuntimeError, nullptr));
  module.attr("Failure") = failure;  // which keeps it alive for the translator
  nb::register_exception_translator(
      [](const std::exception_ptr& thrown, void* type) {
        try {
          std::rethrow_exception(thrown);
        } catch (const Failure& f) {
          PyErr_SetObject(static_cast<PyObject*>(type), nb::make_tuple(f.status, f.message, f.problems).ptr());
        }
      },
      failure.ptr());
  nb::class_<Answer>(module, "Answer", "A result of the engine.")
      .def("text", &Answer::text, "form"_a, "The result as \"json\", \"csv\", \"text\" or \"svg\".");
  module.def("run", &run, "verb"_a, "source"_a, "records"_a.none(), "options"_a, "Runs a verb; options are JSON.");
  module.def("fit_many", &fit_many, "yi"_a, "vi"_a, "options"_a, "threads"_a, "n x k effect sizes and variances to n x columns numbers.");
  module.def("batch", &batch, "layout"_a, "columns"_a, "k"_a, "offsets"_a.none(), "wanted"_a, "options"_a, "threads"_a,
             "Columns of the studies of many sets to columns of results.");
  module.def("batch_columns", &batch_columns, "Name and meaning of every column of batch.");
  module.def("fit_columns", &fit_columns, "Name and meaning of every column of fit_many.");
  module.def("status_words", &status_words, "The words of the column `status` of fit_many.");
  module.def(
      "verbs", [] { return std::string(tausq_verbs()); }, "Every verb with its options, as JSON.");
  module.def("version", [] { return std::string(tausq_version()); });
}
