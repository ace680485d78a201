#!/bin/sh
# Times tausq beside metafor, statsmodels and PyMARE on the same inputs, in one run, and prints the ratios.
# usage: benchmarks/peers/run.sh BUILD_DIR [RESULTS.json]
# Installs what is missing: R and metafor from Debian, the others from PyPI into a virtual environment in BUILD_DIR/peers. A peer that
# cannot be had is left out of the table, which says so.
set -eu
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
work="$build/peers"
mkdir -p "$work"

. "$here/../../.ci/packages.sh"
install_packages $build_packages python3-venv
install_packages r-base-core r-cran-metafor r-cran-biasedurn r-cran-jsonlite || echo "peers: without metafor" >&2
environment="$work/environment"
[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
if ! "$environment/bin/python" -c 'import statsmodels, pymare' 2>/dev/null; then
  "$environment/bin/pip" install -q --disable-pip-version-check statsmodels pymare || "$environment/bin/pip" install -q --disable-pip-version-check numpy
fi
cmake --build "$build" --target tausq_c_shared >/dev/null
# One core each.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
exec "$environment/bin/python" "$here/peers.py" "$build" "$work" ${2:+"$2"}
