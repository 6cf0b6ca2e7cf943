"""Figure: the chance of an advice of havo or higher, and of vwo, by percentile and education.

The percentile is that within test and cohort, so that pupils of all tests stand on one axis.
"""

import pandas as pd
from matplotlib.figure import Figure

from advieskloof.figures.caption import Caption, joined, pupils, source_line
from advieskloof.figures.curve_panels import curve_rows, curves_in_words, draw_curves, notes
from advieskloof.labels import label, period
from advieskloof.schemas import TOTAL

# The middles of bands of 5 per cent of which the alt text tells the numbers.
TOLD = (52.5, 72.5, 92.5)

WORDS = {
    "nl": {
        "title": "Schooladvies naar percentiel op de toets en opleiding van de ouders",
        "subtitle": (
            "Procent leerlingen met dit advies of hoger ({base}), naar percentielband op de eigen "
            "toets, {year}"
        ),
        "axis": "percentiel binnen toets en schooljaar",
        "note": (
            "Leerlingen met een score en een advies{n}. Twintig banden van elk 5% van de "
            "leerlingen die dezelfde toets maakten; het punt staat in het midden van de band."
        ),
        "n": " ({n} per band en groep)",
        "alt": "Lijnfiguren van {year}, naar percentiel. {series}",
    },
    "en": {
        "title": "School advice by percentile on the test and parental education",
        "subtitle": (
            "Per cent of pupils with this advice or higher ({base}), by percentile band on their "
            "own test, {year}"
        ),
        "axis": "percentile within test and school year",
        "note": (
            "Pupils with a score and an advice{n}. Twenty bands, each 5% of the pupils who took "
            "the same test; the point stands at the middle of the band."
        ),
        "n": " ({n} by band and group)",
        "alt": "Line charts of {year}, by percentile. {series}",
    },
}


def select(table: pd.DataFrame) -> pd.DataFrame:
    """Return the latest cohort's curves of all tests together, by education and percentile."""
    rows = table[table["test_provider"] == TOTAL]
    return curve_rows(rows, [], "score_curves_percentile")


def caption(rows: pd.DataFrame, language: str) -> Caption:
    """Return the words around the figure, the alt text from its numbers at three percentiles."""
    words = WORDS[language]
    year = period(rows["cohort"].iloc[0], language)
    n = pupils(rows["n"], language)
    return Caption(
        title=words["title"],
        subtitle=words["subtitle"].format(base=label("base:initial", language), year=year),
        note=joined(
            words["note"].format(n=words["n"].format(n=n) if n else ""), notes(rows, language)
        ),
        source=source_line(rows, language),
        alt=words["alt"].format(year=year, series=curves_in_words(rows, TOLD, language, 1)),
    )


def draw(rows: pd.DataFrame, language: str) -> Figure:
    """Draw the curves."""
    return draw_curves(rows, language, (), WORDS[language]["axis"])
