"""Under- and over-advising: five definitions, two bases, every group, raw and at equal score."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from advieskloof import reference
from advieskloof.indicators import coded, writing
from advieskloof.indicators.blocks import Pairs, Pool
from advieskloof.indicators.families import Family, Prepared, families, prepare
from advieskloof.indicators.groups import UNKNOWN, Grouping, columns_of, grouping
from advieskloof.indicators.not_defined import add_not_defined
from advieskloof.indicators.rows import Rows
from advieskloof.indicators.windows import pairs_of
from advieskloof.schemas import TOTAL
from advieskloof.uncertainty.places import gaps

TABLE = "advice"
# Groupings that are estimated at once. Snakemake isn't told, since it would give linear algebra as
# many threads, and these change the last bits of a result.
AT_ONCE = 2
# Gaps are measured from these groups: with the highest education, from boys, from the densest.
REFERENCES = {
    "parental_education_five": "wo",
    "parental_education_three": "high",
    "parental_education_kansenkaart": "wo",
    "parental_education_cbs_four": "wo_master",
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
        measure that a cohort can't support, and one in the group `unknown` where it can, but
        nobody has a value of the grouping. Shares are 0-1, levels on the half-level scale.
        Standard errors are of schools (`uncertainty.influence`).

    Raises
    ------
    DataError : a code isn't usable, or a grouping isn't there or is too coarse.
    """
    pupils = coded.read(paths, columns_of(asked.by), spill)
    return estimates(prepare(pupils, asked.code_detail, unverified), asked, unverified)


def estimates(prepared: Prepared, asked: Request, unverified: reference.Unverified) -> pd.DataFrame:
    """Return what `advice` estimates, of cohorts that have been read."""
    groups, rows = families(prepared), Rows()

    def of_grouping(names: Sequence[str]) -> Rows:
        mine, grouped = rows.beside(), grouping(prepared.pupils, names, unverified)
        _add_grouping(mine, groups, grouped, prepared, asked)
        return mine

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for mine in pool.map(of_grouping, asked.by):
            rows.parts.extend(mine.parts)
    _add_not_defined(rows, groups, prepared)
    return rows.table(source=asked.source, public=False, table=TABLE, region_of=asked.region_of)


def _add_grouping(
    rows: Rows, groups: Sequence[Family], grouped: Grouping, prepared: Prepared, asked: Request
) -> None:
    *linked, said = writing.comparisons(grouped, asked.references)
    held = pairs_of(prepared, grouped, linked)
    places = next(each.places for each in held if each is not None)
    compared = writing.Compared(gaps(places, *linked), said) if said else None
    for family in groups:
        if not (family.in_total_only and grouped.names):
            writer = writing.writer(rows, family, grouped, compared)
            _add_family(writer, family, grouped, held, prepared)
            _add_lacking(rows, family, grouped, prepared)


def _add_family(
    writer: writing.Writer,
    family: Family,
    grouped: Grouping,
    held: Sequence[Pairs | None],
    prepared: Prepared,
) -> None:
    """Add the rows of a family's measures for a grouping: cohorts, all together, and changes."""
    years = [str(cohort.year) for cohort in prepared.pupils.cohorts]
    pool, factors, found = Pool(), [], {}
    for t, paired in enumerate(held):
        if paired is None or not family.defined[t].any():
            continue
        block = family.build(t, paired, grouped)
        now = writer.add_block(block, years[t], family.defined[t], _occurring(paired))
        pool.add(block)
        factors.append((t, block.numerator.shared))
        if len(grouped.names) <= 1:
            _add_changes(writer, found, now, t, years)
    if factors:
        cohorts = [t for t, _ in factors]
        everywhere = family.defined[cohorts].any(axis=0)
        occurring = np.any([_occurring(held[t]) for t in cohorts], axis=0)
        writer.add_block(pool.block(family.factors(factors)), TOTAL, everywhere, occurring)


def _add_changes(
    writer: writing.Writer,
    found: dict[int, writing.Found],
    now: writing.Found,
    t: int,
    years: Sequence[str],
) -> None:
    """Add the changes since the first cohort and since the one before; keep these two."""
    for earlier, then in found.items():
        writer.add_change(now, then, years[t], years[earlier])
    for between in list(found)[1:]:
        del found[between]
    found[t] = now


def _occurring(paired: Pairs) -> np.ndarray:
    """Mark the groups that have a pupil in the cohort."""
    return np.diff(paired.bounds) > 0


def _add_lacking(rows: Rows, family: Family, grouped: Grouping, prepared: Prepared) -> None:
    """Add one row per measure that a cohort supports, but not by the groups it wasn't given."""
    nobody = Grouping(grouped.names, [(UNKNOWN,) * len(grouped.names)], [])
    for t, codes in enumerate(grouped.codes):
        if codes is None:
            reasons = np.where(family.defined[t], "grouping_not_delivered", "")
            year = str(prepared.pupils.cohorts[t].year)
            add_not_defined(rows, family.measures, year, reasons, nobody)


def _add_not_defined(rows: Rows, groups: Sequence[Family], prepared: Prepared) -> None:
    """Add one row per measure and cohort that can't support it."""
    measures = [each for family in groups for each in family.measures]
    for cohort, why in zip(prepared.pupils.cohorts, prepared.why_not(measures), strict=True):
        add_not_defined(rows, measures, str(cohort.year), why)
