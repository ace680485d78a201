#!/bin/sh
# Assembles the package in build/r of the repository, builds it, and runs R CMD check on it. Errors and warnings fail.
# usage: bindings/r/check.sh [PREFIX]    PREFIX: an installed tausq; the vignette is then built without compiling the engine a second time
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(cd "$here/../.." && pwd)/build/r
mkdir -p "$work"
rm -rf "$work/tausq" "$work"/tausq_*.tar.gz
"$here/package.sh" "$work"
"$here/package.sh" --check "$work"
cd "$work"
export MAKEFLAGS="-j$(nproc)"
TAUSQ_PREFIX="${1:-}" R CMD build tausq
unset TAUSQ_PREFIX
if ! _R_CHECK_CRAN_INCOMING_=false _R_CHECK_FORCE_SUGGESTS_=false R CMD check --no-manual tausq_*.tar.gz; then
  grep -v '^g++\|^ccache' tausq.Rcheck/00install.out | tail -n 40 >&2
  exit 1
fi
if grep -q '^Status:.*\(ERROR\|WARNING\)' tausq.Rcheck/00check.log; then exit 1; fi
