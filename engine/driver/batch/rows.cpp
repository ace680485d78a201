#include "engine/driver/batch/rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "engine/driver/batch/plain_number.hpp"
#include "engine/driver/records/csv.hpp"
#include "engine/driver/records/number.hpp"
#include "engine/driver/records/special_bytes.hpp"
#include "engine/driver/records/unicode.hpp"

namespace tausq::batch {

namespace {

using records::Arm;
using records::Columns;
using records::Quantity;

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// The columns of a layout, as in BatchStudies: what each holds.
struct Wanted {
  Quantity quantity;
  Arm arm;
};

std::vector<Wanted> wanted(Layout layout) {
  using enum Quantity;
  constexpr Arm only = Arm::only, t = Arm::treatment, c = Arm::control;
  switch (layout) {
    case Layout::single_arm_counts:
      return {{events, only}, {total, only}};
    case Layout::two_arm_counts:
      return {{events, t}, {total, t}, {events, c}, {total, c}};
    case Layout::single_arm_rates:
      return {{events, only}, {time, only}};
    case Layout::two_arm_rates:
      return {{events, t}, {time, t}, {events, c}, {time, c}};
    case Layout::single_arm_means:
      return {{mean, only}, {sd, only}, {size, only}};
    case Layout::two_arm_means:
      return {{mean, t}, {sd, t}, {size, t}, {mean, c}, {sd, c}, {size, c}};
    case Layout::correlations:
      return {{correlation, only}, {size, only}};
    default:
      return {{effect, only}, {variance, only}};
  }
}

/// The typed columns of studies, in the order of their struct.
std::vector<std::vector<double>> columns_of(StudyData& data) {
  return std::visit(
      [](auto& d) -> std::vector<std::vector<double>> {
        using Data = std::decay_t<decltype(d)>;
        if constexpr (std::is_same_v<Data, SingleArmCounts>) return {d.events, d.total};
        if constexpr (std::is_same_v<Data, TwoArmCounts>) return {d.ai, d.bi, d.ci, d.di};
        if constexpr (std::is_same_v<Data, SingleArmRates>) return {d.events, d.time};
        if constexpr (std::is_same_v<Data, TwoArmRates>) return {d.x1i, d.t1i, d.x2i, d.t2i};
        if constexpr (std::is_same_v<Data, SingleArmMeans>) return {d.mi, d.sdi, d.ni};
        if constexpr (std::is_same_v<Data, TwoArmMeans>) return {d.m1i, d.sd1i, d.n1i, d.m2i, d.sd2i, d.n2i};
        if constexpr (std::is_same_v<Data, Correlations>) return {d.ri, d.ni};
        if constexpr (std::is_same_v<Data, GenericEffects>) return {d.yi, d.vi};
      },
      data);
}

bool is_missing_word(std::string_view cell) {
  return cell.empty() || cell == "NA";
}

}  // namespace

RowReader::RowReader(const BatchRequest& request, std::string_view header, std::size_t header_lines)
    : request_(request), header_(header), header_lines_(header_lines) {
  records::Findings findings(request.records);
  const records::Table table = records::parse_csv(header_, request.read.delimiter, findings);
  findings.throw_if_any();
  const Columns columns = records::recognise(table, request.read, findings);
  findings.throw_if_any();
  const auto key = records::find_column(table, request.by);
  if (!key) throw UsageError("--by " + request.by + ": the records have no such column");
  key_name_ = table.names[*key];
  layout_ = columns.row->layout;
  shape_ = {request.read.delimiter, *key, table.columns()};
  if (shape_.delimiter == 0) shape_.delimiter = records::delimiter_of(header_);
  cells_.resize(table.columns());
  cells_[*key].use = Use::key;
  if (columns.study && *columns.study != *key) cells_[*columns.study].use = Use::study, has_study_ = true;
  choose_cells(columns);
}

void RowReader::choose_cells(const Columns& columns) {
  const std::vector<Wanted> all = wanted(layout_);
  numbers_ = all.size();
  plain_ = !columns.row->one_row_an_arm && request_.read.where.empty() && request_.read.decimal == '.' && !columns.percent &&
           !columns.partition && !request_.read.reject_missing;
  std::size_t used = 0;
  const auto take = [&](std::optional<std::size_t> column, Use use, std::size_t place) {
    plain_ = plain_ && column && (cells_[*column].use == Use::nothing);
    if (plain_) cells_[*column] = {use, place}, ++used;
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto [quantity, arm] = all[i];
    std::optional<std::size_t> column = columns.find(quantity, arm);
    Use use = Use::real;
    if (quantity == Quantity::events) use = Use::count;
    if (quantity == Quantity::total || quantity == Quantity::size) use = Use::positive_count;
    if (quantity == Quantity::time || quantity == Quantity::variance || quantity == Quantity::sd) use = Use::positive;
    if (quantity == Quantity::total && !column) column = columns.find(Quantity::nonevents, arm), use = Use::count, from_rest_[i] = true;
    if (quantity == Quantity::variance && !column)
      column = columns.find(Quantity::standard_error, arm), use = Use::positive, squared_ = true;
    plain_ = plain_ && quantity != Quantity::correlation;  // which has a range
    take(column, use, i);
  }
  // A further column that says the same (a variance beside its standard error, limits, totals beside non-events) is to be compared.
  const auto known = std::count_if(columns.fields.begin(), columns.fields.end(), [&](const records::FieldColumn& f) {
    return layout_ != Layout::generic || f.field->quantity != Quantity::size;
  });
  plain_ = plain_ && static_cast<std::size_t>(known) == used;
}

/// Goes through one block.
class BlockReader {
 public:
  BlockReader(const RowReader& reader, std::string_view block, std::size_t first, std::size_t last)
      : reader_(reader), text_(block), special_(block, reader.shape_.delimiter), first_(first), last_(last) {}

  Rows read() {
    while (at_ < text_.size()) {
      if (!reader_.plain_ || !plain_row()) other_row();
    }
    finish_key();
    rows_.lines = line_ - 1;
    return std::move(rows_);
  }

 private:
  /// A row of bare cells. Leaves everything as it was, and returns false, for any other.
  bool plain_row() {
    std::array<double, 6> numbers;
    std::string_view key, study;
    std::size_t at = at_;
    const std::size_t columns = reader_.cells_.size();
    for (std::size_t column = 0; column < columns; ++column) {
      const std::size_t end = special_.next(at);
      const bool last = column + 1 == columns;
      const bool crlf = last && text_.substr(end, 2) == "\r\n";
      if (end < text_.size() ? !crlf && text_[end] != (last ? '\n' : reader_.shape_.delimiter) : !last) return false;
      const RowReader::Cell cell = reader_.cells_[column];
      const std::string_view content = text_.substr(at, end - at);
      at = std::min(text_.size(), end + (crlf ? 2 : 1));
      if (cell.use == RowReader::Use::nothing) continue;
      if (cell.use == RowReader::Use::key)
        key = content;
      else if (cell.use == RowReader::Use::study)
        study = content;
      else if (!number(cell.use, content, numbers[cell.place]))
        return false;
    }
    if (!is_bare(key) || (reader_.has_study_ && !is_bare(study)) || !complete(numbers)) return false;
    if (key != key_) start_key(key);
    if (slow_ || !wanted_) {
      add_row(at);
      return true;
    }
    if (reader_.has_study_ && is_repeated(study)) return false;
    for (std::size_t i = 0; i < reader_.numbers_; ++i) rows_.columns[i].push_back(numbers[i]);
    studies_.push_back(study);
    add_row(at);
    return true;
  }

  void add_row(std::size_t end) {
    at_ = end;
    ++line_;
    ++count_;
  }

  static bool is_bare(std::string_view text) {
    return !text.empty() && static_cast<unsigned char>(text.front()) > ' ' && static_cast<unsigned char>(text.back()) > ' ' &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; });
  }

  static bool number(RowReader::Use use, std::string_view cell, double& value) {
    if (is_missing_word(cell)) {
      value = missing;
      return true;
    }
    if (use == RowReader::Use::count || use == RowReader::Use::positive_count) {
      const std::int64_t n = records::plain_count(cell);
      value = static_cast<double>(n);
      return n > 0 || (n == 0 && use == RowReader::Use::count);
    }
    return plain_number(cell, value) && (use == RowReader::Use::real || value > 0);
  }

  /// Turns the numbers of the file into those of the layout. False where they break a rule.
  bool complete(std::array<double, 6>& n) const {
    switch (reader_.layout_) {
      case Layout::generic:
        if (reader_.squared_) n[1] *= n[1];
        return std::isnan(n[1]) || (n[1] > 0 && std::isfinite(n[1]));
      case Layout::single_arm_counts:
        return complete_arm(n[0], n[1], reader_.from_rest_[1], false);
      case Layout::two_arm_counts:
        return complete_arm(n[0], n[1], reader_.from_rest_[1], true) && complete_arm(n[2], n[3], reader_.from_rest_[3], true);
      default:
        return true;
    }
  }

  /// `second` is the total or, `from_rest`, the non-events; and becomes non-events (`cells`) or the total.
  static bool complete_arm(double events, double& second, bool from_rest, bool cells) {
    const double rest = from_rest ? second : second - events, all = from_rest ? events + second : second;
    if (rest < 0 || all == 0) return false;
    second = cells ? rest : all;
    return true;
  }

  bool is_repeated(std::string_view study) const { return std::find(studies_.begin(), studies_.end(), study) != studies_.end(); }

  /// Anything else: the whole key is left to the reader of records.
  void other_row() {
    const std::size_t end = record_end(text_, at_);
    const std::string_view record = text_.substr(at_, end - at_);
    if (!records::trimmed(record).empty()) {
      std::string key = key_of(text_, at_, reader_.shape_);
      if (!rows_open_ || key != key_) {
        start_key({});
        rows_.keys.back().text = key_ = std::move(key);
      }
      become_slow();
      ++count_;
    }
    at_ = end;
    line_ += records::line_ends(record);
  }

  void become_slow() {
    slow_ = true;
    for (std::vector<double>& column : rows_.columns) column.resize(std::min(column.size(), rows_.offsets.back()));
  }

  void start_key(std::string_view key) {
    finish_key();
    rows_.keys.push_back({key, "", 0, line_});
    key_ = key, key_begin_ = at_, count_ = 0, slow_ = false, rows_open_ = true;
    wanted_ = at_ >= first_ && at_ < last_;
    studies_.clear();
  }

  void finish_key() {
    if (!rows_open_) return;
    if (!wanted_) {
      rows_.keys.pop_back();
      return;
    }
    rows_.keys.back().rows = count_;
    if (slow_) read_records();
    rows_.offsets.push_back(rows_.columns[0].size());
  }

  /// The rows of the current key by parse_records(), under the header of the file.
  void read_records() {
    const std::size_t header_lines = records::line_ends(reader_.header_), line = rows_.keys.back().line;
    ReadOptions options = reader_.request_.read;
    options.format = RecordFormat::csv;
    options.delimiter = reader_.shape_.delimiter;
    options.listed_records = 0;
    options.layout = reader_.layout_;
    try {
      Records records =
          parse_records(reader_.request_.records, reader_.header_ + std::string(text_.substr(key_begin_, at_ - key_begin_)), options);
      const std::vector<std::vector<double>> columns = columns_of(records.studies.data);
      for (std::size_t i = 0; i < columns.size(); ++i)
        rows_.columns[i].insert(rows_.columns[i].end(), columns[i].begin(), columns[i].end());
      for (const Warning& warning : records.warnings) ++rows_.warnings[warning.code];
    } catch (const InputError& error) {
      for (Problem problem : error.problems()) {
        if (problem.code == "E_NO_ROWS") continue;  // none of its rows has the numbers: a key without studies
        if (problem.row > header_lines) problem.row += line - 1 - header_lines;
        problem.rule =
            with_lines_moved(problem.rule, header_lines, static_cast<std::ptrdiff_t>(line - 1) - static_cast<std::ptrdiff_t>(header_lines));
        rows_.problems.push_back(std::move(problem));
      }
    }
  }

  const RowReader& reader_;
  std::string_view text_;
  records::SpecialBytes special_;
  std::size_t first_, last_;
  std::size_t at_ = 0, line_ = 1;
  Rows rows_;
  std::string key_;  ///< of the rows at hand
  std::size_t key_begin_ = 0, count_ = 0;
  bool rows_open_ = false, wanted_ = true, slow_ = false;
  std::vector<std::string_view> studies_;  ///< labels of the rows at hand
};

std::string with_lines_moved(std::string_view message, std::size_t fixed, std::ptrdiff_t by) {
  constexpr std::string_view word = "line ";
  std::string moved;
  for (std::size_t at = 0; (at = message.find(word)) != std::string_view::npos;) {
    moved += message.substr(0, at + word.size());
    message.remove_prefix(at + word.size());
    std::size_t line = 0;
    const char* const end = std::from_chars(message.data(), message.data() + message.size(), line).ptr;
    if (end == message.data()) continue;
    moved += std::to_string(line > fixed ? static_cast<std::size_t>(static_cast<std::ptrdiff_t>(line) + by) : line);
    message.remove_prefix(static_cast<std::size_t>(end - message.data()));
  }
  return moved.append(message);
}

Rows RowReader::read(std::string_view block, std::size_t first, std::size_t last) const {
  return BlockReader(*this, block, first, last).read();
}

}  // namespace tausq::batch
