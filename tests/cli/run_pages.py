#!/usr/bin/env python3
"""Runs every `tausq` command that a page shows, and checks the results that the page prints under it.

usage: run_pages.py TAUSQ SOURCE_DIR

Pages: README.md and datasets/*.md. A command is a line of a fenced block that starts with `tausq`, or with `$ tausq` and
then the lines that it prints. It must exit with 0, or print those lines. The files of the folder `pages` are there (trials.csv,
broken.csv), and the data sets under `datasets/`. A table with the heading "| in the JSON | value |" after a block belongs to its
last command: every value must agree to the digits printed. Standard library only.
"""
import json
import re
import shutil
import sys
from pathlib import Path

from expectations import Program, equal, find

BLOCK = re.compile(r"^```(?:sh)?\n(.*?)^```|^\| `([^`]+)` \| (.+?) \|$", re.M | re.S)


def steps(text):
    """What a page shows, in order: ("command", line, [lines that it prints]) or ("value", path, text)."""
    for match in BLOCK.finditer(text):
        if match.group(1) is None:
            yield "value", match.group(2), match.group(3)
            continue
        lines = match.group(1).replace("\\\n", " ").splitlines()
        for i, line in enumerate(lines):
            if line.startswith(("tausq ", "$ tausq ")):
                shown = []
                while line.startswith("$ ") and i + 1 < len(lines) and lines[i + 1] and not lines[i + 1].startswith("$ "):
                    i += 1
                    shown.append(lines[i])
                yield "command", line.removeprefix("$ "), shown


def run_page(program, path, folder):
    """-> (problems, commands, values)"""
    problems, commands, values, document = [], 0, 0, None
    for kind, what, wanted in steps(path.read_text(encoding="utf-8")):
        if kind == "command":
            commands += 1
            status, out, err = program.run(what, folder)
            if status and not wanted:
                problems.append(f"{what}: exit {status}: {err.strip()[:300]}")
            problems += [f"{what}: does not print {line!r}" for line in wanted if line not in (out + err).splitlines()]
            document = json.loads(out) if out.startswith("{") else None
        elif document is not None:
            values += 1
            got = find(document, what)
            if not got or not equal(got[0], wanted):
                problems.append(f"{what} is {got[0] if got else 'missing'}, the page says {wanted}")
    return problems, commands, values


def main():
    program = Program(sys.argv[1], sys.argv[2])
    pages = [program.source_dir / "README.md", *sorted((program.source_dir / "datasets").glob("*.md"))]
    failed = commands = values = 0
    for path in (p for p in pages if p.exists()):
        with program.folder() as folder:
            for file in (Path(__file__).parent / "pages").iterdir():
                shutil.copy(file, folder)
            problems, c, v = run_page(program, path, folder)
        commands, values, failed = commands + c, values + v, failed + len(problems)
        for problem in problems:
            print(f"{path.name}: {problem}")
    print(f"{len(pages)} pages, {commands} commands run, {values} values compared, {failed} problems")
    return 1 if failed or not commands else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main())
