"""Figure: how much of the differences in advice lies between schools and between regions."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from advieskloof.figures import absent, alt, timeline
from advieskloof.figures.caption import Caption, interval_note, joined, pupils, source_line
from advieskloof.figures.marks import from_zero, key
from advieskloof.figures.palette import ONE
from advieskloof.figures.rows import are_split_by, ordered
from advieskloof.figures.style import SOFT_INK
from advieskloof.labels import capitalised, label, percentage, school_year

SERIES = ("level_variance_between_schools", "level_variance_between_regions")
# By what a model holds equal: the look of its line.
STEPS = {
    "modelled": {"marker": "o", "linestyle": "-", "color": ONE},
    "modelled_score_pupils": {
        "marker": "s",
        "linestyle": (0, (4, 1.5)),
        "color": SOFT_INK,
        "markerfacecolor": "white",
    },
}

WORDS = {
    "nl": {
        "title": "Hoeveel van de verschillen in advies tussen scholen en regio’s ligt",
        "subtitle": (
            "Deel van de verschillen in het niveau van het {base} in groep 8, {span}; in procenten "
            "van alle verschillen"
        ),
        "modelled": "alle verschillen in advies",
        "modelled_score_pupils": "bij gelijke score en achtergrond",
        "level_variance_between_schools": "tussen basisscholen",
        "level_variance_between_regions": "tussen COROP-gebieden",
        "note": (
            "Uit een lineair model met toevallige effecten van scholen en gebieden. De rest ligt "
            "tussen leerlingen van dezelfde school. Bij gelijke score en achtergrond gaat het om "
            "de verschillen die dan nog over zijn.{n}"
        ),
        "n": " Per schooljaar {n}.",
        "alt": "Lijnfiguren over {span}. {series} {breaks}",
    },
    "en": {
        "title": "How much of the differences in advice lies between schools and regions",
        "subtitle": (
            "Share of the differences in the level of the {base} in group 8, {span}; in per cent "
            "of all differences"
        ),
        "modelled": "all differences in advice",
        "modelled_score_pupils": "at equal score and background",
        "level_variance_between_schools": "between primary schools",
        "level_variance_between_regions": "between COROP areas",
        "note": (
            "From a linear model with random effects of schools and areas. The rest lies between "
            "pupils of the same school. At equal score and background it is of the differences "
            "that are left then.{n}"
        ),
        "n": " By school year {n}.",
        "alt": "Line charts of {span}. {series} {breaks}",
    },
}


def select(table: pd.DataFrame) -> pd.DataFrame:
    """Return the shares of variance of the first advice, by cohort and by what is held equal."""
    rows = table[are_split_by(table) & table["reference"].isna()]
    orders = {"indicator": SERIES, "adjustment": tuple(STEPS), "base": ("initial",)}
    return ordered(rows, orders, "variance_shares")


def caption(rows: pd.DataFrame, language: str) -> Caption:
    """Return the words around the figure, the alt text from its numbers."""
    words = WORDS[language]
    cohorts = timeline.cohorts_of(rows)
    span = timeline.span(cohorts, language)
    broken = timeline.break_note(timeline.breaks(cohorts), language)
    n = pupils(rows["n"], language)
    return Caption(
        title=words["title"],
        subtitle=words["subtitle"].format(base=label("base:initial", language), span=span),
        note=joined(
            words["note"].format(n=words["n"].format(n=n) if n else ""),
            broken,
            absent.cross_note(timeline.lone(rows, "indicator"), language),
            interval_note(rows, language),
        ),
        source=source_line(rows, language),
        alt=words["alt"].format(span=span, series=_in_words(rows, language), breaks=broken).strip(),
    )


def draw(rows: pd.DataFrame, language: str) -> Figure:
    """Draw a panel for schools and one for areas, a line for each thing held equal."""
    figure = Figure(figsize=(7.2, 4.6), layout="constrained")
    figure.get_layout_engine().set(wspace=0.05)
    panels = figure.subplots(1, len(SERIES))
    cohorts = timeline.cohorts_of(rows)
    for axes, name in zip(panels, SERIES, strict=True):
        mine = rows[rows["indicator"] == name]
        axes.set_title(capitalised(WORDS[language][name]), loc="left", weight="semibold")
        from_zero(axes, 100 * mine["estimate"].max())
        _draw_panel(axes, mine, cohorts, language)
        timeline.name_cohorts(axes, cohorts, 5 if len(cohorts) > timeline.MANY else 1)
    handles = [Line2D([], [], label=WORDS[language][step], **look) for step, look in STEPS.items()]
    key(panels[0], handles)
    return figure


def _draw_panel(axes: Axes, rows: pd.DataFrame, cohorts: list[str], language: str) -> None:
    broken = timeline.breaks(cohorts)
    for step, look in STEPS.items():
        series = rows[rows["adjustment"] == step].set_index("cohort").reindex(cohorts)
        thin = {"linewidth": 1.5, "markersize": 4.5}
        timeline.draw_line(axes, 100 * series["estimate"], broken, **look, **thin)
        gone = timeline.lone(rows).query("adjustment == @step")["cohort"]
        absent.draw_crosses(axes, [cohorts.index(cohort) for cohort in gone], look["color"])
    timeline.draw_absent(axes, timeline.why_nothing(rows, cohorts, language))
    timeline.draw_breaks(axes, cohorts, broken)


def _in_words(rows: pd.DataFrame, language: str) -> str:
    words, sentences = WORDS[language], []
    for indicator, panel in rows.groupby("indicator", sort=False):
        years = panel["cohort"].map(school_year)
        parts = [
            f"{words[step]} "
            + alt.course(series, years, lambda share: percentage(share, language), language)
            for step, series in panel.groupby("adjustment", sort=False)
        ]
        sentences.append(f"{capitalised(words[indicator])}: {'; '.join(parts)}.")
    return " ".join(sentences)
