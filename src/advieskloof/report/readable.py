"""A released table for readers: the columns that tell its rows apart, and the numbers in words."""

import pandas as pd

from advieskloof.labels import (
    decimal,
    group_label,
    label,
    p_value,
    percentage,
    period,
    reasons,
    whole,
)
from advieskloof.schemas import SPLITS

WORDS = {
    "nl": {
        "cohort": "schooljaar",
        "indicator": "indicator",
        "definition": "definitie",
        "base": "advies",
        "adjustment": "bewerking",
        "score": "score of percentiel",
        "reference": "vergeleken met",
        "estimate": "waarde",
        "interval": "95%-interval",
        "k": "aantal (teller)",
        "n": "aantal (noemer)",
        "percentage_points": "procentpunt",
        "to": "tot",
        "minus": "min",
        "divided": "gedeeld door",
    },
    "en": {
        "cohort": "school year",
        "indicator": "indicator",
        "definition": "definition",
        "base": "advice",
        "adjustment": "adjustment",
        "score": "score or percentile",
        "reference": "compared with",
        "estimate": "value",
        "interval": "95% interval",
        "k": "number (numerator)",
        "n": "number (denominator)",
        "percentage_points": "percentage points",
        "to": "to",
        "minus": "minus",
        "divided": "divided by",
    },
}
# What tells rows apart, besides cohort and groups, in the order of reading.
NAMED = ("indicator", "definition", "base", "adjustment")
# By number shown, the column without which it is left out.
NUMBERS = {"estimate": "status", "interval": "lower", "k": "k", "n": "status"}


def readable(rows: pd.DataFrame, language: str) -> dict:
    """Return the rows of a released table for readers: `header` and `body`, cells of text.

    A column that is alike in all rows is left out, but the school year and the indicator stay.
    The last cells of a row, as many as `numbers`, are numbers or dashes.
    """
    words = WORDS[language]
    split = [name for name in SPLITS if rows[name].unique().size > 1]
    named = [name for name in NAMED if name == "indicator" or rows[name].unique().size > 1]
    sparse = [name for name in ("score", "reference") if rows[name].notna().any()]
    numbers = [name for name, column in NUMBERS.items() if rows[column].notna().any()]
    header = [label(name, language) for name in split]
    header += [words[name] for name in (*named, *sparse, *numbers)]
    body = [
        [
            period(row["cohort"], language),
            *[group_label(name, row[name], language) for name in split],
            *[label(f"{name}:{row[name]}", language) for name in named],
            *[SPARSE[name](row[name], language) for name in sparse],
            *_numbers(row, numbers, language),
        ]
        for row in rows.to_dict("records")
    ]
    return {"header": [words["cohort"], *header], "body": body, "numbers": len(numbers)}


def _numbers(row: dict, names: list[str], language: str) -> list[str]:
    if row["status"] != "ok":
        why = f" ({reasons(row['reason'], language)})" if pd.notna(row["reason"]) else ""
        return [label(f"status:{row['status']}", language) + why, *["–"] * (len(names) - 1)]
    cells = {
        "estimate": in_unit(row["estimate"], row, language),
        "interval": _interval(row, language),
        "k": whole(row["k"], language) if pd.notna(row["k"]) else "–",
        "n": whole(row["n"], language),
    }
    return [cells[name] for name in names]


def _interval(row: dict, language: str) -> str:
    if pd.isna(row["lower"]):
        return "–"
    low, high = (in_unit(row[end], row, language) for end in ("lower", "upper"))
    words = WORDS[language]
    low = low.removesuffix(words["percentage_points"]).rstrip()
    return f"{low}\u00a0{words['to']}\u00a0{high}"


def is_p_value(indicator: str) -> bool:
    """Return whether an indicator is the p value of a test."""
    return indicator.endswith("_p")


def in_unit(value: float, row: dict, language: str) -> str:
    """Return a number in its unit: a share in per cent, a gap of shares in percentage points.

    A p value is a number between 0 and 1, not a share of anything.
    """
    if is_p_value(row.get("indicator", "")):
        return p_value(value, language)
    if row["unit"] == "share" and pd.isna(row["reference"]):
        return percentage(value, language)
    if row["unit"] == "share":
        return f"{decimal(100 * value, language)} {WORDS[language]['percentage_points']}"
    return decimal(value, language, {"levels": 2, "ratio": 2, "points": 1}[row["unit"]])


def compared_with(reference: str | None, language: str) -> str:
    """Return in words what a gap, ratio or change is taken from; a dash for an estimate itself."""
    if pd.isna(reference):
        return "–"
    words = WORDS[language]
    kind, _, rest = reference.partition(" ")
    if kind == "divided":
        rest = rest.removeprefix("by ")
    parts = [part.partition("=") for part in rest.removeprefix("minus ").split(" ") if "=" in part]
    named = [
        period(value, language) if name == "cohort" else group_label(name, value, language)
        for name, _, value in parts
    ]
    return f"{words[kind]} {', '.join(named)}"


def _score(score: float, language: str) -> str:
    return "–" if pd.isna(score) else decimal(score, language, 0 if score == int(score) else 1)


# By column that not every row has: its words.
SPARSE = {"score": _score, "reference": compared_with}
