#!/usr/bin/env python3
"""The same digits from every compiler, in every run and on any number of threads.

usage: compilers.py TAUSQ OTHER_TAUSQ SOURCE_DIR

The cases of run.py through two builds of the program: words have to be equal, numbers to within 1e-14 of each other. The first program
runs every case twice, and what draws or fits by the thousand on one, two and five threads: these have to be equal byte by byte.
Standard library only.
"""
import json
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cases import digit_cases
from run import csv_of, of_json, word

TOLERANCE = 1e-14
THREADED = (
    "pool datasets/bcg.csv --measure RR --pooling inverse --permutation-test=2000 --json",
    "pool datasets/bcg.csv --measure RR --pooling inverse --mods=ablat --permutation-test=500 --json",
    "influence datasets/bcg.csv --measure RR --pooling inverse --gosh=3000 --json",
    "multiverse datasets/bcg.csv --json",
    "batch many.tsv --by key --json",
)


def answer_of(tausq, case):
    words = [part for key, value in case["options"].items() for part in word(key, value)]
    done = subprocess.run([tausq, case["verb"], "-", "--json", *words], input=case["csv"].encode(), capture_output=True)
    return done.stdout or f'{{"error": {done.returncode}}}'.encode()


def near(a, b):
    return a == b or (isinstance(a, float) and isinstance(b, float) and abs(a - b) <= TOLERANCE * max(abs(a), abs(b)))


def compared(cases, answers, others):
    """-> (problems, numbers compared, numbers that are equal bit by bit)"""
    problems, numbers, equal = [], 0, 0
    for case, ours, theirs in zip(cases, answers, others):
        ours, theirs = of_json(json.loads(ours)), of_json(json.loads(theirs))
        wrong = [path for path in {**ours, **theirs} if path not in ours or path not in theirs or not near(ours[path], theirs[path])]
        shared = [path for path in ours if isinstance(ours[path], float) and path in theirs]
        numbers += len(shared)
        equal += sum(ours[path] == theirs[path] for path in shared)
        if wrong:
            problems.append(f"{case['id']}, {case['options']}: {len(wrong)} differ: " +
                            ", ".join(f"{path} {ours.get(path)!r} {theirs.get(path)!r}" for path in wrong[:4]))
    return problems, numbers, equal


def many_keys(path):
    with open(path, "w", encoding="utf-8") as file:
        file.write("key\tstudy\tyi\tvi\n")
        for key in range(3000):
            for study in range(2 + key % 6):
                file.write(f"g{key}\tS{study}\t{(key * 37 + study * 11) % 100 / 50 - 1}\t{0.01 + (key * 7 + study) % 13 / 100}\n")


def of_threads(tausq, source_dir):
    """-> commands whose bytes depend on the threads"""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "datasets").symlink_to(source_dir / "datasets")
        many_keys(Path(folder) / "many.tsv")
        for command in THREADED:
            texts = set()
            for threads in (1, 2, 5):
                words = command.split() + ([] if command.startswith("multiverse") else [f"--threads={threads}"])
                done = subprocess.run([tausq, *words], cwd=folder, capture_output=True, text=True, encoding="utf-8")
                if done.returncode or len(done.stdout) < 500:
                    yield f"{command}: exit {done.returncode}: {done.stderr[:300]}"
                texts.add(re.sub(r'"threads": ?\d+', "", done.stdout))
            if len(texts) != 1:
                yield f"{command}: bytes depend on the number of threads"


def main():
    tausq, other, source_dir = (Path(word).resolve() for word in sys.argv[1:4])
    cases = [{**case, "csv": csv_of(case["columns"])} for case in digit_cases(source_dir)]
    with ThreadPoolExecutor() as pool:
        answers, again, others = (list(pool.map(lambda case, program=program: answer_of(program, case), cases)) for program in (tausq, tausq, other))
    problems, numbers, equal = compared(cases, answers, others)
    problems += [f"{case['id']}: two runs differ" for case, a, b in zip(cases, answers, again) if a != b]
    problems += of_threads(tausq, source_dir)
    print("\n".join(problems) + ("\n" if problems else "") +
          f"{len(cases)} cases, {numbers} numbers compared, {equal} equal bit by bit, {len(THREADED)} commands on 1, 2 and 5 threads, {len(problems)} failed")
    return 1 if problems or numbers < 1000 else 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main())
