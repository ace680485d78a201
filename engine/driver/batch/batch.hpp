// Many meta-analyses from one file: rows with a key in, one row of results a key out, streamed.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tausq/records.hpp>

namespace tausq::batch {

/// What `tausq batch` is asked.
struct BatchRequest {
  std::string records;               ///< file, or "-"
  std::optional<std::string> bytes;  ///< the records themselves; `records` is then their name
  std::string by;                    ///< column whose values are the keys; rows of one key stand together
  ReadOptions read;
  Options options;                    ///< `threads` of them is used too
  bool json = false;                  ///< JSON Lines instead of CSV
  std::size_t shard = 1, shards = 1;  ///< the keys of part `shard` of `shards` parts, equal in bytes
};

/// What became of the rows.
struct BatchAccount {
  std::size_t keys = 0, rows = 0, used = 0;     ///< `used` rows are studies of a fit
  std::size_t not_fitted = 0;                   ///< keys without a result
  std::map<std::string, std::size_t> warnings;  ///< by code
};

/// Takes results as they come, in the order of the file.
using Sink = std::function<void(std::string_view)>;

/// Reads blocks of whole keys, fits and writes them on threads; memory depends on the block and the largest key, not on the file.
/// Throws InputError with the problems of all rows (the list is capped and says so); what the sink got is then of no use.
BatchAccount run_batch(const BatchRequest& request, const Sink& sink);

/// The results of all shards of one run, in the order of the file, whatever the order of `files`: byte for byte what the run
/// without shards gives. Throws InputError (E_SHARD) unless each shard is there once.
void merge_shards(const std::vector<std::string>& files, const Sink& sink);

}  // namespace tausq::batch
