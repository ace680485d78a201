#include "engine/driver/batch/results.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include <tausq/words.hpp>

#include "engine/driver/report/csv_writer.hpp"

namespace tausq::batch {

namespace {

constexpr std::size_t columns = std::tuple_size_v<decltype(Fields<BatchFits>::list)>;

void append(std::string& to, double x) {
  std::array<char, 32> text;
  to.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), x).ptr);
}

void append(std::string& to, std::size_t n) {
  std::array<char, 24> text;
  to.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), n).ptr);
}

/// A text between the quotes of JSON.
void append_json(std::string& to, std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  to += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') to += '\\';
    if (byte < 0x20)
      ((to += "\\u00") += digits[byte >> 4]) += digits[byte & 15];
    else
      to += c;
  }
  to += '"';
}

std::string shard_mark(const BatchRequest& r) {
  return "shard " + std::to_string(r.shard) + "/" + std::to_string(r.shards);
}

/// The numbers of a row, each behind a comma; put together where they are short, so that `to` grows once.
void append_csv_numbers(std::string& to, const Results& results, std::size_t i) {
  constexpr std::size_t longest = 25;  // ",-1.2345678901234567e-308"
  std::array<char, columns * longest> text;
  char* at = text.data();
  for_each_field<BatchFits>([&](const auto& field) {
    *at++ = ',';
    if (const double x = (results.fits().*field.member)[i]; std::isfinite(x)) at = std::to_chars(at, text.data() + text.size(), x).ptr;
  });
  to.append(text.data(), at);
}

void append_csv_row(std::string& to, const Key& key, const Results& results, std::size_t i, bool shard) {
  report::CsvWriter name;
  name.text(key.name());
  to += name.take();
  append(to += ',', key.rows);
  (to += ',') += word(results.status(i));
  append_csv_numbers(to, results, i);
  to += shard ? ",\r\n" : "\r\n";
}

void append_json_row(std::string& to, const std::string& key_name, const Key& key, const Results& results, std::size_t i) {
  to += '{';
  append_json(to, key_name);
  append_json(to += ": ", key.name());
  append(to += ", \"rows\": ", key.rows);
  ((to += ", \"status\": \"") += word(results.status(i))) += '"';
  for_each_field<BatchFits>([&](const auto& field) {
    ((to += ", \"") += field.key) += "\": ";
    if (const double x = (results.fits().*field.member)[i]; std::isfinite(x))
      append(to, x);
    else
      to += "null";
  });
  to += "}\n";
}

}  // namespace

Results::Results(std::size_t keys) : status_(keys), numbers_(keys * columns) {
  fits_.status = status_;
  std::size_t at = 0;
  for_each_field<BatchFits>([&](const auto& field) {
    fits_.*field.member = std::span(numbers_).subspan(at, keys);
    at += keys;
  });
}

std::string head(const BatchRequest& request, const std::string& key_name) {
  if (request.json) return request.shards > 1 ? "{\"shard\": \"" + shard_mark(request).substr(6) + "\"}\n" : "";
  report::CsvWriter csv;
  csv.text(key_name);
  csv.text("rows");
  csv.text("status");
  for_each_field<BatchFits>([&](const auto& field) { csv.text(field.key); });
  if (request.shards > 1) csv.text(shard_mark(request));
  csv.end_row();
  return csv.take();
}

std::string written(const BatchRequest& request, const std::string& key_name, const Rows& rows, const Results& results) {
  std::string text;
  text.reserve(rows.keys.size() * 340);
  for (std::size_t i = 0; i < rows.keys.size(); ++i) {
    if (request.json)
      append_json_row(text, key_name, rows.keys[i], results, i);
    else
      append_csv_row(text, rows.keys[i], results, i, request.shards > 1);
  }
  return text;
}

}  // namespace tausq::batch
