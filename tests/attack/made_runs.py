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


def in_a_vwo_class(counts, later):
    """Who is in a vwo class, and in vwo in year 3 from it and from the only other class, of havo.

    counts, later : {group: (n, k)} of the first, {group: (from vwo, from havo)} of the second.
    """
    measure = {"indicator": "in_vwo_of_placed", "definition": "class", "private": "placement"}
    then = {"indicator": "in_vwo_in_year_3_of_placed", "definition": "position"}
    then |= {"private": "moves"}
    vwo = {group: (k, later[group][0]) for group, (_, k) in counts.items()}
    havo = {group: (n - k, later[group][1]) for group, (n, k) in counts.items()}
    # One table is of the smallest group and of all, the other of those between.
    ends = rows_of(counts, **measure)
    between = rows_of(vwo, class_type="vwo", **then)
    for row in (*ends, *between):
        of_ends = row[linked.EDUCATION] in ("mbo2", "total")
        row["planned"] = of_ends == (row["private"] == "placement")
    return [*ends, *between, *rows_of(havo, class_type="havo", planned=False, **then)]


def going_up(counts, unknown):
    """Who went up of the compared, and the least that they can be; unknown pupils by group."""
    measure = {"indicator": "up_of_compared", "definition": "interval", "private": "moves"}
    wider = {group: (n + unknown.get(group, 0), k) for group, (n, k) in counts.items()}
    return [*rows_of(counts, **measure), *rows_of(wider, adjustment="bound_low", **measure)]


def in_funnel(locations):
    """Locations of one size by distance to their comparison group, of {place: locations}."""
    n = sum(locations.values())
    return [
        _row(n, k, "total", definition="r1", private="schools", cohort="2020-2022", n_schools=n,
             indicator=f"r1_{place}_of_locations_1_to_99", k_schools=k, rest_schools=n - k)
        for place, k in locations.items()
    ]  # fmt: skip


@dataclass(frozen=True)
class MadeRun:
    """All private ESTIMATES of a run, of which all or some are planned, as one table.

    private : by row the private table that it comes from (`private` of a row, else advice).
    planned : by row whether it is (`planned` of a row, else yes).
    """

    estimates: pd.DataFrame
    private: list
    planned: list

    @classmethod
    def of(cls, rows):
        private = [row.get("private", "advice") for row in rows]
        planned = [row.get("planned", True) for row in rows]
        return cls(linked.as_estimates(rows, TABLE), private, planned)

    def released(self, **thresholds):
        """The rows as they may leave."""
        return leaving.outward(self.protected(**thresholds))

    def protected(self, **thresholds):
        rows = self.estimates.assign(table=self.private)
        planned = self.estimates.assign(origin=self.private)[self.planned]
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
