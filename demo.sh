#!/bin/sh
# Builds tausq and shows what it does: pools a shipped data set and draws its forest plot. Installs what is missing.
set -eu
cd "$(dirname "$0")"
. .ci/packages.sh
install_packages $build_packages

echo "Building (about a minute the first time) ..."
cmake --preset release >/dev/null
cmake --build --preset release >build/release/build.log || { tail -n 40 build/release/build.log; exit 1; }
tausq=build/release/engine/driver/cli/tausq
mkdir -p demo

run() {
  printf '\n$ tausq'
  for word in "$@"; do
    case $word in *[\ \"\|\&]*) printf " '%s'" "$word" ;; *) printf ' %s' "$word" ;; esac
  done
  printf '\n'
  "$tausq" "$@"
}

run check datasets/msc-trials.csv
run pool datasets/msc-trials.csv --where 'outcome == "treatment-related serious adverse event"'
run pool datasets/adherence.csv
run forest datasets/adherence.csv -o demo/adherence.svg
run forest datasets/bcg.csv -o demo/bcg.svg
echo
echo "Forest plots to look at: demo/adherence.svg and demo/bcg.svg. The program: $tausq"
