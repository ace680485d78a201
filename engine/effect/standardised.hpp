// What all standardised mean differences share.
#pragma once

#include "engine/effect/kernels.hpp"

namespace tausq::effect {

/// Small-sample correction of a standardised mean difference on df degrees of freedom, Gamma(df/2) / (sqrt(df/2)
/// Gamma((df-1)/2)) (Hedges 1981 eq. 6e); NaN for df <= 1.
double small_sample_correction(double df);
/// Its logarithm, to full relative precision also where the correction is next to 1.
double log_small_sample_correction(double df);

/// Standard deviation pooled over both arms.
double pooled_sd(const TwoMeans& s);

}  // namespace tausq::effect
