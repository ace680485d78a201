// Hostile and broken files: bad-input.jsonl holds one case a line, its bytes as the characters U+0000 to U+00FF of "bytes".
#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include <tausq/records.hpp>

using namespace tausq;
using nlohmann::json;

namespace {

std::string bytes_of(const std::string& utf8) {
  std::string bytes;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto c = static_cast<unsigned char>(utf8[i]);
    bytes += c < 0x80 ? utf8[i] : static_cast<char>(((c & 3U) << 6) | (static_cast<unsigned char>(utf8[++i]) & 0x3FU));
  }
  return bytes;
}

ReadOptions options_of(const json& c) {
  ReadOptions options;
  options.pooling = false;
  if (c["file"].get<std::string>().starts_with("arm-")) options.layout = Layout::two_arm_counts;
  if (c.contains("delimiter")) options.delimiter = c["delimiter"].get<std::string>()[0];
  return options;
}

json listed(const Records& records) {
  json rows = json::array();
  for (const Record& record : records.records) {
    json row = json::array({record.study});
    if (!record.arm.empty()) row.push_back(record.arm);
    for (const auto& [name, number] : record.numbers) row.push_back(*number);
    rows.push_back(row);
  }
  return rows;
}

void check_rejected(const json& c, const std::vector<Problem>& problems) {
  const Problem& first = problems.front();
  CHECK(first.code == c["code"].get<std::string>());
  CHECK(first.file == c["file"].get<std::string>());
  CHECK_FALSE(first.rule.empty());
  if (c.contains("line")) CHECK(first.row == c["line"].get<std::size_t>());
  if (c.contains("column")) CHECK(first.column == c["column"].get<std::string>());
}

void check_read(const json& c, const Records& records) {
  CHECK(c["outcome"] != "reject");
  if (c.contains("value")) CHECK(listed(records) == c["value"]);
  if (c["outcome"] == "accept") return;
  bool warned = false;
  for (const Warning& warning : records.warnings) {
    if (warning.code != c["code"].get<std::string>()) continue;
    warned = true;
    if (c.contains("line")) CHECK(warning.message.find("line " + std::to_string(c["line"].get<int>())) != std::string::npos);
  }
  CHECK(warned);
}

}  // namespace

TEST_CASE("every broken file is refused for its reason, every odd one read as meant") {
  std::ifstream file(TAUSQ_TESTS_DIR "/unit/records/bad-input.jsonl");
  std::size_t cases = 0;
  for (std::string line; std::getline(file, line); ++cases) {
    const json c = json::parse(line);
    CAPTURE(c["file"].get<std::string>());
    try {
      check_read(c, parse_records(c["file"].get<std::string>(), bytes_of(c["bytes"]), options_of(c)));
    } catch (const InputError& error) {
      CHECK(c["outcome"] == "reject");
      if (c["outcome"] == "reject") check_rejected(c, error.problems());
    }
  }
  CHECK(cases == 291);
}
