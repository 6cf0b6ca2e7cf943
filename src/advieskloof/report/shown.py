"""A figure as a page shows it: the picture with its words, its table, its pupils, its method."""

from collections.abc import Mapping

import pandas as pd

from advieskloof import figures
from advieskloof.figures.caption import are_of_locations, population, pupils
from advieskloof.labels import capitalised
from advieskloof.report import flow, methods
from advieskloof.report.readable import readable


def shown(
    name: str,
    table: pd.DataFrame,
    method: str,
    counted: pd.DataFrame | None,
    language: str,
) -> Mapping:
    """Return what a page tells of a figure.

    Parameters
    ----------
    table : the released table of that name.
    method : the heading of docs/methods.md about its numbers.
    counted : the released flow of pupils; None for published counts, which have none.
    """
    caption, rows = figures.describe(name, table, language)
    cohorts = list(rows["cohort"].unique())
    return {
        "name": name,
        "caption": caption,
        "table": {"caption": caption.subtitle, **readable(rows, language)},
        "population": capitalised(population(rows, language)),
        "pupils": pupils(rows["n"], language),
        "flow": ""
        if counted is None or are_of_locations(rows)
        else flow.sentence(counted, cohorts, language),
        "method": {"title": method, "anchor": methods.anchor(method)},
    }
