"""Figures from released tables, one module a figure; they select and draw, and compute nothing.

A figure's module has `select(table)`: the rows it draws, of the released table with its name;
`caption(rows, language)`: the words around it; `draw(rows, language)`: the axes.
"""

import importlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from advieskloof.figures.caption import Caption

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Every figure, by the name of its module and of the released table that it draws.
NAMES = (
    "reconsideration_by_cohort",
    "reconsideration_by_first_advice",
    "reconsideration_by_education",
    "advice_by_cohort",
    "advice_by_education",
    "score_curves",
    "score_curves_percentile",
    "urbanity_by_cohort",
    "corop_map",
    "regions",
    "variance_shares",
    "multiverse",
    "adjusted_gaps",
    "placement_by_cohort",
    "placement_by_score",
    "vwo_class_by_education",
    "moves_by_education",
    "moves_by_discrepancy",
    "year_3_by_class_type",
    "r1_funnel",
)

# Of these, maps: they can be drawn with real boundaries.
MAPS = ("corop_map",)
# The endings of a figure's files: pictures, one of them large enough for print and one without the
# words around it, and its numbers.
ENDINGS = ("svg", "pdf", "png", "print.png", "bare.svg", "csv")


def load(name: str) -> ModuleType:
    """Return the module of a figure by its name."""
    return importlib.import_module(f"advieskloof.figures.{name}")


def describe(name: str, table: pd.DataFrame, language: str) -> tuple[Caption, pd.DataFrame]:
    """Return the words around a figure and the rows that it draws."""
    figure = load(name)
    rows = figure.select(table)
    return figure.caption(rows, language), rows


def make(
    name: str,
    table: pd.DataFrame,
    language: str,
    folder: Path,
    boundaries: Mapping[str, Sequence[np.ndarray]] | None = None,
) -> None:
    """Draw a figure and save it as <folder>/<name>.<language>.<ending>, for all ENDINGS.

    boundaries : of areas by code, for one of MAPS; without them its areas are tiles.
    """
    # Plotting loads when used: the check of a config needs the names alone.
    from advieskloof.figures.save import save
    from advieskloof.figures.style import house

    figure = load(name)
    rows = figure.select(table)
    given = {} if boundaries is None else {"boundaries": boundaries}
    caption = figure.caption(rows, language, **given)
    with house():
        drawn_axes = figure.draw(rows, language, **given)
        save(drawn_axes, caption, rows, folder / f"{name}.{language}")


def drawn(name: str, table: pd.DataFrame, language: str) -> "Figure":
    """Return a figure in a language, with the words around it."""
    from advieskloof.figures.save import put_words
    from advieskloof.figures.style import house

    caption, rows = describe(name, table, language)
    with house():
        figure = load(name).draw(rows, language)
        put_words(figure, caption)
    return figure
