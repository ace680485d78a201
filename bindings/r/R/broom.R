# Tidy data frames, for the generics of the package generics (and broom).

#' Tidy results
#'
#' Registered for `tidy`, `glance` and `augment` of the package generics (and so of broom) when that is installed.
#'
#' @param x a model from [rma()] and its kin.
#' @param conf.int,conf.level whether the interval is included, and its level.
#' @param exponentiate whether estimates are exponentiated.
#' @param ... ignored.
#' @return Data frames: one row a coefficient; one row a model; one row a study.
#' @examples
#' res <- rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg)
#' tidy.rma(res)
#' glance.rma(res)
#' augment.rma(res)
#' @name tidiers
NULL

#' @rdname tidiers
#' @exportS3Method generics::tidy rma
#' @export tidy.rma
tidy.rma <- function(x, conf.int = FALSE, conf.level = 0.95, exponentiate = FALSE, ...) {
  term <- rownames(x$b)
  if (identical(term, "intrcpt")) term <- "overall"
  out <- data.frame(term = term, type = "summary", estimate = unname(drop(x$b)), std.error = x$se, statistic = x$zval, p.value = x$pval)
  if (conf.int) {
    crit <- quantile_of(x, as_level(conf.level))
    same <- isTRUE(all.equal(as_level(conf.level), 1 - x$level))
    out$conf.low <- if (same) x$ci.lb else out$estimate - crit * x$se
    out$conf.high <- if (same) x$ci.ub else out$estimate + crit * x$se
  }
  if (exponentiate) for (name in intersect(c("estimate", "conf.low", "conf.high"), names(out))) out[[name]] <- exp(out[[name]])
  out
}
#' @rdname tidiers
#' @exportS3Method generics::glance rma
#' @export glance.rma
glance.rma <- function(x, ...) {
  data.frame(i.squared = x$I2, h.squared = x$H2, tau.squared = x$tau2, tau.squared.se = x$se.tau2, cochran.qe = x$QE, p.value.cochran.qe = x$QEp,
             cochran.qm = if (isTRUE(x$int.only)) NA_real_ else x$QM, p.value.cochran.qm = if (isTRUE(x$int.only)) NA_real_ else x$QMp, nobs = x$k)
}
#' @rdname tidiers
#' @exportS3Method generics::augment rma
#' @export augment.rma
augment.rma <- function(x, ...) {
  out <- data.frame(.rownames = x$slab, .observed = x$yi)
  if (inherits(x, "rma.uni")) {
    out$.fitted <- unname(fitted(x))
    out$.resid <- unname(residuals(x))
    out$.std.resid <- unname(rstandard(x)$z)
    out$.hat <- unname(hatvalues(x))
    out$.cooksd <- unname(cooks.distance(x))
  }
  out
}
