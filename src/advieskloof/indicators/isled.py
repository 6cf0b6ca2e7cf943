"""ISLED: advices on an interval scale of educational level, beside the half-level scale."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from advieskloof import reference
from advieskloof.indicators.asked import Asked
from advieskloof.indicators.base_codes import base_codes
from advieskloof.indicators.blocks import NO_LINKS, Measure
from advieskloof.indicators.counting import Gap, add_block, gap_of
from advieskloof.indicators.families import Prepared, families_of_levels
from advieskloof.indicators.groups import grouping
from advieskloof.indicators.not_defined import add_not_defined
from advieskloof.indicators.outcomes import EXPECTED, LEVEL
from advieskloof.indicators.rows import Rows
from advieskloof.indicators.windows import Blocks, Window, pairs_of, windows
from advieskloof.schemas import TOTAL

TABLE = "isled_by_education"
# What a measure of levels is called on this scale: (indicator, definition).
NAMES = {
    ("mean_level", LEVEL): ("mean_isled", "isled"),
    ("level_difference", LEVEL): ("isled_difference", "isled"),
    ("difference_of_placed", EXPECTED): ("isled_difference_of_placed", EXPECTED),
}


def isled(prepared: Prepared, asked: Asked, unverified: reference.Unverified) -> pd.DataFrame:
    """Estimate levels on the ISLED scale by parental education, and the gap, lowest less highest.

    The measures are those of levels in `advice`, with the ISLED value of the advice
    (reference/isled.csv) in place of its half level: the mean, raw and standardised; the
    difference from the national mean at equal score; that from the expectation. Unit: points of
    ISLED, 0-100 over all education; advices lie between 29.34 and 71.92. Wide advices have a
    value, vso has none.

    Parameters
    ----------
    prepared : the cohorts, with levels on the half-level scale.
    asked : the grouping of parental education, and what stands in every row.
    unverified : the config's list of reference rows that may be used unverified.

    Raises DataError where a code isn't usable, or parental education is too coarse.
    Source: Schroeder and Ganzeboom (2014), Measuring and modelling level of education in European
    societies.
    """
    prepared = on_isled(prepared, unverified)
    grouped = grouping(prepared.pupils, [asked.education], unverified)
    gap, rows = gap_of(grouped, asked.lowest, asked.highest), Rows()
    held = pairs_of(prepared, grouped, NO_LINKS if gap is None else gap.linked)
    for family in families_of_levels(prepared):
        _add_family(rows, Blocks(family, grouped, held), prepared, gap)
    return rows.table(source=asked.source, public=False, table=TABLE, region_of=asked.region_of)


def on_isled(prepared: Prepared, unverified: reference.Unverified) -> Prepared:
    """Return the cohorts with ISLED values for levels."""
    rows = reference.read("isled", unverified).set_index("bron_code")
    value = pd.to_numeric(rows["isled"])
    outcomes = []
    for cohort, held in zip(prepared.pupils.cohorts, prepared.outcomes, strict=True):
        codes = base_codes(cohort.profiles, unverified)
        by_base = {
            base: replace(advice, level=value.reindex(codes[base]).to_numpy())
            for base, advice in held.by_base.items()
        }
        outcomes.append(replace(held, by_base=by_base))
    return replace(prepared, outcomes=outcomes)


def _named(measures: Sequence[Measure]) -> list[Measure]:
    found = []
    for each in measures:
        indicator, definition = NAMES[each.indicator, each.definition]
        found.append(replace(each, indicator=indicator, definition=definition, unit="points"))
    return found


def _add_family(rows: Rows, blocks: Blocks, prepared: Prepared, gap: Gap | None) -> None:
    named, family = _named(blocks.family.measures), blocks.family
    years = [cohort.year for cohort in prepared.pupils.cohorts]
    why = prepared.why_not(family.measures)
    for window in [*windows(years, 1), *_all_together(blocks)]:
        defined = blocks.defined(window)
        if defined.any():
            block = replace(blocks.block(window), measures=named)
            add_block(rows, block, blocks.grouped, window.name, defined, gap)
        if window.name != TOTAL:
            add_not_defined(rows, named, window.name, why[window.places[0]])


def _all_together(blocks: Blocks) -> list[Window]:
    """Return the cohorts that support the family, as one window."""
    has = np.array([each is not None for each in blocks.held])
    defined = has & blocks.family.defined.all(axis=1)
    return [Window(tuple(np.flatnonzero(defined).tolist()), TOTAL)] if defined.any() else []
