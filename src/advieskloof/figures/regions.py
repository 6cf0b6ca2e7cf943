"""Figure: COROP areas by the level of the advice at equal score, shrunken, with intervals."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from advieskloof.figures import absent, alt
from advieskloof.figures.caption import (
    Caption,
    error_note,
    interval_note,
    joined,
    pupils,
    source_line,
)
from advieskloof.figures.marks import bars, differences, key
from advieskloof.figures.palette import ONE
from advieskloof.figures.rows import are_split_by, ordered
from advieskloof.figures.style import REST, SOFT_INK
from advieskloof.labels import decimal, group_label, label, p_value, period, signed
from advieskloof.schemas import TOTAL

GROUP = "corop"
MEASURE = "level_difference"
ADJUSTMENTS = ("standardised_shrunken", "standardised")
# Of all areas together: their spread, and the test that they are equal.
SPREAD, P_VALUE = f"{MEASURE}_regions_sd", f"{MEASURE}_regions_p"
LOOKS = {
    "standardised_shrunken": {"marker": "o", "markersize": 4.5, "color": ONE},
    "standardised": {
        "marker": "o",
        "markersize": 4.5,
        "color": SOFT_INK,
        "markerfacecolor": "none",
        "markeredgewidth": 0.9,
    },
}
ROW = 0.172  # inches

WORDS = {
    "nl": {
        "title": "Niveau van het advies bij gelijke score, naar COROP-gebied",
        "subtitle": (
            "Verschil met alle leerlingen in groep 8 met dezelfde score, {base}, {period}; in "
            "niveaus (1 = één schoolsoort)"
        ),
        "note": (
            "COROP-gebied {region_of}{n}. Naar het gemiddelde getrokken: hoe onzekerder de "
            "schatting, hoe sterker. Ook wat niet getrokken is, is bij gelijke score."
        ),
        "n": " ({n})",
        "spread": "Spreiding van de gebieden (standaardafwijking): {sd} niveau.",
        "p": "Toets dat alle gebieden gelijk zijn: p\u00a0{p}.",
        "standardised_shrunken": "naar het gemiddelde getrokken, met interval",
        "standardised": "niet getrokken",
        "alt": "Puntenfiguur van {n} gebieden, {period}: {ends}.",
    },
    "en": {
        "title": "Level of the advice at equal score, by COROP area",
        "subtitle": (
            "Difference from all pupils in group 8 with the same score, {base}, {period}; in "
            "levels (1 = one school type)"
        ),
        "note": (
            "COROP area {region_of}{n}. Shrunken to the mean of areas: the more uncertain the "
            "estimate, the more so. What is not shrunken is at equal score too."
        ),
        "n": " ({n})",
        "spread": "Spread of the areas (standard deviation): {sd} of a level.",
        "p": "Test that all areas are equal: p\u00a0{p}.",
        "standardised_shrunken": "shrunken to the mean, with interval",
        "standardised": "not shrunken",
        "alt": "Dot chart of {n} areas, {period}: {ends}.",
    },
}


def select(table: pd.DataFrame) -> pd.DataFrame:
    """Return the latest period's areas, by shrunken estimate from high to low, and their spread.

    Areas without a number come last, in the order of their codes.
    """
    rows = table[are_split_by(table) | are_split_by(table, GROUP)]
    rows = rows[rows["reference"].isna() & (rows["base"] == "initial")]
    rows = rows[rows["cohort"] == rows["cohort"].max()]
    orders = {"indicator": (MEASURE, SPREAD, P_VALUE), "adjustment": ADJUSTMENTS}
    rows = ordered(rows, orders, "regions")
    shrunken = rows[_are(rows, MEASURE, "standardised_shrunken")].set_index(GROUP)["estimate"]
    rows = rows.assign(height=rows[GROUP].map(shrunken))
    keys = ["height", GROUP, "indicator", "adjustment"]
    rows = rows.sort_values(keys, ascending=[False, True, True, False])
    return rows.drop(columns="height").reset_index(drop=True)


def caption(rows: pd.DataFrame, language: str) -> Caption:
    """Return the words around the figure, the alt text from its numbers."""
    words = WORDS[language]
    when = period(rows["cohort"].iloc[0], language)
    areas = rows[_are(rows, MEASURE, "standardised_shrunken")]
    n = pupils(areas["n"], language)
    region = label(f"region_of:{rows['region_of'].iloc[0]}", language)
    return Caption(
        title=words["title"],
        subtitle=words["subtitle"].format(base=label("base:initial", language), period=when),
        note=joined(
            words["note"].format(region_of=region, n=words["n"].format(n=n) if n else ""),
            _together(rows, language),
            error_note(areas, language),
            absent.status_note(areas, language),
            interval_note(rows, language),
        ),
        source=source_line(rows, language),
        alt=_in_words(areas, when, language),
    )


def draw(rows: pd.DataFrame, language: str) -> Figure:
    """Draw a line an area: the shrunken dot with its interval and value, the raw one hollow."""
    areas = list(dict.fromkeys(rows.loc[rows["indicator"] == MEASURE, GROUP]))
    figure = Figure(figsize=(7.2, 2.3 + ROW * max(len(areas), 5)), layout="constrained")
    axes = figure.add_subplot()
    axes.axvline(0, color=REST, linewidth=0.8, zorder=1)
    for adjustment in reversed(ADJUSTMENTS):
        mine = rows[_are(rows, MEASURE, adjustment)]
        heights = [areas.index(area) for area in mine[GROUP]]
        axes.plot(mine["estimate"], heights, linestyle="none", **LOOKS[adjustment])
    # The last are the shrunken ones.
    bars(axes, heights, mine, 1, ONE)
    _number(axes, mine, heights, language)
    _scale(axes, [_area_name(area, language) for area in areas])
    differences(axes.xaxis, mine["estimate"], language)
    _draw_key(axes, language)
    return figure


def _number(axes: Axes, rows: pd.DataFrame, heights: list[int], language: str) -> None:
    """Write each area's number in a column at the right, or why it has none."""
    right = axes.get_yaxis_transform()
    for row, height in zip(rows.itertuples(), heights, strict=True):
        known = pd.notna(row.estimate)
        words = signed(row.estimate, language) if known else _status(row, language)
        place = {"transform": right, "ha": "left", "va": "center", "size": 7.5}
        axes.text(1.01, height, words, color=None if known else SOFT_INK, **place)


def _status(row: tuple, language: str) -> str:
    return label(f"status:{row.status}", language)


def _scale(axes: Axes, names: list[str]) -> None:
    axes.set_yticks(range(len(names)), names, size=7.5)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.spines["left"].set_visible(False)
    axes.grid(True, axis="y", linewidth=0.3)


def _draw_key(axes: Axes, language: str) -> None:
    lines = {"standardised_shrunken": "-", "standardised": "none"}
    handles = [
        Line2D([], [], linestyle=lines[name], linewidth=1.2, label=words, **LOOKS[name])
        for name, words in ((name, WORDS[language][name]) for name in ADJUSTMENTS)
    ]
    key(axes, handles, titled=False)


def _are(rows: pd.DataFrame, indicator: str, adjustment: str) -> pd.Series:
    return (rows["indicator"] == indicator) & (rows["adjustment"] == adjustment)


def _area_name(area: str, language: str) -> str:
    return label("total", language) if area == TOTAL else group_label(GROUP, area, language)


def _together(rows: pd.DataFrame, language: str) -> str:
    """Return the spread of the areas and the test that they are equal, where released."""
    words = WORDS[language]
    known = rows[(rows["adjustment"] == "standardised") & rows["estimate"].notna()]
    value = known.drop_duplicates("indicator").set_index("indicator")["estimate"]
    notes = []
    if SPREAD in value:
        notes.append(words["spread"].format(sd=decimal(value[SPREAD], language, 2)))
    if P_VALUE in value:
        notes.append(words["p"].format(p=_p(value[P_VALUE], language)))
    return " ".join(notes)


def _p(p: float, language: str) -> str:
    told = p_value(p, language)
    return told if told.startswith("<") else f"=\u00a0{told}"


def _in_words(areas: pd.DataFrame, when: str, language: str) -> str:
    names = areas[GROUP].map(lambda area: _area_name(area, language))
    ends = alt.ends(areas, names, lambda level: signed(level, language), language)
    return WORDS[language]["alt"].format(n=len(areas), period=when, ends=ends)
