#!/bin/sh
# Installs the R package and runs its tests, then knits the report among the examples.
# usage: bindings/r/test.sh BUILD_DIR     a finished build of the engine: it is installed, and the package takes the engine from there
# Leaves the package in the library BUILD_DIR/r/library. check.sh is the whole R CMD check of the package with its own engine.
set -eu
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
work="$build/r"
rm -rf "$work"
mkdir -p "$work/library"
cmake --install "$build" --prefix "$work/prefix" >/dev/null
"$here/package.sh" "$work" >/dev/null
"$here/package.sh" --check "$work"
if ! TAUSQ_PREFIX="$work/prefix" R CMD INSTALL --library="$work/library" "$work/tausq" >"$work/install.log" 2>&1; then
  cat "$work/install.log" >&2
  exit 1
fi
export R_LIBS="$work/library"
(cd "$work/tausq/tests" && Rscript --vanilla testthat.R)
cp "$here/../examples/r/report.Rmd" "$work/"
Rscript --vanilla -e 'rmarkdown::render(commandArgs(TRUE), quiet = TRUE)' "$work/report.Rmd"
grep -q '<svg\|data:image' "$work/report.html"
echo "bindings/examples/r/report.Rmd knits"
