#!/bin/sh
# Looks at reports in a real browser; installs Chromium when it is missing.  usage: test.sh [BUILD_DIR]
set -eu
cd "$(dirname "$0")/../.."
. .ci/packages.sh
install_packages python3 chromium fonts-dejavu-core
build=${1:-build/dev}
python3 -B tests/browser/run.py "$build/engine/driver/cli/tausq" . "$build/browser"
