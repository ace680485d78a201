#!/bin/sh
# Builds everything with warnings as errors and runs the whole test suite. Installs what is missing.
set -eu
cd "$(dirname "$0")"
. .ci/packages.sh
install_packages $build_packages $test_packages
cmake --workflow --preset "${1:-dev}"
