"""Cohorts in a row: school years, breaks in the trend, regimes, and lines that end at a break."""

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.transforms import ScaledTranslation

from advieskloof import reference
from advieskloof.figures import absent
from advieskloof.figures.style import BAND, BAND_EDGE, SOFT_INK
from advieskloof.labels import enumeration, label, school_year

# Above this many cohorts a reason in a band is written upwards, and panels name every second year.
MANY = 6
# Breaks of the test advice and of a test's scale. A comparison within provider, cohort and score
# has the same test on both sides and crosses them.
OF_THE_TEST = ("2018", "2020")
# From this cohort on a test advice pro/vmbo-b gives no right to reconsideration of the lowest two.
NOT_WITH_PRO = 2023

WORDS = {
    "nl": {
        "span": "{first} tot en met {last}",
        "break": "Stippellijn: trendbreuk ({breaks}).",
        "crossed": (
            "De veranderingen van de toets in {years} breken deze maat niet: zij vergelijkt "
            "leerlingen met gelijke score op dezelfde toets."
        ),
        "not_with_pro": (
            "Vanaf 2023/24 niet bij advies pro of pro/vmbo-b met toetsadvies pro/vmbo-b."
        ),
    },
    "en": {
        "span": "{first} to {last}",
        "break": "Dotted line: break in the trend ({breaks}).",
        "crossed": (
            "The changes of the test in {years} do not break this measure: it compares pupils "
            "with equal scores on the same test."
        ),
        "not_with_pro": (
            "From 2023/24 not with advice pro or pro/vmbo-b and test advice pro/vmbo-b."
        ),
    },
}


def cohorts_of(rows: pd.DataFrame) -> list[str]:
    """Return every cohort from the first to the last in the table, also those it lacks."""
    years = rows["cohort"].astype(int)
    return [str(year) for year in range(years.min(), years.max() + 1)]


def span(cohorts: Sequence[str], language: str) -> str:
    """Return the school years from the first cohort to the last, in words."""
    first, last = school_year(cohorts[0]), school_year(cohorts[-1])
    return first if first == last else WORDS[language]["span"].format(first=first, last=last)


def not_with_pro_note(cohorts: Sequence[str], language: str) -> str:
    """Return who is no longer eligible for reconsideration; empty before that rule's cohorts."""
    return WORDS[language]["not_with_pro"] if max(map(int, cohorts)) >= NOT_WITH_PRO else ""


def breaks(cohorts: Sequence[str], crossed: Sequence[str] = ()) -> list[str]:
    """Return the cohorts, but the first shown, at which a trend breaks.

    crossed : breaks that the measure at hand crosses, such as OF_THE_TEST.
    """
    regimes = reference.read("regimes", {}).set_index("cohort")["breaks_trend"]
    return [
        cohort for cohort in cohorts[1:] if regimes.get(cohort) == "yes" and cohort not in crossed
    ]


def break_note(broken: Sequence[str], language: str) -> str:
    """Return what the dotted lines stand for; empty without any."""
    named = [f"{school_year(cohort)}: {label(f'break:{cohort}', language)}" for cohort in broken]
    return WORDS[language]["break"].format(breaks="; ".join(named)) if named else ""


def crossed_note(cohorts: Sequence[str], crossed: Sequence[str], language: str) -> str:
    """Return why breaks of the test among the cohorts aren't drawn; empty without any."""
    years = [school_year(cohort) for cohort in cohorts[1:] if cohort in crossed]
    words = WORDS[language]["crossed"].format(years=enumeration(years, language))
    return words if years else ""


def draw_line(
    axes: Axes, heights: pd.Series, broken: Sequence[str], shift: float = 0.0, **look: object
) -> None:
    """Draw a series by cohort as a line that ends at each break and at each missing value.

    heights : by cohort, every cohort of the axis in order. shift : to the right, in cohorts.
    """
    stretch = np.cumsum([cohort in broken for cohort in heights.index])
    for part in np.unique(stretch):
        places = np.flatnonzero(stretch == part)
        axes.plot(places + shift, heights.iloc[places], **{"clip_on": False} | look)


def draw_breaks(axes: Axes, cohorts: Sequence[str], broken: Sequence[str]) -> None:
    """Draw a dotted line before each cohort at which the trend breaks."""
    for cohort in broken:
        axes.axvline(cohorts.index(cohort) - 0.5, color=SOFT_INK, linestyle=":", linewidth=1.2)


def draw_absent(axes: Axes, why: pd.Series, height: float = 0.5) -> None:
    """Shade cohorts without a value and say why, once for neighbours with the same words.

    why : by cohort the words, missing where there is a value. height : of their middle, as a share
        of the axes.
    """
    for text, first, last in runs(why.tolist()):
        look = {"facecolor": BAND, "edgecolor": BAND_EDGE, "linewidth": 0.6}
        # Over the lines of the grid, so that none runs through the words.
        axes.axvspan(first - 0.42, last + 0.42, zorder=0.8, **look)
        narrow = first == last and len(why) > MANY
        _say_why(axes, text, ((first + last) / 2, height), narrow)


def why_nothing(rows: pd.DataFrame, cohorts: Sequence[str], language: str) -> pd.Series:
    """Return by cohort why it has no number at all, missing where it has one."""
    has_number = rows["estimate"].notna().groupby(rows["cohort"]).any()
    first = rows.drop_duplicates("cohort").set_index("cohort").reindex(cohorts)
    why = absent.shorts(first, language)
    return why.where(~has_number.reindex(cohorts, fill_value=False), None)


def lone(rows: pd.DataFrame, *panels: str) -> pd.DataFrame:
    """Return the rows without a number of cohorts of which another row has one.

    panels : columns that tell panels apart; the other row is of the same one.
    """
    keys = [rows[name] for name in (*panels, "cohort")]
    others = rows["estimate"].notna().groupby(keys).transform("any")
    return rows[rows["estimate"].isna() & others]


def _say_why(axes: Axes, why: str, middle: tuple[float, float], narrow: bool) -> None:
    text = axes.text(
        *middle,
        textwrap.fill(why, 15 if narrow else 13),
        transform=axes.get_xaxis_transform(),
        ha="center",
        va="center",
        rotation=90 if narrow else 0,
        size=7 if narrow else 8,
        color=SOFT_INK,
    )
    text.set_in_layout(False)  # a long reason may not shrink the panel


def name_regimes(
    axes: Axes, cohorts: Sequence[str], language: str, each: int = 12, size: float = 8
) -> None:
    """Write below the school years under which rules they fell.

    each : characters of `size` points that fit below a cohort.
    """
    regimes = reference.read("regimes", {}).set_index("cohort")["regime"]
    shift = ScaledTranslation(0, -26 / 72, axes.figure.dpi_scale_trans)
    below = axes.get_xaxis_transform() + shift
    for name, first, last in runs([regimes.get(cohort) for cohort in cohorts]):
        ends = [first - 0.4, last + 0.4]
        axes.plot(ends, [0, 0], color=SOFT_INK, linewidth=1, transform=below, clip_on=False)
        axes.text(
            (first + last) / 2,
            -0.03,
            textwrap.fill(
                label(f"regime:{name}", language), each * (last - first + 1), break_long_words=False
            ),
            transform=below,
            ha="center",
            va="top",
            size=size,
            color=SOFT_INK,
        )


def name_cohorts(axes: Axes, cohorts: Sequence[str], step: int = 1) -> None:
    """Put the school years along the axis: every `step`th, the last among them."""
    places = range((len(cohorts) - 1) % step, len(cohorts), step)
    axes.set_xlim(-0.5, len(cohorts) - 0.5)
    size = 8.5 if step > 1 else None
    axes.set_xticks(places, [school_year(cohorts[place]) for place in places], size=size)
    axes.grid(False, axis="x")


def runs(values: Sequence[str | None]) -> Iterator[tuple[str, int, int]]:
    """Return (value, first, last) of each stretch of equal neighbours, missing ones left out."""
    for value, places in groupby(range(len(values)), key=values.__getitem__):
        stretch = list(places)
        if pd.notna(value):
            yield value, stretch[0], stretch[-1]
