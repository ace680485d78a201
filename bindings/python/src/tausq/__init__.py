"""Meta-analysis from the counts that studies report.

    >>> import tausq
    >>> result = tausq.pool({"study": ["A", "B", "C"], "events": [16, 4, 0], "total": [20, 21, 22]})
    >>> result.random.display.estimate, result.heterogeneity.tau2, result.warnings

Every verb of the command line is a function, every option a keyword with underscores, every key of the JSON an attribute, and every
number the same to the last digit.
"""
from __future__ import annotations

import json
from typing import Any

from . import _core, batches, errors, many, results, verbs
from ._engine import Call
from .batches import Batch, batch, batch_arrow, batch_file
from .errors import InputError, InternalError, NotConverged, NotEstimable, Problem, TausqError, UsageError
from .many import ManyFits, fit_many
from .verbs import *  # noqa: F403

__version__ = _core.version()


def methods(kind: str | None = None) -> str:
    """What exists, with formula and source, from the engine's own tables.

    kind : "measures", "tau2", "pooling", "interval", ...; everything by default. Raises UsageError for another.
    """
    return Call("list", "", None, {} if kind is None else {"kind": kind}).text("text")


def schema(verb: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a verb's result. Raises UsageError for a verb without one."""
    return json.loads(Call("schema", "", None, {"verb": verb}).text("text"))


_verbs = sorted(v["verb"].replace("-", "_") for v in json.loads(_core.verbs()) if v["verb"] not in ("list", "schema", "batch"))
__all__ = [*_verbs, "batch", "batch_arrow", "batch_file", "fit_many", "methods", "schema", "Batch", "ManyFits", "Problem", "TausqError", "InputError", "UsageError", "NotEstimable",
           "NotConverged", "InternalError", "batches", "errors", "many", "results", "verbs"]
