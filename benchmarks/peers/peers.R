# Times of metafor for the work of peers.py: lines "name seconds value". usage: peers.R WORK_DIR
suppressPackageStartupMessages({
  library(metafor)
  library(jsonlite)
})
work <- commandArgs(TRUE)[1]
input <- function(name) fromJSON(file.path(work, paste0(name, ".json")))

processor <- function() sum(proc.time()[1:2])

# The least processor time of one call; what is slow runs once.
report <- function(name, call, sets = 1) {
  best <- Inf
  begin <- proc.time()[["elapsed"]]
  repeat {
    before <- processor()
    value <- call()
    best <- min(best, max(processor() - before, 1e-3))
    if (proc.time()[["elapsed"]] - begin > 0.3) break
  }
  cat(name, format(best / sets, digits = 6), format(value, digits = 15), "\n")
}
# Calls that the clock cannot tell from nothing are timed by the ten.
ten <- function(call) function() { for (i in 1:9) call(); call() }

for (k in c(13, 1000)) {
  d <- input(paste0("reml-", k))
  fit <- function() rma(d$yi, d$vi, method = "REML", test = "knha", control = list(threshold = 1e-10, maxiter = 1000))$beta[[1]]
  if (k < 100) report(paste0("reml-", k), ten(fit), 10) else report(paste0("reml-", k), fit)
}
d <- input("batch")
over <- function(method) function() { for (i in seq_len(nrow(d$yi))) value <- rma(d$yi[i, ], d$vi[i, ], method = method)$beta[[1]]; value }
report("batch-common", over("EE"), 20)
report("batch-dl", over("DL"), 20)
report("batch-reml", over("REML"), 20)
d <- input("bcg")
report("conditional-bcg", function() suppressWarnings(rma.glmm(measure = "OR", ai = d$ai, bi = d$bi, ci = d$ci, di = d$di, model = "CM.EL"))$beta[[1]])
report("mantel-haenszel-bcg", ten(function() rma.mh(measure = "OR", ai = d$ai, bi = d$bi, ci = d$ci, di = d$di)$beta[[1]]), 10)
d <- input("glmm")
report("glmm-20", function() suppressWarnings(rma.glmm(measure = "PLO", xi = d$events, ni = d$total))$beta[[1]])
d <- input("leave-one-out")
report("leave-one-out-50", function() leave1out(rma(d$yi, d$vi))$estimate[1])
# 20 of the 1,000 refits of a bootstrap.
d <- input("reml-13")
refits <- function() {
  for (i in 1:20) {
    rows <- sample(13, replace = TRUE)
    rma(d$yi[rows], d$vi[rows], control = list(maxiter = 10000, stepadj = 0.5))
  }
  rma(d$yi, d$vi)$beta[[1]]
}
set.seed(1)
report("bootstrap-13", refits, 20 / 1000)
