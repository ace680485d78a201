"""Cases of the test of equal digits through the Python package: columns in, dataclasses out.

usage: through_python.py CASES    a case a line as JSON; prints the JSON of to_dict() a line, or {"error": exit code}.
"""
import json
import locale
import sys
from pathlib import Path

import tausq

CODES = {tausq.UsageError: 2, tausq.InputError: 3, tausq.NotEstimable: 4, tausq.NotConverged: 5}


def run(case):
    try:
        return getattr(tausq, case["verb"])(case["columns"], **case["options"]).to_dict()
    except tausq.TausqError as error:
        return {"error": CODES[type(error)]}


locale.setlocale(locale.LC_ALL, "")  # as embedding programs may: no number depends on it
for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
    print(json.dumps(run(json.loads(line))))
