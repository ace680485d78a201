# Meta-analyses as the package meta gives them: metaprop(), metabin(), metagen() and their kin.

meta_interval <- function(method, adhoc) {
  if (method %in% c("classic", "z")) return("z")
  if (method == "classic-KR" || method == "KR") return("kr")
  if (method != "HK") stop("method.random.ci = \"", method, "\": must be classic, HK or KR", call. = FALSE)
  switch(adhoc, se = "hk_se", ci = "hk_ci", IQWiG6 = "hk_iqwig6", "hk")
}

# Arguments that all functions of the family share.
meta_options <- function(sm, pooling, o) {
  predict <- if (is.null(o$method.predict)) NULL else choose(o$method.predict, list(V = "v", HTS = "hts", HK = "hk", KR = "kr", S = "z"), "method.predict")
  given(list(measure = engine_measure(sm), pooling = pooling, preset = "meta", tau2 = o$method.tau, tau2_fixed = o$tau.preset, tau2_interval = o$method.tau.ci,
             interval = meta_interval(o$method.random.ci, o$adhoc.hakn.ci), prediction = predict, level = as_level(o$level.ma), study_level = as_level(o$level),
             prediction_level = as_level(o$level.predict), study_interval = o$method.ci, subgroup = if (!is.null(o$subgroup)) "subgroup", common_tau2 = o$tau.common,
             add = o$incr, to = o$method.incr, glmm = o$model.glmm))
}

pooling_of <- function(method) choose(method, list(Inverse = "inverse", MH = "mh", Peto = "peto", GLMM = "glmm", SSW = "ssw"), "method")

# H and I2 with the interval of Higgins and Thompson (2002, Statistics in Medicine 21:1539, their test-based one), from Q.
h_statistics <- function(q, df, level) {
  names <- c("H", "lower.H", "upper.H", "I2", "lower.I2", "upper.I2")
  if (is.na(q) || !isTRUE(df > 0)) return(setNames(as.list(rep(NA_real_, 6)), names))
  h <- sqrt(max(1, q / df))
  k <- df + 1
  se <- if (q > k) 0.5 * (log(q) - log(df)) / (sqrt(2 * q) - sqrt(2 * k - 3)) else if (k > 2) sqrt(1 / (2 * (k - 2)) * (1 - 1 / (3 * (k - 2)^2))) else NA_real_
  ends <- pmax(1, exp(log(h) + c(-1, 1) * qnorm((1 + level) / 2) * se))
  squares <- c(h, ends)^2
  setNames(as.list(c(h, ends, 1 - 1 / squares)), names)
}

# A result under meta's names; `raw` are the columns of the records.
meta_object <- function(result, sm, method, o, raw, labels, call, class) {
  s <- result$studies
  at <- match(seq_along(labels) + 1, s$row)  # studies left out keep their place with NA
  h <- result$heterogeneity
  side <- function(x, suffix) setNames(list(x$estimate, x$se, x$statistic, x$p_value, x$ci_lower, x$ci_upper),
                                       paste0(c("TE.", "seTE.", "statistic.", "pval.", "lower.", "upper."), suffix))
  z <- s$yi / s$se
  out <- c(list(studlab = labels), raw,
           list(sm = sm, method = method, TE = s$yi[at], seTE = s$se[at], statistic = z[at], pval = 2 * pnorm(-abs(z[at])), lower = s$ci_lower[at], upper = s$ci_upper[at],
                w.common = s$weight_common[at], w.random = s$weight_random[at]),
           side(result$common, "common"), side(result$random, "random"),
           list(zval.common = result$common$statistic, zval.random = result$random$statistic, df.random = result$random$df,
                seTE.predict = NA_real_, lower.predict = result$prediction$lower, upper.predict = result$prediction$upper, df.predict = result$prediction$df,
                k = h$k, k.study = h$k, k.all = length(labels), Q = h$q, df.Q = h$q_df, pval.Q = h$q_p, Q.LRT = h$lrt, pval.Q.LRT = h$lrt_p,
                tau2 = h$tau2, se.tau2 = h$tau2_se, lower.tau2 = h$tau2_ci_lower, upper.tau2 = h$tau2_ci_upper, tau = h$tau,
                lower.tau = sqrt(h$tau2_ci_lower), upper.tau = sqrt(h$tau2_ci_upper)),
           h_statistics(h$q, h$q_df, as_level(o$level.ma)),
           list(method.tau = result$options$tau2, method.tau.ci = result$options$tau2_interval, method.random.ci = o$method.random.ci, level = as_level(o$level),
                level.ma = as_level(o$level.ma), common = o$common, random = o$random, prediction = isTRUE(o$prediction), call = call, tausq = result))
  fixed <- grep("\\.common$", names(out), value = TRUE)  # what older scripts call it
  out[sub("common$", "fixed", fixed)] <- out[fixed]
  g <- result$subgroups
  if (is.data.frame(g) && nrow(g)) {
    out$subgroup.levels <- out$bylevs <- g$level
    out[c("TE.random.w", "seTE.random.w", "lower.random.w", "upper.random.w", "TE.common.w", "seTE.common.w", "tau2.w", "k.w", "Q.w")] <-
      list(g$random$estimate, g$random$se, g$random$ci_lower, g$random$ci_upper, g$common$estimate, g$common$se, g$heterogeneity$tau2, g$k, g$heterogeneity$q)
    out[c("Q.b.random", "df.Q.b.random", "pval.Q.b.random", "Q.b.common", "pval.Q.b.common")] <-
      result$subgroup_test[c("q", "df", "p_value", "common_q", "common_p_value")]
  }
  structure(out, class = c("tausq.meta", class, "meta"))
}

# Evaluates the columns, runs the engine, names the result.
run_meta <- function(call, env, frame, columns, sm, method, o, class, prepare = identity) {
  if (inherits(frame, "meta")) frame <- Filter(function(values) is.atomic(values) && length(values) == length(frame$studlab), unclass(frame))
  if (isTRUE(eval(call$hakn, frame, env))) o$method.random.ci <- "HK"  # older scripts
  if (is.null(call$subgroup) && !is.null(call$byvar)) call$subgroup <- call$byvar
  values <- evaluate_arguments(call, c(names(columns), "studlab", "subset", "subgroup", "exclude"), frame, env)
  raw <- prepare(given(values[names(columns)]))
  if (!length(raw)) stop("no data", call. = FALSE)
  k <- max(lengths(raw))
  raw <- lapply(raw, rep_len, k)
  rows <- subset_rows(values$subset, k)
  if (!is.null(values$exclude)) rows <- rows & !subset_rows(values$exclude, k)
  labels <- study_labels(values$studlab, k)[rows]
  data <- data.frame(study = labels, setNames(lapply(raw, function(x) x[rows]), unlist(columns[names(raw)])), check.names = FALSE)
  o["subgroup"] <- list(values$subgroup)
  if (!is.null(values$subgroup)) data$subgroup <- as.character(values$subgroup)[rows]
  pooling <- pooling_of(method)
  result <- run_engine("pool", data, meta_options(sm, pooling, o), call, TRUE)
  meta_object(result, sm, method, o, lapply(raw, function(x) x[rows]), labels, call, class)
}

#' Meta-analysis of proportions, binary outcomes, means, rates and ready-made effects
#'
#' With the arguments and the components of the functions of the same name in the package meta, computed by tausq's engine.
#'
#' @param event,n events and sample size of one arm.
#' @param event.e,n.e,event.c,n.c the same of the experimental and the control arm.
#' @param time.e,time.c person-time of both arms.
#' @param time person-time of one arm.
#' @param mean.e,sd.e,mean.c,sd.c means and standard deviations of both arms.
#' @param mean,sd mean and standard deviation of one arm.
#' @param cor correlations.
#' @param TE,seTE effect sizes and standard errors.
#' @param lower,upper,level.ci limits that standard errors are taken from where these are not given, and their level.
#' @param transf,func.transf `FALSE` where effects and limits are on the natural scale of `sm` (odds ratios, say), or the function that transforms them.
#' @param studlab study labels.
#' @param data data frame in which the arguments are looked up.
#' @param subset,exclude rows to use, rows to leave out.
#' @param method `"Inverse"`, `"MH"`, `"Peto"`, `"GLMM"` or `"SSW"`.
#' @param sm summary measure, e.g. `"PLOGIT"`, `"RR"`, `"MD"`.
#' @param incr,method.incr increment for zero cells, and where it is added.
#' @param level,level.ma,level.predict levels of study, pooled and prediction intervals.
#' @param method.ci interval of single studies, e.g. `"CP"`, `"WS"`.
#' @param common,random,prediction what `print` shows.
#' @param method.tau,method.tau.ci,tau.common,tau.preset estimator and interval of tau2, whether subgroups share it, a value for it.
#' @param method.random.ci,adhoc.hakn.ci `"classic"`, `"HK"` or `"KR"`, and the guard of HK: `""`, `"se"`, `"ci"`, `"IQWiG6"`.
#' @param method.predict `"V"`, `"HTS"`, `"HK"`, `"KR"` or `"S"`.
#' @param model.glmm `"UM.FS"`, `"UM.RS"`, `"CM.EL"` or `"CM.AL"`.
#' @param subgroup values that split the studies.
#' @param ... `hakn = TRUE` (for `method.random.ci = "HK"`) and `byvar` (for `subgroup`) of older scripts; others are ignored.
#' @return A list of class `meta`: `TE`, `seTE`, `lower`, `upper`, `w.common`, `w.random`, `TE.common`, `TE.random`, `lower.random`,
#'   `lower.predict`, `tau2`, `I2`, `Q`, `TE.random.w` and so on; `$tausq` is the engine's whole result.
#' @examples
#' metaprop(c(16, 4, 0), c(20, 21, 22), studlab = c("A", "B", "C"))
#' metabin(events_t, total_t, events_c, total_c, data = bcg, studlab = study, sm = "RR")
#' metagen(c(0.1, 0.4, 0.2), c(0.1, 0.2, 0.15))
#' @name meta
NULL

shared_options <- function(env) {
  names <- c("incr", "method.incr", "level", "level.ma", "level.predict", "method.ci", "common", "random", "prediction", "method.tau", "method.tau.ci",
             "tau.common", "tau.preset", "method.random.ci", "adhoc.hakn.ci", "method.predict", "model.glmm")
  setNames(lapply(names, function(name) if (exists(name, env, inherits = FALSE)) get(name, env)), names)
}

#' @rdname meta
#' @export
metaprop <- function(event, n, studlab, data = NULL, subset = NULL, exclude = NULL, method = if (sm == "PLOGIT") "GLMM" else "Inverse", sm = "PLOGIT",
                     incr = 0.5, method.incr = "only0", method.ci = "CP", level = 0.95, common = TRUE, random = TRUE, prediction = FALSE, level.ma = 0.95,
                     level.predict = 0.95, method.tau = if (method == "GLMM") "ML" else "REML", method.tau.ci = NULL, tau.preset = NULL, tau.common = FALSE,
                     method.random.ci = "classic", adhoc.hakn.ci = "", method.predict = "V", subgroup = NULL, ...) {
  method <- method
  method.tau <- method.tau
  run_meta(match.call(), parent.frame(), data, list(event = "events", n = "total"), sm, method, shared_options(environment()), "metaprop")
}

#' @rdname meta
#' @export
metabin <- function(event.e, n.e, event.c, n.c, studlab, data = NULL, subset = NULL, exclude = NULL, method = "MH", sm = if (method == "Peto" || method == "GLMM") "OR" else "RR",
                    incr = 0.5, method.incr = "only0", level = 0.95, common = TRUE, random = TRUE, prediction = FALSE, level.ma = 0.95, level.predict = 0.95,
                    method.tau = if (method == "GLMM") "ML" else "REML", method.tau.ci = NULL, tau.preset = NULL, tau.common = FALSE, method.random.ci = "classic",
                    adhoc.hakn.ci = "", method.predict = "V", model.glmm = NULL, subgroup = NULL, ...) {
  sm <- sm
  method.tau <- method.tau
  run_meta(match.call(), parent.frame(), data, list(event.e = "event.e", n.e = "n.e", event.c = "event.c", n.c = "n.c"), sm, method, shared_options(environment()), "metabin")
}

#' @rdname meta
#' @export
metainc <- function(event.e, time.e, event.c, time.c, studlab, data = NULL, subset = NULL, exclude = NULL, method = "MH", sm = "IRR", incr = 0.5,
                    method.incr = "only0", level = 0.95, common = TRUE, random = TRUE, prediction = FALSE, level.ma = 0.95, level.predict = 0.95,
                    method.tau = if (method == "GLMM") "ML" else "REML", method.tau.ci = NULL, tau.preset = NULL, tau.common = FALSE, method.random.ci = "classic",
                    adhoc.hakn.ci = "", method.predict = "V", model.glmm = NULL, subgroup = NULL, ...) {
  method.tau <- method.tau
  run_meta(match.call(), parent.frame(), data, list(event.e = "event.e", time.e = "time.e", event.c = "event.c", time.c = "time.c"), sm, method,
           shared_options(environment()), "metainc")
}

#' @rdname meta
#' @export
metarate <- function(event, time, studlab, data = NULL, subset = NULL, exclude = NULL, method = if (sm == "IRLN") "GLMM" else "Inverse", sm = "IRLN", incr = 0.5,
                     method.incr = "only0", level = 0.95, common = TRUE, random = TRUE, prediction = FALSE, level.ma = 0.95, level.predict = 0.95,
                     method.tau = if (method == "GLMM") "ML" else "REML", method.tau.ci = NULL, tau.preset = NULL, tau.common = FALSE, method.random.ci = "classic",
                     adhoc.hakn.ci = "", method.predict = "V", subgroup = NULL, ...) {
  method <- method
  method.tau <- method.tau
  run_meta(match.call(), parent.frame(), data, list(event = "events", time = "time"), sm, method, shared_options(environment()), "metarate")
}

#' @rdname meta
#' @export
metacont <- function(n.e, mean.e, sd.e, n.c, mean.c, sd.c, studlab, data = NULL, subset = NULL, exclude = NULL, sm = "MD", level = 0.95, common = TRUE, random = TRUE,
                     prediction = FALSE, level.ma = 0.95, level.predict = 0.95, method.tau = "REML", method.tau.ci = NULL, tau.preset = NULL, tau.common = FALSE,
                     method.random.ci = "classic", adhoc.hakn.ci = "", method.predict = "V", subgroup = NULL, ...) {
  run_meta(match.call(), parent.frame(), data,
           list(n.e = "n.e", mean.e = "mean.e", sd.e = "sd.e", n.c = "n.c", mean.c = "mean.c", sd.c = "sd.c"), sm, "Inverse", shared_options(environment()), "metacont")
}

#' @rdname meta
#' @export
metamean <- function(n, mean, sd, studlab, data = NULL, subset = NULL, exclude = NULL, sm = "MRAW", level = 0.95, common = TRUE, random = TRUE, prediction = FALSE,
                     level.ma = 0.95, level.predict = 0.95, method.tau = "REML", method.tau.ci = NULL, tau.preset = NULL, tau.common = FALSE,
                     method.random.ci = "classic", adhoc.hakn.ci = "", method.predict = "V", subgroup = NULL, ...) {
  run_meta(match.call(), parent.frame(), data, list(n = "n", mean = "mean", sd = "sd"), choose(sm, list(MRAW = "MN", MLN = "MNLN", MN = "MN", MNLN = "MNLN"), "sm"),
           "Inverse", shared_options(environment()), "metamean")
}

#' @rdname meta
#' @export
metacor <- function(cor, n, studlab, data = NULL, subset = NULL, exclude = NULL, sm = "ZCOR", level = 0.95, common = TRUE, random = TRUE, prediction = FALSE,
                    level.ma = 0.95, level.predict = 0.95, method.tau = "REML", method.tau.ci = NULL, tau.preset = NULL, tau.common = FALSE,
                    method.random.ci = "classic", adhoc.hakn.ci = "", method.predict = "V", subgroup = NULL, ...) {
  run_meta(match.call(), parent.frame(), data, list(cor = "ri", n = "ni"), sm, "Inverse", shared_options(environment()), "metacor")
}

# From the natural scale of a summary measure to that of analysis.
meta_scale <- function(sm) {
  switch(toupper(sm), OR = , RR = , HR = , IRR = , ROM = , DOR = , PLN = , IRLN = , VE = log, PLOGIT = stats::qlogis, PAS = transf.arcsin, ZCOR = atanh, IRS = sqrt,
         stop("transf = FALSE: how values of sm = \"", sm, "\" are transformed is told by func.transf", call. = FALSE))
}

# Effects on the scale of analysis; standard errors, and effects, from limits where these are given.
generic_effects <- function(raw, func.transf, level) {
  each <- function(values) if (is.null(values)) NULL else func.transf(as.numeric(values))
  limits <- if (!is.null(raw$lower) && !is.null(raw$upper)) list(lower = each(raw$lower), upper = each(raw$upper))
  te <- each(raw$TE)
  if (is.null(te) && !is.null(limits)) te <- (limits$lower + limits$upper) / 2
  se <- as.numeric(raw$seTE)
  if (!is.null(limits)) {
    width <- (limits$upper - limits$lower) / (2 * qnorm((1 + level) / 2))
    se <- if (length(se)) ifelse(is.na(se), width, se) else width
    te <- ifelse(is.na(te), (limits$lower + limits$upper) / 2, te)
  }
  if (!length(se)) stop("effect sizes need standard errors seTE, or limits lower and upper", call. = FALSE)
  list(TE = te, seTE = se)
}

#' @rdname meta
#' @export
metagen <- function(TE, seTE, studlab, data = NULL, subset = NULL, exclude = NULL, sm = "", lower, upper, level.ci = 0.95, transf = TRUE, func.transf = NULL, level = 0.95, common = TRUE, random = TRUE, prediction = FALSE,
                    level.ma = 0.95, level.predict = 0.95, method.tau = "REML", method.tau.ci = NULL, tau.preset = NULL, tau.common = FALSE,
                    method.random.ci = "classic", adhoc.hakn.ci = "", method.predict = "V", subgroup = NULL, ...) {
  if (is.null(func.transf)) func.transf <- if (transf) identity else meta_scale(sm)
  prepare <- function(raw) generic_effects(raw, func.transf, as_level(level.ci))
  out <- run_meta(match.call(), parent.frame(), data, list(TE = "yi", seTE = "sei", lower = "ci_lower", upper = "ci_upper"), "GEN", "Inverse", shared_options(environment()), "metagen",
                  prepare)
  out$sm <- sm
  out
}

#' @export
print.tausq.meta <- function(x, ...) {
  cat(attr(x$tausq, "text"))
  invisible(x)
}
#' @export
summary.tausq.meta <- function(object, ...) object
#' @export
coef.tausq.meta <- function(object, ...) c(common = object$TE.common, random = object$TE.random)
#' @export
weights.tausq.meta <- function(object, ...) {
  data.frame(w.common = object$w.common, p.common = 100 * object$w.common, w.random = object$w.random, p.random = 100 * object$w.random, row.names = make.unique(object$studlab))
}
#' @export
as.data.frame.tausq.meta <- function(x, row.names = NULL, optional = FALSE, ...) {
  data.frame(studlab = x$studlab, TE = x$TE, seTE = x$seTE, lower = x$lower, upper = x$upper, w.common = x$w.common, w.random = x$w.random)
}
