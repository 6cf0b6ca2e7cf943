"""What the reader should know of all numbers: what is withheld, absent, and what they rest on."""

from collections.abc import Iterable, Mapping

import pandas as pd

from advieskloof.labels import enumeration, label, period, reasons, whole
from advieskloof.report.words import WORDS
from advieskloof.schemas import SUPPRESSED


def disclosure(table: pd.DataFrame, rules: Mapping[str, int], language: str) -> list[str]:
    """Return the release rule, how many numbers were withheld, and what else was for them.

    table : ESTIMATES of all released tables. rules : the thresholds of the run.
    """
    words = WORDS[language]
    suppressed = int(table["status"].isin(SUPPRESSED).sum())
    numbers = int((table["status"] == "ok").sum()) + suppressed
    kind = "public" if table["public"].all() else "guarded"
    told = [
        words[f"rule_{kind}"].format(**rules),
        words["suppressed"].format(n=whole(suppressed, language), of=whole(numbers, language)),
    ]
    return told if kind == "public" else [*told, words["secondary"].format(**rules)]


def not_defined(table: pd.DataFrame, language: str) -> list[str]:
    """Return a line per reason: what can't be had for it, and in which cohorts."""
    rows = table[table["status"] == "not_defined"]
    lines = []
    for (reason, cohorts), group in _by_reason(rows):
        names = sorted({label(f"indicator:{name}", language) for name in group["indicator"]})
        years = enumeration([period(cohort, language) for cohort in cohorts], language)
        lines.append(f"{years} ({reasons(reason, language)}): {'; '.join(names)}")
    return lines


def _by_reason(rows: pd.DataFrame) -> Iterable[tuple[tuple[str, tuple[str, ...]], pd.DataFrame]]:
    """Return the rows by reason and cohorts, where indicators lack in the same cohorts."""
    cohorts = rows.groupby(["reason", "indicator"])["cohort"].agg(lambda c: tuple(sorted(set(c))))
    keys = pd.MultiIndex.from_frame(rows[["reason", "indicator"]])
    return rows.groupby(["reason", cohorts.reindex(keys).to_numpy()])


def downloads(tables: Mapping[str, pd.DataFrame], language: str) -> list[dict[str, str]]:
    """Return the released tables by name, with their number of rows in words."""
    rows = WORDS[language]["rows"]
    return [
        {"name": name, "rows": rows.format(n=whole(len(table), language))}
        for name, table in tables.items()
    ]
