// The version of the engine, as every result echoes it.
#pragma once

namespace tausq {

inline constexpr const char* version = "0.1.0";

}  // namespace tausq
