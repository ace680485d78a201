#!/usr/bin/env python3
"""Writes the table of coverage by room from gcovr's summary; 1 when less is covered than asked for.

usage: report.py SUMMARY.json REPORT.md COMPILER
Standard library only.
"""
import datetime
import json
import sys
from collections import defaultdict
from pathlib import Path

ASKED = {"lines": 98.0, "branches": 95.0}


def room(name):
    """engine/driver/records/csv.cpp -> driver/records; include/tausq/... -> include; bindings/c/... -> bindings/c"""
    folders = name.split("/")[:-1]
    if folders[0] == "engine":
        return "/".join(folders[1:3] if folders[1] == "driver" else folders[1:2])
    return "/".join(folders[:2]) if folders[0] == "bindings" else folders[0]


def percent(covered, total):
    return 100.0 * covered / total if total else 100.0


def counts_by_room(files):
    counts = defaultdict(lambda: [0, 0, 0, 0])
    for file in files:
        values = [file["line_covered"], file["line_total"], file["branch_covered"], file["branch_total"]]
        for name in (room(file["filename"]), "all"):
            counts[name] = [a + b for a, b in zip(counts[name], values)]
    return counts


def row(name, lines, all_lines, branches, all_branches):
    return (f"| {name} | {lines} of {all_lines} | {percent(lines, all_lines):.1f} | "
            f"{branches} of {all_branches} | {percent(branches, all_branches):.1f} |")


def main(summary, report, compiler):
    counts = counts_by_room(json.loads(Path(summary).read_text(encoding="utf-8"))["files"])
    rooms = [name for name in counts if name != "all"]
    lines = [
        "# What the tests run",
        "",
        f"Written by `tests/coverage/run.sh` on {datetime.date.today().isoformat()}: {compiler}, -O0, the whole `ctest` suite "
        "(C++ and command line), every source of the engine, its headers and the C interface.",
        f"Asked for: lines {ASKED['lines']:.0f} %, branches {ASKED['branches']:.0f} %. "
        "Branches that gcovr knows to be taken by exceptions only are not counted; g++ makes more of them at -O0.",
        "",
        "| room | lines | % | branches | % |",
        "|---|---:|---:|---:|---:|",
        *(row(name, *counts[name]) for name in sorted(rooms)),
        row("**all**", *counts["all"]),
        "",
    ]
    Path(report).write_text("\n".join(lines), encoding="utf-8")
    covered, total, branches, all_branches = counts["all"]
    reached = {"lines": percent(covered, total), "branches": percent(branches, all_branches)}
    print(", ".join(f"{what} {value:.2f} %" for what, value in reached.items()))
    return 0 if all(reached[what] >= least for what, least in ASKED.items()) else 1


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
