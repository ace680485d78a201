#!/bin/sh
# Installs the Python package into a fresh virtual environment, as a user would, and runs its tests against the program.
# usage: bindings/python/test.sh BUILD_DIR [--from-source]
#   BUILD_DIR      a finished build of the engine: it is installed, and the package takes the engine from there
#   --from-source  makes a source distribution and installs that: the engine is compiled again (five minutes of one core)
# Leaves the environment in BUILD_DIR/python/environment. Exit status 69: no package index can be reached.
set -eu
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
prefix="$build/python/prefix"
environment="$build/python/environment"

rm -rf "$build/python"
python3 -m venv "$environment"
pip() { "$environment/bin/python" -m pip --disable-pip-version-check "$@"; }
if ! pip download -q --no-deps -d "$build/python/reachable" nanobind 2>"$build/python/index.log"; then
  cat "$build/python/index.log" >&2
  echo "bindings/python: NOT TESTED, no package index can be reached" >&2
  exit 69
fi
cmake --install "$build" --prefix "$prefix" >/dev/null
if [ "${2:-}" = --from-source ]; then
  pip install -q build
  "$environment/bin/python" -m build --sdist --outdir "$build/python/dist" "$here" >/dev/null
  rm -rf "$here/engine_source"
  pip install -q "$build"/python/dist/tausq-*.tar.gz
  pip install -q $(sed -n 's/^test = //p' "$here/pyproject.toml" | tr -d '[],"')
else
  pip install -q "$here[test]" -C cmake.define.TAUSQ_PREFIX="$prefix"
fi
cd "$here"
TAUSQ_PROGRAM="$prefix/bin/tausq" "$environment/bin/python" -m pytest -q -p no:cacheprovider
if [ "${2:-}" = --from-source ]; then # Spark on two workers, and Dask
  . "$here/../../.ci/packages.sh"
  command -v java >/dev/null 2>&1 || install_packages openjdk-17-jre-headless || echo "bindings/python: Spark NOT TESTED, there is no Java" >&2
  pip install -q pyspark "dask[dataframe]"
  "$environment/bin/python" -m pytest -q -p no:cacheprovider -m slow
fi
