// SHA-256 (FIPS 180-4), by which a result names the bytes it was computed from.
#pragma once

#include <string>
#include <string_view>

namespace tausq::records {

/// The SHA-256 digest of `bytes` as 64 lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);
/// The same by plain arithmetic, as on processors without instructions for it.
std::string sha256_portable(std::string_view bytes);

}  // namespace tausq::records
