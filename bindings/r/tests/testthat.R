library(testthat)
library(tausq)

test_check("tausq")
