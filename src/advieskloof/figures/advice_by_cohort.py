"""Figure: under- and over-advising by cohort, in four definitions, first and final advice."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from advieskloof.figures import absent, alt, timeline
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
from advieskloof.figures.marks import ON_WHITE, from_zero, key, whiskers
from advieskloof.figures.palette import BASES, DIRECTIONS
from advieskloof.figures.rows import are_split_by, ordered
from advieskloof.figures.style import SOFT_INK
from advieskloof.labels import capitalised, label, percentage, school_year

WORDS = {
    "nl": {
        "title": "Onder- en overadvisering naar schooljaar",
        "subtitle": (
            "Aandeel leerlingen in groep 8 met een lager (onder) of hoger (over) advies dan het "
            "toetsadvies, {span}, naar vier definities, in procenten"
        ),
        "note": "Van de leerlingen met advies en toetsadvies{n}. {meanings}",
        "n": " ({n} per schooljaar en definitie)",
        "alt": "Lijnfiguren over {span}. {series} {breaks}",
    },
    "en": {
        "title": "Under- and over-advising by school year",
        "subtitle": (
            "Share of pupils in group 8 with an advice lower (under) or higher (over) than the "
            "test advice, {span}, by four definitions, in per cent"
        ),
        "note": "Of pupils with an advice and a test advice{n}. {meanings}",
        "n": " ({n} by school year and definition)",
        "alt": "Line charts of {span}. {series} {breaks}",
    },
}


def select(table: pd.DataFrame) -> pd.DataFrame:
    """Return the raw shares of whole cohorts, by definition, direction, base and cohort."""
    rows = table[are_split_by(table) & (table["adjustment"] == "raw") & table["reference"].isna()]
    orders = {"definition": DEFINITIONS, "indicator": tuple(DIRECTIONS), "base": tuple(BASES)}
    return ordered(rows, orders, "advice_by_cohort")


def caption(rows: pd.DataFrame, language: str) -> Caption:
    """Return the words around the figure, the alt text from its numbers."""
    words = WORDS[language]
    cohorts = timeline.cohorts_of(rows)
    span = timeline.span(cohorts, language)
    broken = timeline.break_note(timeline.breaks(cohorts), language)
    n = pupils(rows["n"], language)
    note = words["note"].format(
        n=words["n"].format(n=n) if n else "", meanings=meanings(rows, language)
    )
    return Caption(
        title=words["title"],
        subtitle=words["subtitle"].format(span=span),
        note=joined(
            note,
            broken,
            error_note(rows, language),
            absent.cross_note(timeline.lone(rows, "definition", "indicator"), language),
            interval_note(rows, language),
        ),
        source=source_line(rows, language),
        alt=words["alt"].format(span=span, series=_in_words(rows, language), breaks=broken).strip(),
    )


def draw(rows: pd.DataFrame, language: str) -> Figure:
    """Draw a row of panels a definition: under-advising left, over-advising right."""
    definitions = _definitions(rows)
    cohorts = timeline.cohorts_of(rows)
    figure = Figure(figsize=(7.2, 3 + 1.5 * len(definitions)), layout="constrained")
    figure.get_layout_engine().set(wspace=0.05)
    grid = figure.subplots(len(definitions), 2, sharex=True, sharey="row", squeeze=False)
    for panels, definition in zip(grid, definitions, strict=True):
        mine = rows[rows["definition"] == definition]
        from_zero(panels[0], 100 * mine[["estimate", "upper"]].max(axis=None))
        for axes, direction in zip(panels, DIRECTIONS, strict=True):
            _name(axes, direction, definition, language)
            panel = mine[mine["indicator"] == direction]
            _draw_panel(axes, panel, cohorts, DIRECTIONS[direction], language)
    for axes in grid[-1]:
        timeline.name_cohorts(axes, cohorts, 2 if len(cohorts) > timeline.MANY else 1)
        timeline.name_regimes(axes, cohorts, language, each=5, size=7)
    key(grid[0][0], [Line2D([], [], color=SOFT_INK, **_look(base, language)) for base in BASES])
    return figure


def _name(axes: Axes, direction: str, definition: str, language: str) -> None:
    name = capitalised(label(f"indicator:{direction}", language))
    title = f"{name}, {label(f'definition:{definition}', language)}"
    axes.set_title(title, loc="left", weight="semibold", size=9, color=DIRECTIONS[direction])
    axes.spines["left"].set_visible(False)
    axes.grid(False, axis="x")


def _draw_panel(
    axes: Axes, rows: pd.DataFrame, cohorts: list[str], colour: str, language: str
) -> None:
    broken = timeline.breaks(cohorts)
    lacking = set(rows.loc[rows["estimate"].isna(), "cohort"])
    lone = set(timeline.lone(rows, "definition", "indicator")["cohort"])
    of_base = {
        base: rows[rows["base"] == base].set_index("cohort").reindex(cohorts) for base in BASES
    }
    for base, series in of_base.items():
        look = _look(base, language) | {"color": colour}
        timeline.draw_line(axes, 100 * series["estimate"], broken, **look)
        whiskers(axes, range(len(series)), series, 100, colour)
    _number_ends(axes, of_base, language)
    why = absent.shorts(rows.drop_duplicates("cohort").set_index("cohort"), language)
    timeline.draw_absent(axes, why.where(why.index.isin(lacking - lone)).reindex(cohorts))
    absent.draw_crosses(axes, [cohorts.index(cohort) for cohort in sorted(lone)])
    timeline.draw_breaks(axes, cohorts, broken)


def _look(base: str, language: str) -> dict[str, object]:
    marker, line = BASES[base]
    look = {"marker": marker, "linestyle": line, "label": label(f"base:{base}", language)}
    if base == "final":  # open, around the first advice where both are alike
        return look | {"markersize": 6, "markerfacecolor": "none", "linewidth": 1.1}
    return look | {"markersize": 4}


def _number_ends(axes: Axes, of_base: dict[str, pd.DataFrame], language: str) -> None:
    """Number a line's first and last value: the first advice above it, the final below.

    Where both are the same number, it stands once; without the first advice the final stands above.
    """
    for base, series in of_base.items():
        known = [place for place, share in enumerate(series["estimate"]) if pd.notna(share)]
        for place in dict.fromkeys([*known[:1], *known[-1:]]):
            share = series["estimate"].iloc[place]
            first = of_base["initial"]["estimate"].iloc[place]
            if base == "initial" or not _alike(share, first, language):
                above = base == "initial" or pd.isna(first)
                _number(axes, place, share, above, language)


def _alike(share: float, other: float, language: str) -> bool:
    return pd.notna(other) and percentage(share, language) == percentage(other, language)


def _number(axes: Axes, place: int, share: float, above: bool, language: str) -> None:
    """Write a number above or below its point, below zero where it would lie on that line."""
    crosses = not above and 100 * share < 0.16 * axes.get_ylim()[1]
    axes.annotate(
        percentage(share, language),
        (place, 0 if crosses else 100 * share),
        xytext=(0, 5 if above else -2 if crosses else -5),
        textcoords="offset points",
        ha="center",
        va="bottom" if above else "top",
        size=7.5,
        weight="semibold" if above else "regular",
        bbox=ON_WHITE,
    )


def _definitions(rows: pd.DataFrame) -> list[str]:
    return [name for name in DEFINITIONS if name in set(rows["definition"])]


def _in_words(rows: pd.DataFrame, language: str) -> str:
    keys = ["definition", "indicator", "base"]
    return " ".join(
        f"{_series_name(*names, language)}: {_course(series, language)}."
        for names, series in rows.groupby(keys, sort=False)
    )


def _series_name(definition: str, indicator: str, base: str, language: str) -> str:
    parts = (f"indicator:{indicator}", f"definition:{definition}", f"base:{base}")
    return capitalised(", ".join(label(part, language) for part in parts))


def _course(series: pd.DataFrame, language: str) -> str:
    years = series["cohort"].map(school_year)
    return alt.course(series, years, lambda share: percentage(share, language), language)
