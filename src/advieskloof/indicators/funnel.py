"""The funnel of R1 and R2: how many locations lie how far from their comparison group, in bins."""

from itertools import pairwise

import numpy as np
import pandas as pd

from advieskloof import schemas
from advieskloof.schemas import ESTIMATES, SPLITS

# Pupils of a location over all years, and its distance to the group's mean in standard errors.
SIZES = (1, 100, 200, 400, np.inf)
DISTANCES = {
    "far_below": (-np.inf, -3.0),
    "below": (-3.0, -2.0),
    "within": (-2.0, 2.0),
    "above": (2.0, 3.0),
    "far_above": (3.0, np.inf),
}
NO_INTERVAL = "all_locations_counted"


def funnel(schools: pd.DataFrame, years: int, source: str, table: str) -> pd.DataFrame:
    """Return the funnel of SCHOOLS as ESTIMATES: shares of locations, by size and distance.

    Distance is z = (value - group_value) / se; an end is in the bin nearer to 0. Indicator
    `r1_within_of_locations_100_to_199`, cohort `2019-2021`; for all locations, and by comparison
    group. n and k count locations, as `n_schools` and `k_schools` do, and no pupils: a number of
    pupils would tell which locations they are. There is no interval, since all locations are
    counted. Locations without an error are left out.

    years : school years that a row of SCHOOLS is of.
    """
    known = schools[schools["se"] > 0]
    distance = (known["value"] - known["group_value"]) / known["se"]
    inward = np.sign(distance) * -1e-12
    ends = [low for low, _ in DISTANCES.values()] + [np.inf]
    place = pd.cut(distance + inward, ends, labels=list(DISTANCES), right=False).astype(str)
    names = [_words(low, high) for low, high in pairwise(SIZES)]
    size = pd.cut(known["n"].astype(float), SIZES, labels=names, right=False).astype(str)
    binned = known.assign(place=place, size=size)
    parts = [_shares(binned.assign(comparison_group=schemas.TOTAL)), _shares(binned)]
    return _as_estimates(pd.concat(parts, ignore_index=True), years, source, table)


def _words(low: float, high: float) -> str:
    return f"{low:g}_or_more" if high == np.inf else f"{low:g}_to_{high - 1:g}"


def _shares(binned: pd.DataFrame) -> pd.DataFrame:
    """Return locations by bin; a size that occurs has a row for each distance."""
    keys = ["indicator", "school_year", "comparison_group", "size"]
    whole = binned.groupby(keys).size().rename("n").reset_index()
    held = binned.groupby([*keys, "place"]).size().rename("k").reset_index()
    every = whole.merge(pd.DataFrame({"place": list(DISTANCES)}), how="cross")
    return every.merge(held, how="left", on=[*keys, "place"]).fillna({"k": 0})


def _as_estimates(found: pd.DataFrame, years: int, source: str, table: str) -> pd.DataFrame:
    empty = schemas.empty_columns(ESTIMATES, len(found))
    first = (found["school_year"] - years + 1).astype(str)
    of = "_of_locations_" + found["size"].astype(str)
    n, k = found["n"].astype("int64"), found["k"].astype("int64")
    filled = {
        "source": source,
        "table": table,
        "indicator": found["indicator"] + "_" + found["place"] + of,
        "definition": found["indicator"],
        "base": "initial",
        "adjustment": "raw",
        "region_of": "school",
        "cohort": first + "-" + found["school_year"].astype(str),
        **dict.fromkeys(SPLITS, schemas.TOTAL),
        "comparison_group": found["comparison_group"],
        "estimate": k / n,
        "unit": "share",
        **{"n": n, "k": k, "n_schools": n, "k_schools": k, "rest_schools": n - k},
        "status": "ok",
        "reason": NO_INTERVAL,
    }
    return empty.assign(**filled).astype(empty.dtypes.to_dict())
