"""Figure: the level of the advice at equal score by urbanity and cohort, beside all pupils'."""

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
from advieskloof.figures.marks import differences, name_ends, whiskers
from advieskloof.figures.palette import looks
from advieskloof.figures.rows import are_split_by, ordered
from advieskloof.figures.style import REST
from advieskloof.figures.timeline import OF_THE_TEST
from advieskloof.labels import capitalised, group_label, label, school_year, signed
from advieskloof.schemas import SPLITS, TOTAL

GROUP = "urbanity"
# Of a cohort the classes stand a little apart, so that their intervals don't hide each other.
STEP = 0.09

WORDS = {
    "nl": {
        "title": "Niveau van het advies bij gelijke score, naar stedelijkheid",
        "subtitle": (
            "Verschil met alle leerlingen in groep 8 met dezelfde score, {base}, {span}; in "
            "niveaus (1 = één schoolsoort)"
        ),
        "note": (
            "Stedelijkheid {region_of}{n}. Onder nul: bij gelijke score een lager advies dan "
            "gemiddeld."
        ),
        "n": " ({n} per klasse en schooljaar)",
        "alt": "Lijnfiguur over {span}, verschil in niveaus. {series} {breaks}",
    },
    "en": {
        "title": "Level of the advice at equal score, by urbanity",
        "subtitle": (
            "Difference from all pupils in group 8 with the same score, {base}, {span}; in "
            "levels (1 = one school type)"
        ),
        "note": "Urbanity {region_of}{n}. Below zero: at equal score a lower advice than average.",
        "n": " ({n} by class and school year)",
        "alt": "Line chart of {span}, difference in levels. {series} {breaks}",
    },
}


def select(table: pd.DataFrame) -> pd.DataFrame:
    """Return the level differences at equal score by urbanity and cohort, of the first advice."""
    rows = table[are_split_by(table, GROUP) & table["reference"].isna()]
    orders = {
        "indicator": ("level_difference",),
        "adjustment": ("standardised",),
        "base": ("initial",),
        GROUP: (*SPLITS[GROUP], TOTAL),
    }
    return ordered(rows, orders, "urbanity_by_cohort")


def caption(rows: pd.DataFrame, language: str) -> Caption:
    """Return the words around the figure, the alt text from its numbers."""
    words = WORDS[language]
    cohorts = timeline.cohorts_of(rows)
    span = timeline.span(cohorts, language)
    broken = timeline.break_note(timeline.breaks(cohorts, OF_THE_TEST), language)
    n = pupils(rows["n"], language)
    region = label(f"region_of:{rows['region_of'].iloc[0]}", language)
    return Caption(
        title=words["title"],
        subtitle=words["subtitle"].format(base=label("base:initial", language), span=span),
        note=joined(
            words["note"].format(region_of=region, n=words["n"].format(n=n) if n else ""),
            broken,
            timeline.crossed_note(cohorts, OF_THE_TEST, language),
            error_note(rows, language),
            absent.cross_note(timeline.lone(rows), language),
            interval_note(rows, language),
        ),
        source=source_line(rows, language),
        alt=words["alt"].format(span=span, series=_in_words(rows, language), breaks=broken).strip(),
    )


def draw(rows: pd.DataFrame, language: str) -> Figure:
    """Draw a line a class of urbanity, named at the right, with a cross where it has no number."""
    figure = Figure(figsize=(7.2, 5.4), layout="constrained")
    axes = figure.add_subplot()
    cohorts = timeline.cohorts_of(rows)
    axes.axhline(0, color=REST, linewidth=0.8, zorder=1)
    lone = timeline.lone(rows)
    for name, shift in _shifts(rows).items():
        series = rows[rows[GROUP] == name].set_index("cohort").reindex(cohorts)
        _draw_class(axes, name, series, shift)
        lacking = [cohorts.index(cohort) for cohort in lone.loc[lone[GROUP] == name, "cohort"]]
        absent.draw_crosses(axes, [at + shift for at in lacking], looks(GROUP)[name].colour)
    # Above the line at zero.
    timeline.draw_absent(axes, timeline.why_nothing(rows, cohorts, language), height=0.8)
    timeline.draw_breaks(axes, cohorts, timeline.breaks(cohorts, OF_THE_TEST))
    _scale(axes, rows, cohorts, language)
    _name_classes(axes, rows, cohorts, language)
    return figure


def _shifts(rows: pd.DataFrame) -> dict[str, float]:
    """Return how far each class of the table stands to the right of its cohort."""
    classes = [name for name in SPLITS[GROUP] if name in set(rows[GROUP])]
    return {name: STEP * (at - (len(classes) - 1) / 2) for at, name in enumerate(classes)}


def _draw_class(axes: Axes, name: str, series: pd.DataFrame, shift: float) -> None:
    look = looks(GROUP)[name]
    style = {"color": look.colour, "marker": look.marker, "linestyle": look.line}
    broken = timeline.breaks(list(series.index), OF_THE_TEST)
    timeline.draw_line(axes, series["estimate"], broken, shift, markersize=5, **style)
    whiskers(axes, [place + shift for place in range(len(series))], series, 1, look.colour)


def _scale(axes: Axes, rows: pd.DataFrame, cohorts: list[str], language: str) -> None:
    ends = rows[["estimate", "lower", "upper"]].abs().max(axis=None)
    far = 0.1 if pd.isna(ends) or ends == 0 else 1.15 * ends
    axes.set_ylim(-1.1 * far, far)
    differences(axes.yaxis, rows["estimate"], language)
    timeline.name_cohorts(axes, cohorts, 2 if len(cohorts) > timeline.MANY else 1)
    timeline.name_regimes(axes, cohorts, language, each=8, size=7.5)


def _name_classes(axes: Axes, rows: pd.DataFrame, cohorts: list[str], language: str) -> None:
    known = rows[rows["estimate"].notna()]
    ends = {
        group_label(GROUP, name, language): (
            cohorts.index(end["cohort"]) + _shifts(rows)[name],
            end["estimate"],
            looks(GROUP)[name],
        )
        for name, end in known.groupby(GROUP, sort=False).last().iterrows()
    }
    low, high = axes.get_ylim()
    name_ends(axes, ends, len(cohorts) - 0.05, 0.06 * (high - low))


def _in_words(rows: pd.DataFrame, language: str) -> str:
    years = rows["cohort"].map(school_year)
    whole = rows[rows[GROUP] == TOTAL]  # cohorts that have no classes at all
    parts = [
        f"{capitalised(group_label(GROUP, name, language))}: "
        f"{alt.course(series, years, lambda level: signed(level, language), language)}"
        for name, series in rows.drop(whole.index).groupby(GROUP, sort=False)
    ]
    lacking = capitalised(alt.lacking_in_words(whole, years, language))
    return " ".join(f"{part}." for part in [*parts, *([lacking] if lacking else [])])
