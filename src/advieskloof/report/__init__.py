"""The report: static HTML in Dutch and English, from released tables, loading nothing."""

from collections.abc import Sequence

import jinja2
import pandas as pd

from advieskloof import __version__, figures, io, reference
from advieskloof.labels import LABELS, LANGUAGES, group_label, label, percentage, school_year, whole
from advieskloof.report import calibration
from advieskloof.report.words import WORDS
from advieskloof.schemas import SPLITS, SUPPRESSED, TOTAL

PAGES = {"nl": "index.html", "en": "index.en.html"}


def render(
    table: pd.DataFrame,
    language: str,
    *,
    figures_shown: Sequence[str],
    rules: dict,
    unverified: reference.Unverified,
    compared: pd.DataFrame | None = None,
) -> str:
    """Return the report's page in a language, from a released table.

    Parameters
    ----------
    table : ESTIMATES as released.
    figures_shown : names of figures, in order; each stands with its table and words.
    rules : the release thresholds, told to the reader.
    unverified : the config's list of unverified rows; what rests on them is named.
    compared : the released calibration table of a synthetic cohort; its page says that it is one.
    """
    words = WORDS[language]
    shown = [_figure(name, table, language) for name in figures_shown]
    template = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    ).from_string(io.read_text(io.package_file("report/page.html")))
    return template.render(
        language=language,
        words=words,
        pages={name: PAGES[name] for name in LANGUAGES},
        figures=shown,
        calibration=None if compared is None else calibration.readable(compared, language),
        public=bool(table["public"].all()),
        style=io.read_text(io.package_file("report/page.css")),
        disclosure=_disclosure(table, rules, language),
        unverified=reference.unverified_rows(unverified).to_dict("records"),
        not_defined=_not_defined(table, language),
        version=__version__,
    )


def _figure(name: str, table: pd.DataFrame, language: str) -> dict:
    caption, rows = figures.describe(name, table, language)
    return {
        "name": name,
        "caption": caption,
        "table": _readable(rows, language),
    }


def _readable(rows: pd.DataFrame, language: str) -> dict:
    """Return a figure's rows as a table for people: header cells and rows of text."""
    split = [name for name in SPLITS if (rows[name] != TOTAL).any()]
    words = WORDS[language]
    header = [words["cohort"], *[label(name, language) for name in split]]
    header += [words["indicator"], words["share"], words["k"], words["n"]]
    body = [
        [
            school_year(row["cohort"]),
            *[group_label(name, row[name], language) for name in split],
            label(f"indicator:{row['indicator']}", language),
            *_numbers(row, language),
        ]
        for row in rows.to_dict("records")
    ]
    return {"header": header, "body": body, "numbers": 3}


def _numbers(row: dict, language: str) -> list[str]:
    if row["status"] != "ok":
        reason = (
            f" ({label('reason:' + row['reason'], language)})" if pd.notna(row["reason"]) else ""
        )
        return [label(f"status:{row['status']}", language) + reason, "–", "–"]
    return [
        percentage(row["estimate"], language),
        whole(row["k"], language),
        whole(row["n"], language),
    ]


def _disclosure(table: pd.DataFrame, rules: dict, language: str) -> dict[str, str]:
    words = WORDS[language]
    suppressed = int(table["status"].isin(SUPPRESSED).sum())
    kind = "public" if table["public"].all() else "guarded"
    return {
        "rule": words[f"rule_{kind}"].format(**rules),
        "suppressed": words["suppressed"].format(
            n=whole(suppressed, language), of=whole(len(table), language)
        ),
        "secondary": words["no_secondary"],
    }


def _not_defined(table: pd.DataFrame, language: str) -> list[str]:
    """Return a line per indicator and reason with the cohorts in which it can't be had."""
    rows = table[table["status"] == "not_defined"]
    return [
        f"{label(f'indicator:{indicator}', language)}: "
        f"{', '.join(school_year(cohort) for cohort in sorted(group['cohort'].unique()))} "
        f"({label(f'reason:{reason}', language)})"
        for (indicator, reason), group in rows.groupby(["indicator", "reason"])
        if f"indicator:{indicator}" in LABELS
    ]
