"""The forest plot on matplotlib Axes, from the rows and the axis that the engine lays out. Nothing is computed here but places."""
from __future__ import annotations

from typing import Any

SUMMARIES = ("summary-common", "summary-random", "subgroup-summary")
CHARACTER = 0.072  # inches of an average letter at 9 points
DRAWING = 3.6  # inches of the intervals on a figure of our own
GAP = 3  # letters between columns


def text_of(row: Any, key: str) -> str:
    value = row.label if key == "label" else row.cells.get(key)
    if key.startswith("weight") and isinstance(value, (int, float)):
        return f"{100 * value:.1f}%"
    return "" if value is None else str(value)


def title_of(column: Any) -> str:
    return f"{column.group}\n{column.title}" if column.group else column.title


def letters(forest: Any, column: Any) -> int:
    """The width of a column. Rows that are all label may run on over the columns beside them."""
    cells = [text_of(row, column.key) for row in forest.rows if column.key != "label" or row.estimate is not None]
    return max(len(line) for text in [title_of(column), *cells] for line in text.split("\n"))


def columns_of(forest: Any, left: bool) -> list[Any]:
    return [column for column in forest.columns if column.left == left]


def width_of(forest: Any, left: bool) -> float:
    """Inches of all columns on one side."""
    return CHARACTER * sum(letters(forest, column) + GAP for column in columns_of(forest, left))


def draw_row(ax: Any, row: Any, y: float, low: float, high: float) -> None:
    """One interval: a square with whiskers, the diamond of a summary, or the bar of a prediction interval."""
    if row.ci_lower is None or row.ci_upper is None:
        if row.estimate is not None:
            ax.plot([row.estimate], [y], marker="s", color="black", markersize=4)
        return
    left, right = max(row.ci_lower, low), min(row.ci_upper, high)
    if row.type in SUMMARIES and row.estimate is not None:
        ax.fill([left, row.estimate, right, row.estimate], [y, y + 0.3, y, y - 0.3], color="#4a6a8a")
        return
    ax.plot([left, right], [y, y], color="#a03030" if row.type == "prediction" else "black", linewidth=3 if row.type == "prediction" else 1)
    for clipped, end, mark in ((row.clipped_lower, left, "<"), (row.clipped_upper, right, ">")):
        if clipped:
            ax.plot([end], [y], marker=mark, color="black", markersize=5)
    if row.estimate is not None and row.type == "study":
        weight = row.weight_random if row.weight_random is not None else row.weight_common
        ax.plot([row.estimate], [y], marker="s", color="black", markersize=3 + 9 * (weight or 0) ** 0.5)


def draw_columns(ax: Any, forest: Any) -> None:
    """The text columns left and right of the drawing, right-aligned where they hold numbers."""
    letter = CHARACTER / (ax.figure.get_figwidth() * ax.get_position().width)  # as a fraction of the drawing
    top = len(forest.rows) - 1
    for left in (True, False):
        edge = 0 if left else 1
        for column in reversed(columns_of(forest, left)) if left else columns_of(forest, left):
            width = letters(forest, column) * letter
            edge += -width - GAP * letter if left else GAP * letter
            place, align = (edge + width, "right") if column.numeric else (edge, "left")
            style = {"transform": ax.get_yaxis_transform(), "ha": align, "fontsize": 9}
            ax.text(place, top + 0.9, title_of(column), va="bottom", fontweight="bold", **style)
            for i, row in enumerate(forest.rows):
                bold = row.type in SUMMARIES or row.type == "subgroup-header"
                ax.text(place, top - i, text_of(row, column.key), va="center", fontweight="bold" if bold else "normal", **style)
            edge += 0 if left else width


def draw(forest: Any, ax: Any = None) -> Any:
    """Draws a ForestResult; -> the Axes."""
    if ax is None:
        from matplotlib.figure import Figure

        before, after = (width_of(forest, left) + 0.2 for left in (True, False))
        width, height = before + DRAWING + after, 0.24 * (len(forest.rows) + 2)
        figure = Figure(figsize=(width, height + 1.4))
        ax = figure.add_axes((before / width, 0.6 / (height + 1.4), DRAWING / width, height / (height + 1.4)))
    axis = forest.axis
    low, high = axis.limits
    if axis.transform in ("log", "logit"):
        ax.set_xscale(axis.transform)
    ax.set_xlim(low, high)
    ax.set_ylim(-0.7, len(forest.rows) + 0.7)
    ax.set_xticks(axis.ticks, [f"{tick:g}" for tick in axis.ticks])
    ax.minorticks_off()
    ax.set_yticks([])
    ax.set_xlabel(axis.label)
    if forest.title:
        ax.set_title(forest.title, pad=24)
    for side in ("left", "right", "top"):
        ax.spines[side].set_visible(False)
    if axis.null is not None:
        ax.axvline(axis.null, color="grey", linewidth=0.8)
    for i, row in enumerate(forest.rows):
        draw_row(ax, row, len(forest.rows) - 1 - i, low, high)
    draw_columns(ax, forest)
    return ax
