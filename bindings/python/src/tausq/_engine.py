"""Calls of the engine: options to JSON, failures to exceptions."""
from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from os import PathLike
from typing import Any

from . import _core
from ._records import as_source
from .errors import InputError, InternalError, NotConverged, NotEstimable, Problem, UsageError

EXCEPTIONS = {2: UsageError, 4: NotEstimable, 5: NotConverged}


def raised(failure: _core.Failure) -> Exception:
    """The exception that a failed call deserves."""
    status, message, problems = failure.args
    if status == 3:
        return InputError(tuple(Problem(**p) for p in json.loads(problems)))
    return EXCEPTIONS.get(status, InternalError)(message)


def plain(value: Any) -> Any:
    """An option as JSON has it: numpy numbers and arrays, tuples and paths too."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset, range)):
        return list(value)
    if isinstance(value, PathLike):
        return str(value)
    raise UsageError(f"{value!r} cannot be an option")


def as_json(options: Mapping[str, Any]) -> str:
    try:
        return json.dumps({key: value for key, value in options.items() if value is not None}, default=plain, allow_nan=False)
    except ValueError as error:
        raise UsageError(f"options: {error}") from None


@functools.cache
def options_of(verb: str) -> frozenset[str]:
    """The keywords of a verb: names, aliases, and the opposites of flags."""
    for known in json.loads(_core.verbs()):
        if known["verb"] == verb:
            names = {name for option in known["options"] for name in (option["name"], *option["aliases"])}
            return frozenset(names | {name.removeprefix("no_") for name in names})
    return frozenset()


class Call:
    """A question to the engine, which is put when its answer is first wanted; the same can then be put to another verb."""

    def __init__(self, verb: str, source: str, records: bytes | None, options: dict[str, Any]):
        self.verb, self.source, self.records, self.options = verb, source, records, options
        self._answer: _core.Answer | None = None

    def text(self, form: str) -> str:
        """The answer as "json", "csv", "text" or "svg"."""
        try:
            if self._answer is None:
                self._answer = _core.run(self.verb, self.source, self.records, as_json(self.options))
            return self._answer.text(form)
        except _core.Failure as failure:
            raise raised(failure) from None

    def __reduce__(self):
        return Call, (self.verb, self.source, self.records, self.options)


def call(verb: str, records: Any, options: dict[str, Any], more: dict[str, Any], name: str | None, result: Any) -> Any:
    """Runs a verb on anything that holds records and makes its result."""
    source, data = ("", None) if records is None else as_source(records)
    given = {key: value for key, value in {**options, **more}.items() if value is not None}
    answer = Call(verb, name if name is not None and data is not None else source, data, given)
    return result._of(json.loads(answer.text("json")), answer)
