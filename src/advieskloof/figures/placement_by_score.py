"""Figure: types of class in year 1, stacked, by score on the Centrale Eindtoets."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from advieskloof.figures import absent
from advieskloof.figures.alt import WORDS as ALT
from advieskloof.figures.caption import Caption, interval_note, joined, pupils, source_line
from advieskloof.figures.marks import PERCENT
from advieskloof.figures.palette import Look, looks
from advieskloof.figures.rows import are_split_by, latest, ordered
from advieskloof.figures.style import BAND, BAND_EDGE, SOFT_INK
from advieskloof.labels import decimal, group_label, percentage, school_year
from advieskloof.schemas import TOTAL

INDICATOR = "in_{}_of_placed"
# From the lowest to the highest.
TYPES = tuple(name for name in looks("class_type") if name != TOTAL)
# What no type of the table takes up, at the foot of a stack.
REST = {"facecolor": BAND, "edgecolor": BAND_EDGE, "hatch": "\\\\"}

WORDS = {
    "nl": {
        "title": "In welke brugklas leerlingen beginnen, naar toetsscore",
        "subtitle": (
            "Leerlingen uit groep 8 van {year} die in leerjaar 1 in een klas begonnen, naar score "
            "op de {test} en schoolsoorten van die klas; in procenten"
        ),
        "axis": "score op de {test}",
        "rest": "andere klas",
        "withheld": "andere klas of onderdrukt",
        "note": (
            "Effen: een klas van één schoolsoort; gestreept: een dakpanklas van twee; grijs: een "
            "brede klas. Elke staaf is van alle leerlingen met die score die in een klas "
            "begonnen{n}."
        ),
        "n": " ({n})",
        "top": "{name} het hoogst {value} ({score})",
        "alt": "Gestapelde staven van leerlingen uit groep 8 van {year}, naar score: {tops}.{lost}",
        "lost": " Zonder getal: {lost} van de {all} ({why}).",
    },
    "en": {
        "title": "In which class of year 1 pupils begin, by test score",
        "subtitle": (
            "Pupils from group 8 of {year} who began grade 1 in a class, by score on the {test} "
            "and school types of that class; in per cent"
        ),
        "axis": "score on the {test}",
        "rest": "another class",
        "withheld": "another class, or suppressed",
        "note": (
            "Plain: a class of one school type; striped: of two adjacent ones; grey: of more. Each "
            "bar is of all pupils with that score who began in a class{n}."
        ),
        "n": " ({n})",
        "top": "{name} highest {value} ({score})",
        "alt": "Stacked bars of pupils from group 8 of {year}, by score: {tops}.{lost}",
        "lost": " Without a number: {lost} of {all} ({why}).",
    },
}


def select(table: pd.DataFrame) -> pd.DataFrame:
    """Return the latest cohort's shares by type of class and score on the Centrale Eindtoets."""
    rows = table[are_split_by(table, "test_provider") & table["reference"].isna()]
    rows = rows[rows["test_provider"].isin(["CET", TOTAL])]
    orders = {"indicator": tuple(INDICATOR.format(name) for name in TYPES)}
    return latest(ordered(rows, orders, "placement_by_score"))


def caption(rows: pd.DataFrame, language: str) -> Caption:
    """Return the words around the figure, the alt text from its numbers."""
    words = WORDS[language]
    year = school_year(rows["cohort"].iloc[0])
    n = pupils(rows["n"], language)
    return Caption(
        title=words["title"],
        subtitle=words["subtitle"].format(year=year, test=_test(language)),
        note=joined(
            words["note"].format(n=words["n"].format(n=n) if n else ""),
            absent.status_note(rows, language),
            interval_note(rows, language),
        ),
        source=source_line(rows, language),
        alt=words["alt"].format(year=year, tops=_tops(rows, language), lost=_lost(rows, language)),
    )


def draw(rows: pd.DataFrame, language: str) -> Figure:
    """Draw a bar a score, from the lowest type of class upwards to 100 per cent."""
    figure = Figure(figsize=(7.2, 5.2), layout="constrained")
    axes = figure.add_subplot()
    shares = _wide(rows)
    if shares.empty:
        _say_nothing(axes, rows, language)
        return figure
    foot = 100 * (1 - shares.sum(axis="columns")).clip(lower=0)
    axes.bar(foot.index, foot, width=1, linewidth=0.5, **REST)
    for name, share in shares.items():
        axes.bar(shares.index, 100 * share.fillna(0), bottom=foot, width=1, **_fill(name))
        foot = foot + 100 * share.fillna(0)
    _scale(axes, shares.index, language)
    _draw_key(axes, list(shares), rows["estimate"].isna().any(), language)
    return figure


def _wide(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the shares with a row per score and a column per type of class that has a number."""
    known = rows.dropna(subset=["score", "estimate"]).set_index("score")
    of_type = {name: known["indicator"] == INDICATOR.format(name) for name in TYPES}
    found = {name: known.loc[mine, "estimate"] for name, mine in of_type.items() if mine.any()}
    return pd.DataFrame(found).sort_index()


def _fill(name: str) -> dict[str, object]:
    look: Look = looks("class_type")[name]
    return {
        "facecolor": look.colour,
        "edgecolor": "white",
        "hatch": look.hatch or None,
        "linewidth": 0.4,
    }


def _scale(axes: Axes, scores: pd.Index, language: str) -> None:
    axes.set_xlim(scores.min() - 0.5, scores.max() + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10], integer=True))
    axes.set_xlabel(WORDS[language]["axis"].format(test=_test(language)), size=8.5, color=SOFT_INK)
    axes.set_ylim(0, 100)
    axes.yaxis.set_major_formatter(PERCENT)
    axes.grid(False)
    axes.spines["left"].set_visible(False)


def _draw_key(axes: Axes, names: list[str], has_gaps: bool, language: str) -> None:
    """Put the key at the right, in the order of the stack."""
    rest = Patch(label=WORDS[language]["withheld" if has_gaps else "rest"], **REST)
    handles = [rest, *[Patch(label=_type(name, language), **_fill(name)) for name in names]]
    place = {"loc": "center left", "bbox_to_anchor": (1.01, 0.5), "borderaxespad": 0}
    look = {"frameon": False, "handlelength": 1.8, "handleheight": 1.3, "labelspacing": 0.7}
    axes.legend(handles=handles[::-1], **place, **look)


def _say_nothing(axes: Axes, rows: pd.DataFrame, language: str) -> None:
    why = dict.fromkeys(absent.shorts(rows, language))
    middle = {"ha": "center", "va": "center", "transform": axes.transAxes}
    axes.text(0.5, 0.5, "\n".join(why), color=SOFT_INK, **middle)
    axes.set_axis_off()


def _type(name: str, language: str) -> str:
    return group_label("class_type", name, language)


def _test(language: str) -> str:
    return group_label("test_provider", "CET", language)


def _tops(rows: pd.DataFrame, language: str) -> str:
    """Return at which score each type of class is most frequent."""
    known = rows.dropna(subset="estimate")
    tops = known.loc[known.groupby("indicator", sort=False)["estimate"].idxmax()]
    told = [
        WORDS[language]["top"].format(
            name=_type(top.indicator.removeprefix("in_").removesuffix("_of_placed"), language),
            value=percentage(top.estimate, language),
            score=decimal(top.score, language, 0),
        )
        for top in tops.itertuples()
    ]
    return "; ".join(told) or ALT[language]["none"]


def _lost(rows: pd.DataFrame, language: str) -> str:
    lacking = rows[rows["estimate"].isna()]
    if lacking.empty:
        return ""
    why = "; ".join(dict.fromkeys(absent.shorts(lacking, language)))
    return WORDS[language]["lost"].format(lost=len(lacking), all=len(rows), why=why)
