// The rows of results as CSV or JSON Lines.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <tausq/batch_fields.hpp>

#include "engine/driver/batch/rows.hpp"

namespace tausq::batch {

/// All columns of a batch, owned.
class Results {
 public:
  explicit Results(std::size_t keys);
  const BatchFits& fits() const { return fits_; }
  Status status(std::size_t key) const { return status_[key]; }
  double studies(std::size_t key) const { return fits_.k[key]; }

 private:
  std::vector<Status> status_;
  std::vector<double> numbers_;
  BatchFits fits_;
};

/// What stands in front of the rows: the names of the columns, or nothing. A part of several says so, so that they can be merged.
std::string head(const BatchRequest& request, const std::string& key_name);

/// The rows of a block.
std::string written(const BatchRequest& request, const std::string& key_name, const Rows& rows, const Results& results);

}  // namespace tausq::batch
