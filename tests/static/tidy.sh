#!/usr/bin/env bash
# clang-tidy over the engine and the C interface, by .clang-tidy: silent and 0, or what it found and 1. Some two seconds a file and core.
# usage: tests/static/tidy.sh [FILE ...]
set -eu
cd "$(dirname "$0")/../.."
. .ci/packages.sh
install_packages $build_packages $test_packages $static_packages
cmake --preset clang -B build/tidy >/dev/null   # only for its list of commands
if [ $# = 0 ]; then
  mapfile -t files < <(find engine bindings/c -name '*.cpp' | sort)
  set -- "${files[@]}"
fi
printf '%s\0' "$@" | xargs -0 -n 4 -P "$(nproc)" clang-tidy-14 -p build/tidy --quiet 2>/dev/null
