"""What the tests of the command line share: running the program, finding a value in its JSON, comparing it."""
import json
import os
import re
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path


class Program:
    """The program under test, found as `tausq` by the commands that it runs."""

    def __init__(self, path, source_dir):
        self.path, self.source_dir, self.schemas = Path(path).resolve(), Path(source_dir).resolve(), {}
        self.seconds = float(os.environ.get("TAUSQ_SECONDS_A_COMMAND", "60"))  # more for an instrumented program

    def run(self, command, folder, stdin=""):
        """Runs a shell command in `folder`; -> (exit status, standard output, standard error)."""
        env = dict(os.environ, PATH=f"{self.path.parent}:{os.environ['PATH']}", LC_ALL="C.UTF-8", HOME=str(folder))
        p = subprocess.run(["sh", "-c", command], cwd=folder, env=env, input=stdin.encode(), capture_output=True, timeout=self.seconds)
        return p.returncode, p.stdout.decode(errors="replace"), p.stderr.decode(errors="replace")

    def schema(self, verb, folder):
        if verb not in self.schemas:
            status, out, err = self.run(f"tausq schema {verb}", folder)
            if status:
                raise AssertionError(f"tausq schema {verb}: exit {status}: {err.strip()}")
            self.schemas[verb] = json.loads(out)
        return self.schemas[verb]

    @contextmanager
    def folder(self):
        """An empty folder to run in, with the data sets under `datasets/`."""
        with tempfile.TemporaryDirectory() as name:
            os.symlink(self.source_dir / "datasets", Path(name) / "datasets")
            yield Path(name)


def find(document, path):
    """The values at a path such as `random.display.estimate`, `studies.0.yi` or `warnings.*.code` (`*`: every item)."""
    values = [document]
    for key in path.split("."):
        below = []
        for value in values:
            if key == "*":
                below += value if isinstance(value, list) else []
            elif isinstance(value, list):
                below += [value[int(key)]] if key.isdigit() and int(key) < len(value) else []
            elif isinstance(value, dict) and key in value:
                below.append(value[key])
        values = below
    return values


NUMBER = re.compile(r"^-?\d+(\.\d+)?(e-?\d+)?$")


def equal(got, text):
    """Whether a value is what `text` says; a number must agree to the digits printed."""
    if text in ("null", "true", "false"):
        return got is {"null": None, "true": True, "false": False}[text]
    if not NUMBER.match(text) or isinstance(got, (str, bool)) or got is None:
        return str(got) == text
    mantissa, _, exponent = text.partition("e")
    last_place = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    exact = "." not in mantissa and not exponent
    return got == float(text) if exact else abs(got - float(text)) <= 0.5000001 * last_place


def holds(document, line):
    """Why a line `path operator value` does not hold, or None. Operators: = != < > contains count absent present."""
    path, _, rest = line.partition(" ")
    operator, _, wanted = rest.partition(" ")
    values = find(document, path)
    if operator in ("absent", "present"):
        return None if bool(values) == (operator == "present") else f"{path} is {'there' if values else 'missing'}"
    if operator == "contains":
        return None if any(equal(v, wanted) for v in values) else f"{path} is {values}, without {wanted}"
    if operator == "count":
        return None if len(values) == int(wanted) else f"{path} has {len(values)} items, not {wanted}"
    if not values:
        return f"{path} is missing"
    got = values[0]
    if operator in ("<", ">"):
        bound = float(wanted)
        ok = isinstance(got, (int, float)) and (got < bound if operator == "<" else got > bound)
        return None if ok else f"{path} is {got!r}, not {operator} {wanted}"
    if operator not in ("=", "!="):
        return f"unknown operator {operator!r} in {line!r}"
    return None if equal(got, wanted) == (operator == "=") else f"{path} is {got!r}, not {operator} {wanted}"
