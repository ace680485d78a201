#include "engine/driver/batch/blocks.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "engine/driver/records/layout.hpp"
#include "engine/driver/records/table.hpp"
#include "engine/driver/records/unicode.hpp"

namespace tausq::batch {

namespace {

constexpr std::size_t block_size = std::size_t{1} << 21;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

[[noreturn]] void cannot_read(const std::string& name, const std::string& why) {
  throw InputError({{"E_FILE", name, 0, "", "", "cannot be read: " + why}});
}

bool is_blank(std::string_view line) {
  return records::trimmed(line).empty();
}

/// Where the last key of whole lines starts, looking back from the end; 0 when there is one key only. For text without quotes.
std::size_t last_key_backwards(std::string_view text, const Shape& shape) {
  std::size_t start = text.size();
  std::string key;
  while (start > 0) {
    const std::size_t before = start < 2 ? std::string_view::npos : text.rfind('\n', start - 2);
    const std::size_t line = before == std::string_view::npos ? 0 : before + 1;
    if (!is_blank(text.substr(line, start - line))) {
      const std::string here = key_of(text, line, shape);
      if (start == text.size() || key.empty())
        key = here;
      else if (here != key)
        return start;
    }
    start = line;
  }
  return 0;
}

/// The same by going through all records. The last one may be cut off: it says nothing.
std::size_t last_key_forwards(std::string_view text, const Shape& shape) {
  std::size_t start = 0, end = 0;
  std::string key;
  for (std::size_t at = 0; (end = record_end(text, at)) < text.size(); at = end) {
    if (is_blank(text.substr(at, end - at))) continue;
    std::string here = key_of(text, at, shape);
    if (here != key) start = at, key = std::move(here);
  }
  return start;
}

}  // namespace

std::size_t record_end(std::string_view text, std::size_t at) {
  for (bool quoted = false; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (!quoted && text[at] == '\n') return at + 1;
    if (!quoted && text[at] == '\r') return at + 1 < text.size() && text[at + 1] == '\n' ? at + 2 : at + 1;
  }
  return text.size();
}

std::string key_of(std::string_view text, std::size_t at, const Shape& shape) {
  std::size_t column = 0, begin = at;
  bool quoted = false;
  for (; at <= text.size(); ++at) {
    if (at < text.size() && text[at] == '"') quoted = !quoted;
    const bool end = at == text.size() || (!quoted && (text[at] == '\n' || text[at] == '\r'));
    if (!end && (quoted || text[at] != shape.delimiter)) continue;
    if (column == shape.key) break;
    if (end) return {};
    ++column, begin = at + 1;
  }
  std::string_view cell = text.substr(begin, std::min(at, text.size()) - begin);
  if (cell.size() < 2 || cell.front() != '"') return std::string(records::trimmed(cell));
  cell = cell.substr(1, cell.size() - 2);
  std::string plain;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    plain += cell[i];
    if (cell[i] == '"') ++i;
  }
  return std::string(records::trimmed(plain));
}

Blocks::Blocks(const BatchRequest& request) : name_(request.records) {
  if (request.bytes) {
    memory_ = *request.bytes;
    size_ = memory_.size();
    return;
  }
  std::error_code error;
  if (name_ == "-") {
    file_.reset(stdin);
    return;
  }
  if (std::filesystem::is_directory(name_, error)) cannot_read(name_, "it is a directory");
  file_.reset(std::fopen(name_.c_str(), "rb"));
  if (!file_) cannot_read(name_, std::strerror(errno));
  const std::uintmax_t size = std::filesystem::file_size(name_, error);
  size_ = error ? 0 : static_cast<std::size_t>(size);
}

bool Blocks::fill() {
  if (ended_) return false;
  const std::size_t held = ahead_.size();
  if (!file_) {
    ahead_ += memory_.substr(0, block_size);
    memory_.remove_prefix(ahead_.size() - held);
  } else {
    ahead_.resize(held + block_size);
    ahead_.resize(held + std::fread(ahead_.data() + held, 1, block_size, file_.get()));
    if (std::ferror(file_.get()) != 0) cannot_read(name_, std::strerror(errno));
  }
  ended_ = ahead_.size() < held + block_size;
  return true;
}

std::string_view Blocks::header() {
  fill();
  std::size_t begin = ahead_.starts_with(byte_order_mark) ? byte_order_mark.size() : 0, lines = 0;
  const auto passed_over = [](std::string_view line) {
    const std::string_view word = records::trimmed(line);
    return word.empty() || (word.size() == 5 && records::folded(word.substr(0, 4)) == "sep=");
  };
  std::size_t end = record_end(ahead_, begin);
  for (;; end = record_end(ahead_, begin)) {
    while (end == ahead_.size() && fill()) end = record_end(ahead_, begin);
    const std::string_view line = std::string_view(ahead_).substr(begin, end - begin);
    lines += std::max<std::size_t>(1, records::line_ends(line));
    if (!passed_over(line)) break;
    if (end == ahead_.size()) throw InputError({{"E_EMPTY", name_, 1, "", "", "the file is empty: there is no header"}});
    begin = end;
  }
  header_ = ahead_.substr(begin, end - begin);
  if (header_.empty()) throw InputError({{"E_EMPTY", name_, 1, "", "", "the file is empty: there is no header"}});
  if (header_.back() != '\n' && header_.back() != '\r') header_ += '\n';
  header_lines_ = lines;
  ahead_.erase(0, end);
  place_ = end;
  return header_;
}

std::string Blocks::next(const Shape& shape, std::size_t& place) {
  std::size_t enough = 0;
  for (;;) {
    if (ahead_.size() <= enough && !fill()) break;
    if (ended_) break;
    const std::string_view text = ahead_;
    const bool quotes = std::memchr(text.data(), '"', text.size()) != nullptr;
    const std::size_t whole = text.rfind('\n') == std::string_view::npos ? 0 : text.rfind('\n') + 1;
    const std::size_t cut = quotes ? last_key_forwards(text, shape) : last_key_backwards(text.substr(0, whole), shape);
    if (cut > 0) {
      std::string block(text.substr(0, cut));
      ahead_.erase(0, cut);
      place = std::exchange(place_, place_ + cut);
      return block;
    }
    enough = 2 * ahead_.size();  // one key: looking again is worth it when there is much more
  }
  place = std::exchange(place_, place_ + ahead_.size());
  return std::exchange(ahead_, {});
}

}  // namespace tausq::batch
