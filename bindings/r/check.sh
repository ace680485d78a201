#!/bin/sh
# Assembles the package in build/r of the repository, builds it, and runs R CMD check on it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(cd "$here/../.." && pwd)/build/r
mkdir -p "$work"
rm -rf "$work/tausq"
"$here/package.sh" "$work"
"$here/package.sh" --check "$work"
cd "$work"
R CMD build tausq
_R_CHECK_CRAN_INCOMING_=false _R_CHECK_FORCE_SUGGESTS_=false R CMD check --no-manual tausq_*.tar.gz
