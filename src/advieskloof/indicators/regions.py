"""Regions: raw, pooled over three years, shrunken, and a test whether they differ at all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from advieskloof import reference
from advieskloof.indicators import coded, shrinking
from advieskloof.indicators.blocks import Block, Measure
from advieskloof.indicators.estimating import OK, Estimated, estimated
from advieskloof.indicators.families import Prepared, families, prepare
from advieskloof.indicators.groups import UNKNOWN, Grouping, grouping
from advieskloof.indicators.not_defined import add_not_defined
from advieskloof.indicators.rows import Rows, identity, of_block
from advieskloof.indicators.windows import Blocks, Window, pairs_of, windows

TABLE = "regions"
WIDTHS = (1, 3)
INDICATORS = ("under_of_placed", "over_of_placed", "level_difference")
SHRUNKEN = {"raw": "shrunken", "standardised": "standardised_shrunken"}
# A window of three years is of what all three have.
NOT_IN_ALL = "not_in_all_cohorts"


def regions(
    paths: Sequence[Path],
    source: str,
    region_of: str,
    unverified: reference.Unverified,
    spill: Path,
    *,
    region: str = "corop",
    code_detail: bool = True,
) -> pd.DataFrame:
    """Estimate under- and over-advising, and level differences at equal score, by region.

    Shares are those of `advice`, raw and standardised; for regions the weights of the strata are
    the region's own providers x the national bands. Each stands beside its shrunken form
    (`uncertainty.shrinkage`): shares on the logit scale, where a region's error hardly depends on
    its share and no interval leaves 0-1, level differences as they are.

    Parameters
    ----------
    paths : Parquet files of PUPILS, analysed.
    source, region_of : stand in every row; region_of is 'school' or 'home'.
    unverified : the config's list of reference rows that may be used unverified.
    spill : a private folder for what doesn't fit in memory; gone at the end.
    region : column of SPLITS.
    code_detail : whether the delivery has BRON codes in full.

    Returns
    -------
    ESTIMATES : per cohort, and per three cohorts in a row (`cohort` as `2016-2018`), a row per
        measure and region, raw and shrunken (adjustments `shrunken` of raw,
        `standardised_shrunken`). For all regions together, under the measure's definition, base
        and adjustment: `<indicator>_regions_f` and `_p`, Wald's test that all are equal, F on
        regions - 1 and `df` degrees; and `_regions_sd`, the spread tau of the regions' true
        values, in levels or as a share at the mean. A window that not all its cohorts support has
        a `not_defined` row per measure.

    Raises
    ------
    DataError : a code isn't usable, or no cohort has regions.
    """
    pupils = coded.read(paths, [region], spill)
    prepared = prepare(pupils, code_detail, unverified)
    grouped = grouping(pupils, [region], unverified)
    held, rows = pairs_of(prepared, grouped), Rows()
    years = [cohort.year for cohort in pupils.cohorts]
    for family in families(prepared):
        if any(_wanted(each) for each in family.measures):
            blocks = Blocks(family, grouped, held)
            for width in WIDTHS:
                for window in windows(years, width):
                    _add_window(rows, blocks, window, prepared)
    return rows.table(source=source, public=False, table=TABLE, region_of=region_of)


def _wanted(measure: Measure) -> bool:
    return measure.indicator in INDICATORS and measure.adjustment in SHRUNKEN


def _add_window(rows: Rows, blocks: Blocks, window: Window, prepared: Prepared) -> None:
    family, grouped = blocks.family, blocks.grouped
    wanted = np.array([_wanted(each) for each in family.measures])
    defined = blocks.defined(window)
    if (wanted & defined).any():
        block = blocks.block(window)
        found = estimated(block)
        columns = {**identity(rows, family.measures, grouped), **of_block(block, found)}
        keep = np.repeat(wanted & defined, len(grouped.groups)) & (found.numbers.n > 0)
        said = {"cohort": window.name, "reference": ""}
        rows.add({**columns, **said}, keep)
        for place in np.flatnonzero(wanted & defined):
            area = _areas(block, found, grouped, int(place), columns)
            _add_shrunken(rows, area, grouped, columns | said)
            _add_differences(rows, area, window)
    why = np.where(wanted & ~defined, _why_not(blocks, window, prepared), "")
    add_not_defined(rows, family.measures, window.name, why)


@dataclass(frozen=True)
class Areas:
    """One measure's regions.

    rows : the block's rows of the regions that have pupils; the unknown region is no region.
    usable : those of them with an estimate and an error.
    shrunken : of the usable; None where they are too few.
    """

    measure: Measure
    found: Estimated
    rows: np.ndarray
    usable: np.ndarray
    shrunken: shrinking.Regions | None


def _areas(
    block: Block, found: Estimated, grouped: Grouping, place: int, columns: dict[str, object]
) -> Areas:
    start = place * len(grouped.groups)
    known = [code for code, (name,) in enumerate(grouped.groups) if name != UNKNOWN]
    rows = start + np.array(known, dtype=int)
    rows = rows[found.numbers.n[rows] > 0]
    usable = rows[(found.numbers.status[rows] == OK) & ~np.isnan(columns["se"][rows])]
    estimate, se = columns["estimate"][usable], columns["se"][usable]
    measure = block.measures[place]
    shrunken = shrinking.regions(estimate, se, measure.unit == "share")
    return Areas(measure, found, rows, usable, shrunken)


def _add_shrunken(rows: Rows, area: Areas, grouped: Grouping, columns: dict[str, object]) -> None:
    """Add a shrunken row for every region; without a number of its own it has none either."""
    measure = replace(area.measure, adjustment=SHRUNKEN[area.measure.adjustment])
    codes = area.rows % len(grouped.groups)
    mine = {
        name: values if isinstance(values, str) else values[area.rows]
        for name, values in columns.items()
    }
    told = shrinking.columns(rows, area.shrunken, np.isin(area.rows, area.usable), mine)
    said = {"cohort": columns["cohort"], "reference": ""}
    identified = identity(rows, [measure], grouped, codes)
    rows.add({**mine, **told, **identified, **said}, np.ones(len(codes), dtype=bool))


def _add_differences(rows: Rows, area: Areas, window: Window) -> None:
    """Add the test whether regions differ, and how much they do."""
    if area.shrunken is None:
        return
    schools = np.unique(_schools(area.found, area.usable))
    told = shrinking.differences(area.found, area.usable, len(schools))
    measures = [
        replace(area.measure, indicator=f"{area.measure.indicator}_regions_{name}", unit=unit)
        for name, unit in (("f", "ratio"), ("p", "share"), ("sd", area.measure.unit))
    ]
    n = float(area.found.numbers.n[area.usable].sum())
    columns = shrinking.columns_of_test(rows, told, area.shrunken.spread, n, len(schools))
    whole = Grouping((), [()], [])
    said = {"cohort": window.name, "reference": ""}
    keep = ~np.isnan(columns["estimate"])
    rows.add({**identity(rows, measures, whole), **columns, **said}, keep)


def _schools(found: Estimated, rows: np.ndarray) -> np.ndarray:
    """Return the schools with pupils in the rows, which are of one measure."""
    places = found.influence.places
    measure, groups = rows[0] // places.n_groups, rows % places.n_groups
    here = places.picked(groups)
    present = found.present.values[found.present.which[measure], here]
    return places.school[here[present]]


def _why_not(blocks: Blocks, window: Window, prepared: Prepared) -> np.ndarray:
    """Return why a window lacks each measure: what all its cohorts lack, if that is the same."""
    why = prepared.why_not(blocks.family.measures)[list(window.places)]
    without = np.array([blocks.held[t] is None for t in window.places])
    why = np.where((why == "") & without[:, None], "region_not_delivered", why)
    return np.where((why == why[0]).all(axis=0), why[0], NOT_IN_ALL)
