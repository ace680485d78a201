#!/usr/bin/env python3
"""Runs the program on the cases of truth.json and counts the correct digits of every number.

usage: run.py TAUSQ [METHOD...]      only methods whose name starts with one of these; prints every case

The cases come from make.py, which computes them anew, by the formulas of the sources, with 40 digits. Standard library only.
"""
import json
import math
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal, getcontext
from pathlib import Path

getcontext().prec = 50
getcontext().Emin, getcontext().Emax = -10**17, 10**17
SMALLEST = Decimal("1e-307")

# Digits that every number of a method must have: half a digit or more below the worst of today's, so that another compiler passes and a
# loss does not.
USUAL = 13
REQUIRED = {"trim and fill L0": 12, "trim and fill Q0": 12, "bias harbord": 11.5, "bias deeks": 12, "bias pustejovsky": 12, "bias peters": 12.5, "test breslow_day": 11.5, "test tarone": 11.5,
            "pooling mh RR": 12.5}


def find(document, place):
    for key in place.split("."):
        if document is None:
            return None
        document = document[int(key)] if isinstance(document, list) else document.get(key)
    return document


def digits(got, want, scale):
    """Correct significant digits, at most 16."""
    if want in ("None", "nan", "+inf", "-inf"):
        return 16.0 if got is None else 0.0
    if got is None:
        return 0.0
    want, got = Decimal(want), Decimal(got)
    if abs(want) < SMALLEST:
        return 16.0 if abs(got) < SMALLEST else 0.0   # a p-value below all doubles is 0; log_p_value has it
    error = abs(got - want) / max(abs(want), scale)
    return max(0.0, min(16.0, -math.log10(error))) if error else 16.0


def main():
    program, chosen = sys.argv[1], sys.argv[2:]
    scores, failed = defaultdict(list), 0
    for case in json.loads((Path(__file__).parent / "truth.json").read_text(encoding="utf-8")):
        if chosen and not any(case["method"].startswith(c) for c in chosen):
            continue
        run = subprocess.run([program, case["command"][0], "-", "--json", *case["command"][1:]], input=case["records"].encode(), capture_output=True, check=False)
        if run.returncode:
            print(f"{case['id']}: exit {run.returncode}: {run.stderr.decode().strip()[:200]}")
            failed += 1
            continue
        result = json.loads(run.stdout)
        for place, want in case["expect"].items():
            got = find(result, place)
            located = place.rsplit(".", 1)[-1] in ("estimate", "ci_lower", "ci_upper", "lower", "upper", "intercept", "slope")
            correct = digits(got, want, Decimal(case.get("scale", 0)) if located else 0)
            scores[case["method"]].append(correct)
            if correct < REQUIRED.get(case["method"], USUAL) or chosen:
                failed += correct < REQUIRED.get(case["method"], USUAL)
                print(f"{case['id']} {place}: {correct:.1f} digits, want {want}, got {got}")
    for method, values in sorted(scores.items()):
        print(f"{method:28} {len(values):4} numbers, at least {min(values):4.1f} digits (must have {REQUIRED.get(method, USUAL)})")
    print(f"{sum(map(len, scores.values()))} numbers, {failed} not as good as they must be")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main())
