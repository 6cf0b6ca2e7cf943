"""Figure: who is eligible for reconsideration, by first advice, in the latest cohort."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from advieskloof import reference
from advieskloof.figures.caption import Caption, interval_note, population, source_line
from advieskloof.figures.style import COLOURS, REST, SOFT_INK, needed
from advieskloof.labels import enumeration, group_label, label, percentage, school_year, whole
from advieskloof.schemas import GROUPINGS, SPLITS, TOTAL

GROUP = "first_advice_group"
COLOUR = COLOURS["eligible_of_all"]
# Filled against hatched tells single from double advices in greyscale too.
LOOKS = {
    "single": {"facecolor": COLOUR, "edgecolor": COLOUR},
    "double": {"facecolor": "white", "edgecolor": COLOUR, "hatch": "////"},
}
# So many bars' room at least, lest a few fill the figure.
FEWEST = 5
# Neither single nor double: all advices together, and those outside the nine classes.
PLAIN = {"facecolor": REST, "edgecolor": REST}

WORDS = {
    "nl": {
        "title": "Hoger toetsadvies dan eerste advies, naar eerste advies",
        "subtitle": (
            "Aandeel dat in aanmerking komt voor heroverweging, van de {population}, {year}, in "
            "procenten{n}"
        ),
        "note": (
            "In aanmerking: het toetsadvies is hoger dan het eerste advies, halve niveaus tellen "
            "mee."
        ),
        "six": (
            "Sinds 2018/19 is elk toetsadvies dubbel, behalve vwo: een enkel advies wijkt er, "
            "behalve bij vwo, dus altijd ten minste een half niveau van af."
        ),
        "missing": "Niet in de gebruikte telling: {groups}.",
        "overall": "alle adviezen",
        "alt": "Staafdiagram over {year}. In aanmerking komt: {bars}.{ends}",
        "bar": "{value} bij {name}",
        "ends": " Het hoogst bij {high}, het laagst bij {low}.",
    },
    "en": {
        "title": "Test advice higher than first advice, by first advice",
        "subtitle": ("Share eligible for reconsideration, of {population}, {year}, in per cent{n}"),
        "note": ("Eligible: the test advice is higher than the first advice, half levels count."),
        "six": (
            "Since 2018/19 every test advice but vwo is double, so a single advice other than vwo "
            "always differs from it by at least half a level."
        ),
        "missing": "Not among the counts used: {groups}.",
        "overall": "all together",
        "alt": "Bar chart of {year}. Eligible: {bars}.{ends}",
        "bar": "{value} at {name}",
        "ends": " Highest at {high}, lowest at {low}.",
    },
}


def select(table: pd.DataFrame) -> pd.DataFrame:
    """Return the latest cohort's rows by first advice, low to high, and its total if released."""
    rows = table[table["indicator"] == "eligible_of_all"]
    others = [name for name in SPLITS if name != GROUP]
    rows = rows[(rows[others] == TOTAL).all(axis=1)]
    split = rows[rows[GROUP] != TOTAL]
    rows = rows[rows["cohort"] == split["cohort"].max()]
    order = rows[GROUP].map([*GROUPINGS[GROUP], TOTAL].index)
    rows = rows.assign(order=order).sort_values("order").drop(columns="order")
    return needed(rows, "reconsideration_by_first_advice")


def caption(rows: pd.DataFrame, language: str) -> Caption:
    """Return the words around the figure, the alt text from its numbers."""
    words = WORDS[language]
    year = school_year(rows["cohort"].iloc[0])
    notes = [words["note"], interval_note(rows, language)]
    if _is_of_six_categories(rows["cohort"].iloc[0]):
        notes.insert(1, words["six"])
    missing = [name for name in GROUPINGS[GROUP] if name not in {*rows[GROUP], "other"}]
    if missing:
        named = enumeration([group_label(GROUP, name, language) for name in missing], language)
        notes.append(words["missing"].format(groups=named))
    bars = [
        words["bar"].format(value=_value(bar, language), name=_name(bar, language))
        for bar in rows.itertuples()
    ]
    return Caption(
        title=words["title"],
        subtitle=words["subtitle"].format(
            population=population(rows, language), year=year, n=_pupils(rows, language)
        ),
        note=" ".join(filter(None, notes)),
        source=source_line(rows, language),
        alt=words["alt"].format(
            year=year, bars=enumeration(bars, language), ends=_ends(rows, language)
        ),
    )


def draw(rows: pd.DataFrame, language: str) -> Figure:
    """Draw a bar a first advice, its value beside it; suppressed is said where the bar would be."""
    figure = Figure(layout="constrained")
    axes = figure.add_subplot()
    kinds = reference.read("first_advice_groups", {}).set_index("group")["kind"]
    for position, bar in enumerate(rows.itertuples()):
        look = LOOKS.get(kinds.get(bar.first_advice_group), PLAIN)
        _draw_bar(axes, position, bar, look, language)
    axes.set_yticks(range(len(rows)), [_name(bar, language) for bar in rows.itertuples()])
    axes.set_ylim(max(len(rows), FEWEST) - 0.4, -0.6)
    axes.set_xlim(0, 112)  # room for a number beside a bar of 100%
    axes.set_xticks(range(0, 101, 20))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}%"))
    axes.grid(False, axis="y")
    axes.spines["bottom"].set_visible(False)
    overall = rows.loc[rows[GROUP] == TOTAL, "estimate"].dropna()
    for share in overall:
        axes.axvline(100 * share, color=SOFT_INK, linestyle="--", linewidth=0.9, zorder=0.9)
    shown = dict.fromkeys(kinds[name] for name in rows[GROUP] if name in kinds.index)
    keys = [Patch(label=label(f"kind:{kind}", language), **LOOKS[kind]) for kind in shown]
    place = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0.3}
    axes.legend(handles=keys, ncols=len(keys), frameon=False, **place)
    return figure


def _draw_bar(axes: Axes, position: int, bar: tuple, look: dict, language: str) -> None:
    if pd.isna(bar.estimate):
        axes.text(1, position, _value(bar, language), color=SOFT_INK, va="center")
        return
    width = 100 * bar.estimate
    axes.barh(position, width, height=0.66, linewidth=1.2, **look)
    axes.text(
        width + 1,
        position,
        percentage(bar.estimate, language),
        weight="semibold",
        va="center",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
    )


def _name(bar: tuple, language: str) -> str:
    if bar.first_advice_group == TOTAL:
        return WORDS[language]["overall"]
    return group_label(GROUP, bar.first_advice_group, language)


def _value(bar: tuple, language: str) -> str:
    if pd.notna(bar.estimate):
        return percentage(bar.estimate, language)
    return label(f"status:{bar.status}", language)


def _is_of_six_categories(cohort: str) -> bool:
    schemes = reference.read("regimes", {}).set_index("cohort")["test_advice_scheme"]
    return schemes[cohort] == "six"


def _pupils(rows: pd.DataFrame, language: str) -> str:
    """Return ' (n = …)' from the total, or from all groups if none is suppressed."""
    counts = rows.loc[rows[GROUP] == TOTAL, "n"]
    counts = rows["n"] if counts.isna().all() else counts
    if counts.isna().any():
        return ""
    return f" (n\u00a0=\u00a0{whole(int(counts.sum()), language)})"


def _ends(rows: pd.DataFrame, language: str) -> str:
    known = rows[rows["estimate"].notna() & (rows[GROUP] != TOTAL)].set_index(GROUP)["estimate"]
    if len(known) < 2:
        return ""
    high, low = (group_label(GROUP, name, language) for name in (known.idxmax(), known.idxmin()))
    return WORDS[language]["ends"].format(high=high, low=low)
