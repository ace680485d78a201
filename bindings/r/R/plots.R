# Plots in base graphics.

# Axis labels of transformed ticks.
axis_labels <- function(at, atransf) {
  if (is.null(atransf)) return(format(at))
  formatC(vapply(at, atransf, 1), format = "fg", digits = 2, width = 1)
}

estimate_text <- function(estimate, lower, upper, atransf, digits) {
  show <- function(x) formatC(if (is.null(atransf)) x else vapply(x, atransf, 1), format = "f", digits = digits)
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
#' @param ... passed on to [graphics::plot.window()].
#' @return The positions of the rows, invisibly.
#' @examples
#' forest(rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg, slab = study), atransf = exp)
#' @export
forest <- function(x, ...) UseMethod("forest")

# Draws rows: labels, intervals with squares sized by weight, diamonds below.
draw_forest <- function(labels, estimate, lower, upper, weight, summaries, prediction, atransf, xlab, header, refline, digits, cex, ...) {
  k <- length(estimate)
  rows <- rev(seq_len(k)) + nrow(summaries) + 1
  ends <- c(lower, upper, summaries$lower, summaries$upper, prediction)
  core <- stats::quantile(c(lower, upper), c(0.02, 0.98), na.rm = TRUE)
  limits <- range(c(core, estimate, summaries$lower, summaries$upper, refline), finite = TRUE)
  ticks <- pretty(limits, 5)
  limits <- range(ticks)
  labels_right <- estimate_text(c(estimate, summaries$estimate), c(lower, summaries$lower), c(upper, summaries$upper), atransf, digits)
  old <- par(mar = c(4, 1, 1, 1), xpd = NA)
  on.exit(par(old))
  plot.new()
  width <- diff(limits)
  inch <- par("pin")[1]
  left <- max(strwidth(c(labels, summaries$label), units = "inches", cex = cex)) + 0.2
  right <- max(strwidth(labels_right, units = "inches", cex = cex)) + 0.2
  scale <- width / max(inch - left - right, inch * 0.2)
  plot.window(c(limits[1] - left * scale, limits[2] + right * scale), c(0, max(rows) + 1.5), xaxs = "i", yaxs = "i", ...)
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
                             addfit = TRUE, addpred = FALSE, cex = NULL, ...) {
  if (is.null(xlab)) xlab <- if (x$measure == "GEN" || (is.null(atransf) && is.null(transf))) "Effect size" else scale_name(engine_measure(x$measure))
  z <- qnorm(1 - x$level / 2)
  estimate <- x$yi
  lower <- x$yi - z * sqrt(x$vi)
  upper <- x$yi + z * sqrt(x$vi)
  summaries <- data.frame(label = character(), estimate = numeric(), lower = numeric(), upper = numeric())
  prediction <- numeric()
  if (addfit && x$int.only) {
    label <- if (x$method %in% common_methods) "Common effect" else paste0("Random effects (", x$method, ")")
    summaries <- data.frame(label = label, estimate = x$b[1], lower = x$ci.lb, upper = x$ci.ub)
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
  draw_forest(slab, estimate, lower, upper, weights(x), summaries, prediction, atransf, xlab, header, refline, digits, fitted_cex(cex, x$k), ...)
}

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
  if (is.null(summaries)) summaries <- data.frame(label = character(), estimate = numeric(), lower = numeric(), upper = numeric())
  prediction <- if (addpred) scale(c(x$prediction$display$lower, x$prediction$display$upper)) else numeric()
  draw_forest(s$study, scale(s$display$estimate), scale(lower), scale(s$display$ci_upper), s$weight_random, summaries, prediction, if (ratio) exp else NULL,
              if (is.null(xlab)) scale_name(x$options$measure) else xlab, header, if (ratio) 0 else NULL, digits, fitted_cex(cex, nrow(s)), ...)
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
#' @param x a model from [rma()] or a meta-analysis from [metabin()] and its kin.
#' @param yaxis `"sei"`, `"vi"`, `"seinv"` or `"vinv"`.
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
  draw_funnel(if (x$int.only) x$yi else residuals(x), x$vi, yaxis, level, refline, atransf, xlab, if (is.null(x$fill)) FALSE else x$fill, x$slab, ...)
}
#' @rdname funnel
#' @export
funnel.tausq.meta <- function(x, yaxis = "sei", level = 0.95, refline = x$TE.common, atransf = NULL, xlab = "Effect size", ...) {
  draw_funnel(x$TE, x$seTE^2, yaxis, level, refline, atransf, xlab, FALSE, x$studlab, ...)
}

draw_funnel <- function(yi, vi, yaxis, level, refline, atransf, xlab, fill, slab, ...) {
  yaxis <- match.arg(yaxis, c("sei", "vi", "seinv", "vinv"))
  position <- switch(yaxis, sei = sqrt(vi), vi = vi, seinv = 1 / sqrt(vi), vinv = 1 / vi)
  down <- yaxis %in% c("sei", "vi")
  y_limits <- if (down) c(max(position, na.rm = TRUE) * 1.05, 0) else range(position, na.rm = TRUE)
  grid <- seq(y_limits[1], y_limits[2], length.out = 200)
  se <- switch(yaxis, sei = grid, vi = sqrt(grid), seinv = 1 / grid, vinv = 1 / sqrt(grid))
  level <- sort(vapply(level, as_level, 1), decreasing = TRUE)
  half <- outer(se, qnorm((1 + level) / 2))
  x_limits <- range(c(yi, refline - half[, 1], refline + half[, 1]), finite = TRUE)
  plot.new()
  plot.window(x_limits, y_limits)
  shades <- grDevices::grey(seq(0.92, 0.98, length.out = max(length(level), 2)))
  for (j in seq_along(level)) polygon(c(refline - half[, j], rev(refline + half[, j])), c(grid, rev(grid)), col = shades[j], border = "grey60", lty = "dotted")
  abline(v = refline)
  points(yi, position, pch = ifelse(rep_len(fill, length(yi)), 1, 19), ...)
  axis(1, at = axT <- graphics::axTicks(1), labels = axis_labels(axT, atransf))
  axis(2, las = 1)
  title(xlab = xlab, ylab = c(sei = "Standard error", vi = "Variance", seinv = "1 / standard error", vinv = "1 / variance")[[yaxis]])
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
