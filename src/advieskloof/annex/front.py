"""The first two sheets: what the annex holds, and what its words and marks mean."""

from collections.abc import Sequence

import pandas as pd

from advieskloof import __version__
from advieskloof.annex.sheet import Column, Sheet
from advieskloof.annex.words import MEANINGS, WORDS
from advieskloof.figures.caption import DEFINITIONS
from advieskloof.labels import capitalised, label


def contents(names: Sequence[str], sheets: Sequence[Sheet], language: str) -> Sheet:
    """Return the sheet that lists the others, with links to them."""
    words = WORDS[language]
    tabs = [words["definitions"], *[sheet.name for sheet in sheets]]
    titles = [words["definitions_title"], *[sheet.title for sheet in sheets]]
    return Sheet(
        words["contents"],
        words["title"],
        [words["lead"], words["how"], words["made_by"].format(version=__version__)],
        [
            Column(words["sheet"], tabs, links=tabs),
            Column(words["what"], titles),
            Column(words["file"], [words["nothing"], *[f"tables/{name}.csv" for name in names]]),
        ],
    )


def definitions(table: pd.DataFrame, language: str) -> Sheet:
    """Return the sheet with the meaning of each word and mark that the tables use."""
    words = WORDS[language]
    found = [
        *_of("definition", [name for name in DEFINITIONS if name in set(table["definition"])]),
        *_of("base", table["base"].unique()),
        *_of("adjustment", table["adjustment"].unique()),
        *_of("unit", table["unit"].unique()),
    ]
    terms = [capitalised(label(key, language)) for key in found]
    said = [
        capitalised(label(key.replace("definition:", "meaning:"), language)) + "."
        if key.startswith("definition:")
        else MEANINGS[key][language]
        for key in found
    ]
    terms += [capitalised(words[name]) for name in ("k", "n", "n_schools", "lower")]
    said += [MEANINGS[name][language] for name in ("k", "n", "n_schools", "interval")]
    marks = ("[c]", "[x]", "[z]")
    terms += marks
    said += [words[mark].removeprefix(f"{mark}: ") for mark in marks]
    return Sheet(
        words["definitions"],
        words["definitions_title"],
        [words["definitions_lead"]],
        [Column(words["term"], terms), Column(words["meaning"], said)],
    )


def _of(kind: str, values: Sequence[str]) -> list[str]:
    return [f"{kind}:{value}" for value in values]
