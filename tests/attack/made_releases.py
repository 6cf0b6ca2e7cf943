"""Released folders made by hand, with the truth beside them."""

import json

import numpy as np
import pandas as pd
from attack.judging import as_truth

from advieskloof.schemas import ESTIMATES, SPLITS, TOTAL

COLUMNS = list(ESTIMATES.schema.columns)
KEYS = {
    "source": "made",
    "public": False,
    "table": "made",
    "indicator": "under_of_placed",
    "definition": "no_overlap",
    "base": "initial",
    "adjustment": "raw",
    "region_of": "school",
    "cohort": "2022",
    "unit": "share",
    "status": "ok",
    **dict.fromkeys(SPLITS, TOTAL),
}
NUMBERS = (
    "estimate", "se", "lower", "upper", "n", "k", "n_schools", "k_schools", "rest_schools",
    "coverage", "deff", "df",
)  # fmt: skip
EDUCATION = "parental_education_five"


def row(n=None, k=None, hidden=False, **differs):
    """A row of ESTIMATES; `hidden` says that its numbers are left out of the release."""
    share = {} if k is None else {"estimate": k / n}
    return {**KEYS, "n": n, "k": k, **share, **differs, "hidden": hidden}


def groups(counts, hidden=(), column=EDUCATION, **differs):
    """A row a group of {group: (n, k)}; those in `hidden` aren't shown."""
    return [
        row(n, k, hidden=group in hidden, **{column: group}, **differs)
        for group, (n, k) in counts.items()
    ]


def gap(one, other, hidden=False, column=EDUCATION, divided=False, **differs):
    """The row of a gap, or ratio, of two groups, each (group, n, k)."""
    (name, n, k), (reference, m, l_) = one, other
    value = (k / n) / (l_ / m) if divided else k / n - l_ / m
    words = "divided by" if divided else "minus"
    return row(
        n + m,
        hidden=hidden,
        estimate=value,
        unit="ratio" if divided else "share",
        reference=f"{words} {column}={reference}",
        **{column: name},
        **differs,
    )


def truth(rows):
    """The rows with all their numbers, as the judge takes them."""
    return as_truth(pd.DataFrame(rows).reindex(columns=COLUMNS))


def released(rows, suppressed="suppressed"):
    """The rows as they are released: no number where hidden."""
    table = pd.DataFrame(rows).reindex(columns=[*COLUMNS, "hidden"]).astype(object)
    table.loc[table["hidden"], list(NUMBERS)] = np.nan
    table.loc[table["hidden"], "status"] = suppressed
    return table[COLUMNS]


def write(folder, rows, manifest=None):
    """Write a released folder, one CSV a table; return it."""
    for name, table in released(rows).groupby("table"):
        put(folder, table, f"tables/{name}.csv")
    if manifest is not None:
        (folder / "manifest.json").write_text(json.dumps({"config": manifest}))
    return folder


def put(folder, table, name):
    """Write a table as a CSV of a released folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(path, index=False)
