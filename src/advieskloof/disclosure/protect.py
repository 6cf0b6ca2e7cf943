"""From the planned numbers of a run to those that may leave, with an audit of what is withheld."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from scipy import sparse

from advieskloof import reference, schemas
from advieskloof.disclosure import boxes, kinds, relations
from advieskloof.disclosure.attack import Ranges
from advieskloof.disclosure.events import fitted
from advieskloof.disclosure.known import is_raw, known
from advieskloof.disclosure.later_events import linking, related, told_apart
from advieskloof.disclosure.locations import by_last_year
from advieskloof.disclosure.partners import Released
from advieskloof.disclosure.partners import protect as find_partners
from advieskloof.disclosure.resting import (
    Cohorts,
    Rests,
    Side,
    cohorts,
    counted,
    events_of,
    usable_regions,
    with_places,
)
from advieskloof.disclosure.rules import Rules
from advieskloof.disclosure.system import RelationsOf, System, closed, system
from advieskloof.disclosure.unsafe import FEW_DEGREES, Unsafe, few_degrees, unsafe
from advieskloof.errors import DataError
from advieskloof.models.specification import PLACES
from advieskloof.schemas import NUMBERS

PRIMARY, SECONDARY = "suppressed_primary", "suppressed_secondary"
PROTECTS = "protects_another_number"
AUDIT = ["source", "counted", "cohorts", "group", "reason", "pupils", "lower", "upper", "width"]
AUDIT += ["needed", "closed"]


@dataclass(frozen=True)
class Protected:
    """Planned numbers after disclosure control; all of it private (`outward` is what may leave).

    table : ESTIMATES, the planned rows, with the numbers of those that fell emptied, their status
        suppressed_primary or suppressed_secondary, and the reason.
    audit : a row per protected value with its true number of pupils, the least and the largest
        that a reader can place it at, how far these are apart, how far they have to be, and
        whether the range was searched to its ends (else it is at least as wide).
    summary : a row per planned table: rows, fallen rows, smallest counts of what stands.
    """

    table: pd.DataFrame
    audit: pd.DataFrame
    summary: pd.DataFrame


def protect(
    planned: pd.DataFrame,
    estimates: pd.DataFrame,
    rules: Rules,
    unverified: reference.Unverified,
    *,
    lies_in: Mapping[str, str] | None = None,
    models: Mapping[str, Sequence[str]] | None = None,
) -> Protected:
    """Withhold what may not leave of the planned numbers, and what would give it away.

    Parameters
    ----------
    planned : ESTIMATES of all tables of the release plan, `table` being the planned table's name,
        with the column `origin`: the private table that the row comes from. A number may stand in
        several tables.
    estimates : all private ESTIMATES of the run, gaps left out or not; the counts behind gaps, and
        margins, are looked up there.
    rules : the thresholds.
    unverified : the config's list of reference rows that may be used unverified.
    lies_in : the COROP area of each municipality; only needed where both are planned.
    models : by private table of a model, what its pupils have (`specification.needs`).

    Numbers of a public source pass, and rows without numbers keep their status. Of any other
    number, n, k and n - k have at least `minimum_pupils` pupils in `minimum_schools` schools, and
    no reader of all the tables can place a smaller count, or a smaller difference between two
    counts of a group, within an interval narrower than `protection`. A model's number has at least
    10 degrees of freedom.

    Raises
    ------
    DataError : a measure is planned of which it isn't known whom it counts, or the counts of the
        run contradict each other. Nothing is released then.
    """
    if "origin" not in planned:
        raise DataError(
            "planned rows lack the column 'origin', the private table that each comes from."
        )
    planned = planned.reset_index(drop=True)
    schemas.validate(planned.drop(columns="origin"), schemas.ESTIMATES, "the planned tables")
    table, audits = planned.drop(columns="origin"), []
    numbered = ~planned["public"] & planned[list(NUMBERS)].notna().any(axis="columns")
    thin = numbered & few_degrees(planned, models or {})
    table = _fallen(table, thin[thin].index, _all_of(thin.sum(), (PRIMARY, FEW_DEGREES)))
    numbered &= ~thin
    told = {name: fitted(needs) for name, needs in (models or {}).items()}
    planned = told_apart(by_last_year(planned.assign(origin=planned["origin"].replace(told))))
    estimates = by_last_year(estimates.assign(origin=estimates["table"].replace(told)))
    estimates = related(estimates, planned)
    for source in planned.loc[numbered, "source"].unique():
        mine = estimates[estimates["source"] == source]
        rows = planned[numbered & (planned["source"] == source)]
        run = _Run.of(rows, mine, rules, unverified, lies_in)
        table = _fallen(table, rows.index, run.fates())
        audits.append(run.audit().assign(source=source))
    audit = pd.concat(audits, ignore_index=True) if audits else pd.DataFrame(columns=AUDIT)
    return Protected(table, audit[AUDIT], summary(table))


@dataclass(frozen=True)
class _Run:
    """One source's planned rows with their counts, and what became of them."""

    sides: list[list[Side]]
    system: System
    unsafe: Unsafe
    released: Released
    ranges: Ranges
    rules: Rules

    @classmethod
    def of(
        cls,
        rows: pd.DataFrame,
        estimates: pd.DataFrame,
        rules: Rules,
        unverified: reference.Unverified,
        lies_in: Mapping[str, str] | None,
    ) -> "_Run":
        # A row without n stays: its group is there, as are those with first advice vwo, of whom
        # nobody can be eligible.
        defined = estimates[~estimates["public"] & (estimates["status"] != "not_defined")]
        private = with_places(counted(defined))
        events = events_of(private) | events_of(rows)
        same = relations.same(kinds.memberships(sorted(events | linking(events)), unverified))
        support = cohorts(private, _ruled(unverified), same)
        raw = private[is_raw(private)]
        rests = Rests(support, usable_regions(raw))
        sides = [rests.sides(row) for row in with_places(rows).to_dict("records")]
        resting = dict.fromkeys(c for row in sides for side in row for c in side if c is not None)
        wanted = closed(resting, support.all_of, support.besides)
        values = known(raw, support, wanted)
        holds, assumed, differ = _between(same, unverified)
        atoms_of = _atoms(raw, wanted, support, lies_in)
        whole = system(resting, wanted, atoms_of, holds, assumed, values)
        found = unsafe(whole, [side for row in sides for side in row], values, rules, differ)
        released = Released(_rests(sides, whole), found.hidden)
        ranges = find_partners(whole, found, released, rules.protection)
        return cls(sides, whole, found, released, ranges, rules)

    def fates(self) -> pd.DataFrame:
        """Return the status and reason of each row that fell, missing where it stands."""
        why = {}
        for value, reason in enumerate(self.unsafe.reasons):
            row = self.unsafe.factors[[value]]
            why[frozenset(zip(row.indices.tolist(), row.data.tolist(), strict=True))] = reason
        fates = []
        for row, stands in zip(self.sides, self.released.stands, strict=True):
            reasons = (self._reason(side, why) for side in row)
            reason = next((each for each in reasons if each), "")
            fates.append(
                (None, None) if stands else (PRIMARY, reason) if reason else (SECONDARY, PROTECTS)
            )
        return pd.DataFrame(fates, columns=["status", "reason"], dtype=object)

    def _reason(self, side: Side, why: Mapping[frozenset, str]) -> str:
        n, k = (None if count is None else self.system.place[count] for count in side)
        own = [{(n, 1.0)}] if k is None else [{(n, 1.0)}, {(k, 1.0)}, {(n, 1.0), (k, -1.0)}]
        return next((why[frozenset(each)] for each in own if frozenset(each) in why), "")

    def audit(self) -> pd.DataFrame:
        """Return the audit's rows."""
        counts = [
            [(self.system.counts[i], int(f)) for i, f in zip(row.indices, row.data, strict=True)]
            for row in (self.unsafe.factors[[v]] for v in range(len(self.unsafe.pupils)))
        ]
        return pd.DataFrame(
            {
                "counted": [_sum_in_words(each) for each in counts],
                "cohorts": [each[0][0].box.cohorts for each in counts],
                "group": [_group_in_words(each[0][0].box) for each in counts],
                "reason": self.unsafe.reasons,
                "pupils": self.unsafe.pupils,
                "lower": self.ranges.lower,
                "upper": self.ranges.upper,
                "width": self.ranges.width,
                "needed": float(self.rules.protection),
                "closed": self.ranges.closed,
            }
        )


def _between(same: Mapping[str, str], unverified: reference.Unverified) -> list[RelationsOf]:
    """Return, of the events that are counted in a box, what holds, what is assumed, and differs.

    same : by event, the name under which all events of the same pupils go.
    """

    @cache
    def who(usual: bool, sure: frozenset[str]) -> list[pd.DataFrame]:
        tables = kinds.memberships(sorted(same), unverified, usual=usual, sure=sure)
        return relations.renamed(tables, same)

    def in_boxes(told: Callable, *usual: bool) -> RelationsOf:
        @cache
        def found(here: frozenset[str], sure: frozenset[str]) -> list[relations.Relation]:
            return told(*(who(each, sure) for each in usual), sorted(here))

        return lambda here, box: found(here, box.columns() & frozenset(PLACES))

    return [
        in_boxes(relations.relations, False),
        in_boxes(relations.beyond, True, False),
        in_boxes(relations.differences, True),
    ]


def _ruled(unverified: reference.Unverified) -> frozenset[str]:
    """Return the cohorts in which not everybody with a higher test advice is eligible."""
    regimes = reference.read("regimes", unverified)
    return frozenset(regimes.loc[regimes["pro_exception"] == "yes", "cohort"])


def _sum_in_words(counts: list) -> str:
    first = sorted(counts, key=lambda each: -each[1])
    said = " ".join(f"{'+' if factor > 0 else '-'} {count.event}" for count, factor in first)
    return said.removeprefix("+ ")


def _group_in_words(box: boxes.Box) -> str:
    return ", ".join(label for _, label in box.place) or "all"


def _rests(sides: list[list[Side]], whole: System) -> sparse.csr_array:
    where = {
        (row, whole.place[count])
        for row, mine in enumerate(sides)
        for side in mine
        for count in side
        if count is not None
    }
    row, column = np.array(sorted(where), dtype=np.int64).reshape(-1, 2).T
    shape = (len(sides), len(whole.counts))
    return sparse.coo_array((np.ones(len(row)), (row, column)), shape=shape).tocsr()


def _atoms(raw: pd.DataFrame, wanted: set, support: Cohorts, lies_in: Mapping | None) -> object:
    """Return the function from an axis and an event to the atoms of all labels along it."""
    labels = defaultdict(set)
    for place in {*raw["place"], *(count.box.place for count in wanted)}:
        for axis, label in place:
            labels[axis].add(label)
    labels[boxes.COHORT] = {count.box.cohorts for count in wanted} - {schemas.TOTAL}
    atoms = {axis: boxes.atoms(axis, mine, lies_in) for axis, mine in labels.items()}

    @cache
    def atoms_of(axis: str, event: str) -> dict:
        if axis == boxes.COHORT:
            every = support.all_of(event)
            return {**{label: mine & every for label, mine in atoms[axis].items()}, None: every}
        return {**atoms[axis], None: frozenset().union(*atoms[axis].values())}

    return atoms_of


def _all_of(n: int, fate: tuple[str, str]) -> pd.DataFrame:
    """Return the same status and reason n times."""
    return pd.DataFrame([fate] * n, columns=["status", "reason"], dtype=object)


def _fallen(table: pd.DataFrame, index: pd.Index, fates: pd.DataFrame) -> pd.DataFrame:
    """Return the table with the numbers of fallen rows emptied."""
    table, fates = table.copy(), fates.set_index(index)
    fell = fates.index[fates["status"].notna()]
    for name in NUMBERS:
        table.loc[fell, name] = pd.NA
    for name in ("status", "reason"):
        table.loc[fell, name] = fates.loc[fell, name].astype(table[name].dtype)
    return table


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Return per planned table how much of it fell, and the smallest counts of what stands."""
    rest = table["n"] - table["k"]
    by = table.assign(
        rest=rest,
        primary=table["status"] == PRIMARY,
        secondary=table["status"] == SECONDARY,
    ).groupby("table", sort=False)
    return by.agg(
        rows=("n", "size"),
        primary=("primary", "sum"),
        secondary=("secondary", "sum"),
        least_n=("n", "min"),
        least_k=("k", "min"),
        least_rest=("rest", "min"),
        least_schools=("n_schools", "min"),
    ).reset_index()
