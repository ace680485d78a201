#!/usr/bin/env python3
"""Breaks the estimators on purpose, one sign or term at a time, and asks whether a test notices.

usage: run.py [--mutants N] [--seed S] [FILE ...]

Works on a copy of the sources in build/mutation, so that nothing here changes. From every file of TESTS below (or the ones named) N places
are drawn and changed in turn; the tests that answer for the file are built and run. A mutant that they let live is printed; exit status
1 when there is one that equivalent.txt does not explain. Standard library only.
"""
import argparse
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COPY = ROOT / "build" / "mutation"

# Which programs answer for a file: the room's own tests, then what pools.
TESTS = {
    "engine/model/tau2.cpp": ("unit_model", "unit_pooling"),
    "engine/model/normal_moments.cpp": ("unit_model", "unit_pooling"),
    "engine/model/normal_likelihood.cpp": ("unit_model", "unit_pooling"),
    "engine/model/generalised_q.cpp": ("unit_model", "unit_inference"),
    "engine/inference/intervals.cpp": ("unit_inference", "unit_pooling"),
    "engine/inference/kenward_roger.cpp": ("unit_inference", "unit_pooling"),
    "engine/inference/henmi_copas.cpp": ("unit_inference",),
    "engine/inference/tau2_interval.cpp": ("unit_inference",),
    "engine/inference/prediction.cpp": ("unit_inference", "unit_pooling"),
    "engine/inference/heterogeneity.cpp": ("unit_inference", "unit_pooling"),
    "engine/pooling/mantel_haenszel.cpp": ("unit_pooling",),
    "engine/pooling/peto.cpp": ("unit_pooling",),
    "engine/model/stratified.cpp": ("unit_model", "unit_pooling"),
    "engine/model/binomial_likelihood.cpp": ("unit_model", "unit_pooling"),
    "engine/model/hypergeometric_likelihood.cpp": ("unit_model", "unit_pooling"),
    "engine/model/beta_binomial.cpp": ("unit_model", "unit_pooling"),
    "engine/effect/two_by_two.cpp": ("unit_effect",),
    "engine/effect/proportion.cpp": ("unit_effect",),
}

# What is changed into what; each stands alone between blanks, as the sources are formatted.
CHANGES = [(r" \+ ", " - "), (r" - ", " + "), (r" \* ", " / "), (r" / ", " * "), (r" \+= ", " -= "), (r" < ", " >= "), (r" > ", " <= "),
           (r"\b0\.5 \* ", ""), (r"\b2 \* ", ""), (r"std::sqrt\(", "("), (r"std::max\(0\.0, ", "("), (r"log1p\(", "("), (r"expm1\(", "(")]


def code_lines(text):
    """(number, line) of lines that compute: no comments, texts, loops or includes."""
    for number, line in enumerate(text.splitlines()):
        bare = line.strip()
        if bare.startswith(("//", "#", "static_assert", "template", "for (", "namespace")) or '"' in bare or "//" in bare:
            continue
        yield number, line


def places(path):
    """Every change that could be made to a file: (line number, line, changed line)."""
    text, found = (ROOT / path).read_text(encoding="utf-8"), []
    for number, line in code_lines(text):
        for pattern, instead in CHANGES:
            for match in re.finditer(pattern, line):
                found.append((number, line, line[: match.start()] + instead + line[match.end():]))
    return found


def copy_sources():
    COPY.mkdir(parents=True, exist_ok=True)
    for name in ("engine", "include", "tests", "bindings", "benchmarks", "datasets"):
        shutil.copytree(ROOT / name, COPY / name, dirs_exist_ok=True, copy_function=copy_if_new)
    for name in ("CMakeLists.txt", "CMakePresets.json", "METHODS.md", "LICENSE", "README.md"):
        copy_if_new(ROOT / name, COPY / name)


def copy_if_new(source, target):
    source, target = Path(source), Path(target)
    if not target.exists() or source.read_bytes() != target.read_bytes():
        shutil.copyfile(source, target)


def run(*words, seconds=600):
    try:
        return subprocess.run(words, cwd=COPY, capture_output=True, text=True, timeout=seconds).returncode
    except subprocess.TimeoutExpired:
        return "too long"


def build(programs):
    return run("ninja", "-C", "build", *programs)


def noticed(programs):
    """Whether the compiler or a test says no."""
    if build(programs) != 0:
        return "does not compile"
    for program in programs:
        if run(f"build/tests/{program}", seconds=120) != 0:
            return program
    return ""


def try_mutant(path, number, changed, programs):
    target = COPY / path
    lines = target.read_text(encoding="utf-8").splitlines(keepends=True)
    original = "".join(lines)
    lines[number] = changed + "\n"
    target.write_text("".join(lines), encoding="utf-8")
    try:
        return noticed(programs)
    finally:
        target.write_text(original, encoding="utf-8")


def explained():
    """Changes that no result depends on: 'file: changed line', with the reason above."""
    text = (Path(__file__).parent / "equivalent.txt").read_text(encoding="utf-8")
    return {line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--mutants", type=int, default=4, help="of every file")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("files", nargs="*", default=sorted(TESTS))
    asked = arguments.parse_args()
    copy_sources()
    flags = "-DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS=-O1 -DTAUSQ_STATIC_RUNTIME=OFF".split()
    if run("cmake", "-S", ".", "-B", "build", "-G", "Ninja", *flags) != 0 or build(sorted({p for f in asked.files for p in TESTS[f]})) != 0:
        sys.exit("the unchanged sources do not build")
    draw, known, lived, tried = random.Random(asked.seed), explained(), 0, 0
    for path in asked.files:
        candidates = places(path)
        for number, line, changed in draw.sample(candidates, min(asked.mutants, len(candidates))):
            verdict, tried = try_mutant(path, number, changed, TESTS[path]), tried + 1
            name = f"{path}: {changed.strip()}"
            if not verdict and name not in known:
                lived += 1
                print(f"LIVES  {path}:{number + 1}\n   was  {line.strip()}\n   is   {changed.strip()}", flush=True)
            else:
                print(f"{'known' if not verdict else 'killed'} {path}:{number + 1} by {verdict or 'equivalent.txt'}", flush=True)
    print(f"{tried} mutants, {tried - lived} noticed or explained, {lived} alive")
    return 1 if lived else 0


if __name__ == "__main__":
    sys.exit(main())
