"""Figure: the gap in the level of the advice, raw and with more and more held equal."""

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
from advieskloof.figures.marks import ON_WHITE, bars, differences, key
from advieskloof.figures.palette import ONE
from advieskloof.figures.rows import are_split_by, grouping_of, ordered
from advieskloof.figures.style import GRID, INK, REST, SOFT_INK
from advieskloof.labels import capitalised, group_label, label, period, signed
from advieskloof.schemas import SPLITS, TOTAL

EDUCATION = ("parental_education_five", "parental_education_three")
# Of each step its marker; an open one is raw.
STEPS = {
    "raw": "o",
    "modelled_score": "o",
    "modelled_score_place": "s",
    "modelled_within_schools": "^",
}
# Between the lines of a class, and a class's own height.
LINE, INCHES = 0.2, 0.74

WORDS = {
    "nl": {
        "title": "Het verschil in advies naar opleiding van de ouders, stap voor stap vergeleken",
        "subtitle": (
            "Niveau van het {base} min dat van leerlingen van ouders met {highest}, {year}; in "
            "niveaus (1 = één schoolsoort)"
        ),
        "raw": "ongecorrigeerd",
        "modelled_score": "gelijke score",
        "modelled_score_place": "ook gelijke plaats",
        "modelled_within_schools": "zelfde school",
        "note": (
            "Ongecorrigeerd: verschil in gemiddeld niveau. Daarna met gelijke score (een kromme "
            "per toets), ook op gelijke plaats (COROP-gebied en stedelijkheid {region_of}), en "
            "binnen dezelfde basisschool. Alle stappen: lineaire modellen over dezelfde "
            "leerlingen, die met een toetsscore; daardoor verschilt het ongecorrigeerde getal van "
            "dat over alle leerlingen.{n} De figuur beschrijft; zij zegt niet waardoor een "
            "verschil er is."
        ),
        "n": " In beide groepen samen {n}.",
        "alt": "Puntenfiguur van {year}, verschil in niveaus met {highest}. {series}",
    },
    "en": {
        "title": "The gap in advice by parental education, compared step by step",
        "subtitle": (
            "Level of the {base} minus that of pupils of parents with {highest}, {year}; in "
            "levels (1 = one school type)"
        ),
        "raw": "raw",
        "modelled_score": "equal score",
        "modelled_score_place": "equal place too",
        "modelled_within_schools": "same school",
        "note": (
            "Raw: the difference in mean level. Then with equal scores (a curve for each test), in "
            "an equal place too (COROP area and urbanity {region_of}), and within the same primary "
            "school. All steps: linear models over the same pupils, those with a test score; so "
            "the raw gap differs from that of all pupils.{n} The figure describes; it does not say "
            "why there is a gap."
        ),
        "n": " In both groups together {n}.",
        "alt": "Dot chart of {year}, difference in levels from {highest}. {series}",
    },
}


def select(table: pd.DataFrame) -> pd.DataFrame:
    """Return the latest cohort's gaps of the first advice, by class of education and step."""
    variable = grouping_of(table, *EDUCATION)
    gaps = are_split_by(table, variable) & (table[variable] != TOTAL) & table["reference"].notna()
    rows = table[gaps | (table["status"] == "not_defined")]
    known = rows.loc[rows["status"] != "not_defined", "cohort"]
    rows = rows[rows["cohort"] == (known if len(known) else rows["cohort"]).max()]
    orders = {
        "indicator": ("mean_level",),
        "base": ("initial",),
        variable: (*SPLITS[variable], TOTAL),
        "adjustment": tuple(STEPS),
    }
    return ordered(rows, orders, "adjusted_gaps")


def caption(rows: pd.DataFrame, language: str) -> Caption:
    """Return the words around the figure, the alt text from its numbers."""
    words = WORDS[language]
    told = {"year": period(rows["cohort"].iloc[0], language), "highest": _highest(rows, language)}
    n = pupils(rows["n"], language)
    region = label(f"region_of:{rows['region_of'].iloc[0]}", language)
    return Caption(
        title=words["title"],
        subtitle=words["subtitle"].format(base=label("base:initial", language), **told),
        note=joined(
            words["note"].format(region_of=region, n=words["n"].format(n=n) if n else ""),
            error_note(rows, language),
            absent.status_note(rows, language),
            interval_note(rows, language),
        ),
        source=source_line(rows, language),
        alt=words["alt"].format(series=_in_words(rows, language), **told),
    )


def draw(rows: pd.DataFrame, language: str) -> Figure:
    """Draw a line a step for each class of education, from zero to its gap, with its number."""
    variable = grouping_of(rows, *EDUCATION)
    classes = list(dict.fromkeys(rows[variable]))
    figure = Figure(figsize=(7.2, 2.6 + INCHES * len(classes)), layout="constrained")
    axes = figure.add_subplot()
    axes.axvline(0, color=REST, linewidth=0.8, zorder=1)
    for row in rows.itertuples():
        at = classes.index(getattr(row, variable)) + _shift(row.adjustment)
        _draw_step(axes, at, row, language)
        bars(axes, [at], rows.loc[[row.Index]], 1, ONE)
    _scale(axes, rows, [group_label(variable, name, language) for name in classes])
    differences(axes.xaxis, rows["estimate"], language, 1)
    handles = [Line2D([], [], label=WORDS[language][name], **_look(name)) for name in STEPS]
    key(axes, handles, titled=False)
    return figure


def _shift(adjustment: str) -> float:
    """Return how far below the middle of its class a step stands."""
    return LINE * (list(STEPS).index(adjustment) - (len(STEPS) - 1) / 2)


def _look(adjustment: str) -> dict[str, object]:
    face = "white" if adjustment == "raw" else ONE
    look = {"marker": STEPS[adjustment], "color": ONE, "markerfacecolor": face}
    return look | {"markersize": 5.5, "linestyle": "none", "clip_on": False}


def _draw_step(axes: Axes, at: float, row: tuple, language: str) -> None:
    """Draw a step's gap as a thin line from zero, its mark and its number; or why it has none."""
    known = pd.notna(row.estimate)
    if known:
        axes.hlines(at, 0, row.estimate, color=GRID, linewidth=1.2, zorder=1.2)
        axes.plot(row.estimate, at, zorder=2.5, **_look(row.adjustment))
    ends = [end for end in (row.estimate, row.lower, row.upper) if pd.notna(end)]
    beyond = known and row.estimate > 0
    axes.annotate(
        signed(row.estimate, language) if known else label(f"status:{row.status}", language),
        ((max if beyond else min)(ends, default=0), at),
        xytext=(8 if beyond else -8, 0),
        textcoords="offset points",
        ha="left" if beyond else "right",
        va="center_baseline",
        size=7.5,
        color=INK if known else SOFT_INK,
        bbox=ON_WHITE,
    )


def _scale(axes: Axes, rows: pd.DataFrame, names: list[str]) -> None:
    ends = rows[["estimate", "lower", "upper"]]
    low, high = ends.min(axis=None), ends.max(axis=None)
    low, high = (0.0 if pd.isna(end) else end for end in (low, high))
    room = 0.14 * max(high, 0.0) - 0.14 * min(low, -0.1)
    # Room for numbers beyond the furthest marks.
    axes.set_xlim(min(low, -0.1) - room, max(high, 0.0) + (room if high > 0 else 0.02))
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.grid(False, axis="y")
    for between in range(1, len(names)):
        axes.axhline(between - 0.5, color=GRID, linewidth=0.6, zorder=0.9)


def _highest(rows: pd.DataFrame, language: str) -> str:
    """Return the name of the class from which the others are told."""
    variable = grouping_of(rows, *EDUCATION)
    references = rows["reference"].dropna()
    if references.empty:
        return label(variable, language)
    return group_label(variable, references.iloc[0].partition("=")[2], language)


def _in_words(rows: pd.DataFrame, language: str) -> str:
    variable = grouping_of(rows, *EDUCATION)
    at = rows["adjustment"].map(WORDS[language])
    return " ".join(
        f"{capitalised(group_label(variable, name, language))}: "
        f"{alt.each(series, at, lambda gap: signed(gap, language), language)}."
        for name, series in rows.groupby(variable, sort=False)
    )
