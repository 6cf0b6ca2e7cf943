"""Curves by score in two panels, a line a class of pupils: what figures of curves share."""

from collections.abc import Iterator, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from advieskloof.figures import absent, alt
from advieskloof.figures.caption import error_note, interval_note, joined
from advieskloof.figures.marks import ON_WHITE, PERCENT, name_ends, whiskers
from advieskloof.figures.palette import Look, looks
from advieskloof.figures.rows import are_split_by, class_name, grouping_of, ordered
from advieskloof.figures.style import REST, SOFT_INK
from advieskloof.labels import capitalised, decimal, enumeration, label, percentage
from advieskloof.schemas import SPLITS, TOTAL

INDICATORS = ("at_least_havo", "at_least_vwo")
BASE = "initial"
EDUCATION = ("parental_education_five", "parental_education_three")
# By which the lines of a figure may be told apart.
LINES = (*EDUCATION, "class_type")
HEIGHTS = (-3, 104)

WORDS = {
    "nl": {
        "gap": "Waar een lijn ontbreekt: {what}.{none}",
        "none": " Geheel zonder lijn: {names}.",
        "nobody": "geen leerlingen",
        "score": "{value} bij {score}",
    },
    "en": {
        "gap": "Where a line is missing: {what}.{none}",
        "none": " Without any line: {names}.",
        "nobody": "no pupils",
        "score": "{value} at {score}",
    },
}


def curve_rows(table: pd.DataFrame, split: Sequence[str], figure: str) -> pd.DataFrame:
    """Return the latest cohort's curves by parental education, of the first advice.

    split : groupings besides parental education by which the rows are split.
    """
    variable = grouping_of(table, *EDUCATION)
    fits = are_split_by(table, *split) | are_split_by(table, *split, variable)
    rows = table[fits & table["reference"].isna()]
    known = rows.loc[rows["score"].notna(), "cohort"]
    rows = rows[rows["cohort"] == (known if len(known) else rows["cohort"]).max()]
    orders = {"indicator": INDICATORS, variable: (*SPLITS[variable], TOTAL), "base": (BASE,)}
    return ordered(rows, orders, figure)


def notes(rows: pd.DataFrame, language: str) -> str:
    """Return the notes on intervals, on what interrupts a curve, and on classes without any."""
    words = WORDS[language]
    why = dict.fromkeys(absent.shorts(rows[rows["estimate"].isna()], language))
    if _lacks_points(rows):
        why |= {words["nobody"]: None}
    names = enumeration(_without_a_line(rows, language), language)
    none = words["none"].format(names=names) if names else ""
    gap = words["gap"].format(what="; ".join(why), none=none) if why else ""
    return joined(error_note(rows, language, "bands"), gap, interval_note(rows, language))


def _lacks_points(rows: pd.DataFrame) -> bool:
    """Return whether some class has no row at a score that another has: it has no pupils there."""
    variable = grouping_of(rows, *LINES)
    scored = rows[rows["score"].notna()]
    of_panel = scored.groupby("indicator")["score"].nunique()
    points = scored.groupby(["indicator", variable])["score"].nunique()
    return bool((points < of_panel.reindex(points.index, level="indicator")).any())


def _without_a_line(rows: pd.DataFrame, language: str) -> list[str]:
    variable = grouping_of(rows, *LINES)
    drawn = rows.loc[rows["estimate"].notna(), variable]
    lacking = rows.loc[~rows[variable].isin(drawn), variable].unique()
    return [class_name(variable, name, language) for name in lacking]


def curves_in_words(rows: pd.DataFrame, at: Sequence[float], language: str, digits: int) -> str:
    """Return each curve's numbers at some scores, written with so many digits."""
    variable = grouping_of(rows, *LINES)
    sentences = []
    for indicator, panel in rows.groupby("indicator", sort=False):
        classes = [
            f"{class_name(variable, group, language)} {_values(curve, at, language, digits)}"
            for group, curve in panel.groupby(variable, sort=False)
        ]
        name = capitalised(label(f"indicator:{indicator}", language))
        sentences.append(f"{name}: {'; '.join(classes)}.")
    return " ".join(sentences)


def _values(curve: pd.DataFrame, at: Sequence[float], language: str, digits: int) -> str:
    """Return a curve's numbers at the scores; how it runs where the table has none of these."""
    scores = curve["score"].map(lambda score: decimal(score, language, digits))
    picked = curve[curve["score"].isin(at) | curve["score"].isna()]
    if picked.empty:
        return alt.course(curve, scores, lambda share: percentage(share, language, 0), language)
    words = [
        WORDS[language]["score"].format(value=_value(row, language), score=scores[row.Index])
        if pd.notna(row.score)
        else _value(row, language)
        for row in picked.itertuples()
    ]
    return enumeration(words, language)


def _value(row: tuple, language: str) -> str:
    if pd.isna(row.estimate):
        return absent.in_short(row.status, row.reason, language)
    return percentage(row.estimate, language, 0)


def draw_curves(
    rows: pd.DataFrame,
    language: str,
    marked: Sequence[float],
    axis: str,
    indicators: tuple[str, str] = INDICATORS,
) -> Figure:
    """Draw a panel an indicator, a curve a class of pupils, named at the right of the last.

    marked : scores at which a line stands, with the numbers of the lowest and highest class.
    axis : what the scores are, below the panels.
    """
    figure = Figure(figsize=(7.2, 5.4), layout="constrained")
    figure.get_layout_engine().set(wspace=0.05)
    panels = figure.subplots(1, len(indicators), sharey=True)
    variable = grouping_of(rows, *LINES)
    for axes, indicator in zip(panels, indicators, strict=True):
        title = capitalised(label(f"indicator:{indicator}", language))
        axes.set_title(title, loc="left", weight="semibold")
        axes.set_xlabel(axis, size=8.5, color=SOFT_INK)
        mine = rows[rows["indicator"] == indicator]
        _scale(axes, mine["score"].dropna())
        if mine["estimate"].isna().all():
            _say_nothing(axes, mine, language)
            continue
        _mark(axes, [score for score in marked if score in set(mine["score"])])
        for group, curve in _complete(mine, variable):
            _draw_curve(axes, curve, looks(variable)[group])
    known = rows[rows["estimate"].notna()]
    first, last = (known[known["indicator"] == indicator] for indicator in indicators)
    _name_curves(panels[-1], last, variable, language)
    # Classes that the last panel lacks are named in the first.
    _name_at_end(panels[0], first[~first[variable].isin(last[variable])], variable, language)
    _number_extremes(panels[-1], last, variable, marked, language)
    return figure


def _complete(rows: pd.DataFrame, variable: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each class and its curve, with an empty row at every score that it has no row for."""
    scores = pd.Index(sorted(rows["score"].dropna().unique()), name="score")
    for group, curve in rows[rows["score"].notna()].groupby(variable, sort=False):
        yield group, curve.set_index("score").reindex(scores).reset_index()


def _draw_curve(axes: Axes, curve: pd.DataFrame, look: Look) -> None:
    """Draw a curve with its band; a score without a number interrupts both."""
    score = curve["score"]
    ends = 100 * curve["lower"], 100 * curve["upper"]
    axes.fill_between(score, *ends, color=look.colour, alpha=0.14, linewidth=0)
    style = {"color": look.colour, "linestyle": look.line, "linewidth": 1.5}
    axes.plot(score, 100 * curve["estimate"], marker=look.marker, markersize=2.8, **style)
    lone = _are_alone(curve["estimate"])  # a band of one point would have no width
    whiskers(axes, score[lone], curve[lone], 100, look.colour)


def _are_alone(estimate: pd.Series) -> pd.Series:
    """Mark numbers without a number just before and just after them."""
    known = estimate.notna()
    before, after = (known.shift(step, fill_value=False) for step in (1, -1))
    return known & ~before & ~after


def _say_nothing(axes: Axes, rows: pd.DataFrame, language: str) -> None:
    why = dict.fromkeys(absent.shorts(rows, language))
    middle = {"ha": "center", "va": "center", "transform": axes.transAxes}
    axes.text(0.5, 0.5, "\n".join(why), color=SOFT_INK, **middle)


def _mark(axes: Axes, marked: Sequence[float]) -> None:
    for score in marked:
        axes.axvline(score, color=REST, linestyle=":", linewidth=1, zorder=0.9)
        place = {"rotation": 90, "ha": "right", "va": "bottom", "size": 7.5}
        axes.text(score - 0.2, 0, f"{score:.0f}", color=SOFT_INK, **place)


def _scale(axes: Axes, scores: pd.Series) -> None:
    if len(scores):
        margin = 0.02 * (scores.max() - scores.min()) + 0.5
        axes.set_xlim(scores.min() - margin, scores.max() + margin)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10], integer=True))
    axes.set_ylim(*HEIGHTS)
    axes.set_yticks(range(0, 101, 20))
    axes.yaxis.set_major_formatter(PERCENT)


def _name_curves(axes: Axes, known: pd.DataFrame, variable: str, language: str) -> None:
    ends = {
        class_name(variable, end[variable], language): (
            end["score"],
            100 * end["estimate"],
            looks(variable)[end[variable]],
        )
        for _, end in known.drop_duplicates(variable, keep="last").iterrows()
    }
    left, right = axes.get_xlim()
    name_ends(axes, ends, right + 0.09 * (right - left), least=6)


def _name_at_end(axes: Axes, known: pd.DataFrame, variable: str, language: str) -> None:
    for _, end in known.drop_duplicates(variable, keep="last").iterrows():
        axes.annotate(
            class_name(variable, end[variable], language),
            (end["score"], 100 * end["estimate"]),
            xytext=(5, -2),
            textcoords="offset points",
            va="top",
            size=8,
        )


def _number_extremes(
    axes: Axes, rows: pd.DataFrame, variable: str, marked: Sequence[float], language: str
) -> None:
    """Write the numbers of the lowest and the highest curve at the marked scores."""
    known = rows[rows["estimate"].notna() & ~rows[variable].isin(["unknown", TOTAL])]
    at_score = known[known["score"].isin(marked)].sort_values("estimate").groupby("score")
    for place, ends in (("below", at_score.head(1)), ("above", at_score.tail(1))):
        for row in ends.itertuples():
            axes.annotate(
                percentage(row.estimate, language, 0),
                (row.score, 100 * row.estimate),
                xytext=(5, -4) if place == "below" else (-5, 4),
                textcoords="offset points",
                ha="left" if place == "below" else "right",
                va="top" if place == "below" else "bottom",
                size=8,
                weight="semibold",
                bbox=ON_WHITE,
            )
