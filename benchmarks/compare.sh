#!/bin/sh
# Compares the speed of the working tree with that of another revision, on this machine, in one run: prints a ratio a benchmark. No test:
# it says how much slower or faster, and never fails for it.
# usage: benchmarks/compare.sh BUILD_DIR [REVISION=main] [FILTER]
set -eu
build=$(mkdir -p "$1" && cd "$1" && pwd)
revision=${2:-main}
filter=${3:-.}
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/.ci/packages.sh"
install_packages $build_packages libbenchmark-dev python3
base=$(git -C "$root" rev-parse --verify -q "$revision^{commit}" || git -C "$root" rev-parse --verify -q "origin/$revision^{commit}") || {
  echo "compare: there is no revision $revision"
  exit 0
}
if [ "$base" = "$(git -C "$root" rev-parse HEAD)" ] && git -C "$root" diff --quiet HEAD; then
  echo "compare: nothing has changed since $revision"
  exit 0
fi
if [ ! -d "$build/base/engine" ] || [ "$(cat "$build/base/.revision" 2>/dev/null)" != "$base" ]; then
  rm -rf "$build/base"
  mkdir -p "$build/base"
  git -C "$root" archive "$base" | tar -x -C "$build/base"
  echo "$base" >"$build/base/.revision"
fi
for tree in "$root" "$build/base"; do
  name=$([ "$tree" = "$root" ] && echo new || echo old)
  cmake -S "$tree" -B "$build/$name" -G Ninja -DCMAKE_BUILD_TYPE=Release -DTAUSQ_BENCHMARKS=ON -DTAUSQ_TESTS=OFF >/dev/null
  cmake --build "$build/$name" --target tausq_benchmarks >/dev/null
done
# By turns, so that a slow minute falls on both.
for turn in 1 2 3; do
  for name in old new; do
    "$build/$name/benchmarks/tausq_benchmarks" --benchmark_filter="$filter" --benchmark_format=json --benchmark_min_time=0.05 \
      >"$build/$name-$turn.json" 2>/dev/null
  done
done
python3 - "$build" <<'PYTHON'
import json
import sys
from pathlib import Path

build = Path(sys.argv[1])


def least(name):
    times = {}
    for turn in (1, 2, 3):
        for run in json.loads((build / f"{name}-{turn}.json").read_text())["benchmarks"]:
            nanoseconds = run["cpu_time"] * {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}[run["time_unit"]]
            times[run["name"]] = min(nanoseconds, times.get(run["name"], float("inf")))
    return times


old, new = least("old"), least("new")
for name in new:
    if name in old:
        print(f"{new[name] / old[name]:6.2f}  {name}  ({new[name]:.0f} ns)")
    else:
        print(f"   new  {name}  ({new[name]:.0f} ns)")
PYTHON
