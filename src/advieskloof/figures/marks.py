"""What figures draw with: intervals, keys, axes in per cent, and labels that keep apart."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.transforms import ScaledTranslation

from advieskloof.figures.palette import Look
from advieskloof.figures.style import REST
from advieskloof.labels import signed

PERCENT = FuncFormatter(lambda value, _: f"{value:.0f}%")
# Keeps a number readable where a line of the grid passes behind it.
ON_WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
# From the middle of a name's left to the end of its line, and not to be taken for a part of it.
TIE = {"arrowstyle": "-", "linewidth": 0.8, "linestyle": (0, (1, 2))}
TIE |= {"relpos": (0, 0.5), "shrinkA": 10, "shrinkB": 5}


def whiskers(
    axes: Axes, at: Iterable[float], rows: pd.DataFrame, scale: float, colour: str
) -> None:
    """Draw the intervals of rows as thin upright lines at the places `at`, in unit x scale."""
    lower, upper = scale * rows["lower"], scale * rows["upper"]
    known = lower.notna().to_numpy()
    places = np.asarray(list(at), dtype=float)[known]
    axes.vlines(places, lower[known], upper[known], color=colour, linewidth=1, zorder=1.9)


def bars(axes: Axes, at: Iterable[float], rows: pd.DataFrame, scale: float, colour: str) -> None:
    """Draw the intervals of rows as thin level lines at the heights `at`, in unit x scale."""
    lower, upper = scale * rows["lower"], scale * rows["upper"]
    known = lower.notna().to_numpy()
    heights = np.asarray(list(at), dtype=float)[known]
    axes.hlines(heights, lower[known], upper[known], color=colour, linewidth=1.2, zorder=1.9)


def key(axes: Axes, handles: Sequence[Artist], titled: bool = True) -> None:
    """Put a key above the axes at the left, on one line, and above their title where titled.

    It may be wider than the axes, so that it takes no part in the layout; an empty title in the
    middle keeps room for it.
    """
    axes.set_title(" \n \n " if titled else " ", loc="center")
    up = 24 if titled else 6
    raised = axes.transAxes + ScaledTranslation(0, up / 72, axes.figure.dpi_scale_trans)
    place = {"loc": "lower left", "bbox_to_anchor": (0, 1), "bbox_transform": raised}
    look = {"frameon": False, "handlelength": 2, "columnspacing": 1.6, "borderaxespad": 0}
    legend = axes.legend(handles=list(handles), ncols=len(handles), **place, **look)
    legend.set_in_layout(False)


def from_zero(axes: Axes, highest: float, ticks: int = 4) -> None:
    """Scale shares in per cent from 0 to above the highest, which may be missing.

    Below zero is room for crosses and for the numbers of low points.
    """
    top = 1.25 * (100 if pd.isna(highest) or highest <= 0 else highest)
    axes.set_ylim(-0.15 * top, top)
    axes.yaxis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 2.5, 5, 10], integer=True))
    axes.yaxis.set_major_formatter(PERCENT)
    axes.set_yticks([tick for tick in axes.get_yticks() if 0 <= tick <= top])
    for panel in axes.get_shared_y_axes().get_siblings(axes):
        panel.axhline(0, color=REST, linewidth=0.8, zorder=1)
        panel.spines["bottom"].set_visible(False)


def differences(axis: Axis, known: pd.Series, language: str, digits: int = 2) -> None:
    """Mark an axis of differences with signed numbers; without any number known it has no marks."""
    axis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: signed(value, language, digits)))
    if known.isna().all():
        axis.set_ticks([])


def apart(heights: Sequence[float], least: float) -> np.ndarray:
    """Return heights moved as little as their order allows to lie at least `least` apart.

    Neighbours that are too close are spread evenly around their mean, group by group.
    """
    order = np.argsort(heights, kind="stable")
    groups = [[float(heights[place]), 1] for place in order]
    merged: list[list[float]] = []
    for middle, size in groups:
        merged.append([middle, size])
        while len(merged) > 1 and _too_close(merged[-2], merged[-1], least):
            (a, m), (b, n) = merged.pop(-2), merged.pop(-1)
            merged.append([(a * m + b * n) / (m + n), m + n])
    spread = [
        middle + least * (place - (size - 1) / 2)
        for middle, size in merged
        for place in range(int(size))
    ]
    found = np.empty(len(order))
    found[order] = spread
    return found


def _too_close(below: list[float], above: list[float], least: float) -> bool:
    room = least * ((below[1] - 1) / 2 + (above[1] - 1) / 2 + 1)
    return above[0] - below[0] < room


def name_ends(
    axes: Axes, ends: dict[str, tuple[float, float, Look]], right: float, least: float
) -> None:
    """Write names at the right of lines' ends with their markers, kept apart and tied to the ends.

    ends : by name the x and y of the end of its line, and its look. right : x of the names.
    least : distance between names in units of y.
    """
    heights = apart([y for _, y, _ in ends.values()], least)
    for (name, (x, y, look)), height in zip(ends.items(), heights, strict=True):
        place = {"xytext": (right, height), "va": "center", "annotation_clip": False}
        axes.annotate(name, (x, y), **place, arrowprops=TIE | {"color": look.colour})
        before = axes.transData + ScaledTranslation(-6 / 72, 0, axes.figure.dpi_scale_trans)
        mark = {"marker": look.marker, "color": look.colour, "markersize": 5, "clip_on": False}
        axes.plot([right], [height], transform=before, **mark)
