// Which numbers of a fit are bootstrapped, and how they are read.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <tausq/bootstrap.hpp>

#include "engine/pooling/pooling.hpp"

namespace tausq::resampling {

/// A quantity and how it is read from any fit.
struct Quantity {
  BootstrapQuantity* result;
  std::function<std::optional<double>(const pooling::Pooled&)> read;
};

/// The quantities by the fit that they come from: the common effect may have a model of its own.
struct QuantityLists {
  std::vector<Quantity> common, fit;
};

/// Everything that `observed` estimates is added to `quantities`, which must outlive what is given back. `stratified_q`: Q and what
/// is made of it belong to the common effect.
QuantityLists list_quantities(const pooling::Pooled& observed, bool stratified_q, std::vector<BootstrapQuantity>& quantities);

/// Why a fit lacks a number.
std::pair<Status, std::string> why(const pooling::Pooled& fit);

}  // namespace tausq::resampling
