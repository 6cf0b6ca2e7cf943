"""The words around a figure, and what they say of its source."""

from dataclasses import dataclass, fields

import pandas as pd

from advieskloof import reference
from advieskloof.errors import FigureError
from advieskloof.labels import LABELS, enumeration, label


@dataclass(frozen=True)
class Caption:
    """What a reader needs beside the picture; every part must be there.

    title : the subject. subtitle : measure, population, cohorts, unit. note : the definition
    and what else to know. source : the source line. alt : what the picture shows, in words made
    from the numbers.
    """

    title: str
    subtitle: str
    note: str
    source: str
    alt: str

    def __post_init__(self) -> None:
        empty = [field.name for field in fields(self) if not getattr(self, field.name).strip()]
        if empty:
            raise FigureError(f"a figure needs a {' and a '.join(empty)}; none was given.")


def source_line(rows: pd.DataFrame, language: str) -> str:
    """Return 'Bron: …' for the sources of the rows: a published table or a delivery, by name."""
    names = [_source(name, language) for name in sorted(rows["source"].unique())]
    word, by = {"nl": ("Bron", "bewerking"), "en": ("Source", "processed by")}[language]
    return f"{word}: {enumeration(names, language)}; {by} advieskloof."


def _source(name: str, language: str) -> str:
    published = reference.read("published_tables", {}).set_index("table")
    if name in published.index:
        return f"{published['source'][name]} ({published['licence'][name]})"
    return label(f"source:{name}", language) if f"source:{name}" in LABELS else name


def population(rows: pd.DataFrame, language: str) -> str:
    """Return whom the rows are about, in words."""
    sources = rows["source"].unique()
    key = f"population:{sources[0]}" if len(sources) == 1 else "population"
    return label(key if key in LABELS else "population", language)


def interval_note(rows: pd.DataFrame, language: str) -> str:
    """Return why the rows have no intervals, in words; empty where they have them."""
    reasons = rows.loc[(rows["status"] == "ok") & rows["se"].isna(), "reason"].dropna().unique()
    words = [label(f"reason:{reason}", language) for reason in sorted(reasons)]
    return f"{'; '.join(words).capitalize()}." if words else ""
