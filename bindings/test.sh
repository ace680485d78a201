#!/bin/sh
# Tests of the R and the Python package on top of a finished build, and that their digits are those of the program.
# usage: bindings/test.sh BUILD_DIR [--full]
#   --full  also R CMD check, and the Python package from its source distribution: both compile the engine again
# Installs the Debian packages that are missing. What C and C++ need is tested by ctest.
set -eu
build=$(cd "$1" && pwd)
full=${2:-}
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../.ci/packages.sh"
install_packages $python_packages $r_packages

"$here/r/test.sh" "$build"
python=0
"$here/python/test.sh" "$build" ${full:+--from-source} || python=$?
case $python in
  0) with_python="--python $build/python/environment/bin/python" ;;
  69) with_python="" ;; # it has said why
  *) exit $python ;;
esac
digits="$here/../tests/digits"
set -- "$build/engine/driver/cli/tausq" "$build/tests/digits_through_cpp" "$build/bindings/c/libtausq_c.so" "$here/.." \
  --r "$build/r/library" $with_python
python3 -B "$digits/run.py" "$@"
python3 -B "$digits/locales.py" "$build/locales" "$@" --every 6
if [ "$full" = --full ]; then "$here/r/check.sh" "$build/r/prefix"; fi
