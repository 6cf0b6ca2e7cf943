"""The main findings as sentences, filled from released numbers."""

from collections.abc import Callable, Mapping

import pandas as pd

from advieskloof import figures
from advieskloof.labels import decimal, group_label, label, percentage, period, reasons, signed
from advieskloof.report.finding_words import COUNTS, FINDINGS, PARTS, Finding
from advieskloof.report.finding_words_lower import LOWER_FINDINGS
from advieskloof.report.readable import WORDS as IN_WORDS
from advieskloof.schemas import SPLITS, TOTAL

Tables = Mapping[str, pd.DataFrame]


def sentences(tables: Tables, language: str) -> dict[str, list[str]]:
    """Return the findings' sentences by the released table that they rest on.

    A finding whose table or number isn't in this release is left out. A number that was withheld
    gives a sentence that says so, and a difference whose interval covers zero is told as such.
    """
    found: dict[str, list[str]] = {}
    for finding in (*FINDINGS, *LOWER_FINDINGS):
        row = _latest(tables, finding)
        if row is not None:
            found.setdefault(finding.table, []).append(_sentence(finding, row, language))
    for name, told in (("regions", _regions), ("multiverse", _multiverse)):
        if name in tables and (sentence := told(tables[name], language)):
            found[name] = [sentence]
    return found


def _latest(tables: Tables, finding: Finding) -> dict | None:
    """Return the row of the latest cohort that a finding tells; None where there is none."""
    if finding.table not in tables:
        return None
    rows = tables[finding.table]
    for column, value in (dict.fromkeys(SPLITS, TOTAL) | dict(finding.row)).items():
        rows = rows[rows[column] == value]
    if "reference" not in finding.row:
        rows = rows[rows["reference"].isna()]
    return rows.sort_values("cohort").iloc[-1].to_dict() if len(rows) else None


def _sentence(finding: Finding, row: dict, language: str) -> str:
    case = _case(finding, row)
    filled = {"year": period(row["cohort"], language)}
    if row["status"] == "ok":
        filled |= _numbers(row, case, language)
    else:
        filled["why"] = _why(row, language)
    return finding.words[case][language].format(**filled)


def _case(finding: Finding, row: dict) -> str:
    if row["status"] != "ok":
        return "lacking"
    if "value" in finding.words:
        return "value"
    if not _leaves_out_zero(row):
        return "zero"
    return "more" if row["estimate"] > 0 else "less"


def _leaves_out_zero(row: Mapping) -> bool:
    """Return whether a difference is told apart from zero; one without an interval isn't."""
    return row["lower"] > 0 or row["upper"] < 0


def _why(row: dict, language: str) -> str:
    status = label(f"status:{row['status']}", language)
    return f"{status}: {reasons(row['reason'], language)}" if pd.notna(row["reason"]) else status


def _numbers(row: dict, case: str, language: str) -> dict[str, str]:
    """Return the number, its size without sign, and its interval, alike signed or not.

    Where words say which way a difference goes, its interval is told that way too.
    """
    form = signed if case == "zero" else decimal
    ends = [row["lower"], row["upper"]]
    ends = sorted(map(abs, ends)) if case in ("more", "less") else ends
    return {
        "value": _in_unit(row["estimate"], row, language, form),
        "size": _in_unit(abs(row["estimate"]), row, language, form),
        "interval": _interval(ends, row, language, form),
    }


def _interval(ends: list[float], row: dict, language: str, form: Callable) -> str:
    if pd.isna(ends[0]):
        return PARTS["no_interval"][language]
    low, high = (_in_unit(end, row, language, form) for end in ends)
    return PARTS["interval"][language].format(low=low.split("\u00a0")[0], high=high)


def _in_unit(number: float, row: dict, language: str, form: Callable) -> str:
    if row["unit"] == "share" and pd.isna(row["reference"]):
        return percentage(number, language)
    if row["unit"] == "share":
        points = IN_WORDS[language]["percentage_points"]
        return f"{form(100 * number, language, 1)}\u00a0{points}"
    return form(number, language, 2)


def _regions(table: pd.DataFrame, language: str) -> str:
    """Return how many regions stand apart from the country, and the highest and the lowest."""
    rows = table[(table["adjustment"] == "standardised_shrunken") & (table["corop"] != "total")]
    known = rows[rows["status"] == "ok"].sort_values("estimate")
    if known.empty:
        return ""
    up, down = int((known["lower"] > 0).sum()), int((known["upper"] < 0).sum())
    low, high = known.iloc[0], known.iloc[-1]
    told = COUNTS["regions"][language].format(
        clear=up + down,
        of=len(rows),
        up=up,
        down=down,
        highest=group_label("corop", high["corop"], language),
        high=signed(high["estimate"], language),
        lowest=group_label("corop", low["corop"], language),
        low=signed(low["estimate"], language),
        year=period(low["cohort"], language),
    )
    withheld = PARTS["withheld"][language].format(withheld=len(rows) - len(known))
    return told if len(known) == len(rows) else f"{told} {withheld}"


def _multiverse(table: pd.DataFrame, language: str) -> str:
    """Return of how many computations of the gap, as they are drawn, the interval covers zero."""
    rows = figures.load("multiverse").select(table)
    known = rows[(rows["status"] == "ok") & rows["reference"].notna()]
    if known.empty:
        return ""
    zero = sum(not _leaves_out_zero(row) for row in known.to_dict("records"))
    words = COUNTS["multiverse" if zero else "multiverse_none"][language]
    return words.format(of=len(known), zero=zero)
