// What a reported percentage says about a count.
#pragma once

namespace tausq::records {

/// The whole numbers from `first` to `last`; none when first > last.
struct CountRange {
  double first = 0, last = -1;
};

/// The counts e of `total` for which 100 e / total is `percent` when rounded to `decimals` places; a half unit may have been
/// rounded either way.
CountRange counts_of_percent(double percent, int decimals, double total);

}  // namespace tausq::records
