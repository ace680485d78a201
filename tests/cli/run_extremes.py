#!/usr/bin/env python3
"""NaN, infinities, subnormal and enormous numbers in every numeric column and every option: an answer without them, or a refusal.

usage: run_extremes.py TAUSQ SOURCE_DIR

Every run ends with one of the exit codes that mean something (0, 2 to 5: no crash, no internal error), prints nothing on standard
output unless it is 0, and then JSON whose numbers are finite. The options are those that `--help` lists. Standard library only.
"""
import json
import math
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

NUMBERS = ("nan", "inf", "-inf", "-1", "-0", "0", "5e-324", "-5e-324", "1e-310", "1.7976931348623157e308", "-1.7976931348623157e308", "1e999", "1e-999",
           "9007199254740993", "99999999999999999999", "0.5")
NEVER_A_NUMBER = ("nan", "inf", "-inf", "1e999")
TABLES = {
    "events,total": ("3,20", "0,12", "7,30", "5,25"),
    "ai,bi,ci,di": ("3,20,5,21", "0,12,2,14", "7,30,11,28", "5,25,6,24"),
    "events,time": ("3,20.5", "0,12", "7,30", "5,25"),
    "x1i,t1i,x2i,t2i": ("3,20.5,5,21", "0,12,2,14", "7,30,11,28", "5,25,6,24"),
    "mi,sdi,ni": ("3,1.5,20", "4,2,12", "3.5,1,30", "2,1,25"),
    "m1i,sd1i,n1i,m2i,sd2i,n2i": ("3,1.5,20,2,1,20", "4,2,12,3,2,14", "3.5,1,30,3,1,33", "2,1,25,2,2,25"),
    "ri,ni": ("0.3,20", "0.1,12", "-0.2,30", "0.6,25"),
    "yi,vi": ("0.3,0.02", "0.1,0.12", "-0.2,0.3", "0.6,0.25"),
    "yi,sei": ("0.3,0.02", "0.1,0.12", "-0.2,0.3", "0.6,0.25"),
    "yi,ci_lower,ci_upper": ("0.3,0.2,0.4", "0.1,-0.1,0.3", "-0.2,-1,0.6", "0.6,0.3,0.9"),
}
VERBS = ("pool", "effects", "forest", "influence", "bias", "multiverse", "plot funnel", "report")
WITHOUT_NUMBERS = ("--output", "--from", "--format")
EFFECTS = "study,yi,vi,year\nA,0.3,0.02,1999\nB,0.1,0.12,2001\nC,-0.2,0.3,2003\nD,0.6,0.25,2010\n"
COUNTS = "study,ai,bi,ci,di,year\nA,3,20,5,21,1999\nB,0,12,2,14,2001\nC,7,30,11,28,2003\nD,5,25,6,24,2010\n"


def table(header, rows, column, value, everywhere):
    lines = [f"study,{header},moderator"]
    for i, row in enumerate(rows):
        cells = row.split(",")
        if everywhere or i == 1:
            cells[column] = value
        lines.append(f"S{i},{','.join(cells)},{i * i}")
    return "\n".join(lines) + "\n"


def of_columns():
    """-> (words, records) of every column with every number, in one study and in all"""
    for header, rows in TABLES.items():
        for column in range(len(header.split(","))):
            for value in NUMBERS:
                for everywhere in (False, True):
                    yield ["pool", "-", "--json"], table(header, rows, column, value, everywhere)
    for value in NUMBERS:
        text = table("yi,vi", TABLES["yi,vi"], 0, "0.1", False).replace(",4\n", f",{value}\n")
        yield ["pool", "-", "--mods=moderator", "--json"], text
        yield ["pool", "-", "--weights=moderator", "--pooling=inverse", "--json"], text
        yield ["influence", "-", "--order=moderator", "--pooling=inverse", "--json"], text


def options_of(tausq, verb):
    """The options of a verb that take a value, from its help."""
    text = subprocess.run([tausq, verb.split()[0], "--help"], capture_output=True, text=True, check=True).stdout
    return [m.group(1) for m in re.finditer(r"^  (?:-\w,)?(--[a-z0-9-]+)(?:,--?[a-z0-9-]+)* [A-Z]?\S", text, re.M) if m.group(1) not in WITHOUT_NUMBERS]


def of_options(tausq):
    seen = set()
    for verb in VERBS:
        for option in options_of(tausq, verb):
            if option in seen:
                continue
            seen.add(option)
            for value in NUMBERS:
                for records in (EFFECTS, COUNTS):
                    yield [*verb.split(), "-", f"{option}={value}", "--json"], records
    for value in NUMBERS:
        for words in (f"--predict-at=year={value} --mods=year", f"--mods=I(year*{value})", f"--mods=log(year-{value})", f"--prior-tau=halfnormal({value}) --pooling=bayes-normal",
                      f"--prior-mu=normal({value},{value}) --pooling=bayes-normal", f"--where=yi<{value}", f"--baseline={value} --absolute-effect=OR"):
            yield ["pool", "-", *words.split(), "--json"], EFFECTS
    if len(seen) < 40:
        raise SystemExit(f"only {len(seen)} options found in the help")


def not_finite(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return any(map(not_finite, value))
    return isinstance(value, float) and not math.isfinite(value)


def problem_of(tausq, words, records):
    """What is wrong with a run, or None."""
    try:
        done = subprocess.run([tausq, *words], input=records.encode(), capture_output=True, timeout=120)
    except subprocess.TimeoutExpired:
        return "takes more than two minutes"
    if done.returncode not in (0, 2, 3, 4, 5):
        return f"exit {done.returncode}: {done.stderr.decode(errors='replace')[-600:]}"
    if done.returncode:
        return "standard output although it failed" if done.stdout else None if done.stderr else "no message"
    try:
        document = json.loads(done.stdout, parse_constant=lambda word: math.nan)
    except ValueError as error:
        return None if words[0] == "report" else f"no JSON: {error}"
    if not_finite(document):
        return "a number that is not finite"
    value = words[-2].partition("=")[2]
    return f"takes {value}" if len(words) == 4 and value in NEVER_A_NUMBER and takes_numbers(words[-2]) else None


def takes_numbers(word):
    return not re.match(r"--(title|favou?rs|colou?r|where|treatment|control)", word)


def main():
    tausq = str(Path(sys.argv[1]).resolve())
    runs = [*of_columns(), *of_options(tausq)]
    with ThreadPoolExecutor(2) as pool:
        problems = [(words, records, problem) for (words, records), problem in zip(runs, pool.map(lambda run: problem_of(tausq, *run), runs)) if problem]
    for words, records, problem in problems[:40]:
        print(f"tausq {' '.join(words)}: {problem}\n{records}")
    print(f"{len(runs)} runs, {len(problems)} failed")
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main())
