// The parts of one run put together again.
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <unordered_set>
#include <utility>

#include "engine/driver/batch/batch.hpp"

namespace tausq::batch {

namespace {

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

[[noreturn]] void refuse(const std::string& file, const std::string& rule, const char* code = "E_SHARD") {
  throw InputError({{code, file, 1, "", "", rule}});
}

/// Reads a file line by line, in pieces.
class Lines {
 public:
  explicit Lines(const std::string& name) : name_(name), file_(std::fopen(name.c_str(), "rb")) {
    if (!file_) refuse(name, std::string("cannot be read: ") + std::strerror(errno), "E_FILE");
  }

  /// Whole lines, many at a time; empty at the end.
  std::string next(std::size_t most) {
    std::string text = std::move(rest_);
    rest_.clear();
    const std::size_t held = text.size();
    text.resize(held + most);
    text.resize(held + std::fread(text.data() + held, 1, most, file_.get()));
    if (std::ferror(file_.get()) != 0) refuse(name_, std::string("cannot be read: ") + std::strerror(errno), "E_FILE");
    const std::size_t end = text.rfind('\n');
    if (end == std::string::npos) return text;
    rest_ = text.substr(end + 1);
    text.resize(end + 1);
    return text;
  }

 private:
  std::string name_;
  std::unique_ptr<std::FILE, Close> file_;
  std::string rest_;
};

/// One shard's file: which it is, and what stands in front of its rows.
struct Shard {
  std::string file;
  std::size_t number = 0, of = 0;
  bool json = false;
  std::string head;  ///< CSV: the header without the mark
};

Shard opened(const std::string& file) {
  Lines lines(file);
  const std::string text = lines.next(std::size_t{1} << 16);
  const std::string_view first = std::string_view(text).substr(0, text.find('\n') + 1);
  Shard shard{file, 0, 0, first.starts_with("{\"shard\": \""), ""};
  const std::size_t mark = shard.json ? 11 : first.rfind(",shard ");
  if (mark == std::string_view::npos) refuse(file, "is no output of tausq batch --shard");
  const std::string_view numbers = first.substr(shard.json ? mark : mark + 7);
  const char* const end = numbers.data() + numbers.size();
  const auto [slash, error] = std::from_chars(numbers.data(), end, shard.number);
  if (error != std::errc{} || slash == end || *slash != '/' || std::from_chars(slash + 1, end, shard.of).ec != std::errc{})
    refuse(file, "is no output of tausq batch --shard");
  if (!shard.json) shard.head = std::string(first.substr(0, mark)) + "\r\n";
  return shard;
}

/// The key of a row of results, as it is written.
std::string_view key_of_row(std::string_view row, bool json) {
  if (json) return row.substr(0, row.find(", \"rows\": "));
  if (!row.starts_with('"')) return row.substr(0, row.find(','));
  std::size_t end = 1;
  while ((end = row.find('"', end)) + 1 < row.size() && row[end + 1] == '"') end += 2;
  return row.substr(0, end);
}

/// Rows without their mark. Hashes of the keys go to `names`.
void copy_rows(const Shard& shard, std::unordered_set<std::size_t>& names, const Sink& sink) {
  Lines lines(shard.file);
  bool in_front = true;
  const std::string_view row_end = shard.json ? "\n" : ",\r\n";  // the cell under the mark is empty
  for (std::string text = lines.next(std::size_t{1} << 20); !text.empty(); text = lines.next(std::size_t{1} << 20)) {
    std::size_t at = std::exchange(in_front, false) ? text.find('\n') + 1 : 0;
    std::string rows;
    for (std::size_t end = 0; at < text.size(); at = end + row_end.size()) {
      end = text.find(row_end, at);
      if (end == std::string::npos) refuse(shard.file, "the file is cut off");
      const std::string_view row = std::string_view(text).substr(at, end - at);
      if (!names.insert(std::hash<std::string_view>{}(key_of_row(row, shard.json))).second)
        refuse(shard.file, "the key " + std::string(key_of_row(row, shard.json)) + " has rows in several places: sort the records by key",
               "E_KEY_APART");
      (rows += row) += shard.json ? "\n" : "\r\n";
    }
    sink(rows);
  }
}

}  // namespace

void merge_shards(const std::vector<std::string>& files, const Sink& sink) {
  std::vector<Shard> shards;
  for (const std::string& file : files) shards.push_back(opened(file));
  std::sort(shards.begin(), shards.end(), [](const Shard& a, const Shard& b) { return a.number < b.number; });
  for (std::size_t i = 0; i < shards.size(); ++i) {
    const Shard& shard = shards[i];
    if (shard.of != shards[0].of || shard.json != shards[0].json || shard.head != shards[0].head)
      refuse(shard.file, "is no part of the same run as " + shards[0].file);
    if (shard.number != i + 1)
      refuse(shard.file, "shard " + std::to_string(shard.number > i + 1 ? i + 1 : shard.number) + " of " + std::to_string(shard.of) +
                             (shard.number > i + 1 ? " is missing" : " is there twice"));
  }
  if (shards.empty() || shards.size() != shards[0].of)
    refuse(shards.empty() ? "" : shards.back().file,
           "the last of " + std::to_string(shards.empty() ? 0 : shards[0].of) + " shards are missing");
  sink(shards[0].head);
  std::unordered_set<std::size_t> names;
  for (const Shard& shard : shards) copy_rows(shard, names, sink);
}

}  // namespace tausq::batch
