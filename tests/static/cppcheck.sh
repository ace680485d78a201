#!/usr/bin/env bash
# cppcheck over the sources: silent and 0, or what it found and 1. Half a minute on one core.
# usage: tests/static/cppcheck.sh        cppcheck.txt names what is not so, and why
set -eu
cd "$(dirname "$0")/../.."
. .ci/packages.sh
install_packages $static_packages
cppcheck --enable=warning,performance,portability,style --suppressions-list=tests/static/cppcheck.txt --error-exitcode=1 \
  --std=c++20 --language=c++ -j "$(nproc)" --quiet -I include -I . --template='{file}:{line}: {severity}: {id}: {message}' engine include bindings/c
