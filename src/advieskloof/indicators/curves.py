"""Score curves: the chance of an advice of at least havo, and of vwo, at each score.

A curve crosses 2018/19 without a mechanical break, since it needs the score and the advice and no
test advice. Scores of different providers are never pooled: a curve is of one provider and cohort,
or on the percentile within these.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from advieskloof import reference
from advieskloof.indicators import coded
from advieskloof.indicators.asked import Asked
from advieskloof.indicators.blocks import Block, Measure
from advieskloof.indicators.coded import MISSING
from advieskloof.indicators.counting import Counted, share_block
from advieskloof.indicators.estimating import Estimated, differences, estimated
from advieskloof.indicators.families import Prepared, prepare
from advieskloof.indicators.groups import Grouping, columns_of, grouping
from advieskloof.indicators.not_defined import add_not_defined
from advieskloof.indicators.outcomes import LEVEL, Outcomes
from advieskloof.indicators.rows import Rows, identity, of_block, of_gaps
from advieskloof.indicators.strata import BANDS
from advieskloof.schemas import BASES, TOTAL
from advieskloof.uncertainty.places import families, gaps

SCORES, PERCENTILES = "score_curves", "percentile_curves"
# Lowest level that counts; havo/vwo is at least havo and not at least vwo.
AT_LEAST = {"at_least_havo": 5.0, "at_least_vwo": 6.0}
MEASURES = tuple(
    Measure(name, LEVEL, base, "raw", "share", ("score",)) for base in BASES for name in AT_LEAST
)
# The scores at which De Staat van het Onderwijs 2015/2016 compares parents' education: 545, from
# which the Centrale Eindtoets advises vwo, and 549.
GAPS_AT = {"CET": (545.0, 549.0)}


@dataclass(frozen=True)
class Points:
    """Pupils of one curve.

    pupils : their places in the cohort.
    point : of each, whole numbers from 0.
    score : at each point: on the provider's scale, or the middle of a band in percent.
    provider : whose scale, or 'total' for percentiles.
    """

    pupils: np.ndarray
    point: np.ndarray
    score: np.ndarray
    provider: str


def curves(
    paths: Sequence[Path],
    asked: Asked,
    unverified: reference.Unverified,
    spill: Path,
    gaps_at: Mapping[str, Sequence[float]] = GAPS_AT,
) -> pd.DataFrame:
    """Estimate P(advice at least havo | score) and P(vwo | score) by parental education.

    p = k / n over pupils with a score and an advice on the half-level scale: n of the group at the
    score, k with level >= 5 (havo), resp. 6 (vwo). The variance is that of shares clustered by
    school, the interval is on the logit scale with t(G - 1).

    Parameters
    ----------
    paths : Parquet files of PUPILS, analysed: whole cohorts, since percentiles are made on them.
    asked : the grouping of parental education, and what stands in every row.
    unverified : the config's list of reference rows that may be used unverified.
    spill : a private folder for what doesn't fit in memory; gone at the end.
    gaps_at : by provider, the scores at which highest - lowest education is a row of its own.

    Returns
    -------
    ESTIMATES : in the table `score_curves` a row per provider, cohort, whole score, group (and all
        groups, `total`), base and indicator; in `percentile_curves` the same for 20 bands of the
        percentile within provider and cohort, `score` being the middle of the band, 2.5 to 97.5.
        Shares are 0-1. A point without pupils has no row, a cohort without scores one
        `not_defined` row per measure.

    Raises
    ------
    DataError : a code isn't usable, or parental education isn't there or is too coarse.
    """
    pupils = coded.read(paths, columns_of([[asked.education]]), spill)
    prepared = prepare(pupils, asked.code_detail, unverified)
    grouped = grouping(pupils, [asked.education], unverified)
    tables = []
    for name, points_of in {SCORES: whole_scores, PERCENTILES: percentiles}.items():
        rows = Rows()
        for t, year in enumerate(cohort.year for cohort in pupils.cohorts):
            for points in points_of(prepared, t):
                at = cells(points, grouped, asked, gaps_at.get(points.provider, ()))
                found = curve(points, at, prepared, grouped.codes[t], t)
                _add_curve(rows, found, year)
                _add_gaps(rows, found, year, asked)
        _add_not_defined(rows, prepared)
        said = {"source": asked.source, "public": False, "region_of": asked.region_of}
        tables.append(rows.table(table=name, **said))
    return pd.concat(tables, ignore_index=True)


def whole_scores(prepared: Prepared, t: int) -> list[Points]:
    """Return a curve per provider of cohort t, with a point at each whole score that occurs."""
    cohort, scored = prepared.pupils.cohorts[t], prepared.stratum[t] != MISSING
    found = []
    for code in np.unique(cohort.provider[scored]):
        places = np.flatnonzero(scored & (cohort.provider == code))
        # ASSUME: a score with a fraction is at the nearest whole one, halves at the one above.
        whole = np.floor(cohort.score[places] + 0.5)
        score, point = np.unique(whole, return_inverse=True)
        provider = prepared.pupils.texts["test_provider"][code]
        found.append(Points(places, point, score, provider))
    return found


def percentiles(prepared: Prepared, t: int) -> list[Points]:
    """Return cohort t's curve on the percentile within provider: 20 bands of 5 percent.

    The bands are those of `strata`, made on all pupils of the provider and cohort with a score.
    """
    stratum = prepared.stratum[t]
    places = np.flatnonzero(stratum != MISSING)
    width = 100 / BANDS
    middle = width * np.arange(BANDS) + width / 2
    return [Points(places, stratum[places] % BANDS, middle, TOTAL)] if len(places) else []


@dataclass(frozen=True)
class Cells:
    """A point and a group of one curve, in that order; the last group of a point is everybody.

    at : provider and group of each.
    score : of each.
    highest, lowest : cells that are compared, the groups with the highest and lowest education.
    """

    at: Grouping
    score: np.ndarray
    highest: np.ndarray
    lowest: np.ndarray


def cells(points: Points, grouped: Grouping, asked: Asked, scores: Sequence[float]) -> Cells:
    """Return the cells of one curve by the groups of one column, compared at some scores."""
    groups = [(points.provider, *group) for group in [*grouped.groups, (TOTAL,)]]
    at = Grouping(("test_provider", *grouped.names), groups * len(points.score), [])
    score = np.repeat(points.score, len(groups))
    of_group = np.array([group for _, group in at.groups])
    marked = np.isin(score, scores)
    ends = [np.flatnonzero(marked & (of_group == end)) for end in (asked.highest, asked.lowest)]
    none = np.array([], dtype=int)
    return Cells(at, score, *(ends if len(ends[0]) == len(ends[1]) else (none, none)))


@dataclass(frozen=True)
class Curve:
    """The estimates of one curve: rows are a measure and a cell, in that order.

    defined : whether the cohort supports a row's measure.
    """

    cells: Cells
    block: Block
    found: Estimated
    defined: np.ndarray


def curve(points: Points, at: Cells, prepared: Prepared, codes: np.ndarray | None, t: int) -> Curve:
    """Return the estimates of one curve of cohort t; `codes` are the pupils' groups."""
    n_cells = len(at.score)
    places, cell = cells_of(points, codes, n_cells // len(points.score))
    cohort, family = prepared.pupils.cohorts[t], families(n_cells, at.highest, at.lowest)
    counted = Counted(cohort.school[places], cell, prepared.pupils.n_schools, family)
    block = curve_block(cohort.profile[places], prepared.outcomes[t], counted)
    return Curve(
        at, block, estimated(block), np.repeat(prepared.why_not(MEASURES)[t] == "", n_cells)
    )


def _add_curve(rows: Rows, found: Curve, year: int) -> None:
    """Add the points that have pupils."""
    columns = {
        **identity(rows, MEASURES, found.cells.at),
        **of_block(found.block, found.found),
        "score": np.tile(found.cells.score, len(MEASURES)),
    }
    keep = found.defined & (found.found.numbers.n > 0)
    rows.add({**columns, "cohort": str(year), "reference": ""}, keep)


def _add_gaps(rows: Rows, found: Curve, year: int, asked: Asked) -> None:
    """Add the highest less the lowest education at some scores, where both have pupils."""
    at = found.cells
    if not len(at.highest):
        return
    compared = gaps(found.block.places, at.highest, at.lowest)
    columns = {
        **identity(rows, MEASURES, at.at, at.highest),
        **of_gaps(differences(found.found, compared).numbers, "plain"),
        "score": np.tile(at.score[at.highest], len(MEASURES)),
        "reference": f"minus {asked.education}={asked.lowest}",
    }
    here = found.defined & (found.found.numbers.n > 0)
    keep = np.logical_and(*compared.sides(here.reshape(len(MEASURES), -1))).ravel()
    rows.add({**columns, "cohort": str(year)}, keep)


def cells_of(points: Points, codes: np.ndarray | None, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Return places of pupils and their cells, point x group; everybody is in the last group too.

    codes : groups of all pupils of the cohort; None where it has none.
    """
    everybody = points.point * width + width - 1
    if codes is None:
        return points.pupils, everybody
    own = points.point * width + codes[points.pupils]
    return np.tile(points.pupils, 2), np.concatenate([own, everybody])


def curve_block(profile: np.ndarray, held: Outcomes, counted: Counted) -> Block:
    """Return the shares k / n of MEASURES by cell; `profile` is of those counted."""
    levels = [held.by_base[each.base].level[profile] for each in MEASURES]
    among = [level > 0 for level in levels]
    reached = [
        level >= AT_LEAST[each.indicator] for level, each in zip(levels, MEASURES, strict=True)
    ]
    return share_block(counted, MEASURES, among, reached)


def _add_not_defined(rows: Rows, prepared: Prepared) -> None:
    for cohort, why in zip(prepared.pupils.cohorts, prepared.why_not(MEASURES), strict=True):
        add_not_defined(rows, MEASURES, str(cohort.year), why, score=np.nan)
