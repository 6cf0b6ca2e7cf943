"""Families of measures: what is computed together, from prepared cohorts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from advieskloof import reference
from advieskloof.indicators import expected, placed, shares, standardised, unplaced
from advieskloof.indicators.blocks import Block, Measure, Pairs
from advieskloof.indicators.coded import MISSING, Pupils
from advieskloof.indicators.groups import Grouping
from advieskloof.indicators.outcomes import Outcomes, of_cohorts
from advieskloof.indicators.strata import BANDS, strata
from advieskloof.indicators.support import (
    NO_TEST,
    Delivered,
    delivered,
    regimes,
    why_not_defined,
)
from advieskloof.schemas import BASES
from advieskloof.uncertainty.influence import Factors, side_by_side


@dataclass(frozen=True)
class Family:
    """Measures that are computed together.

    defined : whether a cohort supports a measure, bool (cohorts, measures).
    build : from cohort, pairs, the pupils' places in the pairs' order and grouping to a block.
    in_total_only : the measures are of the cohort as a whole.
    """

    measures: Sequence[Measure]
    defined: np.ndarray
    build: Callable[[int, Pairs, Grouping], Block]
    in_total_only: bool = False
    side_by_side: dict[tuple[int, ...], Factors | None] = field(default_factory=dict)

    def factors(self, of_cohorts: Sequence[tuple[int, Factors | None]]) -> Factors | None:
        """Return the factors of cohorts side by side, made once."""
        cohorts = tuple(t for t, _ in of_cohorts)
        if cohorts not in self.side_by_side:
            self.side_by_side[cohorts] = side_by_side([each for _, each in of_cohorts])
        return self.side_by_side[cohorts]


@dataclass(frozen=True)
class Prepared:
    """All cohorts, with what follows from advices and scores."""

    pupils: Pupils
    outcomes: list[Outcomes]
    stratum: list[np.ndarray]
    n_strata: int
    delivered: list[Delivered]

    def why_not(self, measures: Sequence[Measure]) -> np.ndarray:
        """Return why each cohort can't support each measure, '' where it can."""
        return np.array(
            [[why_not_defined(each, has) for each in measures] for has in self.delivered],
            dtype=object,
        ).reshape(len(self.delivered), len(measures))


def prepare(pupils: Pupils, code_detail: bool, unverified: reference.Unverified) -> Prepared:
    """Return the cohorts with outcomes and strata; scores of a year without test are unused."""
    regime_of = regimes(unverified)
    held = of_cohorts([cohort.profiles for cohort in pupils.cohorts], unverified)
    stratum, has = [], []
    for cohort, found in zip(pupils.cohorts, held, strict=True):
        regime = regime_of.get(str(cohort.year), "")
        unused = regime == NO_TEST
        has.append(delivered(cohort, found, regime, code_detail))
        stratum.append(np.full(len(cohort.school), MISSING) if unused else strata(cohort))
    n_strata = max(len(pupils.texts["test_provider"]), 1) * BANDS
    return Prepared(pupils, held, stratum, n_strata, has)


def families(prepared: Prepared) -> list[Family]:
    """Return all measures, by what is computed together."""
    return [
        _family_of_tables(prepared, shares.SHARES, shares.share_table, shares.share_block),
        _family_of_unplaced(prepared),
        *_families_of_sets(prepared, placed.DEFINED),
        *families_of_levels(prepared),
    ]


def families_of_levels(prepared: Prepared) -> list[Family]:
    """Return the measures of levels, by what is computed together."""
    return [
        _family_of_tables(prepared, shares.MEAN_LEVELS, shares.level_table, shares.level_block),
        *(_family_of_expected(prepared, base) for base in BASES),
        *_families_of_sets(prepared, placed.LEVELS),
    ]


def _family_of_tables(
    prepared: Prepared, measures: Sequence[Measure], table_of: Callable, block_of: Callable
) -> Family:
    defined = prepared.why_not(measures) == ""
    tables = [table_of(held, known) for held, known in zip(prepared.outcomes, defined, strict=True)]
    cohorts = prepared.pupils.cohorts

    def build(t: int, paired: Pairs, _: Grouping) -> Block:
        return block_of(paired, cohorts[t].profile[paired.order], tables[t])

    return Family(measures, defined, build)


def _family_of_unplaced(prepared: Prepared) -> Family:
    defined = prepared.why_not(unplaced.NOT_PLACED) == ""
    tables = [unplaced.unplaced_table(held, known)
              for held, known in zip(prepared.outcomes, defined, strict=True)]  # fmt: skip
    cohorts = prepared.pupils.cohorts

    def build(t: int, paired: Pairs, _: Grouping) -> Block:
        scored = prepared.stratum[t] != MISSING
        row = cohorts[t].profile + scored * np.int32(len(cohorts[t].profiles))
        return unplaced.unplaced_block(paired, row[paired.order].astype(np.int32), tables[t])

    return Family(unplaced.NOT_PLACED, defined, build, in_total_only=True)


def _family_of_expected(prepared: Prepared, base: str) -> Family:
    measures = [expected.MEASURES[base]]
    defined = prepared.why_not(measures) == ""
    cohorts, n_schools = prepared.pupils.cohorts, prepared.pupils.n_schools
    held = [
        expected.expectation(cohort, prepared.stratum[t], prepared.outcomes[t], base, n_schools)
        if defined[t].any() else None
        for t, cohort in enumerate(cohorts)
    ]  # fmt: skip

    def build(t: int, paired: Pairs, _: Grouping) -> Block:
        return expected.expected_block(paired, held[t], base)

    return Family(measures, defined, build)


def _families_of_sets(prepared: Prepared, keys: Sequence[placed.Key]) -> list[Family]:
    """Return the standardised measures, one family for each set of definitions."""
    defined = {key: prepared.why_not(placed.measures_of([key])[:1])[:, 0] == "" for key in keys}
    scored = [
        np.bincount(cohort.profile[stratum != MISSING], minlength=len(cohort.profiles)) > 0
        for cohort, stratum in zip(prepared.pupils.cohorts, prepared.stratum, strict=True)
    ]
    sets = placed.sets_of_keys(prepared.outcomes, scored, defined)
    return [_family_of_set(prepared, keys, defined[keys[0]]) for keys in sets]


def _family_of_set(prepared: Prepared, keys: Sequence[placed.Key], defined: np.ndarray) -> Family:
    measures, cohorts = placed.measures_of(keys), prepared.pupils.cohorts
    sizes = prepared.pupils.n_schools, prepared.n_strata
    held = [
        placed.placed(cohort, prepared.stratum[t], prepared.outcomes[t], keys, sizes)
        if defined[t] else None
        for t, cohort in enumerate(cohorts)
    ]  # fmt: skip

    def build(t: int, paired: Pairs, grouped: Grouping) -> Block:
        scored = standardised.scored(paired, cohorts[t], prepared.stratum[t], prepared.n_strata)
        towards = standardised.weights(paired, cohorts[t], held[t], grouped)
        return standardised.standardised_block(paired, scored, held[t], towards, measures)

    return Family(measures, prepared.why_not(measures) == "", build)
