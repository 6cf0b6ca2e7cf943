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
from advieskloof.indicators.placed import Placed
from advieskloof.indicators.strata import BANDS
from advieskloof.uncertainty.influence import Contributions
from advieskloof.uncertainty.places import Tally


@dataclass(frozen=True)
class Scored:
    """The pupils of a cohort by group and stratum, which together are a cell.

    profile, cell : of the pupils in the pairs' order; the last cell is of pupils without a score.
    by_cell : the profiles again, cell by cell; starts : where each cell begins, and the end.
    """

    profile: np.ndarray
    cell: np.ndarray
    by_cell: np.ndarray
    starts: np.ndarray

    def sums(self, columns: np.ndarray) -> np.ndarray:
        """Return the sums of `columns` (profiles, columns) by cell, but for the last."""
        shape = len(self.starts) - 1, len(columns)
        ones = np.ones(len(self.by_cell))
        return (sparse.csr_array((ones, self.by_cell, self.starts), shape=shape) @ columns)[:-1]


def scored(pairs: Pairs, cohort: Cohort, stratum: np.ndarray, n_strata: int) -> Scored:
    """Return the cells of a cohort's pupils, made once for all sets of definitions."""
    if "scored" not in pairs.kept:
        pairs.kept["scored"] = _scored(pairs, cohort.profile, stratum, n_strata)
    return pairs.kept["scored"]


def _scored(pairs: Pairs, profile: np.ndarray, stratum: np.ndarray, n_strata: int) -> Scored:
    profile, stratum = profile[pairs.order], stratum[pairs.order]
    last = pairs.places.n_groups * n_strata
    first = np.repeat(np.arange(0, last, n_strata, dtype=np.int32), np.diff(pairs.bounds))
    cell = np.where(stratum == MISSING, last, first + stratum).astype(np.int32)
    # Radix sort works on small numbers alone.
    small = cell.astype(np.uint16) if last < np.iinfo(np.uint16).max else cell
    starts = np.append(0, np.cumsum(np.bincount(cell, minlength=last + 1))).astype(np.int32)
    return Scored(profile, cell, profile[np.argsort(small, kind="stable")], starts)


@dataclass(frozen=True)
class Weights:
    """What groups are standardised to, as numbers of pupils.

    total : what a full coverage adds up to, (groups,).
    share : what a pupil of a stratum anywhere adds to its weight in a group, (groups, strata):
        the weight is share * n.
    mix : pupils of the place's school and its group's region, whatever their group, by provider
        (providers, places); None with national weights.
    """

    total: np.ndarray
    share: np.ndarray
    mix: np.ndarray | None = None


def weights(pairs: Pairs, cohort: Cohort, held: Placed, grouping: Grouping) -> Weights:
    """Return the weights for the groups of a grouping.

    National: n_b for every group. With a region: n_rp n_b / n_p, where p is the provider of
    stratum b, n_rp the region's pupils with p, of any group, and n_p those of the country.
    """
    groups, strata = pairs.places.n_groups, len(held.n)
    if not grouping.region:
        return Weights(np.full(groups, held.n.sum()), np.ones((groups, strata)))
    providers = strata // BANDS
    inside = held.inside[pairs.order].astype(float)
    # A provider of nobody counts for nobody.
    provider = cohort.provider[pairs.order] % providers
    by_pair = pairs.sums(provider.astype(np.int32), inside, np.eye(providers))
    region = grouping.region_of_group
    n_gp = pairs.places.sums(by_pair).reshape(providers, groups)
    n_rp = np.array([np.bincount(region, each)[region] for each in n_gp])
    n_p = held.n.reshape(providers, BANDS).sum(axis=1)
    share = np.repeat((n_rp / np.maximum(n_p, 1.0)[:, None]).T, BANDS, axis=1)
    here = _region_and_school(pairs, region)
    mix = np.array([np.bincount(here, each)[here] for each in by_pair])
    return Weights(n_rp.sum(axis=0), share, mix)


def _region_and_school(pairs: Pairs, region: np.ndarray) -> np.ndarray:
    """Return a number for the region and the school of each place, the same for all groups."""
    if "region_and_school" not in pairs.kept:
        key = region[pairs.places.group] * np.int64(pairs.places.n_schools) + pairs.places.school
        pairs.kept["region_and_school"] = np.unique(key, return_inverse=True)[1]
    return pairs.kept["region_and_school"]


@dataclass(frozen=True)
class Cells:
    """A cohort's groups by stratum.

    mean : of each outcome, (outcomes, groups, strata), 0 where not supported.
    supported : the group has a pupil in the stratum, float (1, groups, strata).
    within : what each pair's pupils add by differing from their stratum's mean, (outcomes, pairs).
    """

    mean: np.ndarray
    supported: np.ndarray
    within: np.ndarray


def standardised_block(
    pairs: Pairs, pupils: Scored, held: Placed, towards: Weights, measures: Sequence[Measure]
) -> Block:
    """Return standardised shares or levels of one set.

    theta_g = sum_b w_gb y_gb / sum_b w_gb over the strata b that group g supports (one pupil of
    it), with w the weights and y_gb the group's mean in the stratum. School s adds to the
    numerator sum_b w_gb / n_gb sum_{i in s, g, b} (y_i - y_gb), and its part of the weights.
    """
    cells = _cells(pairs, pupils, held, towards)
    parts, within = [_weighed(cells.mean, towards, held, pairs)], cells.within
    if held.national is not None:
        parts.append(_from_national(cells, towards, held, pairs))
        within = np.vstack([within, within])
    loadings, own = (np.concatenate(each) for each in zip(*parts, strict=True))
    within += own
    numerator = _contributions(Tally.of(within), loadings, held, pairs)
    loadings, own = _weighed(cells.supported, towards, held, pairs)
    alike = np.zeros(len(measures), dtype=int)
    has_score = (pupils.cell < len(pupils.starts) - 2).astype(float)
    by_pair = pairs.sums(pupils.profile, has_score, np.column_stack([held.known, held.outcome]))
    return Block(
        measures,
        numerator,
        _contributions(Tally(own, alike), loadings[alike], held, pairs),
        Tally(by_pair[:1], alike),
        Tally.of(by_pair[1:]) if held.national is None else None,
        target=np.tile(towards.total, len(measures)),
    )


def _cells(pairs: Pairs, pupils: Scored, held: Placed, towards: Weights) -> Cells:
    groups, strata = towards.share.shape
    n = pupils.sums(held.known[:, None])[:, 0]
    mean = pupils.sums(held.outcome) / np.maximum(n, 1.0)[:, None]
    weight = (towards.share * held.n).ravel() / np.maximum(n, 1.0)
    # The last cell is that of pupils without a score, who weigh nothing.
    weight, mean_weight = np.append(weight, 0.0), np.vstack([mean * weight[:, None], 0 * mean[:1]])
    within = pairs.sums(pupils.profile, weight[pupils.cell], held.outcome)
    within -= pairs.sums(pupils.cell, held.known[pupils.profile], mean_weight)
    return Cells(
        np.ascontiguousarray(mean.T).reshape(-1, groups, strata),
        (n > 0).astype(float).reshape(1, groups, strata),
        within,
    )


# By outcome: loadings on the factors of Placed.by_school (outcomes, groups, factors), and what
# regions' own schools add (outcomes, places).
Parts = tuple[np.ndarray, np.ndarray]


def _weighed(fields: np.ndarray, towards: Weights, held: Placed, pairs: Pairs) -> Parts:
    """Return what schools add to sum_b w_gb field_gb by their part in the weights."""
    own = np.zeros((len(fields), len(pairs.places.school)))
    if towards.mix is None:
        return _padded(fields * towards.share, held), own
    shape = *fields.shape[:2], -1, BANDS
    by_provider = held.n.reshape(-1, BANDS)
    bands = (by_provider / np.maximum(by_provider.sum(axis=1, keepdims=True), 1.0)).ravel()
    level = (fields * bands).reshape(shape).sum(axis=3)
    for provider, mine in enumerate(towards.mix):
        own += mine * pairs.places.spread(level[:, :, provider])
    return _padded((fields - np.repeat(level, BANDS, axis=2)) * towards.share, held), own


def _from_national(cells: Cells, towards: Weights, held: Placed, pairs: Pairs) -> Parts:
    """Return what schools add to sum_b w_gb (y_gb - y_b), the group's level less the national."""
    national = held.national[:, None, :]
    loadings, own = _weighed(cells.mean - cells.supported * national, towards, held, pairs)
    here = (cells.supported * towards.share)[0]
    strata = here.shape[1]
    loadings[:, :, :strata] += here * national
    for outcome, mine in enumerate(loadings):
        start = (outcome + 1) * strata
        mine[:, start : start + strata] = -here
    return loadings, own


def _padded(loadings: np.ndarray, held: Placed) -> np.ndarray:
    """Return loadings with 0 for sums of levels."""
    found = np.zeros((*loadings.shape[:2], len(held.by_school.totals)))
    found[:, :, : loadings.shape[2]] = loadings
    return found


def _contributions(own: Tally, loadings: np.ndarray, held: Placed, pairs: Pairs) -> Contributions:
    by_factor = np.ascontiguousarray(loadings.reshape(-1, loadings.shape[2]).T)
    return Contributions(own, pairs.places, held.by_school, by_factor)
