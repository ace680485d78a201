#!/usr/bin/env python3
"""The gallery: every kind of plot on shipped data, with the command that draws it.

usage: gallery.py PROGRAM SOURCE_DIR PNG_DIR           draws all, compares with datasets/gallery, writes PNG files
       gallery.py PROGRAM SOURCE_DIR PNG_DIR --write   brings datasets/gallery up to date

Drawings agree when their words and elements do, and coordinates to a twentieth of a pixel. PNG files need rsvg-convert; without
it they are left out, and that is said. Standard library only.
"""
import re
import shutil
import subprocess
import sys
from pathlib import Path

BCG, BCG_WORDS = "datasets/bcg.csv --measure RR", "--favours-left 'Favours BCG' --favours-right 'Favours control'"
PLOTS = (
    ("forest-default", "Forest plot", f"tausq forest {BCG} {BCG_WORDS}"),
    ("forest-revman", "Style revman", f"tausq forest {BCG} --style revman --model random {BCG_WORDS}"),
    ("forest-jama", "Style jama", f"tausq forest {BCG} --style jama --model random {BCG_WORDS}"),
    ("forest-bmj", "Style bmj, sorted by year, with a range of equivalence", f"tausq forest {BCG} --style bmj --sort year --band 0.8:1.25"),
    ("forest-minimal", "Style minimal", f"tausq forest {BCG} --style minimal --model random"),
    ("forest-columns", "Columns of the records, with titles",
     f"tausq forest {BCG} --left study,year=Year,ablat=Latitude,alloc=Allocation --right estimate,weight --sort ablat:desc --prediction-mark polygon --model random"),
    ("forest-rob", "Traffic lights of the risk of bias (made up for this picture)",
     "tausq forest datasets/gallery/judgements.csv --measure RR --model random --rob D1,D2,D3,overall=All"),
    ("forest-subgroups", "Subgroups, logit axis", "tausq forest datasets/adherence.csv --subgroup ethnicity --axis-scale logit"),
    ("forest-leave-one-out", "Without each study", f"tausq forest {BCG} --leave-one-out"),
    ("forest-cumulative", "Cumulative, by year", f"tausq forest {BCG} --cumulative year"),
    ("funnel", "Funnel plot with contours of significance, and trim and fill", f"tausq plot funnel {BCG}"),
    ("funnel-proportions", "Funnel plot of proportions, which have no value of no effect", "tausq plot funnel datasets/adherence.csv"),
    ("radial", "Radial plot", f"tausq plot radial {BCG}"),
    ("labbe", "L'Abbé plot", "tausq plot labbe datasets/beta-blockers.csv"),
    ("baujat", "Baujat plot", f"tausq plot baujat {BCG}"),
    ("bubble", "Bubble plot of a meta-regression", f"tausq plot bubble {BCG} --mods ablat"),
    ("influence", "Influence diagnostics", "tausq plot influence datasets/teacher-expectancy.csv"),
    ("gosh", "GOSH plot, with one study told apart", f"tausq plot gosh {BCG} --highlight 'TPT Madras 1980'"),
    ("profile", "Profile likelihood of tau2 and of the mean", "tausq plot profile datasets/adherence.csv"),
    ("drapery", "Drapery plot", f"tausq plot drapery {BCG}"),
    ("specification", "Specification curve", "tausq plot specification datasets/stroke-units.csv"),
)
HEAD = """# Gallery

Every kind of plot, drawn from the data sets of this folder by the command under it. `-o NAME.svg`, `.pdf` and `.png` write the drawing, `.json` and `.csv` what
stands on it. `tausq list plots` and `tausq list forest-styles` say what there is. Made by `tests/cli/gallery.py`.
"""
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def draw(program, root, command):
    run = subprocess.run(command.replace("tausq", f"'{program}'", 1), shell=True, cwd=root, capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{command}: exit {run.returncode}: {run.stderr.strip()}")
    return run.stdout


def agree(a, b):
    if NUMBER.sub("#", a) != NUMBER.sub("#", b):
        return False
    return all(abs(float(x) - float(y)) <= 0.05 for x, y in zip(NUMBER.findall(a), NUMBER.findall(b)))


def page():
    text = HEAD
    for name, title, command in PLOTS:
        text += f"\n## {title}\n\n![{title}]({name}.svg)\n\n```\n{command} -o {name}.svg\n```\n"
    return text


def main():
    program, root, pictures = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), Path(sys.argv[3])
    folder, write, failed = root / "datasets" / "gallery", "--write" in sys.argv, 0
    pictures.mkdir(parents=True, exist_ok=True)
    converter = shutil.which("rsvg-convert")
    for name, _, command in PLOTS:
        svg = draw(program, root, command)
        shown = folder / f"{name}.svg"
        if write:
            shown.write_text(svg, encoding="utf-8")
        if not shown.exists() or not agree(svg, shown.read_text(encoding="utf-8")):
            print(f"{shown.name} is not what `{command}` draws")
            failed += 1
        if converter:
            png = subprocess.run([converter, "--format", "png"], input=svg.encode(), capture_output=True, check=True).stdout
            (pictures / f"{name}.png").write_bytes(png)
    readme = folder / "README.md"
    if write:
        readme.write_text(page(), encoding="utf-8")
    if readme.read_text(encoding="utf-8") != page():
        print("README.md is out of date")
        failed += 1
    print(f"{len(PLOTS)} plots, {failed} differ; " + (f"PNG files in {pictures}" if converter else "no PNG files: rsvg-convert is not there"))
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    sys.exit(main())
