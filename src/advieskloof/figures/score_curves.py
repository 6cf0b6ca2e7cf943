"""Figure: the chance of an advice of havo or higher, and of vwo, by score and parental education.

On the scale of the Centrale Eindtoets: scores of other tests are never put on the same axis.
"""

import pandas as pd
from matplotlib.figure import Figure

from advieskloof.figures.caption import Caption, joined, pupils, source_line
from advieskloof.figures.curve_panels import curve_rows, curves_in_words, draw_curves, notes
from advieskloof.labels import group_label, label, period
from advieskloof.schemas import TOTAL

# Where De Staat van het Onderwijs 2015/2016 compares parents' education; at 545 and above the
# Centrale Eindtoets mostly advised vwo.
MARKED = (545.0, 549.0)
# Of the Centrale Eindtoets.
LAST_YEAR = "2022"

WORDS = {
    "nl": {
        "title": "Schooladvies naar toetsscore en opleiding van de ouders",
        "subtitle": (
            "Procent leerlingen met dit advies of hoger ({base}), naar score op de {test}, {year}"
        ),
        "axis": "score op de {test}",
        "note": (
            "Leerlingen met een score en een advies{n}. Stippellijn: 545 en 549, waar De Staat "
            "van het Onderwijs 2015/2016 opleidingen van ouders vergelijkt."
        ),
        "n": " ({n} per score en groep)",
        "last_year": (
            "2022/23 is het laatste jaar van de Centrale Eindtoets; elk paneel toont het deel van "
            "de schaal waar het advies kantelt."
        ),
        "alt": "Lijnfiguren van {year}. {series}",
    },
    "en": {
        "title": "School advice by test score and parental education",
        "subtitle": (
            "Per cent of pupils with this advice or higher ({base}), by score on the {test}, {year}"
        ),
        "axis": "score on the {test}",
        "note": (
            "Pupils with a score and an advice{n}. Dotted line: 545 and 549, where De Staat van "
            "het Onderwijs 2015/2016 compares parents' education."
        ),
        "n": " ({n} by score and group)",
        "last_year": (
            "2022/23 is the last year of the Centrale Eindtoets; each panel shows the part of the "
            "scale where the advice turns."
        ),
        "alt": "Line charts of {year}. {series}",
    },
}


def select(table: pd.DataFrame) -> pd.DataFrame:
    """Return the latest cohort's curves on the Centrale Eindtoets, by education and score."""
    rows = table[table["test_provider"].isin(["CET", TOTAL])]
    return curve_rows(rows, ["test_provider"], "score_curves")


def caption(rows: pd.DataFrame, language: str) -> Caption:
    """Return the words around the figure, the alt text from its numbers at 545 and 549."""
    words = WORDS[language]
    year = period(rows["cohort"].iloc[0], language)
    n = pupils(rows["n"], language)
    return Caption(
        title=words["title"],
        subtitle=words["subtitle"].format(
            base=label("base:initial", language), test=_test(language), year=year
        ),
        note=joined(
            words["note"].format(n=words["n"].format(n=n) if n else ""),
            words["last_year"] if rows["cohort"].iloc[0] == LAST_YEAR else "",
            notes(rows, language),
        ),
        source=source_line(rows, language),
        alt=words["alt"].format(year=year, series=curves_in_words(rows, MARKED, language, 0)),
    )


def draw(rows: pd.DataFrame, language: str) -> Figure:
    """Draw the curves with 545 and 549 marked."""
    return draw_curves(rows, language, MARKED, WORDS[language]["axis"].format(test=_test(language)))


def _test(language: str) -> str:
    return group_label("test_provider", "CET", language)
