"""Under- and over-advising: five definitions, two bases, every group, raw and at equal score."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from advieskloof import reference
from advieskloof.indicators import coded, expected, placement, shares, standardised
from advieskloof.indicators.blocks import Block, Measure, Pairs, pairs, pooled
from advieskloof.indicators.coded import MISSING, Pupils
from advieskloof.indicators.estimating import Estimated, changed, compared, divided, estimated
from advieskloof.indicators.groups import Grouping, columns_of, grouping
from advieskloof.indicators.outcomes import Outcomes, outcomes
from advieskloof.indicators.rows import Rows, identity, numbers_of, numbers_of_gap
from advieskloof.indicators.strata import BANDS, strata
from advieskloof.indicators.support import (
    NO_TEST,
    Delivered,
    delivered,
    regimes,
    why_not_defined,
)
from advieskloof.schemas import BASES, NUMBERS, TOTAL

TABLE = "advice"
# Gaps are measured from these groups: with the highest education, from boys, from the densest.
REFERENCES = {
    "parental_education_five": "wo",
    "parental_education_three": "high",
    "parental_education_kansenkaart": "wo",
    "income_quintile": "5",
    "sex": "boy",
    "urbanity": "1",
}


@dataclass(frozen=True)
class Request:
    """What is asked for.

    source : name of the delivery, in every row.
    region_of : 'school' or 'home', in every row.
    by : combinations of columns of SPLITS; `[]` is the cohort as a whole.
    references : by column, the group that gaps are measured from; no gaps along other columns.
    code_detail : whether the delivery has BRON codes in full; with the eleven categories alone
        `kansenkaart` isn't defined.
    """

    source: str
    region_of: str
    by: Sequence[Sequence[str]]
    references: Mapping[str, str] = field(default_factory=lambda: REFERENCES)
    code_detail: bool = True


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


def advice(
    paths: Sequence[Path], asked: Request, unverified: reference.Unverified, spill: Path
) -> pd.DataFrame:
    """Estimate under- and over-advising, and levels, from PUPILS.

    Parameters
    ----------
    paths : Parquet files of PUPILS, analysed; a cohort may be spread over several.
    asked : groups, references of gaps, and what stands in every row.
    unverified : the config's list of reference rows that may be used unverified.
    spill : a private folder for what doesn't fit in memory; gone at the end.

    Returns
    -------
    ESTIMATES : one row per measure, cohort (and all cohorts that support it, `total`) and group
        that occurs; gaps and ratios to the reference group; changes between cohorts, for splits
        by one grouping at most; `not_placed` rows; and a row `not_defined` with the reason per
        measure that a cohort can't support. Shares are 0-1, levels on the half-level scale.
        Standard errors are of schools (`uncertainty.influence`).

    Raises
    ------
    DataError : a code isn't usable, or a grouping isn't there or is too coarse.
    """
    pupils = coded.read(paths, columns_of(asked.by), spill)
    prepared = prepare(pupils, asked, unverified)
    groups = families(prepared)
    rows = Rows()
    for names in asked.by:
        grouped = grouping(pupils, names, unverified)
        held = [_pairs(pupils, grouped, t) for t in range(len(pupils.cohorts))]
        for family in groups:
            if not (family.in_total_only and names):
                _add_family(rows, family, grouped, held, prepared, asked)
    _add_not_defined(rows, groups, prepared)
    return rows.table(source=asked.source, public=False, table=TABLE, region_of=asked.region_of)


def prepare(pupils: Pupils, asked: Request, unverified: reference.Unverified) -> Prepared:
    """Return the cohorts with outcomes and strata; scores of a year without test are unused."""
    regime_of = regimes(unverified)
    held, stratum, has = [], [], []
    for cohort in pupils.cohorts:
        found = outcomes(cohort.profiles, unverified)
        regime = regime_of.get(str(cohort.year), "")
        unused = regime == NO_TEST
        held.append(found)
        has.append(delivered(cohort, found, regime, asked.code_detail))
        stratum.append(np.full(len(cohort.school), MISSING) if unused else strata(cohort))
    n_strata = max(len(pupils.texts["test_provider"]), 1) * BANDS
    return Prepared(pupils, held, stratum, n_strata, has)


def families(prepared: Prepared) -> list[Family]:
    """Return all measures, by what is computed together."""
    plain = [
        _family_of_tables(prepared, shares.SHARES, shares.share_table, shares.share_block),
        _family_of_tables(prepared, shares.MEAN_LEVELS, shares.level_table, shares.level_block),
        _family_of_placement(prepared),
    ]
    expectations = [_family_of_expected(prepared, base) for base in BASES]
    return [*plain, *expectations, *[_family_of_set(prepared, key) for key in standardised.SETS]]


def _family_of_tables(
    prepared: Prepared, measures: Sequence[Measure], table_of: Callable, block_of: Callable
) -> Family:
    defined = prepared.why_not(measures) == ""
    tables = [table_of(held, known) for held, known in zip(prepared.outcomes, defined, strict=True)]
    cohorts = prepared.pupils.cohorts

    def build(t: int, paired: Pairs, _: Grouping) -> Block:
        return block_of(paired, cohorts[t].profile[paired.order], tables[t])

    return Family(measures, defined, build)


def _family_of_placement(prepared: Prepared) -> Family:
    defined = prepared.why_not(placement.NOT_PLACED) == ""
    tables = [placement.placement_table(held, known)
              for held, known in zip(prepared.outcomes, defined, strict=True)]  # fmt: skip
    cohorts = prepared.pupils.cohorts

    def build(t: int, paired: Pairs, _: Grouping) -> Block:
        scored = prepared.stratum[t] != MISSING
        row = cohorts[t].profile + scored * np.int32(len(cohorts[t].profiles))
        return placement.placement_block(paired, row[paired.order].astype(np.int32), tables[t])

    return Family(placement.NOT_PLACED, defined, build, in_total_only=True)


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
        return expected.expected_block(paired, cohorts[t].profile[paired.order], held[t], base)

    return Family(measures, defined, build)


def _family_of_set(prepared: Prepared, key: tuple[str, str]) -> Family:
    measures = standardised.measures_of(*key)
    defined = prepared.why_not(measures) == ""
    cohorts, n_schools = prepared.pupils.cohorts, prepared.pupils.n_schools
    held = [
        standardised.placed(
            cohort, prepared.stratum[t], prepared.n_strata, prepared.outcomes[t], key, n_schools
        )
        if defined[t].any() else None
        for t, cohort in enumerate(cohorts)
    ]  # fmt: skip

    def build(t: int, paired: Pairs, grouped: Grouping) -> Block:
        towards = standardised.weights(cohorts[t], held[t], grouped, t, n_schools)
        profile = cohorts[t].profile[paired.order]
        return standardised.standardised_block(paired, profile, held[t], towards, measures)

    return Family(measures, defined, build)


def _pairs(pupils: Pupils, grouped: Grouping, t: int) -> Pairs | None:
    codes = grouped.codes[t]
    if codes is None:
        return None
    return pairs(pupils.cohorts[t].school, codes, pupils.n_schools, len(grouped.groups))


def _add_family(
    rows: Rows,
    family: Family,
    grouped: Grouping,
    held: Sequence[Pairs | None],
    prepared: Prepared,
    asked: Request,
) -> None:
    """Add the rows of a family's measures for a grouping: cohorts, all together, and changes."""
    years = [cohort.year for cohort in prepared.pupils.cohorts]
    blocks = {
        t: family.build(t, paired, grouped)
        for t, paired in enumerate(held)
        if paired is not None and family.defined[t].any()
    }
    if not blocks:
        return
    writer = _Writer(rows, family, grouped, asked)
    single = len(grouped.names) <= 1
    found = {}
    for t, block in blocks.items():
        number = writer.add_block(block, str(years[t]), family.defined[t], _occurring(held[t]))
        if single:
            found[t] = number
    occurring = np.any([_occurring(held[t]) for t in blocks], axis=0)
    everywhere = np.any([family.defined[t] for t in blocks], axis=0)
    writer.add_block(pooled(list(blocks.values())), TOTAL, everywhere, occurring)
    if single:
        writer.add_changes(found, years)


def _occurring(paired: Pairs) -> np.ndarray:
    """Mark the groups that have a pupil in the cohort."""
    return np.diff(paired.ends) > 0


@dataclass
class _Writer:
    """Adds the rows of one family and grouping."""

    rows: Rows
    family: Family
    grouped: Grouping
    asked: Request

    def __post_init__(self) -> None:
        self.n_groups = len(self.grouped.groups)
        self.compared_groups = comparisons(self.grouped, self.asked.references)
        self.of_rows = identity(self.family.measures, self.grouped)
        group, _, _ = self.compared_groups
        self.of_gaps = identity(self.family.measures, self.grouped, group)
        self.shown = {}

    def add_block(
        self, block: Block, cohort: str, defined: np.ndarray, occurring: np.ndarray
    ) -> Estimated:
        """Add a block's estimates, and the gaps and ratios between its groups."""
        found = estimated(block)
        shown = np.repeat(defined, self.n_groups) & np.tile(occurring, len(defined))
        self.shown[cohort] = shown
        self._add(self.of_rows, numbers_of(block, found), shown, cohort)
        group, reference_group, said = self._gap_rows()
        if len(group) == 0:
            return found
        both = shown[group] & shown[reference_group]
        kind = "plain"
        gaps = numbers_of_gap(compared(found, group, reference_group), kind)
        self._add(self.of_gaps, gaps, both, cohort, _said("minus", said))
        if block.reached is not None:
            ratios = numbers_of_gap(divided(found, group, reference_group), "ratio")
            as_ratio = {**self.of_gaps, "unit": "ratio"}
            self._add(as_ratio, ratios, both, cohort, _said("divided by", said))
        return found

    def add_changes(self, found: Mapping[int, Estimated], years: Sequence[int]) -> None:
        """Add the changes since the cohort before and since the first, of rows and gaps."""
        for t in found:
            for earlier in sorted({min(found), *[u for u in found if u < t][-1:]} - {t}):
                self._add_change(found[t], found[earlier], str(years[t]), str(years[earlier]))

    def _add_change(self, later: Estimated, earlier: Estimated, cohort: str, since: str) -> None:
        shown = self.shown[cohort] & self.shown[since]
        said = f"minus cohort={since}"
        change = changed(later, earlier)
        self._add(self.of_rows, numbers_of_gap(change, "plain"), shown, cohort, said)
        group, reference_group, texts = self._gap_rows()
        if len(group):
            gaps = numbers_of_gap(compared(change, group, reference_group), "plain")
            both = shown[group] & shown[reference_group]
            texts = np.array([f"minus {text} {said}" for text in texts], dtype=object)
            self._add(self.of_gaps, gaps, both, cohort, texts)

    def _gap_rows(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the rows of groups and references, and the references' texts."""
        group, reference_group, said = self.compared_groups
        start = self.n_groups * np.arange(len(self.family.measures))[:, None]
        return (
            (start + group).ravel(),
            (start + reference_group).ravel(),
            np.tile(said, len(start)),
        )

    def _add(
        self,
        identified: Mapping[str, object],
        numbers: Mapping[str, object],
        keep: np.ndarray,
        cohort: str,
        said: object = None,
    ) -> None:
        self.rows.add({**identified, **numbers, "cohort": cohort, "reference": said}, keep)


def _said(word: str, texts: np.ndarray) -> np.ndarray:
    return np.array([f"{word} {text}" for text in texts], dtype=object)


def comparisons(
    grouped: Grouping, references: Mapping[str, str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return which groups are compared: group, its reference, and the reference in words.

    Along the first column of the grouping that has a reference, within the same groups of the
    other columns. Three arrays of one length, empty where nothing is compared.
    """
    place = {group: code for code, group in enumerate(grouped.groups)}
    along = next((i for i, name in enumerate(grouped.names) if name in references), None)
    found = []
    for group, code in place.items() if along is not None else ():
        name = grouped.names[along]
        other = place.get((*group[:along], references[name], *group[along + 1 :]))
        if other is not None and other != code:
            found.append((code, other, f"{name}={references[name]}"))
    group, other, said = zip(*found, strict=True) if found else ((), (), ())
    return np.array(group, dtype=int), np.array(other, dtype=int), np.array(said, dtype=object)


def _add_not_defined(rows: Rows, groups: Sequence[Family], prepared: Prepared) -> None:
    """Add one row per measure and cohort that can't support it."""
    measures = [each for family in groups for each in family.measures]
    why = prepared.why_not(measures)
    whole = Grouping((), [()], [])
    identified = identity(measures, whole)
    for t, cohort in enumerate(prepared.pupils.cohorts):
        lacking = why[t] != ""
        if lacking.any():
            numbers = {name: np.full(len(measures), np.nan) for name in NUMBERS}
            told = {"status": "not_defined", "reason": why[t], "reference": None}
            rows.add({**identified, **numbers, **told, "cohort": str(cohort.year)}, lacking)
