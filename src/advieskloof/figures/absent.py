"""What stands where a number is not: suppressed, not defined, not possible, not supported."""

import pandas as pd
from matplotlib.axes import Axes

from advieskloof.figures.style import SOFT_INK
from advieskloof.labels import capitalised, label, reasons

# Where a line or a dot would be, a cross says that the number is not there.
CROSS = {"marker": "x", "markersize": 5, "markeredgewidth": 1.3, "linestyle": "none"}

WORDS = {
    "nl": {"cross": "Kruisje: {what}."},
    "en": {"cross": "Cross: {what}."},
}


def is_suppressed(status: str) -> bool:
    """Return whether a status says that disclosure control held the number back."""
    return status.startswith("suppressed")


def in_short(status: str, reason: str | None, language: str) -> str:
    """Return why there is no number, in the few words that fit where it would have stood.

    A suppressed number is called that; of others the reason is told.
    """
    if is_suppressed(status) or pd.isna(reason):
        return label(f"status:{status}", language)
    return reasons(reason, language)


def in_full(status: str, reason: str | None, language: str) -> str:
    """Return the status of a row without a number, with its reasons in brackets."""
    words = label(f"status:{status}", language)
    return words if pd.isna(reason) else f"{words} ({reasons(reason, language)})"


def shorts(rows: pd.DataFrame, language: str) -> pd.Series:
    """Return `in_short` of each row without a number; missing where there is one, or no row."""
    words = [
        in_short(row.status, row.reason, language)
        if pd.isna(row.estimate) and pd.notna(row.status)
        else None
        for row in rows.itertuples()
    ]
    return pd.Series(words, rows.index, dtype=object)


def cross_note(rows: pd.DataFrame, language: str) -> str:
    """Return what a cross stands for in a figure of these rows; empty where there is none."""
    lacking = rows[rows["estimate"].isna()]
    what = dict.fromkeys(shorts(lacking, language))
    return WORDS[language]["cross"].format(what="; ".join(what)) if what else ""


def status_note(rows: pd.DataFrame, language: str) -> str:
    """Return why rows have no number, a sentence a status; empty where all have one."""
    lacking = rows[rows["estimate"].isna() & rows["reason"].notna()]
    said: dict[str, list[str]] = {}
    for status, reason in dict.fromkeys(zip(lacking["status"], lacking["reason"], strict=True)):
        why = said.setdefault(capitalised(label(f"status:{status}", language)), [])
        why.append(reasons(reason, language))
    return " ".join(f"{status}: {'; '.join(dict.fromkeys(why))}." for status, why in said.items())


def draw_crosses(axes: Axes, places: list[float], colour: str = SOFT_INK) -> None:
    """Draw a cross at the foot of the axes at each place."""
    if not places:  # an empty line would count in the layout, at the corner of the canvas
        return
    look = CROSS | {"color": colour, "clip_on": False}
    axes.plot(places, [0.045] * len(places), transform=axes.get_xaxis_transform(), **look)
