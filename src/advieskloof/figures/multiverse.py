"""Figure: the education gap by every definition, base and adjustment, sorted, in three units."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import ScaledTranslation

from advieskloof.figures import absent, alt
from advieskloof.figures.caption import (
    DEFINITIONS,
    Caption,
    error_note,
    interval_note,
    joined,
    meanings,
    pupils,
    source_line,
)
from advieskloof.figures.marks import bars, differences
from advieskloof.figures.palette import BASES, ONE
from advieskloof.figures.rows import are_split_by, grouping_of, ordered
from advieskloof.figures.style import REST, SOFT_INK
from advieskloof.labels import capitalised, group_label, label, period, signed
from advieskloof.schemas import ADJUSTMENTS

EDUCATION = ("parental_education_five", "parental_education_three")
# A panel each: its unit, and by how much a number is multiplied and rounded there.
UNITS = {"share": (100, 1), "levels": (1, 2), "points": (1, 1)}
AXIS_DIGITS = {"share": 0, "levels": 1, "points": 0}
# How a specification is told at the left, in points from the axes: measure, advice, adjustment.
COLUMNS = {"measure": -240, "base": -162, "adjustment": -86}
# The gap in these at equal score is that in the differences from all pupils, which stay.
MEANS = ("mean_level", "mean_isled")
ROW = 0.168  # inches

WORDS = {
    "nl": {
        "title": "De kloof in advies naar opleiding van de ouders, op veel manieren berekend",
        "subtitle": (
            "{lowest} min {highest}, {year}; gesorteerd naar grootte, elke eenheid op een eigen as"
        ),
        "share": "Onderadvisering, in procentpunten",
        "levels": "Niveau van het advies, in niveaus (1 = één schoolsoort)",
        "points": "Niveau van het advies, in punten op de ISLED-schaal",
        "mean": "gemiddeld niveau",
        "expected": "t.o.v. verwacht advies",
        "note": (
            "{meanings} Rondje: eerste advies; ruit: definitief advies.{n} Van wie risico loopt: "
            "alleen leerlingen voor wie een lager advies dan het toetsadvies mogelijk was. Bij "
            "gelijke score: herwogen naar toets en scoreband. Verwacht advies: het gemiddelde bij "
            "dezelfde score. ISLED: internationale maat voor opleidingsniveau."
        ),
        "n": " In beide groepen samen {n}.",
        "alt": "Puntenfiguren van {year}, {lowest} min {highest}. {panels}",
        "panel": "{unit}: {count} berekeningen, {ends}.",
    },
    "en": {
        "title": "The gap in advice by parental education, computed in many ways",
        "subtitle": "{lowest} minus {highest}, {year}; sorted by size, each unit on its own axis",
        "share": "Under-advising, in percentage points",
        "levels": "Level of the advice, in levels (1 = one school type)",
        "points": "Level of the advice, in points on the ISLED scale",
        "mean": "mean level",
        "expected": "from expected advice",
        "note": (
            "{meanings} Circle: first advice; diamond: final advice.{n} At risk: only pupils for "
            "whom an advice below the test advice was possible. At equal score: weighted by test "
            "and score band. Expected advice: the mean at the same score. ISLED: an international "
            "measure of level of education."
        ),
        "n": " In both groups together {n}.",
        "alt": "Dot charts of {year}, {lowest} minus {highest}. {panels}",
        "panel": "{unit}: {count} computations, {ends}.",
    },
}


def select(table: pd.DataFrame) -> pd.DataFrame:
    """Return the latest cohort's gaps by unit, from the largest to the smallest.

    A gap without a number, or a measure that the cohort can't support, comes last in its unit.
    """
    variable = grouping_of(table, *EDUCATION)
    gap = are_split_by(table, variable) & table["reference"].notna()
    rows = table[gap | (table["status"] == "not_defined")]
    rows = rows[~rows["indicator"].isin(MEANS) | (rows["adjustment"] != "standardised")]
    known = rows.loc[rows["status"] != "not_defined", "cohort"]
    rows = rows[rows["cohort"] == (known if len(known) else rows["cohort"]).max()]
    orders = {
        "unit": tuple(UNITS),
        "definition": (*DEFINITIONS, "level", "isled", "expected"),
        "adjustment": ADJUSTMENTS,
        "base": tuple(BASES),
    }
    rows = ordered(rows, orders, "multiverse")
    rows = rows.assign(size=rows["estimate"].abs(), place=rows["unit"].map(list(UNITS).index))
    rows = rows.sort_values(["place", "size"], ascending=[True, False], kind="stable")
    return rows.drop(columns=["size", "place"]).reset_index(drop=True)


def caption(rows: pd.DataFrame, language: str) -> Caption:
    """Return the words around the figure, the alt text from its numbers."""
    words = WORDS[language]
    year = period(rows["cohort"].iloc[0], language)
    sides = _sides(rows, language)
    n = pupils(rows["n"], language)
    gaps = rows[rows["unit"] == "share"]
    return Caption(
        title=words["title"],
        subtitle=capitalised(words["subtitle"].format(year=year, **sides)),
        note=joined(
            words["note"].format(
                meanings=meanings(gaps, language), n=words["n"].format(n=n) if n else ""
            ),
            error_note(rows, language),
            absent.status_note(rows, language),
            interval_note(rows, language),
        ),
        source=source_line(rows, language),
        alt=words["alt"].format(year=year, panels=_in_words(rows, language), **sides),
    )


def draw(rows: pd.DataFrame, language: str) -> Figure:
    """Draw a panel a unit, a line a specification: told at the left, its number at the right."""
    units = [unit for unit in UNITS if unit in set(rows["unit"])]
    counts = [int((rows["unit"] == unit).sum()) for unit in units]
    height = 2.2 + 0.55 * len(units) + ROW * sum(max(count, 2) for count in counts)
    figure = Figure(figsize=(7.2, height), layout="constrained")
    grid = figure.subplots(len(units), 1, height_ratios=counts, squeeze=False)
    for axes, unit in zip(grid[:, 0], units, strict=True):
        mine = rows[rows["unit"] == unit]
        _name(axes, WORDS[language][unit])
        axes.axvline(0, color=REST, linewidth=0.8, zorder=1)
        for height, row in enumerate(mine.itertuples()):
            _draw_row(axes, height, row, language)
        bars(axes, range(len(mine)), mine, UNITS[unit][0], ONE)
        _scale(axes, len(mine))
        differences(axes.xaxis, mine["estimate"], language, AXIS_DIGITS[unit])
    return figure


def _name(axes: Axes, title: str) -> None:
    """Name a panel above the words of its specifications."""
    axes.set_title(" ", loc="left")  # keeps room
    shift = ScaledTranslation(COLUMNS["measure"] / 72, 7 / 72, axes.figure.dpi_scale_trans)
    axes.text(0, 1, title, transform=axes.transAxes + shift, weight="semibold", size=9.5)


def _draw_row(axes: Axes, height: int, row: tuple, language: str) -> None:
    scale, _ = UNITS[row.unit]
    face = "white" if row.base == "final" else ONE
    look = {"marker": BASES[row.base][0], "color": ONE, "markerfacecolor": face}
    axes.plot(scale * row.estimate, height, markersize=4.5, zorder=2.5, **look)
    known = pd.notna(row.estimate)
    number = _in_unit(row.estimate, row.unit, language) if known else _status(row, language)
    right = axes.get_yaxis_transform()
    style = {"va": "center", "size": 7.5}
    colour = None if known else SOFT_INK
    axes.text(1.01, height, number, transform=right, color=colour, **style)
    for column, words in _specification(row, language).items():
        shift = ScaledTranslation(COLUMNS[column] / 72, 0, axes.figure.dpi_scale_trans)
        axes.text(0, height, words, transform=right + shift, ha="left", **style)


def _specification(row: tuple, language: str) -> dict[str, str]:
    """Return what was computed, in words: the measure, the advice and the adjustment."""
    words = WORDS[language]
    expected = row.definition == "expected"
    return {
        "measure": label(f"definition:{row.definition}", language)
        if row.unit == "share"
        else words["mean"],
        "base": label(f"base:{row.base}", language),
        "adjustment": words["expected"]
        if expected
        else label(f"adjustment:{row.adjustment}", language),
    }


def _status(row: tuple, language: str) -> str:
    return label(f"status:{row.status}", language)


def _scale(axes: Axes, count: int) -> None:
    axes.set_yticks([])
    axes.set_ylim(count - 0.4, -0.6)
    axes.spines["left"].set_visible(False)


def _sides(rows: pd.DataFrame, language: str) -> dict[str, str]:
    """Return the names of the two groups between which the gap is."""
    variable = grouping_of(rows, *EDUCATION)
    gaps = rows[rows["reference"].notna()]
    if gaps.empty:
        nobody = label(variable, language)
        return {"lowest": nobody, "highest": nobody}
    highest = gaps["reference"].iloc[0].partition("=")[2]
    lowest = gaps[variable].iloc[0]
    return {
        "lowest": group_label(variable, lowest, language),
        "highest": group_label(variable, highest, language),
    }


def _in_words(rows: pd.DataFrame, language: str) -> str:
    words = WORDS[language]
    at = pd.Series(
        [" ".join(_specification(row, language).values()) for row in rows.itertuples()], rows.index
    )
    panels = []
    for unit, mine in rows.groupby("unit", sort=False):
        ends = alt.ends(mine, at, lambda gap, unit=unit: _in_unit(gap, unit, language), language)
        panels.append(words["panel"].format(unit=words[unit], count=len(mine), ends=ends))
    return " ".join(panels)


def _in_unit(gap: float, unit: str, language: str) -> str:
    scale, digits = UNITS[unit]
    return signed(scale * gap, language, digits)
