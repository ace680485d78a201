#!/usr/bin/env bash
# What the tests run of the engine: REPORT.md beside this script gets a table by room, build/coverage/html every line.
# Fails when a test fails or when less than 98 % of the lines or 95 % of the branches run. Half an hour on two cores, most of it compiling.
# usage: tests/coverage/run.sh [--no-tests]     --no-tests: counts of the runs made so far
set -eu
cd "$(dirname "$0")/../.."
. .ci/packages.sh
install_packages $build_packages $test_packages $coverage_packages
build=$PWD/build/coverage
if [ "${1:-}" != --no-tests ]; then
  cmake --preset coverage >/dev/null
  cmake --build --preset coverage
  find "$build" -name '*.gcda' -delete
  TAUSQ_SECONDS_A_COMMAND=300 ctest --preset coverage -j "$(nproc)"
fi
mkdir -p "$build/html" "$build/gcov"
# In a folder of its own, where nobody minds what gcov leaves behind. Branches that only exceptions of the library take count for nothing.
# gcov derives some counts as differences, of which a program that forks or dies makes -1: gcovr passes over such a line of gcov's.
(
  cd "$build/gcov"
  gcovr --root ../../.. --object-directory "$build" --exclude-throw-branches --exclude-unreachable-branches --gcov-ignore-parse-errors \
    --filter ../../../engine/ --filter ../../../include/ --filter ../../../bindings/c/ -j "$(nproc)" \
    --json-summary "$build/coverage.json" --txt "$build/lines.txt" --html-details "$build/html/index.html" "$build"
)
python3 -B tests/coverage/report.py "$build/coverage.json" tests/coverage/REPORT.md "$(c++ --version | head -1)"
