#!/bin/sh
# Installs the Python package into a fresh virtual environment, as a user would, and runs its tests against the program.
# usage: bindings/python/test.sh BUILD_DIR     a finished build of the engine, which is installed and not compiled again
set -eu
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
prefix="$build/python/prefix"
environment="$build/python/environment"

if ! python3 -c 'import urllib.request; urllib.request.urlopen("https://pypi.org/simple/nanobind/", timeout=20)' 2>/dev/null &&
   ! python3 -m pip download -q --no-deps -d "$build/python/reachable" nanobind 2>/dev/null; then
  echo "bindings/python: NOT TESTED, no package index can be reached" >&2
  exit 0
fi
rm -rf "$build/python"
cmake --install "$build" --prefix "$prefix" >/dev/null
python3 -m venv "$environment"
"$environment/bin/pip" install -q --disable-pip-version-check "$here[test]" -C cmake.define.TAUSQ_PREFIX="$prefix"
cd "$here"
TAUSQ_PROGRAM="$prefix/bin/tausq" "$environment/bin/python" -m pytest -q -p no:cacheprovider
