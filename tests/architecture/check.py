#!/usr/bin/env python3
"""What the code must look like, read from the code: include directions, sizes of files, the pages that describe it.

usage: check.py SOURCE_DIR            checks
       check.py SOURCE_DIR --graph    prints the module graph that the code has, as ARCHITECTURE.md shows it

Standard library only. Prints what was checked; exit status 1 when something does not hold.
"""
import re
import sys
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
LONGEST = 350          # lines of a file that holds one idea
TABLES = 500           # files that are a table or data with little around it
THIRD_PARTY = {        # header prefix: the only places that may include it
    "boost/": ("engine/numerics/distributions.cpp",),
    "Eigen/": ("engine/model/", "engine/inference/", "engine/pooling/", "tests/fuzz/oracle.cpp"),
    "nlohmann/": ("engine/driver/", "tests/"),
    "fmt/": ("engine/driver/",),
    "CLI/": ("engine/driver/cli/", "engine/driver/verbs/"),
    "doctest/": ("tests/",),
}


def sources(root, *folders):
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".cpp", ".hpp", ".h"):
                yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def includes(text):
    """(quote, header) of every include line outside comments."""
    text = re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.S)
    return INCLUDE.findall(text)


def room(path):
    """engine/model/x.cpp -> model; engine/driver/records/x.cpp -> driver/records."""
    parts = path.split("/")[1:-1]
    return "/".join(parts[:2] if parts[:1] == ["driver"] else parts[:1])


def documented_graph(root):
    """Rooms of ARCHITECTURE.md and what each may include, from the fenced block that follows the words "module graph"."""
    text = (root / "ARCHITECTURE.md").read_text(encoding="utf-8")
    found = re.search(r"[Mm]odule graph.*?\n```[a-z]*\n(.*?)```", text, re.S)
    if not found:
        return None
    graph = {}
    for line in found.group(1).strip().splitlines():
        name, _, below = line.partition("->")
        graph[name.strip()] = set(below.split())
    return graph


def real_graph(root):
    graph = {}
    for path, text in sources(root, "engine"):
        graph.setdefault(room(path), set())
        for _, header in includes(text):
            if header.startswith("engine/"):
                graph[room(path)].add(room(header))
            elif header.startswith("tausq/"):
                graph[room(path)].add("tausq")
    for name, below in graph.items():
        below.discard(name)
    return graph


def printed(graph):
    """The graph as text, every room below those that it includes."""
    done, lines = {"tausq"}, []
    while len(lines) < len(graph):
        ready = sorted(n for n in graph if n not in done and graph[n] <= done)
        if not ready:
            return "\n".join(lines + cycles(graph))
        lines += [f"{n:<16} -> {' '.join(sorted(graph[n]))}".rstrip() for n in ready]
        done |= set(ready)
    return "\n".join(lines)


def cycles(graph):
    """One line for every room that can be reached from itself."""
    def reach(start):
        seen, stack = set(), list(graph.get(start, ()))
        while stack:
            here = stack.pop()
            if here not in seen:
                seen.add(here)
                stack.extend(graph.get(here, ()))
        return seen
    return [f"{name} includes itself through others" for name in graph if name in reach(name)]


def check_direction(root):
    real, problems = real_graph(root), []
    for name, below in real.items():
        if not name.startswith("driver/") and any(x.startswith("driver/") for x in below):
            problems.append(f"{name} includes the driver")
        if name in ("driver/cli", "driver/verbs") and any(not x.startswith("driver/") and x != "tausq" for x in below):
            problems.append(f"{name} includes {sorted(below)}: it goes through the public headers like any other user")
    return problems + cycles(real)


def check_graph(root):
    documented, real = documented_graph(root), real_graph(root)
    if documented is None:
        return ["ARCHITECTURE.md has no module graph: a fenced block with lines \"room -> rooms that it includes\""]
    problems, above = [], set()
    for name, below in documented.items():
        problems += [f"{name} stands above {other} in the module graph but includes it" for other in sorted(below - above)]
        above |= {name, "tausq"}
    problems += [f"ARCHITECTURE.md does not know the room {name}" for name in real.keys() - documented.keys()]
    problems += [f"ARCHITECTURE.md has a room that is not there: {name}" for name in documented.keys() - real.keys()]
    for name in (n for n in documented if n in real):
        for other in sorted(real[name] ^ documented[name]):
            which = "the code includes, the page does not say" if other in real[name] else "the page says, the code does not include"
            problems.append(f"{name} -> {other}: {which}")
    return problems


def check_third_party(root):
    problems = []
    for path, text in sources(root, "include", "engine", "tests"):
        for quote, header in includes(text):
            for prefix, places in THIRD_PARTY.items():
                if header.startswith(prefix) and not path.startswith(places):
                    problems.append(f"{path} includes {header}, which belongs in {' or '.join(places)}")
            if path.startswith("include/") and "/" in header and not header.startswith("tausq/"):
                problems.append(f"{path} includes {header}: public headers need the standard library only")
            if path.startswith("include/") and quote == '"':
                problems.append(f'{path} includes "{header}" in quotes: an installed header is found by <...>')
    return problems


def check_bindings(root):
    """A binding sees what a user sees: the public headers. (The R package carries the sources, and yet includes no more.)"""
    return [f"{path} includes {header}" for path, text in sources(root, "bindings/c", "bindings/python", "bindings/r/src", "bindings/examples")
            for _, header in includes(text) if header.startswith(("engine/", "Eigen/", "boost/", "nlohmann/", "CLI/"))]


def check_length(root):
    problems = []
    for path, text in sources(root, "include", "engine", "tests"):
        lines = text.count("\n")
        if "/peers_" in path:               # numbers of other programs, nothing else
            continue
        limit = TABLES if "constexpr std::array" in text or path.startswith("include/") else LONGEST
        if lines > limit:
            problems.append(f"{path} has {lines} lines, more than {limit}: two ideas in one file?")
    return problems


def check_data_sets(root):
    """A data set has its page, a page its data set, and the list names both."""
    folder, problems = root / "datasets", []
    listed = (folder / "README.md").read_text(encoding="utf-8")
    for path in sorted(folder.iterdir()):
        if path.name in ("README.md", "gallery") or path.suffix == ".svg":   # a plot that a page shows
            continue
        if path.suffix not in (".csv", ".md") or not path.with_suffix(".md").exists() or not path.with_suffix(".csv").exists():
            problems.append(f"datasets/{path.name} has no counterpart")
        elif f"({path.stem}.md)" not in listed:
            problems.append(f"datasets/README.md does not list {path.stem}")
    return problems


CHECKS = (check_direction, check_graph, check_third_party, check_bindings, check_length, check_data_sets)


def main():
    root, failed = Path(sys.argv[1]).resolve(), 0
    if "--graph" in sys.argv:
        print(printed(real_graph(root)))
        return 0
    for check in CHECKS:
        problems = check(root)
        print(f"{check.__name__[6:].replace('_', ' ')}: {'ok' if not problems else ''}")
        for problem in problems:
            print(f"  {problem}")
        failed += len(problems)
    print(f"{sum(1 for _ in sources(root, 'include', 'engine', 'tests'))} files read, {failed} problems")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main())
