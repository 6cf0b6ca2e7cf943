"""The report: static HTML in Dutch and English, from released tables, loading nothing."""

from collections.abc import Iterable, Mapping, Sequence

import jinja2
import pandas as pd

from advieskloof import __version__, figures, io, reference
from advieskloof.labels import LANGUAGES, enumeration, label, period, reasons, whole
from advieskloof.report import calibration, published
from advieskloof.report.readable import readable
from advieskloof.report.words import WORDS
from advieskloof.schemas import SUPPRESSED

PAGES = {"nl": "index.html", "en": "index.en.html"}
ANNEXES = {"nl": "annex.xlsx", "en": "annex.en.xlsx"}


def render(
    tables: Mapping[str, pd.DataFrame],
    language: str,
    *,
    figures_shown: Sequence[str],
    rules: dict,
    unverified: reference.Unverified,
    compared: pd.DataFrame | None = None,
) -> str:
    """Return the report's page in a language, from released tables.

    Parameters
    ----------
    tables : ESTIMATES as released, by name.
    figures_shown : names of figures, in order; each stands with its table and words. Tables
        without a figure are annexes, to download.
    rules : the release thresholds, told to the reader.
    unverified : the config's list of unverified rows; what rests on them is named.
    compared : the released calibration table of a synthetic cohort; its page says that it is one.
    """
    words = WORDS[language]
    everything = pd.concat(tables.values(), ignore_index=True)
    template = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    ).from_string(io.read_text(io.package_file("report/page.html")))
    return template.render(
        language=language,
        words=words,
        pages={name: PAGES[name] for name in LANGUAGES},
        figures=[_figure(name, tables[name], language) for name in figures_shown],
        calibration=None if compared is None else calibration.readable(compared, language),
        published=published.beside(tables, language),
        public=bool(everything["public"].all()),
        style=io.read_text(io.package_file("report/page.css")),
        disclosure=_disclosure(everything, rules, language),
        unverified=reference.unverified_rows(unverified).to_dict("records"),
        not_defined=_not_defined(everything, language),
        annex=ANNEXES[language],
        downloads=[_download(name, table, language) for name, table in tables.items()],
        version=__version__,
    )


def _figure(name: str, table: pd.DataFrame, language: str) -> dict:
    caption, rows = figures.describe(name, table, language)
    return {"name": name, "caption": caption, "table": readable(rows, language)}


def _download(name: str, table: pd.DataFrame, language: str) -> dict[str, str]:
    return {"name": name, "rows": WORDS[language]["rows"].format(n=whole(len(table), language))}


def _disclosure(table: pd.DataFrame, rules: dict, language: str) -> dict[str, str]:
    words = WORDS[language]
    suppressed = int(table["status"].isin(SUPPRESSED).sum())
    kind = "public" if table["public"].all() else "guarded"
    return {
        "rule": words[f"rule_{kind}"].format(**rules),
        "suppressed": words["suppressed"].format(
            n=whole(suppressed, language), of=whole(len(table), language)
        ),
        "secondary": "" if kind == "public" else words["secondary"].format(**rules),
    }


def _not_defined(table: pd.DataFrame, language: str) -> list[str]:
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
