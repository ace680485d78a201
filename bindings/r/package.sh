#!/bin/sh
# Assembles the R package: this folder with the engine's sources, the data sets and their checksums.
#   package.sh FOLDER          writes the package source into FOLDER/tausq
#   package.sh --check FOLDER  compares the engine sources in FOLDER/tausq with this repository (drift check)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

engine_sources() { # the command line, the JSON writers, pages and plots stay out: R has lists and draws by itself
  cd "$root"
  find engine include -name '*.cpp' -o -name '*.hpp' -o -name '*.inc' | grep -v -e '^engine/driver/cli/' -e '^engine/driver/verbs/' -e '^engine/driver/compare/' -e '^engine/driver/page/' -e '^engine/driver/batch/' -e '^engine/driver/plots/' -e '^include/tausq/verbs.hpp' -e '/json_schema.cpp$' -e '/report/json.cpp$' | LC_ALL=C sort
}

if [ "$1" = --check ]; then
  package=$2/tausq
  engine_sources | while read -r file; do
    cmp -s "$root/$file" "$package/src/$file" || { echo "drift: $file" >&2; exit 1; }
  done
  cd "$package/src"
  missing=$(grep -rhoE '#include [<"](tausq|engine)/[^>"]+' engine include tausq_r.cpp | sed 's/#include [<"]//' | sort -u |
    while read -r header; do [ -e "$header" ] || [ -e "include/$header" ] || echo "$header"; done)
  [ -z "$missing" ] || { echo "included by vendored sources, but not vendored:" $missing >&2; exit 1; }
  echo "vendored sources are those of the repository"
  exit 0
fi

mkdir -p "$1/tausq/inst"
package=$(cd "$1" && pwd)/tausq
for part in DESCRIPTION NAMESPACE LICENSE configure cleanup R man src tests vignettes inst .Rbuildignore; do
  [ -e "$here/$part" ] && cp -R "$here/$part" "$package/"
done
rm -f "$package"/src/*.o "$package"/src/*.so "$package"/src/Makevars

engine_sources | while read -r file; do
  mkdir -p "$package/src/$(dirname "$file")"
  cmp -s "$root/$file" "$package/src/$file" || cp "$root/$file" "$package/src/$file"
done
(cd "$package/src" && engine_sources | (cd "$package/src" && xargs sha256sum)) >"$package/inst/vendored.sha256"
objects=$(engine_sources | sed -n 's/\.cpp$/.o/p' | sed 's/^/  /; s/$/ \\/')
OBJECTS="$objects" awk '{ i = index($0, "@OBJECTS@"); if (i) { print substr($0, 1, i - 1) "\\"; print ENVIRON["OBJECTS"]; print "" } else print }' \
  "$here/src/Makevars.in" >"$package/src/Makevars.in"

mkdir -p "$package/tests/testthat/reference"
for family in data effect_sizes rma_uni meta_regression mh_peto diagnostics proportions_meta bias permutation; do
  cp "$root/tests/reference/$family.json" "$package/tests/testthat/reference/"
done
cp "$root/tests/unit/records/bad-input.jsonl" "$package/tests/testthat/reference/"

mkdir -p "$package/data" "$package/inst/extdata"
cp "$root"/datasets/*.csv "$package/inst/extdata/"
Rscript --vanilla - "$root/datasets" "$package/data" <<'R'
folders <- commandArgs(TRUE)
for (file in list.files(folders[1], "\\.csv$", full.names = TRUE)) {
  name <- gsub("-", "_", sub("\\.csv$", "", basename(file)))
  assign(name, utils::read.csv(file, encoding = "UTF-8", check.names = FALSE))
  save(list = name, file = file.path(folders[2], paste0(name, ".rda")), version = 2, compress = "xz")
}
# The trials of bcg under the names that scripts written for metafor use.
dat.bcg <- with(bcg, data.frame(trial = seq_along(study), author = sub(" [0-9]+$", "", study), year, tpos = events_t, tneg = total_t - events_t,
                                cpos = events_c, cneg = total_c - events_c, ablat, alloc))
save(dat.bcg, file = file.path(folders[2], "dat.bcg.rda"), version = 2, compress = "xz")
R
echo "$package"
