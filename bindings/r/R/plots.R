# Plots in base graphics.

# Axis labels of transformed ticks.
axis_labels <- function(at, atransf) {
  if (is.null(atransf)) return(format(at))
  formatC(vapply(at, atransf, 1), format = "fg", digits = 2, width = 1)
}

estimate_text <- function(estimate, lower, upper, atransf, digits) {
  show <- function(x) formatC(if (is.null(atransf)) x else vapply(x, atransf, 1), format = "f", digits = digits[[1]])
  paste0(show(estimate), " [", show(lower), ", ", show(upper), "]")
}

#' Forest plot
#'
#' @param x a model from [rma()] and its kin, a meta-analysis from [metaprop()] and its kin, or a result of [pool()].
#' @param atransf function that transforms the axis and the printed numbers, e.g. `exp`; `transf` transforms the data themselves.
#' @param transf see `atransf`.
#' @param slab study labels.
#' @param xlab axis label.
#' @param header headings of the two text columns; `FALSE` for none.
#' @param refline position of the reference line, analysis scale.
#' @param digits digits of the printed numbers.
#' @param addfit,addpred whether the summary and the prediction interval are drawn.
#' @param cex size of text.
#' @param at positions of the ticks of the axis, analysis scale.
#' @param alim,mlab limits of the axis; label of the summary.
#' @param vi,sei,ci.lb,ci.ub variances, standard errors or limits where `x` holds effect sizes.
#' @param ... ignored: further arguments of metafor's function that concern the layout.
#' @return The positions of the rows, invisibly.
#' @examples
#' forest(rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg, slab = study), atransf = exp)
#' @export
forest <- function(x, ...) UseMethod("forest")

# Draws rows: labels, intervals with squares sized by weight, diamonds below.
draw_forest <- function(labels, estimate, lower, upper, weight, summaries, prediction, atransf, xlab, header, refline, digits, cex, ticks = NULL, limits = NULL) {
  k <- length(estimate)
  rows <- rev(seq_len(k)) + nrow(summaries) + 1
  core <- stats::quantile(c(lower, upper), c(0.02, 0.98), na.rm = TRUE)
  if (is.null(limits)) limits <- if (is.null(ticks)) range(c(core, estimate, summaries$lower, summaries$upper, refline), finite = TRUE) else range(ticks)
  if (is.null(ticks)) {
    ticks <- pretty(limits, 5)
    limits <- range(ticks)
  }
  labels_right <- estimate_text(c(estimate, summaries$estimate), c(lower, summaries$lower), c(upper, summaries$upper), atransf, digits)
  old <- par(mar = c(4, 1, 1, 1), xpd = NA)
  on.exit(par(old))
  plot.new()
  width <- diff(limits)
  inch <- par("pin")[1]
  left <- max(strwidth(c(labels, summaries$label), units = "inches", cex = cex)) + 0.2
  right <- max(strwidth(labels_right, units = "inches", cex = cex)) + 0.2
  scale <- width / max(inch - left - right, inch * 0.2)
  plot.window(c(limits[1] - left * scale, limits[2] + right * scale), c(0, max(rows) + 1.5), xaxs = "i", yaxs = "i")
  if (!is.null(refline) && is.finite(refline)) segments(refline, 0.4, refline, max(rows) + 0.6, lty = "dotted")
  x_left <- limits[1] - left * scale
  x_right <- limits[2] + right * scale
  draw <- which(!is.na(estimate))
  clip <- function(v) pmin(pmax(v, limits[1]), limits[2])
  segments(clip(lower[draw]), rows[draw], clip(upper[draw]), rows[draw])
  size <- if (all(is.na(weight))) rep(1, k) else 0.5 + 1.3 * sqrt(weight / max(weight, na.rm = TRUE))
  inside <- draw[estimate[draw] >= limits[1] & estimate[draw] <= limits[2]]
  points(estimate[inside], rows[inside], pch = 15, cex = size[inside] * cex)
  cut_low <- draw[lower[draw] < limits[1]]
  cut_high <- draw[upper[draw] > limits[2]]
  points(rep(limits[1], length(cut_low)), rows[cut_low], pch = -0x25C4L, cex = cex)
  points(rep(limits[2], length(cut_high)), rows[cut_high], pch = -0x25BAL, cex = cex)
  text(x_left, rows, labels, adj = 0, cex = cex)
  text(x_right, rows, labels_right[seq_len(k)], adj = 1, cex = cex)
  if (nrow(summaries)) {
    at <- rev(seq_len(nrow(summaries)))
    for (i in seq_len(nrow(summaries))) {
      s <- summaries[i, ]
      if (is.na(s$lower) || is.na(s$upper)) next
      polygon(clip(c(s$lower, s$estimate, s$upper, s$estimate)), at[i] + c(0, 0.25, 0, -0.25), col = "grey25", border = NA)
      if (i == nrow(summaries) && length(prediction) && all(is.finite(prediction))) segments(clip(prediction[1]), at[i] - 0.35, clip(prediction[2]), at[i] - 0.35, lwd = 2)
    }
    text(x_left, at, summaries$label, adj = 0, cex = cex, font = 2)
    text(x_right, at, labels_right[-seq_len(k)], adj = 1, cex = cex, font = 2)
    segments(x_left, max(at) + 0.75, x_right, max(at) + 0.75)
  }
  if (is.character(header) && length(header) == 2) {
    text(x_left, max(rows) + 1, header[1], adj = 0, font = 2, cex = cex)
    text(x_right, max(rows) + 1, header[2], adj = 1, font = 2, cex = cex)
  }
  axis(1, at = ticks, labels = axis_labels(ticks, atransf), cex.axis = cex, pos = 0.2)
  graphics::mtext(xlab, side = 1, line = 2, at = mean(limits), cex = cex)
  invisible(rows)
}

fitted_cex <- function(cex, k) if (is.null(cex)) max(0.4, min(1, 28 / (k + 6))) else cex

#' @rdname forest
#' @export
forest.tausq.rma <- function(x, atransf = NULL, transf = NULL, slab = x$slab, xlab = NULL, header = c("Study", "Estimate [CI]"), refline = 0, digits = 2,
                             addfit = TRUE, addpred = FALSE, cex = NULL, at = NULL, alim = NULL, mlab = NULL, ...) {
  if (is.null(xlab)) xlab <- if (x$measure == "GEN" || (is.null(atransf) && is.null(transf))) "Effect size" else scale_name(engine_measure(x$measure))
  z <- qnorm(1 - x$level / 2)
  weight <- if (inherits(x, "rma.glmm")) rep(NA_real_, length(x$yi)) else if (inherits(x, "tausq.pooled")) x$weight else if (length(x$weights)) x$weights else 1 / (x$vi + x$tau2)
  estimate <- x$yi
  lower <- x$yi - z * sqrt(x$vi)
  upper <- x$yi + z * sqrt(x$vi)
  summaries <- no_summaries()
  prediction <- numeric()
  if (addfit && x$int.only) {
    label <- if (x$method %in% common_methods) "Common effect" else paste0("Random effects (", x$method, ")")
    summaries <- data.frame(label = if (is.null(mlab)) label else mlab, estimate = x$b[1], lower = x$ci.lb, upper = x$ci.ub)
    if (addpred) {
      p <- predict(x)
      prediction <- c(p$pi.lb, p$pi.ub)
    }
  }
  if (!is.null(transf)) {
    each <- function(v) vapply(v, transf, 1)
    estimate <- each(estimate)
    lower <- each(lower)
    upper <- each(upper)
    summaries[c("estimate", "lower", "upper")] <- lapply(summaries[c("estimate", "lower", "upper")], each)
    if (length(prediction)) prediction <- each(prediction)
    if (missing(refline)) refline <- transf(0)
  }
  if (isTRUE(header)) header <- c("Study", "Estimate [CI]")
  if (is.character(header) && length(header) == 1) header <- c(header, "Estimate [CI]")
  draw_forest(rep_len(as.character(slab), length(estimate)), estimate, lower, upper, weight, summaries, prediction, atransf, xlab, header, refline, digits, fitted_cex(cex, x$k), at, alim)
}

no_summaries <- function() data.frame(label = character(), estimate = numeric(), lower = numeric(), upper = numeric())

#' @rdname forest
#' @export
forest.tausq.pooled <- function(x, ...) forest.tausq.rma(x, ...)

#' @rdname forest
#' @export
forest.default <- function(x, vi, sei, ci.lb, ci.ub, slab = NULL, atransf = NULL, xlab = "Effect size", header = c("Study", "Estimate [CI]"), refline = 0, digits = 2L, cex = NULL,
                           at = NULL, alim = NULL, ...) {
  if (missing(ci.lb)) {
    se <- if (missing(vi)) sei else sqrt(vi)
    ci.lb <- x - qnorm(0.975) * se
    ci.ub <- x + qnorm(0.975) * se
  }
  draw_forest(study_labels(if (is.null(slab)) attr(x, "slab") else rep_len(slab, length(x)), length(x)), as.numeric(x), ci.lb, ci.ub, rep(NA_real_, length(x)), no_summaries(), numeric(), atransf, xlab,
              header, refline, digits, fitted_cex(cex, length(x)), at, alim)
}

#' @rdname forest
#' @export
forest.tausq.cumul <- function(x, ...) forest.default(x$estimate, ci.lb = x$ci.lb, ci.ub = x$ci.ub, slab = x$slab, ...)


# What the natural scale of a measure is called: "Proportion", "Odds Ratio".
scale_name <- function(measure) {
  table <- tausq_methods("measures")
  table$scale[match(measure, table$key)]
}

#' @rdname forest
#' @export
forest.tausq_pool <- function(x, xlab = NULL, header = c("Study", "Estimate [CI]"), digits = 2, addfit = TRUE, addpred = TRUE, cex = NULL, ...) {
  s <- x$studies
  ratio <- x$options$measure %in% c("OR", "RR", "IRR", "ROM", "PETO", "VR", "CVR")
  scale <- if (ratio) log else identity
  lower <- if (is.null(s$display)) s$ci_lower else s$display$ci_lower
  side <- function(e, label) if (is.null(e$estimate) || is.na(e$estimate)) NULL else data.frame(label = label, estimate = scale(e$display$estimate), lower = scale(e$display$ci_lower), upper = scale(e$display$ci_upper))
  summaries <- if (addfit) rbind(side(x$common, "Common effect"), side(x$random, "Random effects"))
  if (is.null(summaries)) summaries <- no_summaries()
  prediction <- if (addpred) scale(c(x$prediction$display$lower, x$prediction$display$upper)) else numeric()
  draw_forest(s$study, scale(s$display$estimate), scale(lower), scale(s$display$ci_upper), s$weight_random, summaries, prediction, if (ratio) exp else NULL,
              if (is.null(xlab)) scale_name(x$options$measure) else xlab, header, if (ratio) 0 else NULL, digits, fitted_cex(cex, nrow(s)))
}

#' @rdname forest
#' @export
forest.tausq.meta <- function(x, ...) forest.tausq_pool(structure(x$tausq, class = "tausq_pool"), ...)

#' @export
plot.tausq_pool <- function(x, ...) forest(x, ...)
#' @export
plot.tausq.meta <- function(x, ...) forest(x, ...)

#' Funnel plot
#'
#' @param x a model from [rma()] and its kin, a meta-analysis from [metabin()] and its kin, or effect sizes.
#' @param vi,sei,ni variances or standard errors, and sample sizes, of effect sizes.
#' @param yaxis `"sei"`, `"vi"`, `"seinv"`, `"vinv"`, `"wi"` (weights), or, of sample sizes, `"ni"`, `"ninv"`, `"sqrtni"`, `"sqrtninv"`, `"lni"`.
#' @param level levels of the pseudo confidence regions, as for [rma()].
#' @param refline centre of the funnel.
#' @param atransf function that transforms the axis labels.
#' @param xlab axis label.
#' @param ... passed on to [graphics::points()].
#' @return The points as a data frame, invisibly.
#' @examples
#' funnel(rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg))
#' @export
funnel <- function(x, ...) UseMethod("funnel")
#' @rdname funnel
#' @export
funnel.tausq.rma <- function(x, yaxis = "sei", level = 1 - x$level, refline = if (x$int.only) x$b[1] else 0, atransf = NULL, xlab = if (x$int.only) "Effect size" else "Residual", ...) {
  draw_funnel(if (x$int.only) x$yi else raw_residuals(x), x$vi, x$ni, yaxis, level, refline, atransf, xlab, if (is.null(x$fill)) FALSE else x$fill, x$slab, ...)
}
#' @rdname funnel
#' @export
funnel.tausq.pooled <- function(x, refline = x$b[1], ...) {
  if (!x$int.only) stop("a funnel plot of an exact-likelihood model is for models without moderators", call. = FALSE)
  x$ni <- table_sizes(x)
  funnel.tausq.rma(x, refline = refline, ...)
}
# Patients (or events) of each table with an effect size.
table_sizes <- function(x) {
  cells <- x$outdat.f[intersect(names(x$outdat.f), c("ai", "bi", "ci", "di"))]
  if (length(cells) == 4) Reduce(`+`, cells)[x$not.na] else x$outdat.f$ni[x$not.na]
}
#' @rdname funnel
#' @export
funnel.default <- function(x, vi, sei, ni, yaxis = "sei", level = 95, refline = 0, atransf = NULL, xlab = "Effect size", ...) {
  if (missing(vi)) vi <- sei^2
  draw_funnel(as.numeric(x), vi, if (missing(ni)) attr(x, "ni") else ni, yaxis, level, refline, atransf, xlab, FALSE, seq_along(x), ...)
}
#' @rdname funnel
#' @export
funnel.tausq.meta <- function(x, yaxis = "sei", level = 0.95, refline = x$TE.common, atransf = NULL, xlab = "Effect size", ...) {
  draw_funnel(x$TE, x$seTE^2, NULL, yaxis, level, refline, atransf, xlab, FALSE, x$studlab, ...)
}

# Vertical axes: position of a study, and the standard error that a position stands for; those of sample sizes have none.
funnel_axes <- list(
  sei = list(at = function(vi, ni) sqrt(vi), se = identity, name = "Standard error"),
  vi = list(at = function(vi, ni) vi, se = sqrt, name = "Variance"),
  seinv = list(at = function(vi, ni) 1 / sqrt(vi), se = function(at) 1 / at, name = "1 / standard error"),
  vinv = list(at = function(vi, ni) 1 / vi, se = function(at) 1 / sqrt(at), name = "1 / variance"),
  wi = list(at = function(vi, ni) 100 * (1 / vi) / sum(1 / vi, na.rm = TRUE), se = NULL, name = "Weight (%)"),
  ni = list(at = function(vi, ni) ni, se = NULL, name = "Sample size"),
  ninv = list(at = function(vi, ni) 1 / ni, se = NULL, name = "1 / sample size"),
  sqrtni = list(at = function(vi, ni) sqrt(ni), se = NULL, name = "Root of the sample size"),
  sqrtninv = list(at = function(vi, ni) 1 / sqrt(ni), se = NULL, name = "1 / root of the sample size"),
  lni = list(at = function(vi, ni) log(ni), se = NULL, name = "Logarithm of the sample size"))

draw_funnel <- function(yi, vi, ni, yaxis, level, refline, atransf, xlab, fill, slab, ...) {
  chosen <- funnel_axes[[match.arg(yaxis, names(funnel_axes))]]
  position <- chosen$at(vi, ni)
  if (!length(position)) stop("yaxis = \"", yaxis, "\": the sample sizes are not known", call. = FALSE)
  down <- yaxis %in% c("sei", "vi", "ninv", "sqrtninv")
  y_limits <- if (down) c(max(position, na.rm = TRUE) * 1.05, 0) else range(position, na.rm = TRUE)
  grid <- seq(y_limits[1], y_limits[2], length.out = 200)
  se <- if (is.null(chosen$se)) 0 * grid else chosen$se(grid)
  level <- sort(vapply(level, as_level, 1), decreasing = TRUE)
  half <- outer(se, qnorm((1 + level) / 2))
  x_limits <- range(c(yi, refline - half[, 1], refline + half[, 1]), finite = TRUE)
  plot.new()
  plot.window(x_limits, y_limits)
  shades <- grDevices::grey(seq(0.92, 0.98, length.out = max(length(level), 2)))
  if (!is.null(chosen$se)) for (j in seq_along(level)) polygon(c(refline - half[, j], rev(refline + half[, j])), c(grid, rev(grid)), col = shades[j], border = "grey60", lty = "dotted")
  abline(v = refline)
  points(yi, position, pch = ifelse(rep_len(fill, length(yi)), 1, 19), ...)
  axis(1, at = axT <- graphics::axTicks(1), labels = axis_labels(axT, atransf))
  axis(2, las = 1)
  title(xlab = xlab, ylab = chosen$name)
  invisible(data.frame(x = yi, y = position, slab = slab))
}

#' Baujat plot
#'
#' Contribution to heterogeneity against influence on the estimate.
#'
#' @param x a model from [rma()].
#' @param ... passed on to [graphics::plot()].
#' @return The points as a data frame, invisibly.
#' @examples
#' baujat(rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg))
#' @export
baujat <- function(x, ...) UseMethod("baujat")
#' @rdname baujat
#' @export
baujat.tausq.rma <- function(x, ...) {
  points <- rerun(x, "influence")$baujat
  plot(points$x, points$y, pch = 19, xlab = "Squared Pearson residual", ylab = "Influence on the pooled estimate", las = 1, ...)
  text(points$x, points$y, seq_len(nrow(points)), pos = 3, cex = 0.8, xpd = NA)
  invisible(data.frame(x = points$x, y = points$y, ids = seq_len(nrow(points)), slab = x$slab))
}

#' @export
qqnorm.tausq.pooled <- function(y, ...) {
  if (inherits(y, "rma.glmm")) stop("no quantile plot for exact-likelihood models", call. = FALSE)
  qqnorm.tausq.rma(y, ...)
}

#' @export
plot.tausq.rma <- function(x, ...) {
  old <- par(mfrow = c(2, 2), mar = c(4.5, 4.5, 2, 1))
  on.exit(par(old))
  forest(x)
  funnel(x)
  z <- rstandard(x)$z
  plot(z, type = "o", pch = 19, xlab = "Study", ylab = "Standardized residual", las = 1)
  abline(h = c(-1.96, 0, 1.96), lty = "dotted")
  stats::qqnorm(z, main = "", las = 1)
  abline(0, 1)
  invisible(x)
}

#' @export
plot.tausq.pooled <- function(x, ...) {
  if (inherits(x, "rma.glmm")) stop("no plots of residuals for exact-likelihood models; forest() and funnel() draw", call. = FALSE)
  plot.tausq.rma(x, ...)
}

#' @export
plot.tausq.cumul <- function(x, yaxis = "tau2", xlab = "Pooled estimate", ylab = if (yaxis == "I2") "I^2 (%)" else "tau^2", ...) {
  if (is.null(x[[yaxis]])) yaxis <- "I2"
  plot(x$estimate, x[[yaxis]], type = "o", pch = 19, las = 1, xlab = xlab, ylab = ylab,
       col = grDevices::grey(seq(0.8, 0, length.out = length(x$estimate))))
  invisible(data.frame(x = x$estimate, y = x[[yaxis]]))
}

#' @export
plot.infl.tausq.rma <- function(x, ...) {
  shown <- c("rstudent", "dffits", "cook.d", "cov.r", "tau2.del", "QE.del", "hat", "weight")
  old <- par(mfrow = c(4, 2), mar = c(2.5, 4.5, 1.5, 1))
  on.exit(par(old))
  for (name in shown) {
    plot(x$inf[[name]], type = "o", pch = ifelse(x$is.infl, 19, 21), bg = "grey", xlab = "", ylab = name, las = 1)
  }
  invisible(x)
}
#' @importFrom stats qqnorm profile
#' @export
qqnorm.tausq.rma <- function(y, main = "", ylab = "Standardized residual", las = 1, pch = 19, ...) {
  points <- stats::qqnorm(rstandard(y)$z, las = las, main = main, ylab = ylab, pch = pch)
  abline(0, 1)
  invisible(points)
}

#' Radial plot
#'
#' Galbraith's plot: standardised effect sizes against precision; a study's effect is the slope of its ray.
#'
#' @param x a model from [rma()] without moderators.
#' @param ... passed on to [graphics::plot()].
#' @return The points as a data frame, invisibly.
#' @examples
#' radial(rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg))
#' @export
radial <- function(x, ...) {
  if (!inherits(x, "tausq.rma") || !x$int.only) stop("a radial plot is for models without moderators", call. = FALSE)
  se <- sqrt(x$vi + x$tau2)
  frame <- data.frame(x = 1 / se, y = x$yi / se, ids = x$ids, slab = x$slab)
  plot(frame$x, frame$y, pch = 19, xlim = c(0, 1.05 * max(frame$x)), xlab = "1 / standard error", ylab = "Effect / standard error", las = 1, ...)
  abline(0, x$b[1])
  abline(c(qnorm(0.975), x$b[1]), lty = "dotted")
  abline(c(-qnorm(0.975), x$b[1]), lty = "dotted")
  invisible(frame)
}

#' Profile of the log-likelihood over tau2
#'
#' @param fitted a model from [rma()].
#' @param xlim range of tau2; by default that of its interval.
#' @param steps values of tau2.
#' @param plot whether the profile is drawn.
#' @param ... ignored.
#' @return A list: `tau2`, `ll`, `beta` (a data frame of the coefficients), `maxll`.
#' @examples
#' profile(rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg))
#' @export
profile.tausq.rma <- function(fitted, xlim, steps = 20, plot = TRUE, ...) {
  if (fitted$method %in% common_methods) stop("a common-effect model has no tau2", call. = FALSE)
  if (missing(xlim)) {
    ends <- confint(fitted)$random[1, c("ci.lb", "ci.ub")]
    xlim <- c(max(0, min(ends[1], fitted$tau2, na.rm = TRUE)), max(ends[2], 2 * fitted$tau2, na.rm = TRUE))
  }
  values <- if (length(steps) > 1) steps else seq(xlim[1], xlim[2], length.out = steps)
  fits <- lapply(values, function(tau2) {
    settings <- fitted$settings
    settings$tau2 <- tau2
    rma_fit(fitted$yi, fitted$vi, fitted$X, fitted$slab, settings)
  })
  column <- if (fitted$method == "REML") "REML" else "ML"
  ll <- vapply(fits, function(fit) fit$fit.stats["ll", column], 1)
  beta <- as.data.frame(do.call(rbind, lapply(fits, function(fit) drop(fit$b))))
  names(beta) <- rownames(fitted$b)
  maximum <- fitted$fit.stats["ll", column]
  if (plot) {
    plot(values, ll, type = "o", pch = 19, xlab = expression(tau^2), ylab = if (column == "REML") "Restricted log-likelihood" else "Log-likelihood", las = 1)
    abline(v = fitted$tau2, h = maximum, lty = "dotted")
  }
  invisible(list(tau2 = values, ll = ll, beta = beta, maxll = maximum, xlim = xlim))
}
