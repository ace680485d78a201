#include "engine/driver/records/encoding.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "engine/driver/records/limits.hpp"
#include "engine/driver/records/unicode.hpp"

namespace tausq::records {

namespace {

using namespace std::string_view_literals;

struct Signature {
  std::string_view bytes, what;
};

constexpr std::array binary_signatures{
    Signature{"\x1f\x8b"sv, "a gzip file (or an R data file)"},
    Signature{"PK\x03\x04"sv, "a ZIP file (or a spreadsheet)"},
    Signature{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, "an old spreadsheet or document"},
    Signature{"BZh91AY&SY"sv, "a bzip2 file"},
    Signature{"\xfd"
              "7zXZ\0"sv,
              "an xz file"},
    Signature{"7z\xbc\xaf\x27\x1c"sv, "a 7z file"},
    Signature{"\x28\xb5\x2f\xfd"sv, "a zstd file"},
    Signature{"%PDF-"sv, "a PDF file"},
    Signature{"\x89PNG"sv, "a PNG picture"},
    Signature{"\xff\xd8\xff"sv, "a JPEG picture"},
    Signature{"GIF8"sv, "a GIF picture"},
    Signature{"\x7f"
              "ELF"sv,
              "a program"},
    Signature{"PAR1"sv, "a Parquet file"},
    Signature{"ARROW1"sv, "an Arrow file"},
    Signature{"SQLite format 3\0"sv, "a database"},
    Signature{"RDX"sv, "an R data file"},
    Signature{"$FL2"sv, "an SPSS file"},
    Signature{"<stata_dta>"sv, "a Stata file"},
};

/// UTF-32 first: its little-endian mark starts like that of UTF-16.
constexpr std::array wide_signatures{
    Signature{"\xff\xfe\0\0"sv, "UTF-32"}, Signature{"\0\0\xfe\xff"sv, "UTF-32"}, Signature{"\xff\xfe"sv, "UTF-16"},
    Signature{"+/v8"sv, "UTF-7"},          Signature{"+/v9"sv, "UTF-7"},          Signature{"\xfe\xff"sv, "UTF-16"},
};

template <std::size_t N>
std::optional<std::string_view> signature(std::string_view bytes, const std::array<Signature, N>& signatures) {
  for (const Signature& s : signatures)
    if (bytes.starts_with(s.bytes)) return s.what;
  return std::nullopt;
}

/// ASCII in 16- or 32-bit units has its zero bytes in a regular pattern.
bool looks_wide(std::string_view bytes) {
  const std::size_t n = std::min<std::size_t>(bytes.size(), 64) / 4 * 4;
  std::array<bool, 4> zero{true, true, true, true}, nonzero{true, true, true, true};
  for (std::size_t i = 0; i < n; ++i) (bytes[i] == 0 ? nonzero : zero)[i % 4] = false;
  if (n < 4) return false;
  const bool sixteen = (zero[0] && zero[2] && nonzero[1] && nonzero[3]) || (zero[1] && zero[3] && nonzero[0] && nonzero[2]);
  const bool thirty_two = zero[1] && zero[2] && ((zero[0] && nonzero[3]) || (zero[3] && nonzero[0]));
  return sixteen || thirty_two;
}

/// What a stretch of bytes has, found without looking at single bytes.
struct Summary {
  bool non_ascii = false, control = false;
};

Summary summary(const char* bytes, std::size_t n) {
  unsigned char high = 0, control = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto c = static_cast<unsigned char>(bytes[i]);
    high = static_cast<unsigned char>(high | c);
    control = static_cast<unsigned char>(control | ((c < 0x20) & (c != '\t') & (c != '\n') & (c != '\r')) | (c == 0x7f));
  }
  return {high >= 0x80, control != 0};
}

/// Looks at every byte, closely only where something is not plain ASCII.
void scan(Text& result) {
  constexpr std::size_t block = 256;
  const std::string_view text = result.text;
  if (text.starts_with("\xEF\xBB\xBF")) result.bad.push_back({0, "E_ENCODING", "a second byte-order mark"});
  for (std::size_t at = 0; at < text.size() && result.bad.size() < max_problems_listed;) {
    const std::size_t end = std::min(at + block, text.size());
    const Summary found = summary(text.data() + at, end - at);
    result.has_controls = result.has_controls || found.control || found.non_ascii;
    if (!found.non_ascii && !found.control) {
      at = end;
      continue;
    }
    while (at < end && result.bad.size() < max_problems_listed) {
      const Character c = character_at(text, at);
      if (c.bytes == 0)
        result.bad.push_back({at, "E_ENCODING", "a byte that is no UTF-8 (--encoding latin1 reads Latin-1)"});
      else if (c.code == 0)
        result.bad.push_back({at, "E_NUL", "a NUL byte is no text"});
      at += std::max<std::size_t>(c.bytes, 1);
      // One problem a broken character or a run of NUL bytes, not one a byte.
      if (c.bytes != 0 && c.code == 0) at = std::min(text.find_first_not_of('\0', at), text.size());
      while (c.bytes == 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
    }
  }
}

std::string from_latin1(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 8);
  for (const char c : bytes) append_utf8(text, static_cast<unsigned char>(c));
  return text;
}

/// The name of the column whose cell holds the byte at `at`, or nothing.
std::string_view column_at(const Table& table, std::size_t at) {
  const auto holds = [&](const Cell& c) { return c.kind() != CellKind::absent && c.begin <= at && at < c.begin + std::size_t{c.size}; };
  for (std::size_t i = 0; i < table.header_cells.size() && i < table.names.size(); ++i)
    if (holds(table.header_cells[i])) return table.names[i];
  for (std::size_t i = 0; i < table.cells.size(); ++i)
    if (holds(table.cells[i])) return table.names[i % table.columns()];
  return {};
}

}  // namespace

Text decode(std::string_view bytes, bool latin1, Findings& findings) {
  Text result;
  if (bytes.size() > max_bytes) {
    findings.problem("E_LIMIT", {}, "a file has at most 4 GiB");
    return result;
  }
  if (const auto what = signature(bytes, binary_signatures)) {
    findings.problem("E_BINARY", {.line = 1}, "the file is no text: it starts like " + std::string(*what));
    return result;
  }
  const auto wide = signature(bytes, wide_signatures);
  if (wide || looks_wide(bytes)) {
    findings.problem("E_ENCODING", {.line = 1},
                     "the file is encoded in " + std::string(wide.value_or("UTF-16 or UTF-32")) + ": save it as UTF-8");
    if (!wide) findings.problem("E_NUL", {.line = 1}, "a NUL byte is no text");
    return result;
  }
  result.text = bytes;
  if (latin1 && summary(bytes.data(), bytes.size()).non_ascii) {
    result.decoded = std::make_unique<std::string>(from_latin1(bytes));
    result.text = *result.decoded;
    findings.warning("W_LATIN1", "the file is read as Latin-1");
  } else if (bytes.starts_with("\xEF\xBB\xBF")) {
    result.text.remove_prefix(3);
  }
  scan(result);
  result.has_controls = result.has_controls || result.text.find('\r') != std::string_view::npos;
  return result;
}

void report_bad_bytes(const Text& text, const Table& table, Findings& findings) {
  std::size_t line = 1, counted = 0;
  for (const BadByte& bad : text.bad) {
    line += line_ends(text.text.substr(counted, bad.at - counted));
    counted = bad.at;
    findings.problem(bad.code, {.line = line, .column = column_at(table, bad.at), .value = text.text.substr(bad.at, 1)}, bad.rule);
  }
  if (text.bad.size() == max_problems_listed) findings.stopped_early("reading stopped here: there may be more such bytes");
}

}  // namespace tausq::records
