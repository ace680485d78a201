"""The program beside the package: both must give the same digits."""
import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def program():
    """Runs the program named by TAUSQ_PROGRAM: (words, input) -> JSON."""
    path = os.environ.get("TAUSQ_PROGRAM")
    if not path:
        pytest.skip("TAUSQ_PROGRAM names no program to compare with")

    def run(*words, records=None):
        done = subprocess.run([path, *map(str, words), "--json"], input=records, capture_output=True, text=True)
        return json.loads(done.stdout) if done.returncode == 0 else done.returncode

    return run
