"""What can go wrong, in the words of the command line."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One violated rule of the records, with its place. Fields that do not apply are empty, or 0."""

    code: str  #: stable, e.g. "E_EVENTS_GT_TOTAL"
    file: str  #: as the caller named it
    row: int  #: 1-based; the first record is row 2
    column: str
    value: str  #: the offending text
    rule: str  #: what should have been

    def __str__(self) -> str:
        place = self.file + (f":{self.row}" if self.row else "") + (f": column {self.column}" if self.column else "")
        return f"{place}: {self.code}: {self.rule}" + (f' (value "{self.value}")' if self.value else "")


class TausqError(Exception):
    """Base of everything that tausq raises."""


class InputError(TausqError, ValueError):
    """Records that cannot be used. `problems` has all of them, in the order of the records."""

    def __init__(self, problems: tuple[Problem, ...]):
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))

    def __reduce__(self):
        return type(self), (self.problems,)


class UsageError(TausqError, ValueError):
    """An option that does not exist, or contradicts another or the data."""


class NotEstimable(TausqError, ArithmeticError):
    """The data determine no result."""


class NotConverged(TausqError, ArithmeticError):
    """An iteration failed."""


class InternalError(TausqError, RuntimeError):
    """Not enough memory, or a fault of the library."""
