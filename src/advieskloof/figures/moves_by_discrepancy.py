"""Figure: moves from the first advice to the third year, by what the test advised."""

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
from advieskloof.figures.rows import are_split_by, class_name, latest, ordered
from advieskloof.labels import capitalised, label, percentage, school_year
from advieskloof.schemas import SPLITS, TOTAL

GROUP = "discrepancy"
OUTCOMES = ("up", "down", "same")
INDICATOR = "{}_from_advice_of_compared"

WORDS = {
    "nl": {
        "title": "Van het eerste advies naar het derde jaar, naar verschil met het toetsadvies",
        "subtitle": (
            "Leerlingen uit groep 8 van {year} van wie het eerste advies en de plaats in het derde "
            "schooljaar daarna te vergelijken zijn, naar {group}; in procenten"
        ),
        "note": (
            "Opgestroomd: elke schoolsoort van de plaats in het derde jaar is hoger dan elke "
            "schoolsoort van het eerste advies; afgestroomd: elke is lager; anders zelfde niveau. "
            "Onbekend: zonder toetsadvies.{n} Zelfde niveau heeft een eigen schaal."
        ),
        "n": " Per groep {n}.",
        "alt": "Puntenfiguren van leerlingen uit groep 8 van {year}, naar {group}. {series}",
    },
    "en": {
        "title": "From the first advice to the third year, by difference from the test advice",
        "subtitle": (
            "Pupils from group 8 of {year} whose first advice and position in the third school "
            "year after it can be compared, by {group}; in per cent"
        ),
        "note": (
            "Moved up: every school type of the position in the third year is above every school "
            "type of the first advice; moved down: every one is below; else same level. Unknown: "
            "without a test advice.{n} Same level has a scale of its own."
        ),
        "n": " By group {n}.",
        "alt": "Dot charts of pupils from group 8 of {year}, by {group}. {series}",
    },
}


def select(table: pd.DataFrame) -> pd.DataFrame:
    """Return the latest cohort's moves from the first advice, by move and discrepancy."""
    rows = table[are_split_by(table) | are_split_by(table, GROUP)]
    orders = {
        "indicator": tuple(INDICATOR.format(name) for name in OUTCOMES),
        GROUP: (*SPLITS[GROUP], TOTAL),
        "base": ("initial",),
        "adjustment": ("raw",),
    }
    return latest(ordered(rows[rows["reference"].isna()], orders, "moves_by_discrepancy"))


def caption(rows: pd.DataFrame, language: str) -> Caption:
    """Return the words around the figure, the alt text from its numbers."""
    words = WORDS[language]
    told = {"year": school_year(rows["cohort"].iloc[0]), "group": label(GROUP, language)}
    n = pupils(rows.loc[rows[GROUP] != TOTAL, "n"], language)
    return Caption(
        title=words["title"],
        subtitle=words["subtitle"].format(**told),
        note=joined(
            words["note"].format(n=words["n"].format(n=n) if n else ""),
            error_note(rows, language),
            absent.status_note(rows, language),
            interval_note(rows, language),
        ),
        source=source_line(rows, language),
        alt=words["alt"].format(series=_in_words(rows, language), **told),
    )


def draw(rows: pd.DataFrame, language: str) -> Figure:
    """Draw a panel a move, a dot a class of discrepancy."""
    names = {name: class_name(GROUP, name, language) for name in dict.fromkeys(rows[GROUP])}
    panels = [
        Panel(
            capitalised(label(f"outcome:{outcome}", language)),
            rows[rows["indicator"] == INDICATOR.format(outcome)],
            MOVES.get(outcome, Look(ONE, "o")),
            own_scale=outcome == "same",
        )
        for outcome in OUTCOMES
    ]
    return draw_dots(panels, names, GROUP, language, len(panels))


def _in_words(rows: pd.DataFrame, language: str) -> str:
    sentences = []
    for outcome in OUTCOMES:
        series = rows[rows["indicator"] == INDICATOR.format(outcome)]
        names = series[GROUP].map(lambda name: class_name(GROUP, name, language))
        shares = alt.each(series, names, lambda share: percentage(share, language), language)
        sentences.append(f"{capitalised(label(f'outcome:{outcome}', language))}: {shares}.")
    return " ".join(sentences)
