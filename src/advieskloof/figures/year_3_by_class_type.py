"""Figure: the position in the third year by score, for pupils of different classes in year 1."""

import pandas as pd
from matplotlib.figure import Figure

from advieskloof.figures.caption import Caption, joined, pupils, source_line
from advieskloof.figures.curve_panels import curves_in_words, draw_curves, notes
from advieskloof.figures.palette import looks
from advieskloof.figures.rows import are_split_by, latest, ordered
from advieskloof.labels import group_label, school_year
from advieskloof.schemas import TOTAL

INDICATORS = ("in_havo_in_year_3_of_placed", "in_vwo_in_year_3_of_placed")
# Where De Staat van het Onderwijs compared classes of year 1.
TOLD = (545.0,)

WORDS = {
    "nl": {
        "title": "Waar leerlingen met dezelfde score in het derde jaar zijn, naar brugklas",
        "subtitle": (
            "Procent van de leerlingen uit groep 8 van {year} die in leerjaar 1 in deze klas "
            "begonnen, naar score op de {test} en plaats in het derde schooljaar daarna"
        ),
        "axis": "score op de {test}",
        "note": (
            "Wie bleef zitten, versnelde, elders of onbekend is, telt mee in de noemer{n}. De "
            "brugklas is gekozen: leerlingen met dezelfde score verschillen ook in advies, wens en "
            "inzet. De figuur zegt dus niet wat een klas doet."
        ),
        "n": " ({n} per score en klas)",
        "alt": "Lijnfiguren van leerlingen uit groep 8 van {year}, naar score en klas. {series}",
    },
    "en": {
        "title": "Where pupils with the same score are in the third year, by class of year 1",
        "subtitle": (
            "Per cent of the pupils from group 8 of {year} who began grade 1 in this class, by "
            "score on the {test} and position in the third school year after it"
        ),
        "axis": "score on the {test}",
        "note": (
            "Who repeated, went a grade ahead, is elsewhere or unknown counts in the denominator"
            "{n}. The class is chosen: pupils with the same score also differ in advice, wishes "
            "and effort. So the figure does not say what a class does."
        ),
        "n": " ({n} by score and class)",
        "alt": "Line charts of pupils from group 8 of {year}, by score and class. {series}",
    },
}


def select(table: pd.DataFrame) -> pd.DataFrame:
    """Return the latest cohort's positions in year 3, by class type and score on the test."""
    rows = table[are_split_by(table, "class_type", "test_provider") & table["reference"].isna()]
    rows = rows[rows["test_provider"].isin(["CET", TOTAL])]
    orders = {"indicator": INDICATORS, "class_type": tuple(looks("class_type"))}
    return latest(ordered(rows, orders, "year_3_by_class_type"))


def caption(rows: pd.DataFrame, language: str) -> Caption:
    """Return the words around the figure, the alt text from its numbers at 545."""
    words = WORDS[language]
    year, test = school_year(rows["cohort"].iloc[0]), group_label("test_provider", "CET", language)
    n = pupils(rows["n"], language)
    return Caption(
        title=words["title"],
        subtitle=words["subtitle"].format(year=year, test=test),
        note=joined(
            words["note"].format(n=words["n"].format(n=n) if n else ""), notes(rows, language)
        ),
        source=source_line(rows, language),
        alt=words["alt"].format(year=year, series=curves_in_words(rows, TOLD, language, 0)),
    )


def draw(rows: pd.DataFrame, language: str) -> Figure:
    """Draw the curves, with 545 marked."""
    test = group_label("test_provider", "CET", language)
    axis = WORDS[language]["axis"].format(test=test)
    return draw_curves(rows, language, TOLD, axis, INDICATORS)
