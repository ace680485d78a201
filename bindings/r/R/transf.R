# Transformations under the names that scripts written for metafor use.

#' Transformations between scales
#'
#' @param xi values to transform.
#' @param ni,targs sample sizes; for `transf.ipft.hm` a list with `ni`.
#' @param ... ignored.
#' @return The transformed values: `transf.logit` log odds and `transf.ilogit` back, `transf.arcsin` and `transf.iarcsin`
#'   arcsine of the square root, `transf.pft` and `transf.ipft` Freeman-Tukey double arcsine (`transf.ipft.hm` with the harmonic
#'   mean of the sample sizes), `transf.rtoz` and `transf.ztor` Fisher's z, `transf.exp` exponential, `transf.isqrt` square.
#' @examples
#' transf.ilogit(transf.logit(0.2))
#' @name transf
#' @export
transf.logit <- function(xi, ...) log(xi) - log1p(-xi)
#' @rdname transf
#' @export
transf.ilogit <- function(xi, ...) stats::plogis(xi)
#' @rdname transf
#' @export
transf.arcsin <- function(xi, ...) asin(sqrt(xi))
#' @rdname transf
#' @export
transf.iarcsin <- function(xi, ...) natural("PAS", xi)
#' @rdname transf
#' @export
transf.pft <- function(xi, ni, ...) {
  events <- xi * ni
  0.5 * (asin(sqrt(events / (ni + 1))) + asin(sqrt((events + 1) / (ni + 1))))
}
#' @rdname transf
#' @export
transf.ipft <- function(xi, ni, ...) mapply(function(x, n) natural("PFT", x, n), xi, ni)
#' @rdname transf
#' @export
transf.ipft.hm <- function(xi, targs, ...) {
  sizes <- if (is.list(targs)) targs$ni else targs
  natural("PFT", xi, length(sizes) / sum(1 / sizes))
}
#' @rdname transf
#' @export
transf.rtoz <- function(xi, ...) atanh(xi)
#' @rdname transf
#' @export
transf.ztor <- function(xi, ...) tanh(xi)
#' @rdname transf
#' @export
transf.exp <- function(xi, ...) exp(xi)
#' @rdname transf
#' @export
transf.isqrt <- function(xi, ...) ifelse(xi < 0, 0, xi^2)

# The engine's own back-transformation.
natural <- function(measure, values, n = 0) .Call(tausq_natural_scale, measure, as.double(values), as.double(n))
