"""The words around a figure, and what they say of its source."""

from dataclasses import dataclass, fields

import pandas as pd

from advieskloof import reference
from advieskloof.errors import FigureError
from advieskloof.labels import LABELS, capitalised, enumeration, label, reasons, whole

# The definitions of rows about pupils followed after group 8, and about school locations.
FOLLOWED, OF_LOCATIONS = ("class", "interval", "position"), ("r1",)
# Of under- and over-advising, in the order of telling.
DEFINITIONS = ("half_level", "whole_level", "no_overlap", "kansenkaart")

WORDS = {
    "nl": {
        "intervals": (
            "{drawn}: 95%-interval, waarbij de scholen gelden als steekproef uit vergelijkbare "
            "scholen."
        ),
        "lines": "Lijntje (soms kleiner dan het teken)",
        "bands": "Vlak",
        "some": "Bij een deel van de getallen: ",
        "pupils": "n\u00a0=\u00a0{n}",
    },
    "en": {
        "intervals": "{drawn}: 95% interval, schools taken as a sample of similar schools.",
        "lines": "Thin line (sometimes smaller than the mark)",
        "bands": "Shaded band",
        "some": "For some of the numbers: ",
        "pupils": "n\u00a0=\u00a0{n}",
    },
}


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
    if are_of_locations(rows):
        return label("population:locations", language)
    if rows["definition"].isin(FOLLOWED).all():
        return label("population:followed", language)
    sources = rows["source"].unique()
    key = f"population:{sources[0]}" if len(sources) == 1 else "population"
    return label(key if key in LABELS else "population", language)


def are_of_locations(rows: pd.DataFrame) -> bool:
    """Return whether the rows count school locations in school years, and not cohorts of pupils."""
    return bool(rows["definition"].isin(OF_LOCATIONS).all())


def interval_note(rows: pd.DataFrame, language: str) -> str:
    """Return what is to be known of numbers that stand, such as why they have no interval.

    Empty where no row with a number has a reason.
    """
    known = rows[rows["status"] == "ok"]
    parts = known["reason"].str.split("; ").explode().dropna().unique()
    if not len(parts):
        return ""
    words = "; ".join(reasons(part, language) for part in sorted(parts))
    if known["reason"].isna().any():
        return f"{WORDS[language]['some']}{words}."
    return f"{capitalised(words)}."


def error_note(rows: pd.DataFrame, language: str, drawn: str = "lines") -> str:
    """Return what the intervals mean, drawn as 'lines' or 'bands'; empty where there are none."""
    words = WORDS[language]
    has_intervals = rows["lower"].notna().any()
    return words["intervals"].format(drawn=words[drawn]) if has_intervals else ""


def meanings(rows: pd.DataFrame, language: str) -> str:
    """Return what the definitions of under- and over-advising among the rows mean."""
    found = [
        f"{label(f'definition:{name}', language)}: {label(f'meaning:{name}', language)}"
        for name in DEFINITIONS
        if name in set(rows["definition"])
    ]
    return f"{capitalised('; '.join(found))}." if found else ""


def pupils(counts: pd.Series, language: str) -> str:
    """Return 'n = least–most' of the counts that are known, in words; empty where none is."""
    known = counts.dropna()
    if known.empty:
        return ""
    ends = dict.fromkeys(whole(int(end), language) for end in (known.min(), known.max()))
    return WORDS[language]["pupils"].format(n="–".join(ends))


def joined(*notes: str) -> str:
    """Return the notes that aren't empty, one after the other."""
    return " ".join(filter(None, notes))
