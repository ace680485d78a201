"""What all results can do."""
from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from ._engine import Call, options_of


class ResultPart:
    """A part of a result: a frozen dataclass whose fields are the keys of the JSON."""

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self)._of, (self.to_dict(),)  # type: ignore[attr-defined]

    def to_dict(self) -> dict[str, Any]:
        """The keys and values of the JSON."""
        values: dict[str, Any] = {}
        for field in dataclasses.fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if field.name == "extra":
                values.update(value)
            elif not field.name.startswith("_") and (value is not None or field.default is dataclasses.MISSING):
                values[field.name.rstrip("_")] = as_plain(value)
        return values


class OpenPart(ResultPart):
    """A part that also carries columns of the records: `extra`, and attributes of their own names."""

    def __getattr__(self, name: str) -> Any:
        extra = self.__dict__.get("extra", {})
        if name in extra:
            return extra[name]
        raise AttributeError(f"{type(self).__name__} has no {name}")


def as_plain(value: Any) -> Any:
    if isinstance(value, ResultPart):
        return value.to_dict()
    if isinstance(value, tuple):
        return [as_plain(x) for x in value]
    if isinstance(value, Mapping):
        return {key: as_plain(x) for key, x in value.items()}
    return value


def flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested keys joined by underscores: display_estimate."""
    row: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            row.update(flat(value, f"{prefix}{key}_"))
        else:
            row[prefix + key] = value
    return row


@dataclasses.dataclass(frozen=True, kw_only=True, repr=False)
class Result(ResultPart):
    """A result of the engine. Numbers are on the analysis scale (log odds, log odds ratio, ...) unless `display` says natural."""

    _answer: Call = dataclasses.field(repr=False, compare=False)

    @classmethod
    def _of(cls, data: Any, answer: Call) -> Result:
        return cls(_answer=answer)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self)._of, (self.to_dict(), self._answer)

    def summary(self) -> str:
        """The text that the command line prints."""
        return self._answer.text("text")

    def to_json(self) -> str:
        """The JSON that the command line prints."""
        return self._answer.text("json")

    def to_csv(self) -> str:
        """The CSV that the command line prints."""
        return self._answer.text("csv")

    def to_svg(self) -> str:
        """The drawing: the forest plot of `pool` and `forest`. UsageError where there is none."""
        return self._answer.text("svg")

    def to_frame(self, part: str | None = None) -> Any:
        """A part of the result as a pandas DataFrame, one row an entry, nested keys joined by underscores.

        part : name of a field that is a list of records ("studies", "leave_one_out", "rows", ...); the first of them by default.
        Raises ImportError without pandas.
        """
        import pandas

        lists = [f.name for f in dataclasses.fields(self) if isinstance(getattr(self, f.name), tuple) and f.name != "warnings"]
        if part is None and not lists:
            raise ValueError(f"{type(self).__name__} has no list of records")
        rows = getattr(self, part or lists[0])
        if not isinstance(rows, tuple) or not all(isinstance(row, ResultPart) for row in rows):
            raise ValueError(f"{part} is no list of records; there is {', '.join(lists)}")
        return pandas.DataFrame([flat(row.to_dict()) for row in rows])

    def forest(self, **options: Any) -> Any:
        """The rows and the axis of the forest plot of the same records with the same options: a ForestResult.

        options : title, axis_min, axis_max (natural scale), and anything that is to differ from the result at hand.
        """
        from .verbs import forest

        question = self._answer
        records = question.source if question.records is None else question.records
        own = options_of(question.verb) - options_of("forest")
        asked = {**{k: v for k, v in question.options.items() if k not in own}, **options}
        return forest(records, source=question.source, **asked)

    def plot_forest(self, ax: Any = None, **options: Any) -> Any:
        """Draws the forest plot with matplotlib and gives the Axes.

        ax : the Axes to draw on; a new figure of fitting size by default. options : as of `forest`. Raises ImportError without
        matplotlib. For print, `to_svg()` needs nothing and draws more finely.
        """
        from ._plot import draw

        return draw(self if hasattr(self, "axis") else self.forest(**options), ax)

    def __repr__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        """The forest plot where there is one, else the text: what a notebook shows."""
        from html import escape

        from .errors import UsageError

        try:
            return f'<div class="tausq">{self.to_svg()}</div>'
        except UsageError:
            return f"<pre>{escape(self.summary())}</pre>"
