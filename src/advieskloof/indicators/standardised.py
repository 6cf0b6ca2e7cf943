"""Standardised blocks: shares and levels at equal score.

Strata are provider x cohort x score band. The weights are the shares of the strata among all the
row's pupils with a score, so every group is held against the same scores; they are estimated too,
and enter the variance.

Providers cluster by region, so a region can't support strata of providers that nobody there uses.
For regions the weights are the region's own mix of providers x the national bands within provider.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from advieskloof.indicators.blocks import Block, Measure, Pairs
from advieskloof.indicators.coded import MISSING, Cohort
from advieskloof.indicators.groups import Grouping
from advieskloof.indicators.outcomes import DIRECTIONS, LEVEL, Outcomes
from advieskloof.indicators.strata import BANDS
from advieskloof.schemas import BASES
from advieskloof.uncertainty.influence import Contributions, Factors

# Definitions that place the same pupils share their strata's weights.
SETS = {
    (base, name): definitions
    for base in BASES
    for name, definitions in (
        ("by_level", ("half_level", "whole_level")),
        ("by_overlap", ("no_overlap",)),
        ("by_kansenkaart", ("kansenkaart",)),
        (LEVEL, (LEVEL,)),
    )
}


def measures_of(base: str, name: str) -> list[Measure]:
    """Return the standardised measures of one set of definitions."""
    if name == LEVEL:
        return [
            Measure("mean_level", LEVEL, base, "standardised", "levels", ("score",)),
            Measure("level_difference", LEVEL, base, "standardised", "levels", ("score",)),
        ]
    needs = ("test_advice", "score")
    return [
        Measure(f"{direction}_of_placed", definition, base, "standardised", "share", needs)
        for definition in SETS[base, name]
        for direction in DIRECTIONS
    ]


@dataclass(frozen=True)
class Placed:
    """The pupils of a cohort with a score whom one set of definitions places.

    outcome : what each profile counts for, float (profiles, outcomes), 0 where not placed.
    known : whether profiles are placed, float (profiles,).
    inside : pupils who are placed and have a score, bool (pupils,).
    n : pupils by stratum, (strata,).
    by_school : by school, pupils of each stratum; for levels, beside these the sums of levels.
    mean : national mean level by stratum, for level differences; else None.
    """

    outcome: np.ndarray
    known: np.ndarray
    inside: np.ndarray
    n: np.ndarray
    by_school: Factors
    mean: np.ndarray | None


def placed(
    cohort: Cohort, stratum: np.ndarray, n_strata: int, held: Outcomes,
    key: tuple[str, str], n_schools: int,
) -> Placed:  # fmt: skip
    """Return the pupils with a score whom the set `key` (base, name) places."""
    values = _values(held, key)
    known = ~np.isnan(values[0])
    inside = known[cohort.profile] & (stratum != MISSING)
    outcome = np.column_stack(
        [np.nan_to_num(value) for value in values]
        if key[1] == LEVEL
        else [value == sign for value in values for sign in DIRECTIONS.values()]
    ).astype(float)
    where = (cohort.school[inside], stratum[inside])
    shape = (n_schools, n_strata)
    counts = sparse.coo_array((np.ones(inside.sum()), where), shape=shape).tocsr()
    n = np.asarray(counts.sum(axis=0)).ravel()
    if key[1] != LEVEL:
        return Placed(outcome, known.astype(float), inside, n, Factors(counts), None)
    level = outcome[cohort.profile[inside], 0]
    sums = sparse.coo_array((level, where), shape=shape).tocsr()
    mean = np.asarray(sums.sum(axis=0)).ravel() / np.maximum(n, 1)
    both = sparse.hstack([counts, sums], format="csr")
    return Placed(outcome, known.astype(float), inside, n, Factors(both), mean)


def _values(held: Outcomes, key: tuple[str, str]) -> list[np.ndarray]:
    base, name = key
    advice = held.by_base[base]
    return [
        advice.level if name == LEVEL else advice.compared[definition] for definition in SETS[key]
    ]


@dataclass(frozen=True)
class Sums:
    """The sums of all sets of a cohort and grouping, made in two passes over the pupils.

    profile, cell : of the pupils in the pairs' order; a cell is a group and a stratum, the last
        one of pupils without a score.
    by_cell, by_pair : sums of `columns`, (cells, columns) and (pairs, columns).
    """

    profile: np.ndarray
    cell: np.ndarray
    by_cell: np.ndarray
    by_pair: np.ndarray


def sums(pairs: Pairs, cohort: Cohort, stratum: np.ndarray, n_strata: int, columns: np.ndarray
         ) -> Sums:  # fmt: skip
    """Return the sums over scored pupils of `columns` (profiles, columns), by cell and by pair."""
    groups = pairs.n_groups
    profile, mine = cohort.profile[pairs.order], stratum[pairs.order]
    group = np.repeat(np.arange(groups, dtype=np.int32), np.diff(pairs.bounds))
    last = groups * n_strata
    cell = np.where(mine == MISSING, last, group * n_strata + mine).astype(np.int32)
    small = cell.astype(np.uint16) if last < np.iinfo(np.uint16).max else cell
    order = np.argsort(small, kind="stable")
    starts = np.append(0, np.cumsum(np.bincount(cell, minlength=last + 1))).astype(np.int32)
    shape = (last + 1, len(columns))
    ones = np.ones(len(cell))
    by_cell = sparse.csr_array((ones, profile[order], starts), shape=shape) @ columns
    scored = (cell < last).astype(float)
    return Sums(profile, cell, by_cell[:-1], pairs.sums(profile, scored, columns))


def columns_of(sets: Sequence[Placed | None]) -> np.ndarray:
    """Return the outcomes of sets, each followed by who is placed: (profiles, columns)."""
    held = [each for each in sets if each is not None]
    return np.column_stack([part for each in held for part in (each.outcome, each.known)])


def column_of(sets: Sequence[Placed | None], which: int) -> slice:
    """Return the columns of one set among `columns_of` all."""
    widths = [0 if each is None else each.outcome.shape[1] + 1 for each in sets]
    start = sum(widths[:which])
    return slice(start, start + widths[which])


@dataclass(frozen=True)
class Weights:
    """What groups are standardised to, as numbers of pupils.

    total : what a full coverage adds up to, (groups,).
    share : what a pupil of a stratum anywhere adds to its weight in a group, (groups, strata):
        the weight is share * n.
    region : of each group; None with national weights.
    mix : pupils by school and region x provider, sparse; None with national weights.
    """

    total: np.ndarray
    share: np.ndarray
    region: np.ndarray | None = None
    mix: sparse.csr_array | None = None


def weights(
    cohort: Cohort, stratum: np.ndarray, held: Placed, grouping: Grouping, t: int, n_schools: int
) -> Weights:
    """Return the weights for the groups of a grouping in its cohort t.

    National: n_b for every group. With a region: n_rp n_b / n_p, where p is the provider of
    stratum b, n_rp the region's pupils with p, of any group, and n_p those of the country.
    """
    groups, strata = len(grouping.groups), len(held.n)
    if not grouping.region:
        return Weights(np.full(groups, held.n.sum()), np.ones((groups, strata)))
    providers = strata // BANDS
    inside = held.inside
    region = grouping.regions[t][inside]
    regions = int(max(region.max(initial=0), grouping.region_of_group.max())) + 1
    cell = region * providers + stratum[inside] // BANDS
    shape = (n_schools, regions * providers)
    ones = np.ones(len(cell))
    mix = sparse.coo_array((ones, (cohort.school[inside], cell)), shape=shape).tocsr()
    n_rp = np.bincount(cell, minlength=shape[1]).reshape(regions, providers)
    n_p = np.maximum(held.n.reshape(providers, BANDS).sum(axis=1), 1.0)
    mine = n_rp[grouping.region_of_group]
    share = np.repeat(mine / n_p, BANDS, axis=1)
    return Weights(mine.sum(axis=1).astype(float), share, grouping.region_of_group, mix)


@dataclass(frozen=True)
class Cells:
    """A cohort's groups by stratum.

    mean : of each outcome, (outcomes, groups, strata), 0 where not supported.
    supported : the group has a pupil in the stratum, float (groups, strata).
    within : what each pair's pupils add by differing from their stratum's mean, (pairs, outcomes).
    """

    mean: np.ndarray
    supported: np.ndarray
    within: np.ndarray


def standardised_block(
    pairs: Pairs, found: Sums, columns: slice, held: Placed, towards: Weights,
    measures: Sequence[Measure],
) -> Block:  # fmt: skip
    """Return standardised shares or levels of one set, whose sums are `columns` of those found.

    theta_g = sum_b w_gb y_gb / sum_b w_gb over the strata b that group g supports (one pupil of
    it), with w the weights and y_gb the group's mean in the stratum. School s adds to the
    numerator sum_b w_gb / n_gb sum_{i in s, g, b} (y_i - y_gb), and its part of the weights.
    """
    cells = _cells(pairs, found, columns, held, towards)
    parts = [_weighed(mean, towards, held) for mean in cells.mean]
    within = cells.within
    if held.mean is not None:
        parts.append(_from_national(cells, towards, held))
        within = np.hstack([within, within])
    repeated = len(measures)
    base = [_weighed(cells.supported, towards, held)] * repeated
    by_pair = found.by_pair[:, columns]
    pupils = pairs.by_school(np.repeat(by_pair[:, -1:], repeated, axis=1))
    return Block(
        measures,
        _contributions(held, pairs.by_school(within), parts),
        _contributions(held, sparse.csc_array(pupils.shape), base),
        pupils,
        pairs.by_school(by_pair[:, :-1]) if held.mean is None else None,
        target=np.tile(towards.total, repeated),
    )


def _cells(pairs: Pairs, found: Sums, columns: slice, held: Placed, towards: Weights) -> Cells:
    groups, strata = towards.share.shape
    by_cell = found.by_cell[:, columns]
    n = by_cell[:, -1]
    mean = by_cell[:, :-1] / np.maximum(n, 1.0)[:, None]
    weight = (towards.share * held.n).ravel() / np.maximum(n, 1.0)
    # The last cell is that of pupils without a score, who weigh nothing.
    weight, mean_weight = np.append(weight, 0.0), np.vstack([mean * weight[:, None], 0 * mean[:1]])
    within = pairs.sums(found.profile, weight[found.cell], held.outcome)
    within -= pairs.sums(found.cell, held.known[found.profile], mean_weight)
    return Cells(
        np.ascontiguousarray(mean.T).reshape(-1, groups, strata),
        (n > 0).astype(float).reshape(groups, strata),
        within,
    )


# Loadings on the factors of Placed.by_school, and what regions' own schools add.
Column = tuple[np.ndarray, sparse.csc_array | None]


def _weighed(field: np.ndarray, towards: Weights, held: Placed) -> Column:
    """Return what schools add to sum_b w_gb field_gb by their part in the weights."""
    if towards.mix is None:
        return _padded(field * towards.share, held), None
    groups, strata = field.shape
    providers = strata // BANDS
    by_provider = held.n.reshape(providers, BANDS)
    bands = (by_provider / np.maximum(by_provider.sum(axis=1, keepdims=True), 1.0)).ravel()
    level = (field * bands).reshape(groups, providers, BANDS).sum(axis=2)
    loadings = (field - np.repeat(level, BANDS, axis=1)) * towards.share
    place = towards.region[:, None] * providers + np.arange(providers)
    columns = np.repeat(np.arange(groups), providers)
    shape = (towards.mix.shape[1], groups)
    mixing = sparse.coo_array((level.ravel(), (place.ravel(), columns)), shape=shape)
    return _padded(loadings, held), (towards.mix @ mixing.tocsr()).tocsc()


def _from_national(cells: Cells, towards: Weights, held: Placed) -> Column:
    """Return what schools add to sum_b w_gb (y_gb - y_b), the group's level less the national."""
    loadings, own = _weighed(cells.mean[0] - cells.supported * held.mean, towards, held)
    national = cells.supported * towards.share
    return loadings + np.vstack([(national * held.mean).T, -national.T]), own


def _padded(loadings: np.ndarray, held: Placed) -> np.ndarray:
    """Return loadings (groups, strata) as factors x groups, 0 for sums of levels."""
    found = np.zeros((len(held.by_school.totals), len(loadings)))
    found[: loadings.shape[1]] = loadings.T
    return found


def _contributions(
    held: Placed, within: sparse.csc_array, columns: Sequence[Column]
) -> Contributions:
    loadings = np.hstack([each for each, _ in columns])
    own = [each for _, each in columns if each is not None]
    total = within + sparse.hstack(own, format="csc") if own else within
    return Contributions(total.tocsc(), held.by_school, loadings)
