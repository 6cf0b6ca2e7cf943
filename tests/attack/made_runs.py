"""Runs of a few counts, protected by the package and written as a released folder."""

from dataclasses import dataclass

import pandas as pd
from attack.attacker import attack
from attack.judging import as_truth, losses
from oracles import linked_systems as linked

from advieskloof import figures, io
from advieskloof.disclosure import outward as leaving
from advieskloof.disclosure import protect as protecting
from advieskloof.disclosure.rules import Rules
from advieskloof.report import contents, pages

UNVERIFIED = {"advice_levels": ["pro_vmbo_bb"]}
THRESHOLDS = {
    "minimum_pupils": 10,
    "minimum_schools": 3,
    "protection": 10,
    "group_disclosure_below": 200,
}
TABLE = "advice_by_education"
# Enough of everything; tests put in what isn't.
PLENTY = {"le_mbo1": (300, 60), "mbo2": (250, 50), "mbo34": (400, 90), "hbo": (350, 70)}
PLENTY |= {"wo": (500, 80)}
MANY_SCHOOLS = {"n_schools": 40, "k_schools": 30, "rest_schools": 35}


def rows_of(counts, schools=(), **measure):
    """Rows of one measure by parental education and in all, of {group: (n, k)}; k may be None.

    schools : {group: numbers of schools} where they aren't many.
    """
    ns, ks = zip(*counts.values(), strict=True)
    total = {"total": (sum(ns), None if None in ks else sum(ks))}
    return [
        _row(n, k, group, **measure, **MANY_SCHOOLS | dict(schools).get(group, {}))
        for group, (n, k) in (counts | total).items()
    ]


def _row(n, k, group, **others):
    share = {} if k is None else {"estimate": k / n, **_errors(k / n, n)}
    common = {"indicator": "under_of_placed", "definition": "whole_level", "base": "initial"}
    common |= {"adjustment": "raw", "cohort": "2022", "unit": "share", "status": "ok"}
    return common | {linked.EDUCATION: group, "n": n, "k": k, **share} | others


def _errors(share, n, deff=1.7):
    return {"se": (deff * share * (1 - share) / (n - 1)) ** 0.5, "deff": deff}


def shares(under, over=PLENTY, **others):
    """Under- and over-advising by parental education, the shares and those at equal score."""
    return [
        row
        for adjustment in ("raw", "standardised")
        for indicator, counts in (("under_of_placed", under), ("over_of_placed", over))
        for row in rows_of(counts, indicator=indicator, adjustment=adjustment, **others)
    ]


def mean_levels(counts):
    """Mean levels by parental education, of {group: n}."""
    measure = {"indicator": "mean_level", "definition": "level", "unit": "levels", "estimate": 3.0}
    return rows_of({group: (n, None) for group, n in counts.items()}, **measure)


@dataclass(frozen=True)
class MadeRun:
    """All private ESTIMATES of a run, all of them planned, as one table."""

    estimates: pd.DataFrame

    @classmethod
    def of(cls, rows):
        return cls(linked.as_estimates(rows, TABLE))

    def released(self, **thresholds):
        """The rows as they may leave."""
        return leaving.outward(self.protected(**thresholds))

    def protected(self, **thresholds):
        rows = self.estimates.assign(table="advice")
        planned = self.estimates.assign(origin="advice")
        rules = Rules(**THRESHOLDS | thresholds)
        return protecting.protect(planned, rows, rules, UNVERIFIED).table

    def lost(self, folder):
        """What an attacker finds of this run in a released folder."""
        return losses(*attack(folder), as_truth(self.estimates))


def write_table(folder, table):
    path = folder / f"tables/{TABLE}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    io.write_csv(table, path)


def draw(folder, table):
    """Write the figure of a table as the workflow does; return the path of the drawing."""
    (folder / "figures").mkdir(exist_ok=True)
    figures.make(TABLE, table, "en", folder / "figures")
    return folder / f"figures/{TABLE}.en.svg"


def render(folder, table):
    """Write the report's pages on a table as the workflow does; return that of its figure."""
    release = pages.Release(
        tables={TABLE: table},
        figures=[TABLE],
        rules=THRESHOLDS,
        unverified=UNVERIFIED,
        compared=None,
        counted=None,
        methods=io.read_text(io.CHECKOUT / "docs/methods.md"),
    )
    (folder / "report").mkdir(exist_ok=True)
    for name, page in pages.render(release, "en").items():
        io.write_text(page, folder / "report" / name)
    return folder / "report" / contents.file("education", "en")
