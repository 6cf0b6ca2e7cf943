"""Figure: classes of one school type, of two and of more, by cohort and urbanity."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from advieskloof.figures import absent, alt, timeline
from advieskloof.figures.caption import (
    Caption,
    error_note,
    interval_note,
    joined,
    pupils,
    source_line,
)
from advieskloof.figures.marks import from_zero, name_ends, whiskers
from advieskloof.figures.palette import CLASS_KINDS
from advieskloof.figures.rows import are_split_by, ordered
from advieskloof.figures.style import BAND_EDGE, REST
from advieskloof.labels import capitalised, group_label, label, percentage, school_year
from advieskloof.schemas import SPLITS, TOTAL

GROUP = "urbanity"
INDICATOR = "class_{}_of_placed"

WORDS = {
    "nl": {
        "title": "Brugklassen van één, twee en meer schoolsoorten",
        "subtitle": (
            "Leerlingen die na groep 8 ({span}) in leerjaar 1 in een klas begonnen, naar soort "
            "klas; in procenten"
        ),
        "all": "Alle leerlingen",
        "note": (
            "Homogene klas: één schoolsoort; dakpanklas: twee die op elkaar volgen; brede "
            "brugklas: meer. De schooljaren zijn die van groep 8; de klas is van het jaar daarna. "
            "Stedelijkheid {region_of}. Veranderingen van advies en toets breken deze maat niet, "
            "want zij telt klassen.{n}"
        ),
        "n": " Per getal {n}.",
        "alt": "Lijnfiguren over {span}. {series}",
    },
    "en": {
        "title": "Classes of one, two and more school types in year 1",
        "subtitle": (
            "Pupils who began grade 1 in a class after group 8 ({span}), by kind of class; in per "
            "cent"
        ),
        "all": "All pupils",
        "note": (
            "The school years are those of group 8; the class is of the year after. Urbanity "
            "{region_of}. Changes of advice and test do not break this measure, since it counts "
            "classes.{n}"
        ),
        "n": " For each number {n}.",
        "alt": "Line charts of {span}. {series}",
    },
}


def select(table: pd.DataFrame) -> pd.DataFrame:
    """Return the shares of kinds of class of whole cohorts and by urbanity, by cohort."""
    rows = table[are_split_by(table) | are_split_by(table, GROUP)]
    orders = {
        "indicator": tuple(INDICATOR.format(kind) for kind in CLASS_KINDS),
        GROUP: (TOTAL, *SPLITS[GROUP]),
    }
    return ordered(rows[rows["reference"].isna()], orders, "placement_by_cohort")


def caption(rows: pd.DataFrame, language: str) -> Caption:
    """Return the words around the figure, the alt text from its numbers."""
    words = WORDS[language]
    span = timeline.span(timeline.cohorts_of(rows), language)
    n = pupils(rows["n"], language)
    region = label(f"region_of:{rows['region_of'].iloc[0]}", language)
    return Caption(
        title=words["title"],
        subtitle=words["subtitle"].format(span=span),
        note=joined(
            words["note"].format(region_of=region, n=words["n"].format(n=n) if n else ""),
            error_note(rows, language),
            absent.cross_note(timeline.lone(rows, GROUP), language),
            interval_note(rows, language),
        ),
        source=source_line(rows, language),
        alt=words["alt"].format(span=span, series=_in_words(rows, language)),
    )


def draw(rows: pd.DataFrame, language: str) -> Figure:
    """Draw all pupils above, and below them a small panel a class of urbanity."""
    figure = Figure(figsize=(7.2, 6.6), layout="constrained")
    classes = [name for name in SPLITS[GROUP] if name in set(rows[GROUP])]
    grid = figure.add_gridspec(2, max(len(classes), 1), height_ratios=(1.5, 1))
    above = figure.add_subplot(grid[0, :])
    cohorts = timeline.cohorts_of(rows)
    from_zero(above, 100 * rows[["estimate", "upper"]].max(axis=None), ticks=6)
    above.set_title(WORDS[language]["all"], loc="left", weight="semibold")
    _draw_panel(above, rows[rows[GROUP] == TOTAL], cohorts, language)
    timeline.name_cohorts(above, cohorts, 2 if len(cohorts) > timeline.MANY else 1)
    _name_kinds(above, rows[rows[GROUP] == TOTAL], cohorts, language)
    for place, name in enumerate(classes):
        axes = figure.add_subplot(grid[1, place], sharey=above)
        axes.tick_params(labelleft=place == 0)
        axes.spines["bottom"].set_visible(False)
        title = capitalised(group_label(GROUP, name, language))
        axes.set_title(title, loc="left", size=8.5, weight="semibold")
        axes.axhline(0, color=REST, linewidth=0.8, zorder=1)
        _draw_panel(axes, rows[rows[GROUP] == name], cohorts, language, size=2)
        timeline.name_cohorts(axes, cohorts, max(len(cohorts) - 1, 1))
        axes.set_xticks(axes.get_xticks(), [school_year(c) for c in _ends(cohorts)], size=7.5)
    return figure


def _ends(cohorts: list[str]) -> list[str]:
    return list(dict.fromkeys([cohorts[0], cohorts[-1]]))


def _draw_panel(
    axes: Axes, rows: pd.DataFrame, cohorts: list[str], language: str, size: float = 4.5
) -> None:
    for kind, look in CLASS_KINDS.items():
        series = rows[rows["indicator"] == INDICATOR.format(kind)]
        series = series.drop_duplicates("cohort").set_index("cohort").reindex(cohorts)
        style = {"color": look.colour, "marker": look.marker, "linestyle": look.line}
        thin = {"linewidth": 1.5, "markersize": size}
        timeline.draw_line(axes, 100 * series["estimate"], (), **style, **thin)
        whiskers(axes, range(len(cohorts)), series, 100, look.colour)
    timeline.draw_absent(axes, timeline.why_nothing(rows, cohorts, language))
    lone = timeline.lone(rows, GROUP)["cohort"].unique()
    absent.draw_crosses(axes, [cohorts.index(cohort) for cohort in lone], BAND_EDGE)


def _name_kinds(axes: Axes, rows: pd.DataFrame, cohorts: list[str], language: str) -> None:
    known = rows[rows["estimate"].notna()]
    ends = {}
    for kind, look in CLASS_KINDS.items():
        series = known[known["indicator"] == INDICATOR.format(kind)]
        if len(series):
            end = series.iloc[-1]
            name = group_label("class_kind", kind, language)
            ends[name] = (cohorts.index(end["cohort"]), 100 * end["estimate"], look)
    low, high = axes.get_ylim()
    name_ends(axes, ends, len(cohorts) - 0.4, 0.09 * (high - low))


def _in_words(rows: pd.DataFrame, language: str) -> str:
    """Return how each kind of class runs, and by urbanity where it begins and ends."""
    sentences = []
    for name, panel in rows.groupby(GROUP, sort=False):
        years = panel["cohort"].map(school_year)
        parts = [
            f"{label(f'indicator:{indicator}', language).partition(': ')[2]} "
            + alt.course(series, years, lambda share: percentage(share, language), language)
            for indicator, of_kind in panel.groupby("indicator", sort=False)
            for series in [of_kind if name == TOTAL else of_kind.iloc[[0, -1]]]
        ]
        who = WORDS[language]["all"] if name == TOTAL else group_label(GROUP, name, language)
        sentences.append(f"{capitalised(who)}: {'; '.join(parts)}.")
    return " ".join(sentences)
