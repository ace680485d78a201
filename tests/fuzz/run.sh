#!/bin/sh
# Fuzzes every target for a while, two at a time, from the same seed, and fails when one finds something (a crash, a leak, an input that
# takes more than half a minute, an invariant that does not hold). The input is then kept in build/fuzz/found.
#   run.sh [SECONDS [TARGET ...]]       60 seconds and all targets by default
#   run.sh inputs                       a number of inputs that takes about a minute a target: what CI does. One commit always sees the
#                                       same ones there, so that a finding is not one of a faster machine.
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-60}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- csv json where mods request result oracle
. .ci/packages.sh
install_packages $build_packages $fuzz_packages
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --target $(printf 'fuzz_%s ' "$@")
mkdir -p build/fuzz/found

# As many as take a minute with the sanitizers, of two at a time.
inputs() {
  case $1 in
    csv) echo 300000 ;;
    json) echo 600000 ;;
    where) echo 400000 ;;
    mods) echo 650000 ;;
    request) echo 38000 ;;
    result) echo 3200 ;;
    oracle) echo 70000 ;;
  esac
}

fuzz() {
  if [ "$seconds" = inputs ]; then limit="-runs=$(inputs "$1")"; else limit="-max_total_time=$seconds"; fi
  mkdir -p "build/fuzz/corpus/$1"
  log=build/fuzz/$1.log
  if "build/fuzz/tests/fuzz/fuzz_$1" "$limit" -timeout=30 -seed=1 -rss_limit_mb=2048 -max_len=4096 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/found/$1-" "build/fuzz/corpus/$1" "tests/fuzz/corpus/$1" >"$log" 2>&1; then
    echo "$1: $(sed -n 's/stat::number_of_executed_units: *//p' "$log") inputs, nothing found"
  else
    echo "$1: found something, see $log and build/fuzz/found" >&2
    tail -n 30 "$log" >&2
    return 1
  fi
}

failed=0
while [ $# -gt 0 ]; do
  fuzz "$1" & first=$!
  second=""
  if [ $# -gt 1 ]; then fuzz "$2" & second=$!; shift; fi
  shift
  wait "$first" || failed=1
  [ -z "$second" ] || wait "$second" || failed=1
done
exit $failed
