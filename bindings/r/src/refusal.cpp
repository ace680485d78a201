#include "refusal.hpp"

#include <vector>

#include "to_r.hpp"

namespace tausq::r {

namespace {

SEXP problems_frame(const std::vector<Problem>& problems) {
  const auto text = [&](std::string Problem::*member) {
    return cpp11::sexp(column(problems.size(), [&](std::size_t i) { return problems[i].*member; }));
  };
  NamedList frame;
  frame.add("code", text(&Problem::code));
  frame.add("file", text(&Problem::file));
  frame.add("row", cpp11::sexp(column(problems.size(), [&](std::size_t i) { return problems[i].row; })));
  frame.add("column", text(&Problem::column));
  frame.add("value", text(&Problem::value));
  frame.add("rule", text(&Problem::rule));
  return frame.take_data_frame(problems.size());
}

}  // namespace

SEXP refusal(const char* kind, const std::string& message, SEXP problems) {
  NamedList list;
  list.add("kind", cpp11::as_sexp(kind));
  list.add("message", cpp11::as_sexp(message.c_str()));
  list.add("problems", problems);
  cpp11::writable::list result = list.take();
  result.attr("class") = "tausq_failure";
  return result;
}

SEXP refusal(const InputError& error) {
  return refusal("input", error.what(), problems_frame(error.problems()));
}

}  // namespace tausq::r
