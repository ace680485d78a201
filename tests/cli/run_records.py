#!/usr/bin/env python3
"""Reads every file of tests/unit/records/bad-input.jsonl with `tausq check` and compares what became of it.

usage: run_records.py TAUSQ SOURCE_DIR

A rejected file exits with 3, names code, row and column on standard error and prints nothing; a warning has its code in
the output; an accepted file gives the records in its `value`. Standard library only.
"""
import json
import sys
from pathlib import Path

from expectations import Program


def rejection(case, status, out, err):
    if status != 3:
        return f"exit {status}, not 3: {err.strip()[:120]}"
    if out.strip():
        return "standard output although it was rejected"
    for name, wanted in (("code", case.get("code", "")), ("row", str(case["line"]) if case.get("line", 0) > 1 else ""), ("column", case.get("column", ""))):
        if wanted and wanted not in err:
            return f"{name} {wanted} not named: {err.strip()[:120]}"
    return None


def acceptance(case, status, out, err):
    if status != 0:
        return f"exit {status}, not 0: {err.strip()[:120]}"
    document = json.loads(out)
    got = [[r.get("study"), *([r["arm"]] if "arm" in r else []), r.get("events"), r.get("total")] for r in document["records"]]
    if "value" in case and got != case["value"]:
        return f"records {got}, not {case['value']}"
    if case["outcome"] == "warn" and case["code"] not in [w["code"] for w in document["warnings"]]:
        return f"no warning {case['code']}"
    return None


def main():
    program = Program(sys.argv[1], sys.argv[2])
    lines = (Path(__file__).parent.parent / "unit/records/bad-input.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    failed = 0
    with program.folder() as folder:
        for case in cases:
            (folder / case["file"]).write_bytes(case["bytes"].encode("latin-1"))   # one character a byte
            options = f" --delimiter '{case['delimiter']}'" if "delimiter" in case else ""
            options += " --measure OR" if case["file"].startswith("arm-") else ""
            result = program.run(f"tausq check {case['file']} --json{options}", folder)
            problem = (rejection if case["outcome"] == "reject" else acceptance)(case, *result)
            if problem:
                failed += 1
                print(f"{case['file']}: {problem}")
    print(f"{len(cases)} files read, {failed} not as they should be")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main())
