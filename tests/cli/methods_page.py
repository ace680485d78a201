#!/usr/bin/env python3
"""METHODS.md is what the program says of itself.

usage: methods_page.py PROGRAM METHODS.md           checks; exit status 1 when the page is out of date
       methods_page.py PROGRAM METHODS.md --write   brings it up to date
"""
import subprocess
import sys
from pathlib import Path

HEAD = """# Methods

Every choice that tausq knows, made by `tausq list --markdown` from the engine's own tables. Symbols: k studies, yi effect size, vi sampling variance, wi weight.

"""


def main():
    program, page = sys.argv[1], Path(sys.argv[2])
    tables = subprocess.run([program, "list", "--markdown"], capture_output=True, text=True, check=True).stdout
    if "--write" in sys.argv:
        page.write_text(HEAD + tables, encoding="utf-8")
    current = page.read_text(encoding="utf-8") == HEAD + tables
    print(f"{page.name}: {tables.count(chr(10))} lines", "ok" if current else "out of date: run this script with --write")
    return 0 if current else 1


if __name__ == "__main__":
    sys.exit(main())
