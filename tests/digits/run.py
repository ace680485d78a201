#!/usr/bin/env python3
"""The same digits everywhere: reference cases through the command line, C++, C, and, where they are given, Python and R.

usage: run.py TAUSQ CPP_PROGRAM C_LIBRARY SOURCE_DIR [--python PYTHON] [--r R_LIBRARY] [--every N]

PYTHON: an interpreter that has the package; R_LIBRARY: a library that has it; N: takes every N-th reference case. All but the command line run
in the locale of the environment. Every number, word and truth value of every result has to
be the same, numbers bit by bit; only the account of the records (their name, checksum) is left out. Standard library only.
"""
import argparse
import csv
import ctypes
import io
import json
import locale
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cases import digit_cases

NO_RESULT = (4, 5)  # exit codes: typed results have a status there
NOT_COMPARED = ("input", "schema", "engine")
PARTS_OF_EFFECTS = ("options", "studies", "warnings")  # typed results have the pooled parts too, not requested


def csv_of(columns):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([["" if cell is None else repr(cell) if isinstance(cell, float) else cell for cell in row] for row in zip(*columns.values())])
    return out.getvalue()


def word(key, value):
    name = key.replace("_", "-")
    if isinstance(value, bool):
        return [f"--{name}"] if value and key != "sensitivity" else [] if value or key in ("drop00", "common_tau2") else [f"--no-{name}"]
    return [f"--{name}={value}"]


def through_command_line(tausq, case):
    words = [part for key, value in case["options"].items() for part in word(key, value)]
    done = subprocess.run([tausq, case["verb"], "-", "--json", *words], input=case["csv"], capture_output=True, text=True, encoding="utf-8")
    return json.loads(done.stdout) if done.returncode == 0 else {"error": done.returncode}


class CLibrary:
    """tausq.h by its own functions: JSON in, JSON out, and every number again by its path."""

    def __init__(self, path):
        self.abi = ctypes.CDLL(str(path))
        self.abi.tausq_run.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p)]
        self.abi.tausq_text.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(ctypes.c_size_t)]
        self.abi.tausq_number.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_double)]
        self.abi.tausq_free.argtypes = self.abi.tausq_free_text.argtypes = [ctypes.c_void_p]

    def __call__(self, case):
        result, text, size = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_size_t()
        records = case["csv"].encode()
        status = self.abi.tausq_run(case["verb"].encode(), b"-", records, len(records), json.dumps(case["options"]).encode(), result)
        if status:
            return {"error": status}
        status = self.abi.tausq_text(result, b"json", text, size)
        answer = json.loads(ctypes.string_at(text, size.value))
        self.abi.tausq_free_text(text)
        for path, leaf in leaves(answer, one_element=False):
            value = ctypes.c_double()
            if isinstance(leaf, float) and self.abi.tausq_number(result, path.encode(), value) == 0 and value.value != leaf:
                status = f"{path}: {value.value!r} in place of {leaf!r}"
        self.abi.tausq_free(result)
        return answer if status == 0 else {"error": status}


def leaves(value, path="", one_element=True):
    """Path and value of every leaf that is known; numbers are floats. An array of one scalar is that scalar, as in R."""
    below = f"{path}." if path else ""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, below + key, one_element)
    elif isinstance(value, list):
        if one_element and len(value) == 1 and not isinstance(value[0], (dict, list)):
            yield from leaves(value[0], path)
            return
        for i, part in enumerate(value):
            yield from leaves(part, f"{below}{i}", one_element)
    elif isinstance(value, (bool, str)):
        if value != "":
            yield path, value
    elif value is not None:
        yield path, float(value)


def of_json(answer):
    return {path: leaf for path, leaf in leaves(answer) if path.partition(".")[0] not in NOT_COMPARED}


def of_hexadecimal(case, answer):
    """Leaves that C++ and R print: numbers as hexadecimal text, words after "="."""
    found = {}
    for path, text in answer.items():
        if path == "error":
            return answer
        part = path.partition(".")[0]
        if part in NOT_COMPARED or (case["verb"] == "effects" and part not in PARTS_OF_EFFECTS):
            continue
        found[path] = text if isinstance(text, bool) else {"TRUE": True, "FALSE": False}[text] if text in ("TRUE", "FALSE") else text[1:] if text[0] == "=" else float.fromhex(text)
    for path in [path for path in found if path.endswith(".0") and f"{path[:-1]}1" not in found]:  # an array of one scalar
        found[path[:-2]] = found.pop(path)
    return found


def different(got, wanted):
    """The first path whose values differ, or None."""
    if "error" in wanted or "error" in got:
        code = wanted.get("error")
        no_result = code in NO_RESULT and any(path.endswith("status") and leaf in ("not_estimable", "not_converged") for path, leaf in got.items())
        return None if got.get("error") == code or no_result or got == {} and code in NO_RESULT else f"exit code {code}, got {got.get('error', 'a result')}"
    for path in {**wanted, **got}:
        if path not in got or path not in wanted or type(got[path]) is not type(wanted[path]) or repr(got[path]) != repr(wanted[path]):
            return f"{path}: {got.get(path)!r} in place of {wanted.get(path)!r}"
    return None


def lines_of(command, cases, *, piped):
    """The answers of a program that takes a case a line."""
    with tempfile.TemporaryDirectory() as folder:
        text = "".join(json.dumps(case) + "\n" for case in cases)
        path = Path(folder) / "cases.jsonl"
        path.write_text(text, encoding="utf-8")
        words = [str(part) for part in command] + ([] if piped else [str(path)])
        done = subprocess.run(words, input=text if piped else None, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        sys.exit(f"{words[0]} failed:\n{done.stderr[-4000:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("tausq", "cpp_program", "c_library", "source_dir"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--python")
    parser.add_argument("--r")
    parser.add_argument("--every", type=int, default=1)
    given = parser.parse_args()
    locale.setlocale(locale.LC_ALL, "")
    cases = [{**case, "csv": csv_of(case["columns"])} for case in digit_cases(given.source_dir, given.every)]
    with ThreadPoolExecutor() as pool:
        wanted = [of_json(answer) for answer in pool.map(lambda case: through_command_line(given.tausq, case), cases)]
    folder = Path(__file__).parent
    faces = {"C": map(of_json, map(CLibrary(given.c_library), cases)), "C++": map(of_hexadecimal, cases, lines_of([given.cpp_program], cases, piped=True))}
    if given.python:
        faces["Python"] = map(of_json, lines_of([given.python, folder / "through_python.py"], cases, piped=False))
    if given.r:
        faces["R"] = map(of_hexadecimal, cases, lines_of(["Rscript", "--vanilla", folder / "through_r.R", given.r], cases, piped=False))
    failed = 0
    for face, answers in faces.items():
        checked = 0
        answers = list(answers)
        if len(answers) != len(cases):
            sys.exit(f"{face}: {len(answers)} answers to {len(cases)} cases")
        for case, got, want in zip(cases, answers, wanted):
            difference = different(got, want)
            checked += sum(isinstance(leaf, float) for leaf in want.values())
            if difference:
                failed += 1
                print(f"{face}, {case['id']}, {case['options']}: {difference}")
        print(f"{face} and the command line: {len(cases)} cases, {checked} numbers compared")
    refused = sum("error" in want for want in wanted)
    if failed or refused > len(cases) // 5:
        sys.exit(f"{failed} cases differ; {refused} cases without a result")


if __name__ == "__main__":
    main()
