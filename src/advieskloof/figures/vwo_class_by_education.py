"""Figure: who starts in a class of vwo alone, at one score, by parental education."""

import pandas as pd
from matplotlib.figure import Figure

from advieskloof.figures import absent, alt
from advieskloof.figures.caption import (
    Caption,
    error_note,
    interval_note,
    joined,
    pupils,
    source_line,
)
from advieskloof.figures.dot_panels import Panel, draw_dots
from advieskloof.figures.palette import ONE, Look
from advieskloof.figures.rows import are_split_by, class_name, grouping_of, latest, ordered
from advieskloof.labels import decimal, group_label, percentage, school_year
from advieskloof.schemas import SPLITS, TOTAL

INDICATOR = "in_vwo_of_placed"
EDUCATION = ("parental_education_five", "parental_education_three")
# Where De Staat van het Onderwijs compared classes of year 1.
SCORE = 545.0

WORDS = {
    "nl": {
        "title": "Een brugklas met alleen vwo bij gelijke score, naar opleiding van de ouders",
        "subtitle": (
            "Leerlingen uit groep 8 van {year} met score {score} op de {test} die in leerjaar 1 in "
            "een klas met alleen vwo begonnen; in procenten"
        ),
        "panel": "In een klas met alleen vwo",
        "note": (
            "Van wie in leerjaar 1 in een klas begon; de anderen zaten in een klas met meer "
            "schoolsoorten of in een lagere.{n} Bij {score} vergeleek De Staat van het Onderwijs "
            "brugklassen. De figuur beschrijft; zij zegt niet waardoor een verschil er is."
        ),
        "n": " Per groep {n}.",
        "alt": "Puntenfiguur van leerlingen uit groep 8 van {year} met score {score}: {series}.",
    },
    "en": {
        "title": "A class of vwo alone at equal score, by parental education",
        "subtitle": (
            "Pupils from group 8 of {year} with score {score} on the {test} who began grade 1 in a "
            "class of vwo alone; in per cent"
        ),
        "panel": "In a class of vwo alone",
        "note": (
            "Of those who began grade 1 in a class; the others were in a class of more school "
            "types or in a lower one.{n} At {score} De Staat van het Onderwijs compared classes. "
            "The figure describes; it does not say why there is a difference."
        ),
        "n": " By group {n}.",
        "alt": "Dot chart of pupils from group 8 of {year} with score {score}: {series}.",
    },
}


def select(table: pd.DataFrame) -> pd.DataFrame:
    """Return the shares at 545 on the Centrale Eindtoets, latest cohort, by education."""
    variable = grouping_of(table, *EDUCATION)
    scored = ["test_provider"]
    rows = table[are_split_by(table, *scored) | are_split_by(table, *scored, variable)]
    rows = rows[rows["test_provider"].isin(["CET", TOTAL]) & rows["reference"].isna()]
    rows = rows[(rows["score"] == SCORE) | rows["score"].isna()]
    orders = {"indicator": (INDICATOR,), variable: (*SPLITS[variable], TOTAL)}
    return latest(ordered(rows, orders, "vwo_class_by_education"))


def caption(rows: pd.DataFrame, language: str) -> Caption:
    """Return the words around the figure, the alt text from its numbers."""
    words = WORDS[language]
    told = {"year": school_year(rows["cohort"].iloc[0]), "score": decimal(SCORE, language, 0)}
    test = group_label("test_provider", "CET", language)
    n = pupils(rows["n"], language)
    return Caption(
        title=words["title"],
        subtitle=words["subtitle"].format(test=test, **told),
        note=joined(
            words["note"].format(n=words["n"].format(n=n) if n else "", **told),
            error_note(rows, language),
            absent.status_note(rows, language),
            interval_note(rows, language),
        ),
        source=source_line(rows, language),
        alt=words["alt"].format(series=_in_words(rows, language), **told),
    )


def draw(rows: pd.DataFrame, language: str) -> Figure:
    """Draw a dot a class of education."""
    variable = grouping_of(rows, *EDUCATION)
    names = {name: class_name(variable, name, language) for name in dict.fromkeys(rows[variable])}
    panel = Panel(WORDS[language]["panel"], rows, Look(ONE, "o"))
    return draw_dots([panel], names, variable, language, 1)


def _in_words(rows: pd.DataFrame, language: str) -> str:
    variable = grouping_of(rows, *EDUCATION)
    names = rows[variable].map(lambda name: class_name(variable, name, language))
    return alt.each(rows, names, lambda share: percentage(share, language), language)
