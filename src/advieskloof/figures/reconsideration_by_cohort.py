"""Figure: who is eligible for reconsideration and who is adjusted, by cohort."""

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.transforms import ScaledTranslation

from advieskloof import reference
from advieskloof.figures.caption import Caption, interval_note, population, source_line
from advieskloof.figures.style import BAND, BAND_EDGE, COLOURS, MARKERS, SOFT_INK, needed
from advieskloof.labels import enumeration, label, percentage, school_year, whole
from advieskloof.schemas import SPLITS, TOTAL

# One panel each, so that lines and their numbers never meet.
SERIES = ("eligible_of_all", "adjusted_of_eligible", "adjusted_of_all")
# Above this many cohorts a reason in a cohort's band is written upwards.
MANY = 6

WORDS = {
    "nl": {
        "title": "Heroverweging en bijstelling van het schooladvies",
        "subtitle": "{population}, {span}; in procenten van wie boven elk paneel staan{n}",
        "span": "{first} tot en met {last}",
        "n": " (n\u00a0=\u00a0{n}{each})",
        "each": "\u00a0per\u00a0jaar",
        "note": (
            "In aanmerking voor heroverweging: het toetsadvies is hoger dan het eerste advies, "
            "halve niveaus tellen mee. Bijgesteld: het advies is na de toets verhoogd."
        ),
        "break": "Stippellijn: trendbreuk ({breaks}).",
        "point": "{value} in {year}",
        "alt": "Lijnfiguur over {span}. {series}",
    },
    "en": {
        "title": "Reconsideration and adjustment of the school advice",
        "subtitle": "{population}, {span}; in per cent of the pupils named above each panel{n}",
        "span": "{first} to {last}",
        "n": " (n\u00a0=\u00a0{n}{each})",
        "each": "\u00a0a\u00a0year",
        "note": (
            "Eligible for reconsideration: the test advice is higher than the first advice, half "
            "levels count. Adjusted: the advice was raised after the test."
        ),
        "break": "Dotted line: break in the trend ({breaks}).",
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
    cohorts = _cohorts(rows)
    span = _span(cohorts, language)
    breaks = [f"{school_year(c)}: {label(f'break:{c}', language)}" for c in _breaks(cohorts)]
    notes = [words["note"], interval_note(rows, language)]
    notes += [words["break"].format(breaks="; ".join(breaks))] if breaks else []
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
    cohorts = _cohorts(rows)
    for axes, name in zip(panels, SERIES, strict=True):
        axes.set_title(
            label(f"indicator:{name}", language).capitalize(),
            loc="left",
            weight="semibold",
        )
        # A cohort that isn't in the table leaves its place empty.
        series = rows[rows["indicator"] == name].set_index("cohort").reindex(cohorts)
        _draw_series(axes, series["estimate"], name, language)
        _draw_reasons(axes, series["reason"].where(series["estimate"].isna()), language)
        for cohort in _breaks(cohorts):
            axes.axvline(cohorts.index(cohort) - 0.5, color=SOFT_INK, linestyle=":", linewidth=1.2)
    _scale(panels[0], rows)
    _name_regimes(panels[-1], cohorts, language)
    return figure


def _scale(axes: Axes, rows: pd.DataFrame) -> None:
    cohorts = _cohorts(rows)
    highest = rows["estimate"].max()
    # Room above the highest point for its number.
    axes.set_ylim(0, 100 * (1 if pd.isna(highest) else highest) * 1.35)
    axes.set_xlim(-0.5, len(cohorts) - 0.5)
    axes.set_xticks(range(len(cohorts)), [school_year(cohort) for cohort in cohorts])
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10], integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}%"))
    for panel in axes.figure.axes:
        panel.grid(False, axis="x")
        panel.spines["left"].set_visible(False)


def _draw_series(axes: Axes, shares: pd.Series, name: str, language: str) -> None:
    y = 100 * shares.to_numpy()
    axes.plot(
        range(len(y)), y, color=COLOURS[name], marker=MARKERS[name], label=name, clip_on=False
    )
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


def _with_gaps(heights: pd.Series) -> tuple[list[float], list[float]]:
    """Return the points of a line that is interrupted at each break in the trend."""
    x, y = [], []
    for at, (cohort, height) in enumerate(heights.items()):
        if cohort in _breaks(list(heights.index)):
            x, y = [*x, at - 0.5], [*y, float("nan")]
        x, y = [*x, float(at)], [*y, height]
    return x, y


def _draw_reasons(axes: Axes, reasons: pd.Series, language: str) -> None:
    """Shade cohorts without a value and say why, once for neighbours with one reason."""
    for reason, first, last in _runs(reasons.tolist()):
        look = {"facecolor": BAND, "edgecolor": BAND_EDGE, "linewidth": 0.6}
        axes.axvspan(first - 0.42, last + 0.42, zorder=0, **look)
        narrow = first == last and len(reasons) > MANY
        words = axes.text(
            (first + last) / 2,
            0.5,
            textwrap.fill(label(f"reason:{reason}", language), 15 if narrow else 13),
            transform=axes.get_xaxis_transform(),
            ha="center",
            va="center",
            rotation=90 if narrow else 0,
            size=7 if narrow else 8,
            color=SOFT_INK,
        )
        words.set_in_layout(False)  # a long reason may not shrink the panel


def _name_regimes(axes: Axes, cohorts: list[str], language: str) -> None:
    """Write below the school years under which rules they fell."""
    regimes = reference.read("regimes", {}).set_index("cohort")["regime"]
    shift = ScaledTranslation(0, -26 / 72, axes.figure.dpi_scale_trans)
    below = axes.get_xaxis_transform() + shift
    for name, first, last in _runs([regimes.get(cohort) for cohort in cohorts]):
        ends = [first - 0.4, last + 0.4]
        axes.plot(ends, [0, 0], color=SOFT_INK, linewidth=1, transform=below, clip_on=False)
        axes.text(
            (first + last) / 2,
            -0.03,
            textwrap.fill(label(f"regime:{name}", language), 12 * (last - first + 1)),
            transform=below,
            ha="center",
            va="top",
            size=8,
            color=SOFT_INK,
        )


def _runs(values: Sequence[str | None]) -> Iterator[tuple[str, int, int]]:
    """Return (value, first, last) of each stretch of equal neighbours, missing ones left out."""
    for value, places in groupby(range(len(values)), key=values.__getitem__):
        stretch = list(places)
        if pd.notna(value):
            yield value, stretch[0], stretch[-1]


def _cohorts(rows: pd.DataFrame) -> list[str]:
    """Return every cohort from the first to the last in the table, also those it lacks."""
    years = rows["cohort"].astype(int)
    return [str(year) for year in range(years.min(), years.max() + 1)]


def _span(cohorts: list[str], language: str) -> str:
    first, last = school_year(cohorts[0]), school_year(cohorts[-1])
    return first if first == last else WORDS[language]["span"].format(first=first, last=last)


def _breaks(cohorts: list[str]) -> list[str]:
    """Return the cohorts, but the first shown, at which a trend breaks."""
    regimes = reference.read("regimes", {}).set_index("cohort")["breaks_trend"]
    return [cohort for cohort in cohorts[1:] if regimes.get(cohort) == "yes"]


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
    status, reason = (
        label(f"status:{row.status}", language),
        label(f"reason:{row.reason}", language),
    )
    return f"{status} ({reason})"
