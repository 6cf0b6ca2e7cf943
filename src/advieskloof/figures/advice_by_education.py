"""Figure: under- and over-advising by parental education, first and final advice, latest cohort."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from advieskloof.figures import absent, alt
from advieskloof.figures.caption import (
    Caption,
    error_note,
    interval_note,
    joined,
    meanings,
    pupils,
    source_line,
)
from advieskloof.figures.marks import ON_WHITE, PERCENT, bars, key
from advieskloof.figures.palette import BASES, DIRECTIONS
from advieskloof.figures.rows import are_split_by, class_name, grouping_of, ordered
from advieskloof.figures.style import GRID, INK, SOFT_INK
from advieskloof.labels import (
    capitalised,
    label,
    percentage,
    period,
)
from advieskloof.schemas import SPLITS, TOTAL

ADJUSTMENTS = ("standardised", "raw")
# One definition is drawn: of those in the table the first of these.
PREFERRED = ("whole_level", "half_level", "no_overlap", "kansenkaart")
EDUCATION = ("parental_education_five", "parental_education_three")
# Of a class the first advice stands above the final.
SHIFT = {"initial": -0.17, "final": 0.17}

WORDS = {
    "nl": {
        "title": "Onder- en overadvisering naar opleiding van de ouders",
        "subtitle": (
            "Aandeel leerlingen in groep 8 met een lager (onder) of hoger (over) advies dan het "
            "toetsadvies, {year}, in procenten; getallen bij gelijke score"
        ),
        "note": (
            "{meanings} Bij gelijke score: herwogen naar toets en scoreband van alle leerlingen."
        ),
        "n": "Leerlingen met advies en toetsadvies per groep: {n}.",
        "raw": "ongecorrigeerd (beide)",
        "alt": "Puntenfiguren van {year}, bij gelijke score. {series}",
    },
    "en": {
        "title": "Under- and over-advising by parental education",
        "subtitle": (
            "Share of pupils in group 8 with an advice lower (under) or higher (over) than the "
            "test advice, {year}, in per cent; numbers at equal score"
        ),
        "note": "{meanings} At equal score: weighted to the tests and score bands of all pupils.",
        "n": "Pupils with an advice and a test advice, by group: {n}.",
        "raw": "raw (both)",
        "alt": "Dot charts of {year}, at equal score. {series}",
    },
}


def select(table: pd.DataFrame) -> pd.DataFrame:
    """Return the latest cohort's shares by parental education and of all, in one definition."""
    variable = grouping_of(table, *EDUCATION)
    rows = table[are_split_by(table) | are_split_by(table, variable)]
    rows = rows[rows["reference"].isna() & (rows["cohort"] == rows["cohort"].max())]
    held = [name for name in PREFERRED if name in set(rows["definition"])]
    orders = {
        "definition": held[:1],
        "indicator": tuple(DIRECTIONS),
        variable: (*SPLITS[variable], TOTAL),
        "base": tuple(BASES),
        "adjustment": ADJUSTMENTS,
    }
    return ordered(rows, orders, "advice_by_education")


def caption(rows: pd.DataFrame, language: str) -> Caption:
    """Return the words around the figure, the alt text from its numbers."""
    words = WORDS[language]
    year = period(rows["cohort"].iloc[0], language)
    n = pupils(rows.loc[rows[_variable(rows)] != TOTAL, "n"], language)
    return Caption(
        title=words["title"],
        subtitle=words["subtitle"].format(year=year),
        note=joined(
            words["note"].format(meanings=meanings(rows, language)),
            words["n"].format(n=n) if n else "",
            error_note(rows, language),
            absent.status_note(rows, language),
            interval_note(rows, language),
        ),
        source=source_line(rows, language),
        alt=words["alt"].format(year=year, series=_in_words(rows, language)),
    )


def draw(rows: pd.DataFrame, language: str) -> Figure:
    """Draw under-advising left and over-advising right, two lines of marks a class of education."""
    variable = _variable(rows)
    classes = list(dict.fromkeys(rows[variable]))
    figure = Figure(figsize=(7.2, 2.4 + 0.5 * len(classes)), layout="constrained")
    figure.get_layout_engine().set(wspace=0.05)
    panels = figure.subplots(1, 2, sharey=True, sharex=True)
    for axes, (direction, colour) in zip(panels, DIRECTIONS.items(), strict=True):
        name = capitalised(label(f"indicator:{direction}", language))
        axes.set_title(name, loc="left", weight="semibold", color=colour)
        mine = rows[rows["indicator"] == direction]
        for (group, base), pair in mine.groupby([variable, "base"], sort=False):
            at = classes.index(group) + SHIFT[base]
            _draw_pair(axes, at, pair.set_index("adjustment"), colour, language)
    _scale(panels, rows, [class_name(variable, name, language) for name in classes])
    _draw_key(panels[0], language)
    return figure


def _draw_pair(axes: Axes, at: float, pair: pd.DataFrame, colour: str, language: str) -> None:
    """Draw the number at equal score with its interval and value, and the raw one as a tick."""
    pair = pair.reindex(ADJUSTMENTS)
    base = pair["base"].dropna().iloc[0]
    bars(axes, [at], pair.loc[["standardised"]], 100, colour)
    for adjustment, share in pair["estimate"].items():
        axes.plot(100 * share, at, color=colour, **_look(base, adjustment))
    row = pair.loc["standardised"]
    ends = [*pair["estimate"], row["upper"]]
    axes.annotate(
        _words(row, language),
        (100 * max((end for end in ends if pd.notna(end)), default=0), at),
        xytext=(6, 0),
        textcoords="offset points",
        va="center_baseline",
        size=7.5,
        weight="semibold" if base == "initial" and row["status"] == "ok" else "regular",
        color=INK if row["status"] == "ok" else SOFT_INK,
        bbox=ON_WHITE,
    )


def _words(row: pd.Series, language: str) -> str:
    if pd.isna(row["status"]):  # the table has no such row
        return ""
    if row["status"] != "ok":
        return label(f"status:{row['status']}", language)
    return percentage(row["estimate"], language)


def _look(base: str, adjustment: str) -> dict[str, object]:
    if adjustment == "raw":
        return {"marker": "|", "markersize": 8, "markeredgewidth": 1.2, "linestyle": "none"}
    look = {"marker": BASES[base][0], "linestyle": "none", "markersize": 5.5, "clip_on": False}
    return look | ({"markerfacecolor": "white"} if base == "final" else {})


def _scale(panels: Sequence[Axes], rows: pd.DataFrame, names: Sequence[str]) -> None:
    highest = 100 * rows[["estimate", "upper"]].max(axis=None)
    # Room at the right for the number of the longest line.
    panels[0].set_xlim(0, 1.22 * (100 if pd.isna(highest) else highest))
    panels[0].set_yticks(range(len(names)), names)
    panels[0].set_ylim(len(names) - 0.45, -0.55)
    for axes in panels:
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10], integer=True))
        axes.xaxis.set_major_formatter(PERCENT)
        axes.grid(False, axis="y")
        for between in range(1, len(names)):
            axes.axhline(between - 0.5, color=GRID, linewidth=0.6, zorder=0.9)


def _draw_key(axes: Axes, language: str) -> None:
    words = WORDS[language]
    handles = [
        Line2D([], [], color=SOFT_INK, label=label(f"base:{base}", language), **_look(base, ""))
        for base in BASES
    ]
    tick = Line2D([], [], color=SOFT_INK, label=words["raw"], **_look("initial", "raw"))
    key(axes, [*handles, tick])


def _variable(rows: pd.DataFrame) -> str:
    return grouping_of(rows, *EDUCATION)


def _in_words(rows: pd.DataFrame, language: str) -> str:
    rows = rows[rows["adjustment"] == "standardised"]
    return " ".join(
        f"{capitalised(label(f'indicator:{indicator}', language))}, "
        f"{label(f'base:{base}', language)}: {_course(series, language)}."
        for (indicator, base), series in rows.groupby(["indicator", "base"], sort=False)
    )


def _course(series: pd.DataFrame, language: str) -> str:
    variable = _variable(series)
    names = series[variable].map(lambda name: class_name(variable, name, language))
    return alt.each(series, names, lambda share: percentage(share, language), language)
