"""Reconsideration of the advice after the test: who is eligible, and who is adjusted.

Eligible: the test advice is higher than the first advice, half levels count; from cohort 2023 a
first advice pro with test advice pro/vmbo-bb is no longer eligible. Adjusted: the advice was
raised after the test. Only those eligible count as adjusted here; changes without being eligible
are not in these numerators. Source: Wet eindtoetsing po (WPO art. 42), Wet doorstroomtoetsen po;
the published counts of CBS StatLine 84274NED use the same comparison.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from advieskloof import cells as cell_tools
from advieskloof import levels, reference, schemas
from advieskloof.errors import DataError
from advieskloof.indicators.counting import Counted
from advieskloof.indicators.estimating import NOT_POSSIBLE, OK, REASONS, Numbers, error
from advieskloof.schemas import GROUPINGS, TOTAL
from advieskloof.uncertainty.influence import own_only, ratio, squares
from advieskloof.uncertainty.intervals import design_effect
from advieskloof.uncertainty.places import Tally

TABLE = "reconsideration"

# Indicator: (whom it counts, among whom). All pupils here have a first advice.
INDICATORS = {
    "eligible_of_all": ("eligible", "all"),
    "eligible_of_tested": ("eligible", "tested"),
    "adjusted_of_all": ("adjusted", "all"),
    "adjusted_of_tested": ("adjusted", "tested"),
    "adjusted_of_eligible": ("adjusted", "eligible"),
}
MARKS = ["all", "tested", "eligible", "adjusted"]
ERRORS = ["se", "lower", "upper", "df", "deff"]
# Why nothing is defined under a regime.
WITHOUT = {"no_test": "no_test_that_year", "test_first": "no_reconsideration_that_year"}
# Why an indicator is not defined where a mark is unknown; the first that holds is told.
UNKNOWN = {
    "eligible": "test_advice_not_delivered",
    "tested": "test_takers_unknown",
    "adjusted": "adjusted_advice_not_delivered",
}


def reconsideration(
    cells: pd.DataFrame,
    by: Sequence[Sequence[str]],
    region_of: str,
    unverified: reference.Unverified,
) -> pd.DataFrame:
    """Estimate the shares eligible and adjusted, k/n in 0-1, by cohort and groups.

    Parameters
    ----------
    cells : CELLS, with advice codes or with the flags `eligible` and `adjusted`.
    by : combinations of grouping columns; `[]` is the cohort as a whole.
    region_of : 'school' or 'home', repeated in every row.

    Returns
    -------
    ESTIMATES : one row per indicator, cohort and group that occurs. A cohort or source that
        can't support an indicator gives one row `not_defined` with the reason; a group with
        nobody in the denominator is `not_possible`. Errors are those of schools
        (`uncertainty.influence`), empty where a school isn't known.

    Pupils without a first advice (missing, 0 or 80) are in no row. An advice without a level
    (vso, wide historic) counts in the denominator and is not eligible.
    """
    cells = cells.reset_index(drop=True)
    marked = mark(cells, unverified)
    lacking = _not_defined(cells, marked, unverified)
    groups = pd.concat([_counts(marked, list(split)) for split in by], ignore_index=True)
    shares = pd.concat([_shares(groups, name, lacking) for name in INDICATORS], ignore_index=True)
    # An empty frame of reasons would turn the column of truth values into objects.
    rows = pd.concat([shares, lacking], ignore_index=True).astype({"public": bool})
    table = schemas.empty_columns(schemas.ESTIMATES, len(rows)).assign(
        **{name: rows[name].array for name in rows},
        table=TABLE,
        definition="half_level",
        base="initial",
        adjustment="raw",
        region_of=region_of,
        unit="share",
    )
    return table.sort_values(list(schemas.IDENTITY), ignore_index=True)


def mark(cells: pd.DataFrame, unverified: reference.Unverified) -> pd.DataFrame:
    """Return the cells of pupils with a first advice, marked for the indicators.

    Adds `all`, `tested`, `eligible` and `adjusted` (nullable booleans; missing where the source
    doesn't say) and fills `first_advice_group` from the code.
    """
    codes = cells[["initial_advice", "test_advice", "adjusted_advice"]].notna().any(axis="columns")
    by_code = codes.groupby(cells["source"]).transform("any")
    flagged = cells[~by_code].assign(all=True, tested=pd.NA)
    flagged["adjusted"] = flagged["eligible"] & flagged["adjusted"]
    both = [flagged, _mark_codes(cells[by_code], unverified)]
    typed = [part.astype(dict.fromkeys(MARKS, "boolean")) for part in both]
    return pd.concat(typed, ignore_index=True)


def _mark_codes(cells: pd.DataFrame, unverified: reference.Unverified) -> pd.DataFrame:
    advice = levels.advice_table(unverified)
    category = cells["initial_advice"].map(advice["category"])
    cells = cells[category.notna() & (category != levels.NO_ADVICE)]
    category = category.loc[cells.index]
    initial, test, adjusted = (
        levels.level(cells[name], advice)
        for name in ("initial_advice", "test_advice", "adjusted_advice")
    )
    higher = levels.compare_half_level(initial, test) == -1
    eligible = (higher & ~_excepted(cells, unverified)).astype("boolean")
    raised = levels.compare_half_level(initial, adjusted) == -1
    has_tests, has_adjusted = _delivered(cells, "test_advice"), _delivered(cells, "adjusted_advice")
    group = levels.first_advice_group(category, unverified)
    return cells.assign(
        first_advice_group=group.fillna("other"),
        all=True,
        tested=cells["test_advice"].notna(),
        eligible=eligible.where(has_tests),
        adjusted=(eligible & raised).where(has_tests & has_adjusted),
    )


def _delivered(cells: pd.DataFrame, column: str) -> pd.Series:
    """Mark the cells of cohorts in which anybody has a value: an empty column is no delivery."""
    cohort = [cells["source"], cells["cohort"]]
    return cells[column].notna().groupby(cohort).transform("any").astype(bool)


def _excepted(cells: pd.DataFrame, unverified: reference.Unverified) -> pd.Series:
    """Mark advice pro or pro/vmbo-bb with test advice pro/vmbo-bb, where the law excepts it."""
    regimes = reference.read("regimes", unverified)
    excepting = regimes.loc[regimes["pro_exception"] == "yes", "cohort"].astype(int)
    category = levels.advice_table(unverified)["category"]
    initial, test = cells["initial_advice"].map(category), cells["test_advice"].map(category)
    return (
        cells["cohort"].isin(excepting)
        & initial.isin(["pro", "pro_vmbo_bb"])
        & (test == "pro_vmbo_bb")
    )


def _not_defined(
    cells: pd.DataFrame, marked: pd.DataFrame, unverified: reference.Unverified
) -> pd.DataFrame:
    """Return a row per cohort and indicator that cannot be had, with the reason."""
    regimes = reference.read("regimes", unverified).set_index("cohort")["regime"]
    keys = ["source", "public", "cohort"]
    pupils = dict(list(marked.groupby(keys)))
    rows = []
    for key in cells[keys].drop_duplicates().itertuples(index=False, name=None):
        for name, marks in INDICATORS.items():
            reason = _why_not(pupils.get(key), marks, regimes[str(key[-1])])
            if reason:
                rows.append((*key[:2], str(key[-1]), name, reason))
    totals = dict.fromkeys(GROUPINGS, TOTAL)
    return pd.DataFrame(rows, columns=[*keys, "indicator", "reason"]).assign(
        status="not_defined", **totals
    )


def _why_not(pupils: pd.DataFrame | None, marks: tuple[str, str], regime: str) -> str:
    if regime in WITHOUT:
        return WITHOUT[regime]
    if pupils is None:
        return "first_advice_not_delivered"
    return next((UNKNOWN[mark] for mark in _needed(marks) if pupils[mark].isna().all()), "")


def _needed(marks: tuple[str, str]) -> list[str]:
    # Who is adjusted is counted among those eligible, so every indicator needs that mark.
    return [mark for mark in UNKNOWN if mark in {"eligible", *marks}]


def _counts(marked: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return by cohort and group, for each mark: pupils, schools, and whether it is unknown."""
    pupils = cell_tools.margin(marked, by)
    if pupils.empty and len(marked):
        raise DataError(
            f"indicators.reconsideration.by asks for {by}, which no source gives; leave it out."
        )
    keys = ["source", "public", "cohort", *by]
    group = [pupils[key] for key in keys]
    held = pupils[MARKS].fillna(False).astype(bool)
    counts = held.mul(pupils["n"], axis="index").groupby(group).sum()
    unknown = pupils[MARKS].isna().groupby(group).any().add_prefix("unknown_")
    schools = _schools(pupils, held, group)
    errors = _errors(pupils, held, group, schools)
    totals = {name: TOTAL for name in GROUPINGS if name not in by}
    return counts.join([unknown, schools, errors]).reset_index().assign(**totals)


def _schools(pupils: pd.DataFrame, held: pd.DataFrame, group: list[pd.Series]) -> pd.DataFrame:
    """Return by group the schools behind n, k and n - k of each indicator; missing if unknown."""
    here = pupils["n"] > 0
    parts = {}
    for name, (numerator, denominator) in INDICATORS.items():
        parts[f"{name} n"] = here & held[denominator]
        parts[f"{name} k"] = parts[f"{name} n"] & held[numerator]
        parts[f"{name} rest"] = parts[f"{name} n"] & ~held[numerator]
    ids = pd.DataFrame({part: pupils["school_id"].where(has) for part, has in parts.items()})
    nameless = pupils["school_id"].isna().groupby(group).any()
    return ids.groupby(group).nunique().astype("Int64").mask(nameless, pd.NA)


def _errors(
    pupils: pd.DataFrame, held: pd.DataFrame, group: list[pd.Series], schools: pd.DataFrame
) -> pd.DataFrame:
    """Return by group the error of each indicator's share, by schools: ERRORS and `why` there.

    k and n are sums over schools, and the influence of school s on k / n is (k_s - p n_s) / n.
    Missing where the school of one of the group's pupils is.
    """
    row = pupils.groupby(group).ngroup().to_numpy()
    codes, names = pd.factorize(pupils["school_id"])
    known = codes >= 0
    n_of = pupils["n"].to_numpy(dtype=float)[known]
    # Groups aren't compared here, so each is a family of its own.
    family = np.arange(len(schools))
    counted = Counted(codes[known], row[known], len(names), family, n_of)
    parts = {}
    for name, (numerator, denominator) in INDICATORS.items():
        among = held[denominator].to_numpy()[known]
        reached = among & held[numerator].to_numpy()[known]
        k, n = (Tally.of(counted.sums(mine, counted.n)[None, :]) for mine in (reached, among))
        share, influence = ratio(own_only(k, counted.places), own_only(n, counted.places))
        count = schools[f"{name} n"].to_numpy(dtype=float, na_value=np.nan)
        status = np.where((count > 0) & ~np.isnan(share), OK, NOT_POSSIBLE)
        total = n.of_rows(counted.places.sums)
        nothing = np.zeros(len(total), dtype=int)
        squared = squares(influence)
        told = error(Numbers(share, squared, total, count, status, nothing), "share")
        deff = design_effect(told.se**2, share * (1 - share), total)
        columns = [told.se, told.lower, told.upper, told.df, deff]
        parts |= {f"{name} {each}": column for each, column in zip(ERRORS, columns, strict=True)}
        parts[f"{name} why"] = pd.array(np.array(REASONS)[told.reason], dtype=schemas.TEXT)
    return pd.DataFrame(parts, index=schools.index)


def _shares(groups: pd.DataFrame, indicator: str, lacking: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of one indicator: k/n, or why there is none."""
    numerator, denominator = INDICATORS[indicator]
    gone = lacking.loc[lacking["indicator"] == indicator, ["source", "cohort"]]
    here = groups[["source", "cohort"]].astype({"cohort": str})
    groups = groups[~pd.MultiIndex.from_frame(here).isin(pd.MultiIndex.from_frame(gone))]
    why = _status(groups, indicator)
    has_counts = (why["status"] != "not_defined") & (why["reason"] != "nothing_above_vwo")
    rows = groups[["source", "public", *GROUPINGS]].assign(
        indicator=indicator,
        cohort=groups["cohort"].astype(str),
        k=groups[numerator].astype("Int64").where(has_counts),
        n=groups[denominator].astype("Int64").where(has_counts),
        n_schools=groups[f"{indicator} n"].where(has_counts),
        k_schools=groups[f"{indicator} k"].where(has_counts),
        rest_schools=groups[f"{indicator} rest"].where(has_counts),
        **why,
    )
    share = rows["k"] / rows["n"].where(rows["status"] == "ok")
    told = (rows["status"] == "ok") & rows["n_schools"].notna()
    errors = {name: groups[f"{indicator} {name}"].where(told) for name in ERRORS}
    return rows.assign(estimate=share.astype(float), **errors)


def _status(groups: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """Return `status` and `reason` of each group's share; a later rule goes before earlier ones."""
    marks = INDICATORS[indicator]
    found = pd.DataFrame({"status": "ok", "reason": "schools_unknown"}, index=groups.index)
    schools_known = groups[f"{indicator} n"].notna()
    why = groups[f"{indicator} why"]
    found.loc[schools_known, "reason"] = why.mask(why == "")[schools_known]
    found.loc[groups[marks[1]] == 0] = ["not_possible", "nobody_in_denominator"]
    # No test advice is higher than vwo: a zero by construction, which needs no protection.
    found.loc[groups["first_advice_group"] == "vwo"] = ["not_possible", "nothing_above_vwo"]
    for mark in reversed(_needed(marks)):
        found.loc[groups[f"unknown_{mark}"]] = ["not_defined", UNKNOWN[mark]]
    return found
