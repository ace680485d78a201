# Random-effects and common-effect models as metafor's rma() gives them.

test_keys <- list(z = "z", t = "t", knha = "hk", hksj = "hk", adhoc = "hk_se")
prediction_of_test <- list(z = "z", t = "v", knha = "hk", hksj = "hk", adhoc = "hk")
common_methods <- c("EE", "FE", "CE")

#' Random-effects and common-effect models, meta-regression
#'
#' With the arguments and the components of `metafor::rma()`, computed by tausq's engine, so that a script runs with
#' `library(tausq)` in place of `library(metafor)`. Where the two programs differ, the numbers are tausq's: the likelihood
#' estimators return the global maximum, and no interval is clipped.
#'
#' @inheritParams escalc
#' @param yi effect sizes, or a formula `yi ~ x1 + x2`.
#' @param vi,sei their sampling variances or standard errors.
#' @param weights weights to use in place of the model's.
#' @param mods moderators: a formula `~ x1 + x2`, a matrix, or a vector.
#' @param scale not offered: location-scale models.
#' @param measure effect measure; `"GEN"` for ready-made effect sizes.
#' @param intercept whether a matrix of moderators gets an intercept.
#' @param method estimator of tau2: `"REML"`, `"ML"`, `"DL"`, `"HE"`, `"HS"`, `"HSk"`, `"SJ"`, `"EB"`, `"PM"`, `"PMM"`, `"GENQ"`,
#'   `"GENQM"`, `"DLIT"`, `"SJIT"`; `"EE"`, `"FE"` or `"CE"` for a common effect.
#' @param weighted `FALSE` for the plain mean.
#' @param test `"z"`, `"t"`, `"knha"` (Hartung-Knapp) or `"adhoc"` (never narrower than z).
#' @param level confidence level, 95 or 0.95.
#' @param digits digits that `print` shows.
#' @param btt coefficients that the omnibus test takes together; all but the intercept by default.
#' @param tau2 a value of tau2 in place of an estimate.
#' @param verbose,control ignored: no fit needs tuning.
#' @return A list of class `rma.uni`: `b`, `beta`, `se`, `zval`, `pval`, `ci.lb`, `ci.ub`, `vb`, `tau2`, `se.tau2`, `I2` and
#'   `H2` (I2 in percent), `QE`, `QEp`, `QM`, `QMp`, `R2`, `k`, `p`, `yi`, `vi`, `X`, `slab`, `fit.stats` and so on; `$tausq` is the
#'   engine's whole result.
#' @examples
#' dat <- escalc(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg)
#' res <- rma(yi, vi, data = dat)
#' res
#' rma(yi, vi, mods = ~ ablat + factor(alloc), data = dat, test = "knha")
#' @export
rma <- function(yi, vi, sei, weights, ai, bi, ci, di, n1i, n2i, x1i, x2i, t1i, t2i, m1i, m2i, sd1i, sd2i, xi, mi, ri, ti, sdi, ni, mods,
                scale, measure = "GEN", data, slab, subset, add = 1/2, to = "only0", drop00 = FALSE, intercept = TRUE, vtype = "LS",
                method = "REML", weighted = TRUE, test = "z", level = 95, digits = 4, btt, tau2, verbose = FALSE, control, ...) {
  call <- match.call()
  env <- parent.frame()
  if (test %in% c("knha", "hksj", "adhoc") && method %in% common_methods) warning("Hartung-Knapp intervals are meant for random-effects models.", call. = FALSE)
  if (method == "SJ" && !missing(control) && !is.null(control$tau2.init)) warning("control: tau2.init is ignored, SJ starts from the variance of the effect sizes.", call. = FALSE)
  if (!missing(scale)) stop("location-scale models (argument 'scale') are not offered", call. = FALSE)
  frame <- if (missing(data)) NULL else as.data.frame(data)
  if (is.null(frame) && !is.null(call$yi)) {  # rma(dat): the data frame of escalc() says which columns they are
    known <- if (inherits(call$yi, "call") && identical(call$yi[[1]], as.name("~"))) NULL else eval(call$yi, env)
    if (inherits(known, "escalc")) {
      call$yi <- as.name(attr(known, "yi.names")[1])
      call$vi <- as.name(attr(known, "vi.names")[1])
      frame <- as.data.frame(known)
    }
  }
  effects <- rma_effects(call, frame, env, measure, if (missing(add)) NULL else add, to, drop00, vtype)
  k_all <- length(effects$yi)
  design <- rma_design(call, frame, env, k_all, intercept, effects$formula)
  weights <- if (is.null(call$weights)) NULL else eval(call$weights, frame, env)
  labels <- if (!is.null(call$slab)) study_labels(eval(call$slab, frame, env), k_all) else study_labels(effects$slab, k_all)
  rows <- subset_rows(if (is.null(call$subset)) NULL else eval(call$subset, frame, env), k_all)
  used <- rows & !is.na(effects$yi) & !is.na(effects$vi) & stats::complete.cases(design$X) & (if (is.null(weights)) TRUE else !is.na(weights))
  warn_of_omitted(sum(rows & !used))
  if (!any(used)) stop("no study has an effect size, a variance and all moderators", call. = FALSE)
  settings <- list(method = method, test = test, level = as_level(level), weights = if (weighted) weights[used] else rep(1, sum(used)),
                   tau2 = if (missing(tau2)) NULL else tau2, measure = measure, ni = effects$ni[used])
  fit <- rma_fit(effects$yi[used], effects$vi[used], design$X[used, , drop = FALSE], labels[used], settings)
  fit$call <- match.call()
  fit$data <- frame
  fit$digits <- as_digits(digits)
  fit$k.all <- k_all
  fit$k.f <- sum(rows)
  fit$yi.f <- effects$yi[rows]
  fit$vi.f <- effects$vi[rows]
  fit$X.f <- design$X[rows, rownames(fit$b), drop = FALSE]
  fit$not.na <- used[rows]
  fit$ids <- which(used)
  fit$ids.f <- which(rows)
  fit$slab.f <- labels[rows]
  fit$measure <- effects$measure
  fit$slab.null <- is.null(call$slab) && is.null(effects$slab)
  fit$formula.yi <- effects$formula.yi
  fit$formula.mods <- design$formula
  fit$terms <- design$terms
  fit$xlevels <- design$xlevels
  fit$model <- "rma.uni"
  if (!missing(btt)) fit <- set_btt(fit, btt)
  fit
}

#' @rdname rma
#' @export
rma.uni <- rma

warn_of_omitted <- function(count) {
  if (count > 0) warning(count, if (count == 1) " study" else " studies", " with NAs omitted from model fitting.", call. = FALSE)
}

# yi, vi, sample sizes and labels from the call; `formula` where yi is one.
rma_effects <- function(call, frame, env, measure, add, to, drop00, vtype) {
  raw <- evaluate_arguments(call, raw_names, frame, env)
  formula <- given_formula <- NULL
  if (inherits(raw$yi, "formula")) {
    formula <- given_formula <- raw$yi
    raw$yi <- eval(formula[[2]], frame, environment(formula))
    formula <- formula[-2]
  }
  if (!is.null(raw$yi)) {
    vi <- if (!is.null(raw$vi)) raw$vi else if (!is.null(raw$sei)) raw$sei^2
    if (is.null(vi)) stop("yi needs the variances vi or the standard errors sei", call. = FALSE)
    k <- length(raw$yi)
    # What escalc() has written on its effect sizes.
    known <- attr(raw$yi, "measure")
    sizes <- attr(raw$yi, "ni")
    return(list(formula.yi = given_formula, yi = as.numeric(raw$yi), vi = rep_len(as.numeric(vi), k), ni = if (!is.null(raw$ni)) raw$ni else if (length(sizes) == k) sizes,
                slab = if (is.character(attr(raw$yi, "slab"))) attr(raw$yi, "slab"), formula = formula, measure = if (measure == "GEN" && !is.null(known)) known else measure))
  }
  columns <- raw_columns(measure, raw)
  sizes <- effect_columns(measure, columns, rep(TRUE, length(columns[[1]])), add, to, drop00, vtype)
  list(yi = sizes$yi, vi = sizes$vi, ni = sample_sizes(columns), slab = NULL, formula = NULL, measure = measure)
}

# The design matrix, with R's own coding of factors and interactions.
rma_design <- function(call, frame, env, k, intercept, formula) {
  mods <- if (!is.null(formula)) formula else if (is.null(call$mods)) NULL else eval(call$mods, frame, env)
  if (is.null(mods)) return(list(X = matrix(1, k, 1, dimnames = list(NULL, "intrcpt"))))
  if (inherits(mods, "formula")) {
    table <- model.frame(mods, frame, na.action = na.pass)
    terms <- terms(table)
    X <- if (nrow(table) == 0 || length(attr(terms, "term.labels")) == 0) matrix(1, k, 1, dimnames = list(NULL, "(Intercept)")) else model.matrix(terms, table)
    formula <- mods
    xlevels <- stats::.getXlevels(terms, table)
  } else {
    X <- as.matrix(mods)
    if (is.null(colnames(X))) colnames(X) <- if (ncol(X) == 1) "mods" else paste0("X", seq_len(ncol(X)))
    if (intercept) X <- cbind(`(Intercept)` = 1, X)
    terms <- xlevels <- formula <- NULL
  }
  if (nrow(X) != k) stop("the moderators have ", nrow(X), " rows, the effect sizes ", k, call. = FALSE)
  colnames(X)[colnames(X) == "(Intercept)"] <- "intrcpt"
  attr(X, "assign") <- attr(X, "contrasts") <- NULL
  rownames(X) <- NULL
  list(X = X, terms = terms, xlevels = xlevels, formula = formula)
}

# Columns of X that depend on the others are left out, as lm() does.
independent_columns <- function(X) {
  decomposition <- qr(X)
  if (decomposition$rank == ncol(X)) return(X)
  dropped <- colnames(X)[decomposition$pivot[-seq_len(decomposition$rank)]]
  warning("redundant predictors dropped from the model: ", paste(dropped, collapse = ", "), call. = FALSE)
  X[, sort(decomposition$pivot[seq_len(decomposition$rank)]), drop = FALSE]
}

# What the engine is asked for, and the data frame that it reads.
engine_request <- function(yi, vi, X, labels, settings) {
  common <- settings$method %in% common_methods
  mods <- setdiff(colnames(X), "intrcpt")
  data <- list(study = labels, yi = yi, vi = vi)
  if (!is.null(settings$ni) && length(settings$ni) == length(yi)) data$ni <- settings$ni
  columns <- if (length(mods)) paste0("moderator.", seq_along(mods))
  for (j in seq_along(mods)) data[[columns[j]]] <- X[, mods[j]]
  interval <- choose(settings$test, test_keys, "test")
  options <- list(measure = "GEN", pooling = "inverse", preset = "metafor", level = settings$level, interval = interval,
                  prediction = choose(settings$test, prediction_of_test, "test"), model = if (common) "common" else "random",
                  tau2 = if (!common && is.null(settings$tau2)) settings$method, tau2_fixed = if (!common) settings$tau2,
                  user_weights = if (length(settings$weights)) settings$weights,
                  mods = if (length(mods)) paste(columns, collapse = " + "),
                  intercept = if (length(mods)) "intrcpt" %in% colnames(X))
  list(data = data, options = given(options), common = common)
}

# One fit: the engine's result under metafor's names.
rma_fit <- function(yi, vi, X, labels, settings) {
  X <- independent_columns(X)
  request <- engine_request(yi, vi, X, labels, settings)
  result <- run_engine("pool", request$data, request$options)
  int_only <- ncol(X) == 1 && colnames(X)[1] == "intrcpt"
  side <- if (request$common) result$common else result$random
  if (int_only && side$status %in% c("not_estimable", "not_converged")) stop(side$reason, call. = FALSE)
  h <- result$heterogeneity
  out <- if (int_only) coefficients_of_mean(side) else coefficients_of_regression(result$regression, X)
  k <- length(yi)
  p <- ncol(X)
  tau2 <- if (request$common) 0 else h$tau2
  q <- if (int_only) h[c("q", "q_df", "q_p")] else setNames(result$regression[c("qe", "qe_df", "qe_p")], c("q", "q_df", "q_p"))
  out <- c(out, list(
    tau2 = tau2, se.tau2 = if (request$common) NA_real_ else h$tau2_se, tau2.fix = !is.null(settings$tau2), k = k, p = p, p.eff = p, k.eff = k,
    m = if (int_only) 1L else p - as.integer("intrcpt" %in% colnames(X)),
    QE = q$q, QEp = q$q_p,
    I2 = 100 * (if (request$common) max(0, (q$q - q$q_df) / q$q, na.rm = TRUE) else h$i2),
    H2 = if (request$common) q$q / q$q_df else h$h2,
    R2 = if (!int_only && !request$common) 100 * result$regression$r2,
    int.only = int_only, int.incl = "intrcpt" %in% colnames(X), intercept = "intrcpt" %in% colnames(X), allvipos = all(vi > 0),
    coef.na = setNames(rep(FALSE, p), colnames(X)), yi = yi, vi = vi, X = X, weights = settings$weights, slab = labels, ids = seq_len(k),
    not.na = rep(TRUE, k), slab.null = FALSE, digits = as_digits(4),
    measure = settings$measure, method = settings$method, weighted = is.null(settings$weights) || length(unique(settings$weights)) > 1,
    test = settings$test, level = 1 - settings$level, ni = settings$ni, settings = settings, tausq = result))
  out$parms <- p + if (request$common || out$tau2.fix) 0 else 1
  out$fe <- request$common
  resid <- yi - drop(X[, rownames(out$b), drop = FALSE] %*% out$b)
  out$fit.stats <- likelihood_statistics(resid, vi, tau2, X, out$parms)
  out$s2w <- switch(settings$test, knha = , hksj = , adhoc = sum(resid^2 / (vi + tau2)) / (k - p), 1)
  if (settings$test == "adhoc") out$s2w <- max(1, out$s2w)
  structure(out, class = c("tausq.rma", "rma.uni", "rma"))
}

coefficients_of_mean <- function(side) {
  one <- function(value) setNames(value, "intrcpt")
  b <- matrix(side$estimate, 1, 1, dimnames = list("intrcpt", NULL))
  list(b = b, beta = b, se = side$se, zval = side$statistic, pval = side$p_value, ci.lb = side$ci_lower, ci.ub = side$ci_upper,
       vb = matrix(side$se^2, 1, 1, dimnames = list("intrcpt", "intrcpt")), QM = side$statistic^2, QMp = side$p_value, QMdf = c(1, side$df),
       ddf = side$df, dfs = side$df, btt = 1L)
}

coefficients_of_regression <- function(regression, X) {
  names <- colnames(X)
  at <- order(match(names, "intrcpt", nomatch = 0) == 0)  # the engine puts the intercept first, as model.matrix() does
  b <- matrix(regression$beta, ncol = 1, dimnames = list(names[at], NULL))
  vb <- regression$vcov
  dimnames(vb) <- list(names[at], names[at])
  btt <- if ("intrcpt" %in% names) seq_along(names)[-1] else seq_along(names)
  list(b = b, beta = b, se = regression$se, zval = regression$statistic, pval = regression$p_value, ci.lb = regression$ci_lower,
       ci.ub = regression$ci_upper, vb = vb, QM = regression$qm, QMp = regression$qm_p, QMdf = c(regression$qm_df, regression$df),
       ddf = regression$df, dfs = regression$df, btt = btt, vif = regression$vif)
}

# Both log-likelihoods at the fitted coefficients and tau2, with the criteria that follow from them. The deviance of ML is that
# from the saturated model.
likelihood_statistics <- function(resid, vi, tau2, X, parms) {
  k <- length(vi)
  p <- ncol(X)
  v <- vi + tau2
  ml <- -0.5 * (k * log(2 * pi) + sum(log(v)) + sum(resid^2 / v))
  log_det <- function(A) as.numeric(determinant(A)$modulus)
  reml <- if (k > p) -0.5 * ((k - p) * log(2 * pi) + sum(log(v)) + sum(resid^2 / v) + log_det(crossprod(X / sqrt(v))) - log_det(crossprod(X))) else NA_real_
  saturated <- -0.5 * sum(log(2 * pi * vi))
  criteria <- function(ll, dev, n) c(ll, dev, -2 * ll + 2 * parms, -2 * ll + log(n) * parms, -2 * ll + 2 * parms * max(n, parms + 2) / (max(n, parms + 2) - parms - 1))
  data.frame(ML = criteria(ml, 2 * (saturated - ml), k), REML = criteria(reml, -2 * reml, k - p), row.names = c("ll", "dev", "AIC", "BIC", "AICc"))
}

# Log-likelihood, deviance and criteria of an exact likelihood.
fit_statistics <- function(fit) {
  data.frame(ML = c(fit$loglik, -2 * fit$loglik, fit$aic, fit$bic, fit$aicc), REML = NA_real_, row.names = c("ll", "dev", "AIC", "BIC", "AICc"))
}

# Coefficients by number, or by a part of their name.
coefficients_named <- function(fit, btt) {
  names <- rownames(fit$b)
  at <- if (is.character(btt)) which(Reduce(`|`, lapply(btt, function(part) grepl(part, names, fixed = TRUE) | grepl(part, names)))) else seq_along(names)[btt]
  if (!length(at) || anyNA(at)) stop("btt: the coefficients are ", paste0(seq_along(names), " ", names, collapse = ", "), call. = FALSE)
  at
}

# The omnibus test of some coefficients: b' V^-1 b, chi-square on their number, or F.
set_btt <- function(fit, btt) {
  btt <- coefficients_named(fit, btt)
  q <- drop(crossprod(fit$b[btt], solve(fit$vb[btt, btt, drop = FALSE], fit$b[btt])))
  m <- length(btt)
  df <- if (length(fit$dfs)) fit$dfs else NA
  fit$btt <- btt
  fit$m <- m
  fit$QM <- if (is.na(df)) q else q / m
  fit$QMp <- if (is.na(df)) pchisq(q, m, lower.tail = FALSE) else pf(q / m, m, df, lower.tail = FALSE)
  fit$QMdf <- c(m, df)
  fit
}
