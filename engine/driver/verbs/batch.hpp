// `batch` as every other verb: what is asked of the file, and the whole answer in memory for programs that call the engine.
#pragma once

#include <tausq/verbs.hpp>

#include "engine/driver/batch/batch.hpp"
#include "engine/driver/verbs/command.hpp"

namespace tausq::verbs {

/// What a command asks of the records, as CSV or JSON Lines. Throws UsageError where records, key and shards do not fit together.
batch::BatchRequest batch_request(const Command& command, bool json);

/// All results in memory. As CSV (and as text) what the program prints; as JSON one document:
/// {"schema": "tausq.batch/1", "keys", "rows", "used", "not_fitted", "warnings": {code: times}, "results": [a row a key]}, whose numbers
/// at the top number() gives. Throws what reading throws.
Answer batch_answer(const Command& command);

}  // namespace tausq::verbs
