"""Score curves: the chance of an advice of at least havo, and of vwo, at each score.

A curve crosses 2018/19 without a mechanical break, since it needs the score and the advice and no
test advice. Scores of different providers are never pooled: a curve is of one provider and cohort,
or on the percentile within these.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
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
from advieskloof.indicators.outcomes import LEVEL
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
        percentile within provider and cohort, `score` being the middle of the band, 2.5 to 97.5,
        and over all cohorts that support it (`total`). Shares are 0-1. A point without pupils has
        no row, a cohort without scores one `not_defined` row per measure.

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
        for cohort, points in curves_of(points_of, prepared):
            any_of = next(iter(points.values()))
            at = cells(any_of, grouped, asked, gaps_at.get(any_of.provider, ()))
            found = curve(points, at, prepared, grouped)
            _add_curve(rows, found, cohort)
            _add_gaps(rows, found, cohort, asked)
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


def curves_of(
    points_of: Callable[[Prepared, int], list[Points]], prepared: Prepared
) -> Iterator[tuple[str, dict[int, Points]]]:
    """Yield each curve's cohort in words, and its points by place of the cohort.

    Percentiles also of all cohorts together: scores of a scale may be normed anew every year.
    """
    years = [str(cohort.year) for cohort in prepared.pupils.cohorts]
    together = {}
    for t, year in enumerate(years):
        for points in points_of(prepared, t):
            yield year, {t: points}
            together[t] = points
    if points_of is percentiles and together:
        yield TOTAL, together


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


def curve(points: Mapping[int, Points], at: Cells, prepared: Prepared, grouped: Grouping) -> Curve:
    """Return the estimates of one curve, of a cohort or several; `points` by place of the cohort.

    A cohort that doesn't support a measure is outside it.
    """
    n_cells = len(at.score)
    parts = [_pupils(each, t, n_cells, prepared, grouped) for t, each in points.items()]
    school, cell, level = (np.concatenate(each, axis=-1) for each in zip(*parts, strict=True))
    family = families(n_cells, at.highest, at.lowest)
    block = curve_block(level, Counted(school, cell, prepared.pupils.n_schools, family))
    defined = (prepared.why_not(MEASURES)[list(points)] == "").any(axis=0)
    return Curve(at, block, estimated(block), np.repeat(defined, n_cells))


def _pupils(
    points: Points, t: int, n_cells: int, prepared: Prepared, grouped: Grouping
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return school, cell and levels (bases, pupils) of cohort t's pupils on a curve."""
    cohort, held = prepared.pupils.cohorts[t], prepared.outcomes[t].by_base
    places, cell = cells_of(points, grouped.codes[t], n_cells // len(points.score))
    why = dict(zip((each.base for each in MEASURES), prepared.why_not(MEASURES)[t], strict=True))
    of_profiles = [np.where(why[base] == "", held[base].level, np.nan) for base in BASES]
    return cohort.school[places], cell, np.array(of_profiles)[:, cohort.profile[places]]


def _add_curve(rows: Rows, found: Curve, cohort: str) -> None:
    """Add the points that have pupils."""
    columns = {
        **identity(rows, MEASURES, found.cells.at),
        **of_block(found.block, found.found),
        "score": np.tile(found.cells.score, len(MEASURES)),
    }
    keep = found.defined & (found.found.numbers.n > 0)
    rows.add({**columns, "cohort": cohort, "reference": ""}, keep)


def _add_gaps(rows: Rows, found: Curve, cohort: str, asked: Asked) -> None:
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
    rows.add({**columns, "cohort": cohort}, keep)


def cells_of(points: Points, codes: np.ndarray | None, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Return places of pupils and their cells, point x group; everybody is in the last group too.

    codes : groups of all pupils of the cohort; None where it has none.
    """
    everybody = points.point * width + width - 1
    if codes is None:
        return points.pupils, everybody
    own = points.point * width + codes[points.pupils]
    return np.tile(points.pupils, 2), np.concatenate([own, everybody])


def curve_block(level: np.ndarray, counted: Counted) -> Block:
    """Return the shares k / n of MEASURES by cell; levels (bases, pupils) of those counted."""
    levels = [level[BASES.index(each.base)] for each in MEASURES]
    among = [each > 0 for each in levels]
    reached = [
        each >= AT_LEAST[measure.indicator] for each, measure in zip(levels, MEASURES, strict=True)
    ]
    return share_block(counted, MEASURES, among, reached)


def _add_not_defined(rows: Rows, prepared: Prepared) -> None:
    for cohort, why in zip(prepared.pupils.cohorts, prepared.why_not(MEASURES), strict=True):
        add_not_defined(rows, MEASURES, str(cohort.year), why, score=np.nan)
