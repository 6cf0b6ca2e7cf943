"""A map in a panel: areas in the colour of their number, its scale, and the names of tiles."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.patches import PathPatch
from matplotlib.ticker import FuncFormatter

from advieskloof.figures.absent import is_suppressed
from advieskloof.figures.areas import Area
from advieskloof.figures.shades import Shades, diverging, ink_on, sequential
from advieskloof.figures.style import BAND, REST, SOFT_INK
from advieskloof.labels import group_label

# Two looks for areas without a number: withheld, and any other reason.
HATCHED = {"facecolor": "white", "edgecolor": REST, "hatch": "/////", "linewidth": 0.6}
PALE = {"facecolor": BAND, "edgecolor": REST, "linestyle": ":", "linewidth": 0.9}
EDGE = {"edgecolor": SOFT_INK, "linewidth": 0.5}


@dataclass(frozen=True)
class Measure:
    """What a map shows: its colour, or None for both sides of zero, its scale and its words."""

    colour: str | None
    scale: float
    say: Callable[[float], str]


def draw_map(axes: Axes, rows: pd.DataFrame, areas: Mapping[str, Area], measure: Measure) -> None:
    """Draw every area in its number's colour; tiles bear it, others the sign of a difference.

    rows : of ESTIMATES by area's code, one for each of `areas`; empty where the table has none.
    """
    numbers = measure.scale * rows["estimate"]
    known = numbers.dropna().to_numpy()
    shades = _shades(known, measure.colour) if len(known) else None
    for code, number in numbers.items():
        look = _look(number, rows["status"][code], shades)
        axes.add_patch(PathPatch(areas[code].outline, **look))
        _write(axes, areas[code], number, look["facecolor"], measure)
    axes.set_aspect("equal")
    axes.autoscale_view()
    axes.set_axis_off()
    if shades:
        _draw_scale(axes, shades, measure)


def _shades(known: np.ndarray, colour: str | None) -> Shades:
    return diverging(known) if colour is None else sequential(known, colour)


def _look(number: float, status: object, shades: Shades | None) -> dict[str, object]:
    if pd.notna(number):
        return {"facecolor": shades.of(number)} | EDGE
    return HATCHED if pd.notna(status) and is_suppressed(status) else PALE


def _write(axes: Axes, area: Area, number: float, ground: str, measure: Measure) -> None:
    middle = {"ha": "center", "color": ink_on(ground)}
    x, y = area.middle
    if area.short:
        axes.text(x, y + 0.1, area.short, va="bottom", size=6.3, **middle)
        value = "–" if pd.isna(number) else measure.say(number)
        axes.text(x, y + 0.04, value, va="top", size=7.5, weight="semibold", **middle)
    elif measure.colour is None and pd.notna(number) and number != 0:
        axes.text(x, y, "+" if number > 0 else "−", va="center", size=6.5, **middle)


def _draw_scale(axes: Axes, shades: Shades, measure: Measure) -> None:
    """Draw the classes below the map, each end with its number."""
    colours = ListedColormap(shades.colours)
    norm = BoundaryNorm(shades.ends, len(shades.colours))
    place = {"location": "bottom", "shrink": 0.8, "aspect": 28, "pad": 0.02}
    bar = axes.figure.colorbar(ScalarMappable(norm, colours), ax=axes, **place)
    bar.ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: measure.say(value)))
    # Of many ends every second is numbered, the middle one among them.
    crowded = len(shades.ends) > 7
    bar.set_ticks(shades.ends[len(shades.ends) // 2 % 2 :: 2] if crowded else shades.ends)
    bar.ax.tick_params(labelsize=7.5, length=0)
    bar.outline.set(edgecolor=SOFT_INK, linewidth=0.5)


def list_names(axes: Axes, areas: Mapping[str, Area], language: str) -> None:
    """Write the short names with the full ones in two columns, in place of a map."""
    axes.set_axis_off()
    half = (len(areas) + 1) // 2
    for place, (code, area) in enumerate(areas.items()):
        column, row = divmod(place, half)
        at = {"y": 1 - (row + 0.5) / half, "transform": axes.transAxes, "va": "center"}
        axes.text(0.5 * column, s=area.short, size=6.3, weight="semibold", **at)
        axes.text(0.5 * column + 0.105, s=group_label("corop", code, language), size=6.3, **at)
