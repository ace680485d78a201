#!/bin/sh
# Builds everything with warnings as errors and runs the whole test suite, R and Python packages included. Installs what is missing.
# usage: ./test.sh [--core] [PRESET]    --core: without R and Python, which instrumented presets leave out anyway
set -eu
cd "$(dirname "$0")"
bindings=yes
if [ "${1:-}" = --core ]; then
  bindings=no
  shift
fi
preset=${1:-dev}
case $preset in asan | tsan | debug) bindings=no ;; esac
. .ci/packages.sh
install_packages $build_packages $test_packages
cmake --workflow --preset "$preset"
if [ $bindings = yes ]; then bindings/test.sh "build/$preset"; fi
