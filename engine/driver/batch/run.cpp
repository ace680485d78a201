// Rounds of blocks: read one after the other, worked on by threads, delivered in the order of the file.
#include <algorithm>
#include <exception>
#include <functional>
#include <system_error>
#include <thread>
#include <unordered_set>
#include <utility>

#include "engine/driver/batch/batch.hpp"
#include "engine/driver/batch/results.hpp"
#include "engine/driver/batch/rows.hpp"
#include "engine/driver/records/limits.hpp"

namespace tausq::batch {

namespace {

/// A block on its way.
struct Job {
  std::string block;
  std::size_t place = 0;
  Rows rows;
  std::string text;
  std::size_t used = 0, not_fitted = 0;
};

/// Calls work(i) for i = 0 .. n - 1, each on a thread of its own as far as the machine gives them. Throws the first failure.
template <typename Work>
void side_by_side(std::size_t n, Work&& work) {
  std::vector<std::exception_ptr> failures(n);
  const auto guarded = [&](std::size_t i) {
    try {
      work(i);
    } catch (...) {
      failures[i] = std::current_exception();
    }
  };
  std::vector<std::thread> others;
  others.reserve(n);
  std::size_t i = 1;
  try {
    for (; i < n; ++i) others.emplace_back(guarded, i);
  } catch (const std::system_error&) {
    for (; i < n; ++i) guarded(i);
  }
  guarded(0);
  for (std::thread& other : others) other.join();
  for (const std::exception_ptr& failure : failures)
    if (failure) std::rethrow_exception(failure);
}

class Run {
 public:
  Run(const BatchRequest& request, const Sink& sink) : request_(request), sink_(sink), blocks_(request) {
    const std::string_view header = blocks_.header();
    reader_.emplace(request, header, blocks_.header_lines());
    line_ = blocks_.header_lines();
    if (request.shards > 1 && blocks_.size() == 0) throw UsageError("--shard needs a file: the size of standard input is not known");
  }

  BatchAccount run() {
    sink_(head(request_, reader_->key_name()));
    const std::size_t asked = request_.options.threads;
    std::vector<Job> jobs(asked > 0 ? asked : std::max<std::size_t>(1, std::thread::hardware_concurrency()));
    for (std::size_t n = fill(jobs); n > 0; n = fill(jobs)) {
      side_by_side(n, [&](std::size_t i) { work(jobs[i]); });
      for (std::size_t i = 0; i < n; ++i) deliver(jobs[i]);
    }
    if (rows_seen_ == 0) problems_.push_back({"E_NO_ROWS", request_.records, line_, "", "", "there is a header but no record"});
    std::stable_sort(problems_.begin(), problems_.end(), [](const Problem& a, const Problem& b) { return a.row < b.row; });
    if (problem_count_ > problems_.size())
      problems_.push_back(
          {"E_MORE", request_.records, 0, "", "", std::to_string(problem_count_ - problems_.size()) + " more problems are not listed"});
    if (!problems_.empty()) throw InputError(std::move(problems_));
    return std::move(account_);
  }

 private:
  std::size_t fill(std::vector<Job>& jobs) {
    std::size_t n = 0;
    while (n < jobs.size()) {
      jobs[n].block = blocks_.next(reader_->shape(), jobs[n].place);
      if (jobs[n].block.empty()) break;
      ++n;
    }
    return n;
  }

  /// Where a part of the file begins.
  std::size_t part(std::size_t shard) const {
    const std::size_t n = request_.shards, size = blocks_.size();
    return size / n * shard + size % n * shard / n;
  }

  void work(Job& job) const {
    const std::size_t whole = job.block.size();
    std::size_t first = 0, last = whole;
    if (request_.shards > 1) {
      const auto in_block = [&](std::size_t place) { return place <= job.place ? 0 : std::min(place - job.place, whole); };
      first = in_block(part(request_.shard - 1)), last = request_.shard == request_.shards ? whole : in_block(part(request_.shard));
    }
    job.rows = reader_->read(job.block, first, last);
    job.text.clear(), job.used = job.not_fitted = 0;
    if (!job.rows.problems.empty()) return;
    Results results(job.rows.keys.size());
    BatchStudies studies{reader_->layout(), {}, 0, job.rows.offsets};
    for (std::size_t c = 0; c < studies.column.size(); ++c) studies.column[c] = job.rows.columns[c];
    fit_batch(studies, results.fits(), request_.options);
    job.text = written(request_, reader_->key_name(), job.rows, results);
    for (std::size_t i = 0; i < job.rows.keys.size(); ++i) {
      job.used += static_cast<std::size_t>(results.studies(i));
      job.not_fitted += results.status(i) == Status::ok ? 0 : 1;
    }
  }

  void deliver(Job& job) {
    for (const Key& key : job.rows.keys) {
      rows_seen_ += key.rows, account_.rows += key.rows;
      if (!names_.insert(std::hash<std::string_view>{}(key.name())).second)
        add({"E_KEY_APART", request_.records, line_ + key.line, reader_->key_name(), std::string(key.name().substr(0, 60)),
             "the rows of a key stand together: sort the records by this column"});
    }
    for (Problem& problem : job.rows.problems) {
      if (problem.row > 0) problem.row += line_;
      problem.rule = with_lines_moved(problem.rule, 0, static_cast<std::ptrdiff_t>(line_));
      add(std::move(problem));
    }
    if (job.rows.keys.empty()) rows_seen_ += job.rows.lines;
    account_.keys += job.rows.keys.size(), account_.used += job.used, account_.not_fitted += job.not_fitted;
    for (const auto& [code, count] : job.rows.warnings) account_.warnings[code] += count;
    line_ += job.rows.lines;
    if (problem_count_ == 0) sink_(job.text);
  }

  void add(Problem problem) {
    if (++problem_count_ <= records::max_problems_listed) problems_.push_back(std::move(problem));
  }

  const BatchRequest& request_;
  const Sink& sink_;
  Blocks blocks_;
  std::optional<RowReader> reader_;
  std::size_t line_ = 0;  ///< lines in front of the block at hand
  std::size_t rows_seen_ = 0;
  std::unordered_set<std::size_t> names_;  ///< hashes of the keys
  std::vector<Problem> problems_;
  std::size_t problem_count_ = 0;
  BatchAccount account_;
};

}  // namespace

BatchAccount run_batch(const BatchRequest& request, const Sink& sink) {
  if (request.shard < 1 || request.shard > request.shards) throw UsageError("--shard takes i/n with i from 1 to n");
  return Run(request, sink).run();
}

}  // namespace tausq::batch
