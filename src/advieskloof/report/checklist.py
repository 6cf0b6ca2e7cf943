"""The checklist for the output checker: what is about to leave, and why it may.

It stands beside the private tables and goes with a release to whoever checks it; it isn't part of
the release, since it tells apart what was too small from what was withheld beside it.
"""

from collections.abc import Mapping

import pandas as pd

from advieskloof import io
from advieskloof.labels import LANGUAGES, decimal, enumeration, label, percentage, period, whole
from advieskloof.report import templates
from advieskloof.report.checklist_words import WORDS
from advieskloof.schemas import SPLITS, SUPPRESSED, TOTAL

PAGES = {"nl": "checklist.html", "en": "checklist.en.html"}
# Shares so near to 0 or 1 tell something of nearly everybody in the group.
NEARLY = 0.9


def render(
    table: pd.DataFrame, audit: pd.DataFrame, rules: Mapping[str, int], language: str
) -> str:
    """Return the checklist's page in a language.

    Parameters
    ----------
    table : ESTIMATES of all planned tables with their statuses after disclosure control.
    audit : a row per protected count with `lower`, `upper` and `width` of what a reader can know.
    rules : the thresholds of the run.
    """
    words = WORDS[language]
    page = {"page": io.read_text(io.package_file("report/checklist.html"))}
    return (
        templates.environment(page)
        .get_template("page")
        .render(
            language=language,
            words=words,
            pages={name: PAGES[name] for name in LANGUAGES},
            style=io.read_text(io.package_file("report/page.css")),
            whole=_whole(table, audit, rules, language),
            tables=[
                {"name": name, "lines": _lines(rows, language)}
                for name, rows in table.groupby("table", sort=False)
            ],
            answers=_answers(table, rules, language),
        )
    )


def _whole(
    table: pd.DataFrame, audit: pd.DataFrame, rules: Mapping[str, int], language: str
) -> list[str]:
    words = WORDS[language]
    numbers = table[table["status"].isin(["ok", *SUPPRESSED])]
    hidden = numbers["status"].isin(SUPPRESSED)
    told = [
        words["rules"].format(**rules),
        words["suppressed"].format(
            n=whole(int(hidden.sum()), language),
            of=whole(len(numbers), language),
            share=percentage(hidden.mean() if len(numbers) else 0.0, language),
        ),
    ]
    if audit.empty:
        return [*told, words["nothing_protected"]]
    narrowest = decimal(audit["width"].min(), language)
    return [
        *told,
        words["audited"].format(
            n=whole(len(audit), language), width=narrowest, protection=rules["protection"]
        ),
    ]


def _lines(rows: pd.DataFrame, language: str) -> list[tuple[str, str]]:
    words = WORDS[language]
    released, shares = rows[rows["status"] == "ok"], rows[rows["k"].notna()]
    rest = shares["n"] - shares["k"]
    split = [name for name in SPLITS if (rows[name] != TOTAL).any()]
    names = rows["indicator"].unique()
    return [
        (words["content"], "; ".join(label(f"indicator:{name}", language) for name in names)),
        (words["split"], enumeration([label(n, language) for n in split], language) or "–"),
        (words["cohorts"], _cohorts(rows, language)),
        (words["source"], ", ".join(sorted(rows["source"].unique()))),
        (words["rows"], whole(len(rows), language)),
        (words["released"], whole(len(released), language)),
        (words["primary"], _count(rows, "suppressed_primary", language)),
        (words["secondary"], _count(rows, "suppressed_secondary", language)),
        (words["other"], _others(rows, language)),
        (words["smallest_n"], _smallest(released["n"], language)),
        (words["smallest_k"], _smallest(shares["k"], language)),
        (words["smallest_rest"], _smallest(rest, language)),
        (words["smallest_schools"], _smallest(released["n_schools"], language)),
    ]


def _cohorts(rows: pd.DataFrame, language: str) -> str:
    return enumeration(
        [period(cohort, language) for cohort in sorted(set(rows["cohort"]))], language
    )


def _count(rows: pd.DataFrame, status: str, language: str) -> str:
    return whole(int((rows["status"] == status).sum()), language)


def _others(rows: pd.DataFrame, language: str) -> str:
    others = rows.loc[~rows["status"].isin(["ok", *SUPPRESSED]), "status"].value_counts(sort=False)
    told = [f"{label(f'status:{s}', language)}: {whole(n, language)}" for s, n in others.items()]
    return ", ".join(told) or "–"


def _smallest(counts: pd.Series, language: str) -> str:
    counts = counts.dropna()
    return "–" if counts.empty else whole(int(counts.min()), language)


def _answers(table: pd.DataFrame, rules: Mapping[str, int], language: str) -> list[tuple[str, str]]:
    released = table[(table["status"] == "ok") & table["k"].notna()]
    share = released["k"] / released["n"].where(released["n"] > 0)
    nearly = released[(share >= NEARLY) | (share <= 1 - NEARLY)]
    filled = {
        **rules,
        "nearly": whole(len(nearly), language),
        "smallest": _smallest(nearly["n"], language),
    }
    return [(question, text.format(**filled)) for question, text in WORDS[language]["answers"]]
