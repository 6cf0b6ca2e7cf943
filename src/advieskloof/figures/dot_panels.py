"""Panels of dots with intervals, a line of dots a class: what several figures share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from advieskloof.figures.marks import ON_WHITE, PERCENT, bars
from advieskloof.figures.palette import Look
from advieskloof.figures.style import GRID, INK, SOFT_INK
from advieskloof.labels import label, percentage

WIDTH, LINE, AROUND = 7.2, 0.25, 0.62  # inches: of a figure, of a class, around a row of panels


@dataclass(frozen=True)
class Panel:
    """One panel.

    title : above it. shares : ESTIMATES, of each class one row at most.
    look : the colour and the marker of its dots.
    own_scale : its scale isn't that of the others in its row.
    """

    title: str
    shares: pd.DataFrame
    look: Look
    own_scale: bool = False


def draw_dots(
    panels: Sequence[Panel],
    names: Mapping[str, str],
    variable: str,
    language: str,
    columns: int,
    words: float = 1.7,
) -> Figure:
    """Draw panels in rows of so many, a class on each line; panels in a row share their scale.

    Parameters
    ----------
    names : the words for each class of `variable`, from the upper line to the lowest.
    words : inches that the words around the figure take.
    """
    rows = [panels[at : at + columns] for at in range(0, len(panels), columns)]
    height = words + len(rows) * (AROUND + LINE * len(names))
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    figure.get_layout_engine().set(wspace=0.04, hspace=0.04)
    grid = figure.subplots(len(rows), columns, sharey=True, squeeze=False)
    for row, places in zip(rows, grid, strict=True):
        for axes in places[len(row) :]:
            axes.remove()
        for axes, panel in zip(places, row, strict=False):
            _draw_panel(axes, panel, list(names), variable, language)
            alike = [panel] if panel.own_scale else [each for each in row if not each.own_scale]
            # Room at the right for the number of the longest line.
            axes.set_xlim(0, (1.1 + 0.12 * columns) * (_highest(alike) or 100))
    grid[0, 0].set_yticks(range(len(names)), list(names.values()))
    grid[0, 0].set_ylim(len(names) - 0.45, -0.55)
    return figure


def _highest(panels: Sequence[Panel]) -> float:
    """Return the highest share or end of an interval in per cent; 0 where there is none."""
    shares = pd.concat([panel.shares[["estimate", "upper"]] for panel in panels])
    highest = 100 * shares.max(axis=None)
    return 0 if pd.isna(highest) else highest


def _draw_panel(
    axes: Axes, panel: Panel, classes: Sequence[str], variable: str, language: str
) -> None:
    axes.set_title(panel.title, loc="left", weight="semibold", size=9.5, color=panel.look.colour)
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10], integer=True))
    axes.xaxis.set_major_formatter(PERCENT)
    axes.grid(False, axis="y")
    for between in range(1, len(classes)):
        axes.axhline(between - 0.5, color=GRID, linewidth=0.6, zorder=0.9)
    shares = panel.shares[panel.shares[variable].isin(classes)]
    heights = [classes.index(name) for name in shares[variable]]
    bars(axes, heights, shares, 100, panel.look.colour)
    dots = {"marker": panel.look.marker, "markersize": 5.5, "linestyle": "none", "clip_on": False}
    axes.plot(100 * shares["estimate"], heights, color=panel.look.colour, **dots)
    for height, row in zip(heights, shares.itertuples(), strict=True):
        _number(axes, height, row, language)


def _number(axes: Axes, height: float, row: tuple, language: str) -> None:
    """Write a number at the right of its interval, or why there is none at the left."""
    known = pd.notna(row.estimate)
    ends = [end for end in (row.estimate, row.upper) if pd.notna(end)]
    axes.annotate(
        percentage(row.estimate, language) if known else label(f"status:{row.status}", language),
        (100 * max(ends, default=0), height),
        xytext=(6, 0),
        textcoords="offset points",
        va="center_baseline",
        size=7.5,
        color=INK if known else SOFT_INK,
        bbox=ON_WHITE,
    )
