#!/usr/bin/env python3
"""The same digits in every locale: the test of equal digits (run.py) where commas are decimal marks and I has another small letter.

usage: locales.py FOLDER [WORDS OF run.py ...]     the locales are made in FOLDER (localedef; Debian package locales)

The programs set the locale of the environment as embedding programs do (setlocale(LC_ALL, ""), in C++ the global locale too); the
command line, which they are held against, sets none. Standard library only.
"""
import os
import subprocess
import sys
from pathlib import Path

LOCALES = (("de_DE", "UTF-8"), ("tr_TR", "UTF-8"), ("tr_TR", "ISO-8859-9"))  # the last has letters among the bytes that UTF-8 uses


def made(folder, language, charset):
    """The name of a locale, which stands in `folder` then."""
    name = f"{language}.{charset}"
    if not (folder / name).is_dir():
        done = subprocess.run(["localedef", "-i", language, "-f", charset, str(folder / name)], capture_output=True, text=True)
        if not (folder / name / "LC_NUMERIC").exists():
            sys.exit(f"localedef cannot make {name} (Debian package locales):\n{done.stderr[-1000:]}")
    return name


def main():
    folder, words = Path(sys.argv[1]).resolve(), sys.argv[2:]
    folder.mkdir(parents=True, exist_ok=True)
    failed = 0
    for language, charset in LOCALES:
        name = made(folder, language, charset)
        environment = {key: value for key, value in os.environ.items() if not key.startswith("LC_")}
        environment |= {"LC_ALL": name, "LANG": name, "LOCPATH": str(folder), "PYTHONUTF8": "1"}
        decimal = subprocess.run([sys.executable, "-c", "import locale; locale.setlocale(locale.LC_ALL, ''); print(locale.localeconv()['decimal_point'])"],
                                 env=environment, capture_output=True, text=True).stdout.strip()
        if decimal != ",":
            sys.exit(f"{name} is not in force: its decimal mark is {decimal!r}")
        if charset != "UTF-8" and "--r" in words:  # R writes in the charset of its locale
            words = words[: words.index("--r")] + words[words.index("--r") + 2 :]
        print(f"{name}:", flush=True)
        failed |= subprocess.run([sys.executable, "-B", str(Path(__file__).with_name("run.py")), *words], env=environment).returncode
    return failed


if __name__ == "__main__":
    if len(sys.argv) < 6:
        sys.exit(__doc__)
    sys.exit(main())
