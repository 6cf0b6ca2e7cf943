"""The class of year 1: how pupils start, in which kind of class, above or below their advice."""

from pathlib import Path

import pandas as pd

from advieskloof import reference
from advieskloof.indicators.blocks import Measure
from advieskloof.indicators.followed_rows import NOT_YET_OBSERVED, Share, Shares
from advieskloof.indicators.lower_years import (
    OF_TEST,
    Asked,
    add_at_scores,
    add_not_defined,
    add_splits,
    read,
)
from advieskloof.indicators.rows import Rows
from advieskloof.indicators.spread import add_spread
from advieskloof.schemas import AGAINST, BASES, CLASS_KINDS, STARTS

TABLE = "placement"
CLASS, INTERVAL = "class", "interval"
TYPES = tuple(reference.read_all("class_types")["class_type"])
# At a score, groups are compared in the classes that the debate is about.
HIGHEST = ("havo", "havo_vwo", "vwo")


def _share(name: str, *reached: str) -> Share:
    return Share(Measure(name, CLASS, "initial", "raw"), reached)


def _types(types: tuple[str, ...]) -> Shares:
    return Shares("class_type", [_share(f"in_{name}_of_placed", name) for name in types])


def _against(column: str, than: str, base: str) -> Shares:
    low, _, high = AGAINST
    names = {low: f"class_below_{than}_of_compared", high: f"class_above_{than}_of_compared"}
    return Shares(
        column, [Share(Measure(name, INTERVAL, base, "raw"), (way,)) for way, name in names.items()]
    )


STARTING = Shares(
    "start",
    [_share(f"start_{name}_of_due", name) for name in STARTS if name != NOT_YET_OBSERVED],
)
KINDS = Shares(
    "class_kind",
    [
        *(_share(f"class_{name}_of_placed", name) for name in CLASS_KINDS),
        _share("class_mixed_of_placed", "dakpan", "broad"),
    ],
)
COLUMNS = (
    STARTING,
    KINDS,
    _types(TYPES),
    *(_against(f"class_against_{base}", "advice", base) for base in BASES),
    _against(OF_TEST, "test_advice", "initial"),
)


def placement(
    pupils: Path, followed: Path, asked: Asked, unverified: reference.Unverified, spill: Path
) -> pd.DataFrame:
    """Estimate how pupils start in secondary school.

    Shares k / n: `start_<how>_of_due` of all pupils whose first year is due; of those placed (in
    grade 1 with a class), the kind of class, `mixed` being dakpan and broad together, and its type;
    and by the interval rule `class_below_advice_of_compared` where highest(class) < lowest(advice),
    `above` where lowest(class) > highest(advice), of those placed with an interval of both. Classes
    are compared with the initial and the final advice (`base`) and with the test advice. In rows
    that compare nothing `base` says nothing. `score_spread_of_placed` is of `spread`.

    Parameters
    ----------
    pupils, followed : Parquet files of PUPILS, analysed, and of FOLLOWED of the same pupils.
    asked : groups, and what stands in every row.
    unverified : the config's list of reference rows that may be used unverified.
    spill : a private folder for what doesn't fit in memory; gone at the end.

    Returns
    -------
    ESTIMATES : one row per measure, cohort and group that occurs; gaps and ratios to the reference
        group; types of class at each whole score of a provider; and a row `not_defined` with the
        reason per measure that a cohort can't support. Shares are 0-1. Errors are clustered in
        primary and in secondary school (`two_ways`), and n_schools, k_schools and rest_schools are
        the smaller numbers of the two. There are no changes between cohorts, nor rows of all.

    Raises
    ------
    DataError : an advice isn't usable, or a grouping isn't there or is too coarse.
    """
    lower, rows = read(pupils, followed, asked, unverified, spill), Rows()
    add_splits(rows, lower, asked.by, COLUMNS)
    add_at_scores(rows, lower, asked.by_score, [KINDS, _types(TYPES)], [_types(HIGHEST)])
    add_spread(rows, lower, asked.by)
    add_not_defined(rows, lower, COLUMNS)
    return rows.table(source=asked.source, public=False, table=TABLE, region_of=asked.region_of)
