"""Figure: who is eligible for reconsideration and who is adjusted, by parental education."""

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
from advieskloof.figures.palette import looks
from advieskloof.figures.rows import are_split_by, class_name, grouping_of, ordered
from advieskloof.labels import capitalised, label, percentage, school_year
from advieskloof.schemas import SPLITS, TOTAL

# A panel each.
SERIES = ("eligible_of_all", "adjusted_of_eligible")
EDUCATION = ("parental_education_five", "parental_education_three")
# Of a cohort the classes stand a little apart, so that their intervals don't hide each other.
STEP = 0.07

WORDS = {
    "nl": {
        "title": "Heroverweging en bijstelling naar opleiding van de ouders",
        "subtitle": (
            "Leerlingen in groep 8 met een eerste advies, {span}; in procenten, noemer boven elk "
            "paneel"
        ),
        "note": (
            "In aanmerking voor heroverweging: het toetsadvies is hoger dan het eerste advies, "
            "halve niveaus tellen mee. Bijgesteld: het advies is na de toets verhoogd.{n}"
        ),
        "n": " Per opleidingsgroep en schooljaar {n}.",
        "alt": "Lijnfiguren over {span}. {series} {breaks}",
    },
    "en": {
        "title": "Reconsideration and adjustment by parental education",
        "subtitle": (
            "Pupils in group 8 with a first advice, {span}; in per cent, denominator above each "
            "panel"
        ),
        "note": (
            "Eligible for reconsideration: the test advice is higher than the first advice, half "
            "levels count. Adjusted: the advice was raised after the test.{n}"
        ),
        "n": " By level of education and school year {n}.",
        "alt": "Line charts of {span}. {series} {breaks}",
    },
}


def select(table: pd.DataFrame) -> pd.DataFrame:
    """Return the shares of whole cohorts and of classes of education, by indicator and cohort."""
    variable = grouping_of(table, *EDUCATION)
    rows = table[are_split_by(table) | are_split_by(table, variable)]
    orders = {"indicator": SERIES, variable: (*SPLITS[variable], TOTAL)}
    return ordered(rows, orders, "reconsideration_by_education")


def caption(rows: pd.DataFrame, language: str) -> Caption:
    """Return the words around the figure, the alt text from its numbers."""
    words = WORDS[language]
    cohorts = timeline.cohorts_of(rows)
    span = timeline.span(cohorts, language)
    broken = timeline.break_note(timeline.breaks(cohorts), language)
    of_classes = rows[rows[grouping_of(rows, *EDUCATION)] != TOTAL]
    n = pupils(of_classes["n"], language)
    return Caption(
        title=words["title"],
        subtitle=words["subtitle"].format(span=span),
        note=joined(
            words["note"].format(n=words["n"].format(n=n) if n else ""),
            timeline.not_with_pro_note(cohorts, language),
            broken,
            error_note(rows, language),
            absent.cross_note(timeline.lone(rows, "indicator"), language),
            interval_note(rows, language),
        ),
        source=source_line(rows, language),
        alt=words["alt"].format(span=span, series=_in_words(rows, language), breaks=broken).strip(),
    )


def draw(rows: pd.DataFrame, language: str) -> Figure:
    """Draw a panel a series, a line a class of education, named at the right."""
    figure = Figure(figsize=(7.2, 7.4), layout="constrained")
    panels = figure.subplots(len(SERIES), sharex=True)
    cohorts = timeline.cohorts_of(rows)
    for axes, name in zip(panels, SERIES, strict=True):
        title = capitalised(label(f"indicator:{name}", language))
        axes.set_title(title, loc="left", weight="semibold")
        axes.grid(False, axis="x")
        mine = rows[rows["indicator"] == name]
        from_zero(axes, 100 * mine[["estimate", "upper"]].max(axis=None), ticks=6)
        _draw_panel(axes, mine, cohorts, language)
        _name_classes(axes, mine, cohorts, language)
    timeline.name_cohorts(panels[-1], cohorts, 2 if len(cohorts) > timeline.MANY else 1)
    timeline.name_regimes(panels[-1], cohorts, language, each=8, size=7.5)
    return figure


def _draw_panel(axes: Axes, rows: pd.DataFrame, cohorts: list[str], language: str) -> None:
    variable = grouping_of(rows, *EDUCATION)
    broken, lone, shifts = timeline.breaks(cohorts), timeline.lone(rows, "indicator"), _shifts(rows)
    for name, shift in shifts.items():
        series = rows[rows[variable] == name].set_index("cohort").reindex(cohorts)
        look = looks(variable)[name]
        style = {"color": look.colour, "marker": look.marker, "linestyle": look.line}
        thin = {"linewidth": 1.5, "markersize": 4.5}
        timeline.draw_line(axes, 100 * series["estimate"], broken, shift, **style, **thin)
        whiskers(axes, [at + shift for at in range(len(cohorts))], series, 100, look.colour)
        lacking = [cohorts.index(cohort) for cohort in lone.loc[lone[variable] == name, "cohort"]]
        absent.draw_crosses(axes, [at + shift for at in lacking], look.colour)
    timeline.draw_absent(axes, timeline.why_nothing(rows, cohorts, language))
    timeline.draw_breaks(axes, cohorts, broken)


def _shifts(rows: pd.DataFrame) -> dict[str, float]:
    """Return how far each class of the rows stands to the right of its cohort."""
    variable = grouping_of(rows, *EDUCATION)
    known = set(rows.loc[rows["status"] != "not_defined", variable])
    classes = [name for name in (*SPLITS[variable], TOTAL) if name in known]
    return {name: STEP * (at - (len(classes) - 1) / 2) for at, name in enumerate(classes)}


def _name_classes(axes: Axes, rows: pd.DataFrame, cohorts: list[str], language: str) -> None:
    variable, shifts = grouping_of(rows, *EDUCATION), _shifts(rows)
    known = rows[rows["estimate"].notna()]
    ends = {
        class_name(variable, name, language): (
            cohorts.index(end["cohort"]) + shifts[name],
            100 * end["estimate"],
            looks(variable)[name],
        )
        for name, end in known.groupby(variable, sort=False).last().iterrows()
    }
    low, high = axes.get_ylim()
    name_ends(axes, ends, len(cohorts) - 0.05, 0.085 * (high - low))


def _in_words(rows: pd.DataFrame, language: str) -> str:
    variable = grouping_of(rows, *EDUCATION)
    sentences = []
    for indicator, panel in rows.groupby("indicator", sort=False):
        years = panel["cohort"].map(school_year)
        parts = [
            f"{class_name(variable, name, language)} "
            + alt.course(mine, years, lambda share: percentage(share, language), language)
            for name, mine in panel.groupby(variable, sort=False)
        ]
        name = capitalised(label(f"indicator:{indicator}", language))
        sentences.append(f"{name}: {'. '.join(capitalised(part) for part in parts)}.")
    return " ".join(sentences)
