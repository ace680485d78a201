#!/usr/bin/env python3
"""Runs the cases of the folder `cases`: one text file is one command with what it must say.

usage: run_cases.py TAUSQ SOURCE_DIR [NAME...]      only the cases whose file name contains a NAME

A case file, in this order (only the command is needed; README.md tells more):

    # what the case shows
    $ tausq pool - --json            the command, a shell line; the data sets stand in datasets/
    == stdin                         what it reads
    == exit 0                        the exit status, 0 if not given
    == stdout                        lines that standard output must have, all of them and no other;
    == stderr                        a line that starts with "~ " is a regular expression that must be found instead
    == file NAME                     the same for a file that the command writes
    == no file NAME                  a file that must not be there
    == json                          lines "path operator value" about the JSON on standard output

Always: standard output is empty when the exit status is not 0; JSON on standard output has no NaN and follows
`tausq schema`. Standard library only.
"""
import json
import re
import sys
from pathlib import Path

import schema
from expectations import Program, holds


def parse(path):
    """-> (command, {section heading: [lines]})"""
    command, sections, lines = None, {}, None
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            lines = sections.setdefault(line[3:].strip(), [])
        elif lines is not None:
            lines.append(line)
        elif line.startswith("$ "):
            command = line[2:]
        elif line.strip() and not line.startswith("#"):
            raise ValueError(f"{path.name}: what is {line!r}?")
    if command is None:
        raise ValueError(f"{path.name}: no command")
    return command, {name: "\n".join(lines).strip("\n").split("\n") if any(lines) else [] for name, lines in sections.items()}


def compare_text(name, got, wanted):
    """Lines of `wanted` against a text: exact ones are the whole text, `~ ` ones must be found somewhere."""
    patterns = [w[2:] for w in wanted if w.startswith("~ ")]
    for pattern in patterns:
        if not re.search(pattern, got, re.M):
            yield f"{name} lacks /{pattern}/: {got.strip()[:300]!r}"
    exact = [w for w in wanted if not w.startswith("~ ")]
    if (exact or not wanted) and got.splitlines() != exact:
        yield f"{name} is {got[:300]!r}"


def check_json(program, text, wanted, folder):
    """-> (problems, number of values checked)"""
    def reject(word):
        raise ValueError(f"{word} in JSON")
    try:
        document = json.loads(text, parse_constant=reject)
    except ValueError as e:
        return [f"standard output is not JSON: {e}"], 0
    problems = [p for p in (holds(document, line) for line in wanted if line.strip()) if p]
    verb = str(document.get("schema", "") if isinstance(document, dict) else "").removeprefix("tausq.").partition("/")[0]
    if verb:
        problems += [f"schema: {e}" for e in schema.errors(document, program.schema(verb, folder))][:5]
    return problems, len(wanted)


def run_case(program, path):
    """-> (problems, number of things checked)"""
    command, sections = parse(path)
    problems, checked = [], 1
    exits = [int(s.split()[1]) for s in sections if s.startswith("exit ")] or [0]
    with program.folder() as folder:
        status, out, err = program.run(command, folder, "\n".join(sections.get("stdin", [])) + ("\n" if sections.get("stdin") else ""))
        if status != exits[0]:
            problems.append(f"exit {status}, not {exits[0]}: {err.strip()[:300]}")
        if status != 0 and out:
            problems.append(f"standard output although it failed: {out[:200]!r}")
        for name, got in (("stdout", out), ("stderr", err)):
            if name in sections:
                problems += compare_text(name, got, sections[name])
                checked += len(sections[name])
        if out.lstrip().startswith("{") or "json" in sections:
            found, count = check_json(program, out, sections.get("json", []), folder)
            problems += found
            checked += count
        for heading, lines in sections.items():
            kind, _, name = heading.rpartition(" ")
            if kind == "file":
                written = (folder / name).read_text(encoding="utf-8") if (folder / name).exists() else None
                problems += [f"{name} was not written"] if written is None else compare_text(name, written, lines)
                checked += len(lines)
            elif kind == "no file" and (folder / name).exists():
                problems.append(f"{name} was written")
            elif kind not in ("exit", "no file") and heading not in ("stdin", "stdout", "stderr", "json"):
                problems.append(f"unknown section {heading!r}")
    return problems, checked


def main():
    program, names = Program(sys.argv[1], sys.argv[2]), sys.argv[3:]
    files = [p for p in sorted((Path(__file__).parent / "cases").glob("*.txt")) if not names or any(n in p.name for n in names)]
    failed = checked = 0
    for path in files:
        try:
            problems, count = run_case(program, path)
        except (ValueError, AssertionError) as e:
            problems, count = [str(e)], 0
        checked += count
        if problems:
            failed += 1
            print(f"{path.stem}:")
            for problem in problems:
                print(f"  {problem}")
    print(f"{len(files)} cases, {checked} things checked, {failed} failed")
    return 1 if failed or not files else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main())
