"""R1 and R2 of each secondary school location: three-year averages, beside comparable locations."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from advieskloof import positions, reference, schemas
from advieskloof.indicators.school_records import MARKS, Records
from advieskloof.uncertainty import shrinkage

# School types that make up a comparison group, and where they lie on the half-level scale.
GROUP_TYPES = {"pro": (1, 1), "vmbo_bk": (2, 3), "vmbo_gt": (4, 4), "havo": (5, 5), "vwo": (6, 6)}
# ASSUME: a school type belongs to a location's mix from one in twenty of its pupils in grade 3. The
# inspectorate's own comparison groups weren't found.
SMALLEST_PART = 0.05
NO_THIRD_GRADE = "no_grade_3"
LOCATION = ["school_year", "vo_school_id"]


def averages(held: Records, unverified: reference.Unverified) -> pd.DataFrame:
    """Return SCHOOLS: R1 and R2 per location over three school years.

    value = sum of points (or of pupils up) / sum of pupils over t - 2 ... t, and needs all three
    years. Its error is that of pupils drawn within a location, sigma / sqrt(n), with sigma^2 the
    pooled variance within the locations of a comparison group; `shrunken` is as of
    `uncertainty.shrinkage` within that group, empty in groups of fewer than three locations. The
    norm of R2 is norm + (apcg n(apcg) + lateral n(lateral)) / n, empty where either mark isn't
    known of every pupil. Source: reference/r_parameters.csv; the division by n is inferred.
    """
    numbers = positions.r_parameters(unverified)
    years = int(numbers["average_years"])
    groups = group_of_locations(held, unverified)
    parts = []
    for name, counts in {"r1": r1_counts(held.r1), "r2": r2_counts(held.r2)}.items():
        found = over_years(counts, years).merge(groups, how="left", on=LOCATION)
        found["comparison_group"] = found["comparison_group"].fillna(NO_THIRD_GRADE)
        parts.append(_beside_others(found.assign(indicator=name)))
    both = pd.concat(parts, ignore_index=True)
    both["norm"] = _norm(both, numbers)
    return _as_schools(both)


def r1_counts(r1: pd.DataFrame) -> pd.DataFrame:
    """Return R1's sums by school year and location: pupils scored, points, and those not scored."""
    n, score = r1["n"].where(r1["score"].notna(), 0), r1["score"].fillna(0)
    sums = r1[LOCATION].assign(
        n=n,
        total=n * score,
        squares=n * score**2,
        n_apart=r1["n"] - n,
        n_inferred=n.where(r1["inferred"], 0),
    )
    return sums.groupby(LOCATION, as_index=False).sum().assign(high=np.nan, **_no_marks())


def r2_counts(r2: pd.DataFrame) -> pd.DataFrame:
    """Return R2's sums by school year and location: pupils, who goes up, and who isn't known."""
    found = r2.dropna(subset="vo_school_id")[[*LOCATION, "n", *MARKS]]
    mine = r2.loc[found.index]
    return found.assign(
        total=mine["up"],
        squares=mine["up"],
        n_apart=mine["unknown"],
        n_inferred=0,
        high=mine["up"] + mine["unknown"],
    )


def group_of_locations(held: Records, unverified: reference.Unverified) -> pd.DataFrame:
    """Return the comparison group of locations by the last of the school years it is made of."""
    years = int(positions.r_parameters(unverified)["average_years"])
    return comparison_groups(over_years(_of_types(held.types), years, every=False), unverified)


def _no_marks() -> dict[str, float]:
    return dict.fromkeys(MARKS, np.nan)


def _of_types(types: pd.DataFrame) -> pd.DataFrame:
    """Return a column for each type that occurs."""
    if types.empty:
        return types[LOCATION]
    wide = types.pivot_table("n", LOCATION, "position", aggfunc="sum", fill_value=0)
    return wide.reset_index().rename_axis(columns=None)


def over_years(counts: pd.DataFrame, years: int, *, every: bool = True) -> pd.DataFrame:
    """Return sums over so many school years, by the last of them.

    counts : by school year and location, other columns numbers; one that is missing in a year is
        missing in the sum.
    every : whether a location needs pupils (`n`) in each of the years.
    """
    found = []
    for last in sorted(counts["school_year"].unique()):
        within = counts["school_year"].between(last - years + 1, last)
        window = counts[within]
        sums = window.drop(columns="school_year").groupby("vo_school_id").sum(skipna=False)
        if every:
            held = window[window["n"] > 0].groupby("vo_school_id").size()
            sums = sums[sums.index.map(held) == years]
        found.append(sums.reset_index().assign(school_year=last))
    return pd.concat(found, ignore_index=True) if found else counts


def comparison_groups(types: pd.DataFrame, unverified: reference.Unverified) -> pd.DataFrame:
    """Return each location's school types in grade 3, joined by `+`: `vmbo_gt+havo+vwo`.

    types : by location and last school year, pupils in each type of position. A type spans all
    school types of its interval.
    """
    scale = positions.class_types(unverified)
    codes = [name for name in types if name in scale.index]
    n = types[codes].to_numpy(dtype=float)
    lowest, highest = (scale.loc[codes, end].to_numpy() for end in ("lowest", "highest"))
    whole = n.sum(axis=1)
    names = np.full(len(types), "", dtype=object)
    for name, (low, high) in GROUP_TYPES.items():
        mine = n[:, (lowest <= high) & (highest >= low)].sum(axis=1)
        named = np.where(names == "", name, names + "+" + name)
        names = np.where(mine >= SMALLEST_PART * whole, named, names)
    return types[LOCATION].assign(comparison_group=np.where(names == "", "other", names))


def _beside_others(found: pd.DataFrame) -> pd.DataFrame:
    """Return locations with the value, its error, and the group's mean and spread."""
    found = found[found["n"] > 0].reset_index(drop=True)
    found["value"] = found["total"] / found["n"]
    found["within"] = found["squares"] - found["total"] ** 2 / found["n"]
    by = found.groupby(["school_year", "comparison_group"])
    n, total, within = (by[name].transform("sum") for name in ("n", "total", "within"))
    found["group_value"] = total / n
    free = n - by["n"].transform("size")
    # ASSUME: pupils of a location are draws with the variance that they have within the locations
    # of the group; a location's own is too uncertain where it is small.
    variance = (within / free.where(free > 0)).where(within > 1e-9 * n)
    found["se"] = np.sqrt(variance / found["n"])
    shrunken = [_shrunken(group) for _, group in by]
    return found.join(pd.concat(shrunken)) if shrunken else found.assign(**_nothing_shrunken())


def _nothing_shrunken() -> dict[str, float]:
    return dict.fromkeys(("shrunken", "shrunken_se"), np.nan)


def _shrunken(group: pd.DataFrame) -> pd.DataFrame:
    known = group["se"].notna()
    if known.sum() < shrinkage.MINIMUM_AREAS:
        return pd.DataFrame(_nothing_shrunken(), index=group.index)
    mine = group[known]
    told = shrinkage.shrunken(mine["value"].to_numpy(), mine["se"].to_numpy() ** 2)
    numbers = {"shrunken": told.estimate, "shrunken_se": told.se}
    return pd.DataFrame(numbers, index=mine.index).reindex(group.index)


def _norm(found: pd.DataFrame, numbers: Mapping[str, float]) -> pd.Series:
    added = sum(numbers[f"r2_norm_{name}"] * found[name] for name in MARKS)
    return (numbers["r2_norm"] + added / found["n"]).where(found["indicator"] == "r2")


def _as_schools(found: pd.DataFrame) -> pd.DataFrame:
    table = schemas.empty_columns(schemas.SCHOOLS, len(found))
    types = table.dtypes.to_dict()
    found = found.assign(value_high=found["high"] / found["n"])
    filled = table.assign(**{name: found[name].array for name in table}).astype(types)
    order = ["indicator", "school_year", "vo_school_id"]
    return filled.sort_values(order, ignore_index=True)
