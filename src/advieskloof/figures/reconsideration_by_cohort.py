"""Figure: who is eligible for reconsideration and who is adjusted, by cohort."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from advieskloof.figures import timeline
from advieskloof.figures.absent import in_full, shorts
from advieskloof.figures.caption import Caption, interval_note, population, source_line
from advieskloof.figures.style import COLOURS, MARKERS, needed
from advieskloof.labels import enumeration, label, percentage, school_year, whole
from advieskloof.schemas import SPLITS, TOTAL

# One panel each, so that lines and their numbers never meet.
SERIES = ("eligible_of_all", "adjusted_of_eligible", "adjusted_of_all")

WORDS = {
    "nl": {
        "title": "Heroverweging en bijstelling van het schooladvies",
        "subtitle": "{population}, {span}; in procenten van wie boven elk paneel staan{n}",
        "n": " (n\u00a0=\u00a0{n}{each})",
        "each": "\u00a0per\u00a0jaar",
        "note": (
            "In aanmerking voor heroverweging: het toetsadvies is hoger dan het eerste advies, "
            "halve niveaus tellen mee. Bijgesteld: het advies is na de toets verhoogd."
        ),
        "point": "{value} in {year}",
        "alt": "Lijnfiguur over {span}. {series}",
    },
    "en": {
        "title": "Reconsideration and adjustment of the school advice",
        "subtitle": "{population}, {span}; in per cent of the pupils named above each panel{n}",
        "n": " (n\u00a0=\u00a0{n}{each})",
        "each": "\u00a0a\u00a0year",
        "note": (
            "Eligible for reconsideration: the test advice is higher than the first advice, half "
            "levels count. Adjusted: the advice was raised after the test."
        ),
        "point": "{value} in {year}",
        "alt": "Line chart of {span}. {series}",
    },
}


def select(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of whole cohorts, in the order of series and cohorts."""
    whole_cohort = (table[list(SPLITS)] == TOTAL).all(axis="columns")
    rows = table[table["indicator"].isin(SERIES) & whole_cohort]
    order = rows["indicator"].map(SERIES.index)
    rows = rows.assign(order=order).sort_values(["order", "cohort"]).drop(columns="order")
    return needed(rows, "reconsideration_by_cohort")


def caption(rows: pd.DataFrame, language: str) -> Caption:
    """Return the words around the figure, the alt text from its numbers."""
    words = WORDS[language]
    cohorts = timeline.cohorts_of(rows)
    span = timeline.span(cohorts, language)
    broken = timeline.breaks(cohorts)
    notes = [
        words["note"],
        timeline.not_with_pro_note(cohorts, language),
        interval_note(rows, language),
        timeline.break_note(broken, language),
    ]
    subtitle = words["subtitle"].format(
        population=population(rows, language).capitalize(), span=span, n=_pupils(rows, language)
    )
    series = " ".join(_in_words(rows, name, language) for name in SERIES)
    return Caption(
        title=words["title"],
        subtitle=subtitle,
        note=" ".join(filter(None, notes)),
        source=source_line(rows, language),
        alt=words["alt"].format(series=series, span=span),
    )


def draw(rows: pd.DataFrame, language: str) -> Figure:
    """Draw a panel a series on one scale; where there is no value the panel says why."""
    figure = Figure(figsize=(7.2, 6.2), layout="constrained")
    panels = figure.subplots(len(SERIES), sharex=True, sharey=True)
    cohorts = timeline.cohorts_of(rows)
    broken = timeline.breaks(cohorts)
    for axes, name in zip(panels, SERIES, strict=True):
        title = label(f"indicator:{name}", language).capitalize()
        axes.set_title(title, loc="left", weight="semibold")
        # A cohort that isn't in the table leaves its place empty.
        series = rows[rows["indicator"] == name].set_index("cohort").reindex(cohorts)
        _draw_series(axes, series["estimate"], broken, name, language)
        timeline.draw_absent(axes, shorts(series, language))
        timeline.draw_breaks(axes, cohorts, broken)
    _scale(panels[0], rows)
    timeline.name_regimes(panels[-1], cohorts, language)
    return figure


def _scale(axes: Axes, rows: pd.DataFrame) -> None:
    highest = rows["estimate"].max()
    # Room above the highest point for its number.
    axes.set_ylim(0, 100 * (1 if pd.isna(highest) else highest) * 1.35)
    timeline.name_cohorts(axes, timeline.cohorts_of(rows))
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10], integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}%"))
    for panel in axes.figure.axes:
        panel.grid(False, axis="x")
        panel.spines["left"].set_visible(False)


def _draw_series(
    axes: Axes, shares: pd.Series, broken: list[str], name: str, language: str
) -> None:
    look = {"color": COLOURS[name], "marker": MARKERS[name], "label": name}
    timeline.draw_line(axes, 100 * shares, broken, **look)
    for at, share in enumerate(shares):
        if pd.notna(share):
            axes.annotate(
                percentage(share, language),
                (at, 100 * share),
                xytext=(0, 7),
                textcoords="offset points",
                ha="center",
                weight="semibold",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
            )


def _pupils(rows: pd.DataFrame, language: str) -> str:
    counts = rows.loc[rows["indicator"] == "eligible_of_all", "n"].dropna()
    if counts.empty:
        return ""
    ends = dict.fromkeys([whole(counts.min(), language), whole(counts.max(), language)])
    each = WORDS[language]["each"] if len(counts) > 1 else ""
    return WORDS[language]["n"].format(n="–".join(ends), each=each)


def _in_words(rows: pd.DataFrame, name: str, language: str) -> str:
    rows = rows[rows["indicator"] == name]
    points = [
        WORDS[language]["point"].format(value=_value(row, language), year=school_year(row.cohort))
        for row in rows.itertuples()
    ]
    return f"{label(f'indicator:{name}', language).capitalize()}: {enumeration(points, language)}."


def _value(row: tuple, language: str) -> str:
    if pd.notna(row.estimate):
        return percentage(row.estimate, language)
    return in_full(row.status, row.reason, language)
