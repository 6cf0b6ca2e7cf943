"""Figure: what became of pupils by the third year, by parental education, latest cohort."""

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
from advieskloof.figures.palette import MOVES, ONE, Look
from advieskloof.figures.rows import (
    are_split_by,
    class_name,
    grouping_of,
    latest,
    ordered,
)
from advieskloof.labels import capitalised, label, percentage, school_year
from advieskloof.schemas import SPLITS, TOTAL

OUTCOMES = ("up", "down", "repeating", "same", "left", "vso", "unknown", "accelerated")
COLUMNS = 4
EDUCATION = ("parental_education_five", "parental_education_three")

WORDS = {
    "nl": {
        "title": "Op- en afstroom in de onderbouw naar opleiding van de ouders",
        "subtitle": (
            "Leerlingen die na groep 8 ({year}) in leerjaar 1 begonnen, naar wat er in het derde "
            "schooljaar daarna van hen was geworden; in procenten van wie zo begonnen"
        ),
        "note": (
            "Opgestroomd: elke schoolsoort van de plaats in het derde jaar is hoger dan elke "
            "schoolsoort van de brugklas; afgestroomd: elke is lager; anders zelfde niveau. Wie in "
            "een gemengde klas begon en in een van haar soorten zit, is op zelfde niveau.{n} De "
            "panelen van een rij hebben dezelfde schaal, behalve zelfde niveau."
        ),
        "n": " Per opleidingsgroep {n}.",
        "alt": "Puntenfiguren van leerlingen uit groep 8 van {year}. {series}",
    },
    "en": {
        "title": "Moving up and down in the lower secondary years by parental education",
        "subtitle": (
            "Pupils who began in grade 1 after group 8 ({year}), by what had become of them in the "
            "third school year after it; in per cent of those who began so"
        ),
        "note": (
            "Moved up: every school type of the position in the third year is above every school "
            "type of the class in year 1; moved down: every one is below; else same level. Who "
            "began in a mixed class and is in one of its types is at the same level.{n} The panels "
            "of a row share their scale, but for same level."
        ),
        "n": " By level of education {n}.",
        "alt": "Dot charts of pupils from group 8 of {year}. {series}",
    },
}


def select(table: pd.DataFrame) -> pd.DataFrame:
    """Return the latest cohort's shares of those placed, by outcome and parental education."""
    variable = grouping_of(table, *EDUCATION)
    rows = table[are_split_by(table) | are_split_by(table, variable)]
    orders = {
        "indicator": tuple(f"{name}_of_placed" for name in OUTCOMES),
        variable: (*SPLITS[variable], TOTAL),
        "adjustment": ("raw",),
    }
    return latest(ordered(rows[rows["reference"].isna()], orders, "moves_by_education"))


def caption(rows: pd.DataFrame, language: str) -> Caption:
    """Return the words around the figure, the alt text from its numbers."""
    words = WORDS[language]
    year = school_year(rows["cohort"].iloc[0])
    n = pupils(rows.loc[rows[grouping_of(rows, *EDUCATION)] != TOTAL, "n"], language)
    return Caption(
        title=words["title"],
        subtitle=words["subtitle"].format(year=year),
        note=joined(
            words["note"].format(n=words["n"].format(n=n) if n else ""),
            error_note(rows, language),
            absent.status_note(rows, language),
            interval_note(rows, language),
        ),
        source=source_line(rows, language),
        alt=words["alt"].format(year=year, series=_in_words(rows, language)),
    )


def draw(rows: pd.DataFrame, language: str) -> Figure:
    """Draw a panel an outcome, a dot a class of education."""
    variable = grouping_of(rows, *EDUCATION)
    names = {name: class_name(variable, name, language) for name in dict.fromkeys(rows[variable])}
    panels = [
        Panel(
            capitalised(label(f"outcome:{outcome}", language)),
            rows[rows["indicator"] == f"{outcome}_of_placed"],
            MOVES.get(outcome, Look(ONE, "o")),
            own_scale=outcome == "same",
        )
        for outcome in OUTCOMES
    ]
    return draw_dots(panels, names, variable, language, COLUMNS)


def _in_words(rows: pd.DataFrame, language: str) -> str:
    variable = grouping_of(rows, *EDUCATION)
    sentences = []
    for outcome in OUTCOMES:
        series = rows[rows["indicator"] == f"{outcome}_of_placed"]
        names = series[variable].map(lambda name: class_name(variable, name, language))
        shares = alt.each(series, names, lambda share: percentage(share, language), language)
        if len(series):
            sentences.append(f"{capitalised(label(f'outcome:{outcome}', language))}: {shares}.")
    return " ".join(sentences)
