#!/usr/bin/env python3
"""Writes truth.json: numbers of every method that has no other values of high precision, by the formulas of its source with 40 digits.

usage: make.py [PART...]      needs mpmath (apt-get install python3-mpmath); parts: normal_model tables small_study influence regression
"""
import importlib
import json
import sys
from pathlib import Path

from high_precision import Cases

PARTS = ("normal_model", "tables", "small_study", "influence", "regression")


def main():
    cases = Cases()
    chosen = sys.argv[1:]
    path = Path(__file__).parent / "truth.json"
    if chosen and path.exists():
        cases.rows = [r for r in json.loads(path.read_text(encoding="utf-8")) if r["part"] not in chosen]
    for part in chosen or PARTS:
        before = len(cases.rows)
        print(part, flush=True)
        importlib.import_module(part).add_cases(cases)
        for row in cases.rows[before:]:
            row["part"] = part
    cases.rows.sort(key=lambda r: (PARTS.index(r["part"]), r["id"]))
    cases.write(path)
    print(f"{len(cases.rows)} cases")


if __name__ == "__main__":
    main()
