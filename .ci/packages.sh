# Sourced by demo.sh, test.sh and .ci/run: installs the Debian packages that are missing, and says so.
# POSIX sh; a minimal Debian has neither make nor git nor sudo.

build_packages="g++ cmake ninja-build libeigen3-dev libboost-dev nlohmann-json3-dev libcli11-dev"
test_packages="doctest-dev python3 librsvg2-bin pkg-config dpkg-dev file locales"
fuzz_packages="clang-14 libclang-rt-14-dev doctest-dev"
static_packages="clang-14 clang-tidy-14 clang-format-14 cppcheck"
coverage_packages="gcovr"
python_packages="python3-venv python3-dev"
r_packages="r-base-core make r-cran-cpp11 r-cran-generics r-cran-jsonlite r-cran-knitr r-cran-rmarkdown r-cran-testthat pandoc"

# install_packages NAME...: returns 0 when all are there at the end.
install_packages() {
  missing=""
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
  done
  [ -z "$missing" ] && return 0
  command="apt-get install -y --no-install-recommends$missing"
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "Please install by your package manager what Debian calls:$missing" >&2
    return 1
  fi
  if [ "$(id -u)" -eq 0 ]; then become=""
  elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then become="sudo"
  else
    echo "Missing packages. Please run as root:  apt-get update && $command" >&2
    return 1
  fi
  echo "Installing missing packages:$missing"
  log=$(mktemp)
  if $become apt-get update -qq >"$log" 2>&1 && DEBIAN_FRONTEND=noninteractive $become $command -qq >>"$log" 2>&1; then
    rm -f "$log"
    return 0
  fi
  tail -n 20 "$log" >&2
  rm -f "$log"
  echo "Installing failed. Please run as root:  apt-get update && $command" >&2
  return 1
}
