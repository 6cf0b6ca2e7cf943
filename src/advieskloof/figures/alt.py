"""Alt text from the numbers: where a series begins and ends, its extremes, and what isn't there."""

from collections.abc import Callable

import pandas as pd

from advieskloof.figures.absent import in_full
from advieskloof.labels import enumeration

WORDS = {
    "nl": {
        "one": "{value} ({at})",
        "course": "van {first} ({at_first}) naar {last} ({at_last})",
        "extremes": "het hoogst {high} ({at_high}), het laagst {low} ({at_low})",
        "lacking": "zonder getal {what}",
        "none": "geen getallen",
    },
    "en": {
        "one": "{value} ({at})",
        "course": "from {first} ({at_first}) to {last} ({at_last})",
        "extremes": "highest {high} ({at_high}), lowest {low} ({at_low})",
        "lacking": "without a number {what}",
        "none": "no numbers",
    },
}

InWords = Callable[[float], str]


def course(rows: pd.DataFrame, at: pd.Series, value: InWords, language: str) -> str:
    """Return how a series runs, in words.

    Parameters
    ----------
    rows : ESTIMATES of one series, in its order.
    at : of each row the words for its place, such as a school year; alike index.
    value : puts an estimate in words.
    """
    known = rows["estimate"].dropna()
    parts = [_run(known, at, value, language)] if len(known) else [WORDS[language]["none"]]
    lacking = lacking_in_words(rows, at, language)
    return "; ".join([*parts, *([lacking] if lacking else [])])


def _run(known: pd.Series, at: pd.Series, value: InWords, language: str) -> str:
    words = WORDS[language]
    first, last = known.index[0], known.index[-1]
    if len(known) == 1:
        return words["one"].format(value=value(known[first]), at=at[first])
    ends = {"first": value(known[first]), "at_first": at[first]}
    ends |= {"last": value(known[last]), "at_last": at[last]}
    run = words["course"].format(**ends)
    return run if len(known) == 2 else f"{run}, {extremes(known, at, value, language)}"


def extremes(known: pd.Series, at: pd.Series, value: InWords, language: str) -> str:
    """Return the highest and the lowest of estimates that are all known, and where they are."""
    high, low = known.idxmax(), known.idxmin()
    where = {"high": value(known[high]), "at_high": at[high]}
    where |= {"low": value(known[low]), "at_low": at[low]}
    return WORDS[language]["extremes"].format(**where)


def ends(rows: pd.DataFrame, at: pd.Series, value: InWords, language: str) -> str:
    """Return the highest and the lowest of rows in any order, and where there is no number."""
    known = rows["estimate"].dropna()
    if len(known) < 2:
        return each(rows, at, value, language)
    lacking = lacking_in_words(rows, at, language)
    return "; ".join(filter(None, [extremes(known, at, value, language), lacking]))


def each(rows: pd.DataFrame, at: pd.Series, value: InWords, language: str) -> str:
    """Return every number of a few rows in words, and where there is none."""
    one = WORDS[language]["one"]
    known = rows["estimate"].dropna()
    parts = [one.format(value=value(share), at=at[row]) for row, share in known.items()]
    lacking = lacking_in_words(rows, at, language)
    return "; ".join(filter(None, [enumeration(parts, language), lacking]))


def lacking_in_words(rows: pd.DataFrame, at: pd.Series, language: str) -> str:
    """Return the places without a number, by status and reason; empty where there are none."""
    places: dict[str, list[str]] = {}
    for row in rows[rows["estimate"].isna()].itertuples():
        why = in_full(row.status, row.reason, language)
        places.setdefault(why, []).append(at[row.Index])
    what = [f"{enumeration(where, language)}: {why}" for why, where in places.items()]
    return WORDS[language]["lacking"].format(what="; ".join(what)) if what else ""
