"""What a stranger reads in a released folder: rows of numbers, wherever they stand, and the plan.

The layout is that of docs/data-dictionary.md (ESTIMATES). Nothing of the package is used.
"""

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from openpyxl import load_workbook

COUNTS = ("n", "k", "n_schools", "k_schools", "rest_schools")
NUMBERS = (*COUNTS, "estimate", "se", "lower", "upper", "coverage", "deff", "df")
NOT_KEYS = (*NUMBERS, "public", "unit", "status", "reason")


@dataclass
class Release:
    """Rows as displayed, one a form in which they stand; what the manifest says of the plan.

    listed : all rows as they stand, texts for keys, floats for numbers, `form` the file,
    `tolerance` half the last digit of the estimate, `shown` whether the row has numbers at all.
    rows : those of pupils, each once, without what isn't defined and with what other forms told.
    """

    folder: Path
    listed: pd.DataFrame
    rows: pd.DataFrame
    manifest: dict = field(default_factory=dict)

    @cached_property
    def splits(self):
        names = list(self.rows.columns)
        return names[names.index("cohort") + 1 : names.index("reference")]

    @property
    def plan(self):
        return self.manifest.get("config", {}).get("release", {}).get("plan", {})

    @property
    def cohorts(self):
        return [str(year) for year in self._source.get("cohorts", [])]

    @property
    def _source(self):
        return self.manifest.get("config", {}).get("source", {})


def read(folder):
    """Return the rows of every table in the folder's files that has the columns of ESTIMATES."""
    folder = Path(folder)
    parts = [part for part in _tables(folder) if {"indicator", "cohort", "n"} <= set(part)]
    manifest = folder / "manifest.json"
    listed = pd.concat(parts, ignore_index=True)
    defined = listed[listed["status"] != "not_defined"]
    return Release(
        folder,
        listed,
        defined.drop_duplicates(listed.columns.difference(["form"]).tolist(), ignore_index=True),
        json.loads(manifest.read_text()) if manifest.exists() else {},
    )


def _tables(folder):
    for path in sorted(folder.rglob("*.csv")):
        yield typed(pd.read_csv(path, dtype=str, keep_default_na=False), path.relative_to(folder))
    for path in sorted(folder.rglob("*.xlsx")):
        for name, cells in sheets(path):
            if "indicator" in cells[0]:
                sheet = pd.DataFrame(cells[1:], columns=cells[0])
                yield typed(sheet, f"{path.relative_to(folder)}#{name}")


def sheets(path):
    """Yield (name, rows of texts) of a workbook's sheets."""
    book = load_workbook(path, data_only=True)
    for sheet in book.worksheets:
        rows = [["" if value is None else str(value) for value in row] for row in sheet.values]
        if rows:
            yield sheet.title, rows


def typed(table, form):
    """Return a table of texts with its numbers as floats and where it stands."""
    table = table.rename(columns=str.strip)
    if "estimate" in table:
        table["tolerance"] = table["estimate"].map(half_a_digit)
    for name in set(NUMBERS) & set(table):
        table[name] = pd.to_numeric(table[name].replace("", np.nan), errors="coerce").astype(float)
    present = [name for name in NUMBERS if name in table]
    table["shown"] = table[present].notna().any(axis="columns")
    if "public" in table:
        table = table[table["public"].str.lower() != "true"]
    return table.assign(form=str(form))


def half_a_digit(text):
    """Half a unit of the last digit written; a full double is exact to its own last digit."""
    digits = text.lower().partition("e")[0].partition(".")[2]
    exponent = int(text.lower().partition("e")[2] or 0)
    return 0.5 * 10.0 ** (exponent - len(digits)) if text else np.nan
