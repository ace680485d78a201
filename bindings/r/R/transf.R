# Transformations under the names that scripts written for metafor use.

#' Transformations between scales
#'
#' @param xi values to transform.
#' @param ni,ti,targs sample sizes, person-time; for `transf.ipft.hm` a list with `ni`, for the integral transformations one with `tau2`.
#' @param ... ignored.
#' @return The transformed values: `transf.logit` log odds and `transf.ilogit` back, `transf.arcsin` and `transf.iarcsin`
#'   arcsine of the square root, `transf.pft` and `transf.ipft` Freeman-Tukey double arcsine (`transf.ipft.hm` with the harmonic
#'   mean of the sample sizes), `transf.rtoz` and `transf.ztor` Fisher's z, `transf.exp` exponential, `transf.isqrt` square,
#'   `transf.irft` and `transf.iirft` Freeman-Tukey for rates, `transf.ahw` and `transf.iahw` 1 - (1 - alpha)^(1/3), `transf.abt` and
#'   `transf.iabt` -log(1 - alpha) for coefficients of reliability. `transf.ztor.int`, `transf.exp.int` and `transf.ilogit.int` are means
#'   of the back-transformed effect over its distribution, normal about `xi` with variance `targs$tau2` (`lower` and `upper` cut it).
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

#' @rdname transf
#' @export
transf.irft <- function(xi, ti, ...) (sqrt(xi) + sqrt(xi + 1 / ti)) / 2
#' @rdname transf
#' @export
transf.iirft <- function(xi, ti, ...) {
  root <- pmax(xi, 1 / (2 * sqrt(ti)))  # the value of no events: below it there is none
  (root - 1 / (4 * ti * root))^2
}
#' @rdname transf
#' @export
transf.ahw <- function(xi, ...) 1 - (1 - xi)^(1 / 3)
#' @rdname transf
#' @export
transf.iahw <- function(xi, ...) 1 - (1 - xi)^3
#' @rdname transf
#' @export
transf.abt <- function(xi, ...) -log1p(-xi)
#' @rdname transf
#' @export
transf.iabt <- function(xi, ...) -expm1(-xi)
#' @rdname transf
#' @export
transf.ztor.int <- function(xi, targs = NULL, ...) mean_over_effects(tanh, xi, targs)
#' @rdname transf
#' @export
transf.exp.int <- function(xi, targs = NULL, ...) mean_over_effects(exp, xi, targs)
#' @rdname transf
#' @export
transf.ilogit.int <- function(xi, targs = NULL, ...) mean_over_effects(stats::plogis, xi, targs)

# E f(theta), theta ~ N(xi, tau2); 12 standard deviations hold all of it, and the shift by tau2 of exp().
mean_over_effects <- function(f, xi, targs) {
  tau2 <- if (is.null(targs$tau2)) stop("targs must hold tau2", call. = FALSE) else targs$tau2
  tau <- sqrt(tau2)
  vapply(xi, function(mu) {
    if (is.na(mu) || tau == 0) return(f(mu))
    ends <- c(if (is.null(targs$lower)) -12 else (targs$lower - mu) / tau, if (is.null(targs$upper)) 12 + tau else (targs$upper - mu) / tau)
    stats::integrate(function(z) f(mu + tau * z) * stats::dnorm(z), ends[1], ends[2], rel.tol = 1e-10)$value
  }, 1)
}

# The engine's own back-transformation.
natural <- function(measure, values, n = 0) .Call(tausq_natural_scale, measure, as.double(values), as.double(n))
