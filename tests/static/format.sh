#!/usr/bin/env bash
# Every C++ source as .clang-format says: silent and 0, or the names of those that are not and 1. Seconds.
# usage: tests/static/format.sh [--write]     --write: formats them
set -eu
cd "$(dirname "$0")/../.."
. .ci/packages.sh
install_packages $static_packages
sources() { find engine include bindings tests benchmarks -name build -prune -o -name engine_source -prune -o \( -name '*.cpp' -o -name '*.hpp' \) -print0; }
if [ "${1:-}" = --write ]; then
  sources | xargs -0 clang-format-14 -i
else
  sources | xargs -0 clang-format-14 --dry-run --Werror
fi
