#include <tausq/status.hpp>

#include <array>

namespace tausq {

std::string_view to_string(Status status) {
  constexpr std::array<std::string_view, 7> words{"ok",           "converged", "exact", "one_sided", "not_estimable", "not_converged",
                                                  "not_requested"};
  return words[static_cast<std::size_t>(status)];
}

}  // namespace tausq
