#!/bin/sh
# Compares the speed of the working tree with that of another revision, on this machine, in one run: prints a ratio a benchmark. No test:
# it says how much slower or faster, and never fails for it.
# usage: benchmarks/compare.sh BUILD_DIR [REVISION=main] [FILTER]
# Where nothing has changed since REVISION (main itself in CI), its parent is taken.
set -eu
build=$(mkdir -p "$1" && cd "$1" && pwd)
revision=${2:-main}
filter=${3:-.}
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/.ci/packages.sh"
# shellcheck disable=SC2086
install_packages $build_packages libbenchmark-dev python3 git ccache

commit() { git -C "$root" rev-parse --verify -q "$1^{commit}" 2>/dev/null; }
head=$(commit HEAD) || {
  echo "compare: $root is no clone of a repository with a commit"
  exit 0
}
base=$(commit "$revision" || commit "origin/$revision") || base=$head
if [ "$base" = "$head" ] && git -C "$root" diff --quiet HEAD; then
  base=$(commit HEAD~1) || {
    echo "compare: nothing to compare with: no revision $revision but the one at hand, and no parent of it in this clone"
    exit 0
  }
  echo "compare: $revision is the revision at hand, or not here: compared with its parent"
fi
echo "compare: new is the working tree at $(git -C "$root" rev-parse --short HEAD), old is $(git -C "$root" log -1 --format='%h %cs %s' "$base")"

# Both trees lie in the same place beside their build, as those of CI do: ccache then compiles a file that both have once.
if [ ! -d "$build/old" ] || [ "$(cat "$build/old.revision" 2>/dev/null)" != "$base" ]; then
  rm -rf "$build/old"
  mkdir -p "$build/old"
  git -C "$root" archive "$base" | tar -x -C "$build/old"
  echo "$base" >"$build/old.revision"
fi
mkdir -p "$build/new"
find "$build/new" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
(cd "$root" && git ls-files -z --cached --others --exclude-standard | xargs -0 sh -c 'for f; do [ -e "$f" ] && printf "%s\0" "$f"; done' - |
  tar -c --null -T - | tar -x -C "$build/new")
export CCACHE_NOHASHDIR=1
for name in new old; do
  CCACHE_BASEDIR="$build/$name"
  export CCACHE_BASEDIR
  echo "compare: building $name"
  {
    cmake -S "$build/$name" -B "$build/$name/build/ci" -G Ninja -DCMAKE_BUILD_TYPE=Release -DTAUSQ_WERROR=ON -DTAUSQ_BENCHMARKS=ON -DTAUSQ_TESTS=OFF &&
      cmake --build "$build/$name/build/ci" --target tausq_benchmarks
  } >"$build/$name.log" 2>&1 || {
    tail -n 20 "$build/$name.log"
    echo "compare: $name does not build"
    exit 0
  }
done
# By turns, so that a slow minute falls on both.
for turn in 1 2 3; do
  for name in old new; do
    "$build/$name/build/ci/benchmarks/tausq_benchmarks" --benchmark_filter="$filter" --benchmark_format=json --benchmark_min_time=0.05 \
      >"$build/$name-$turn.json" 2>/dev/null
  done
done
python3 - "$build" <<'PYTHON'
import json
import sys
from math import exp, log
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
print("new/old  benchmark (new)")
for name in new:
    if name in old:
        print(f"{new[name] / old[name]:7.2f}  {name}  ({new[name]:.0f} ns)")
    else:
        print(f"    new  {name}  ({new[name]:.0f} ns)")
for name in sorted(set(old) - set(new)):
    print(f"   gone  {name}")
both = [new[name] / old[name] for name in new if name in old]
if both:
    print(f"{exp(sum(map(log, both)) / len(both)):7.2f}  geometric mean of {len(both)}")
PYTHON
