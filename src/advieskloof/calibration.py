"""The calibration table: published figures beside those of the synthetic cohort.

Every row of reference/synthetic_targets.csv is measured on generated pupils as a user would
measure it, with the project's own definitions: levels, reconsideration on cells, expected level
given the score within provider and cohort. Cohorts are taken one by one, so memory stays flat.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from advieskloof import calibration_years, levels, reference, schemas
from advieskloof.indicators.reconsideration import reconsideration
from advieskloof.sources.synthetic import truth

# The half level of pro/vmbo-bb is read off its neighbours; made data need it.
UNVERIFIED = {"advice_levels": ["pro_vmbo_bb"]}
Figures = dict[tuple[str, str], float]
KEYS = ["measure", "group"]
EARLY, LATE = (2014, 2015), (2021, 2022)
COLUMNS = [
    "target",
    "measure",
    "group",
    "cohort",
    "published",
    "synthetic",
    "difference",
    "tolerance",
    "unit",
    "within",
    "kind",
    "source",
    "note",
]


def calibration(cohorts: Iterable[tuple[pd.DataFrame, pd.DataFrame]]) -> pd.DataFrame:
    """Return the calibration table of generated cohorts.

    Parameters
    ----------
    cohorts : PUPILS and PLACES (places.place) of a cohort each, none of them needed after the next
        is asked for; a generator keeps memory flat.

    Returns
    -------
    One row per published figure: `target`, its parts `measure`, `group` and `cohort`,
    `published`, `synthetic`, `difference` and `tolerance` in `unit` (% of pupils, points of score,
    times, or direction: 1 as published, -1 against), `within` (bool), `kind` (fitted or predicted),
    `source` and `note`. A figure of a cohort that was not given has no synthetic value and is not
    within. Two figures of true ability come from the committed truth of the model
    (`truth.check_truth`), whatever was given.
    """
    found: dict[int, Figures] = {}
    for pupils, places in cohorts:
        here = figures(pupils) | calibration_years.figures(pupils, places)
        found[int(pupils["cohort"].iloc[0])] = here
    table = reference.read_all("synthetic_targets")
    table["synthetic"] = [
        _value(found, row.measure, row.group, int(row.cohort)) for row in table.itertuples()
    ]
    numbers = table[["published", "tolerance", "synthetic"]].astype(float)
    table[["published", "tolerance", "synthetic"]] = numbers
    table["difference"] = table["synthetic"] - table["published"]
    # Whole half points compare as written: 0.1 + 0.2 is no miss of 0.3.
    table["within"] = table["difference"].abs().round(6) <= table["tolerance"]
    return table[COLUMNS]


def released(table: pd.DataFrame) -> pd.DataFrame:
    """Return the calibration table as it leaves: made figures rounded to two decimals."""
    numbers = table[["synthetic", "difference"]].apply(pd.to_numeric)
    return table.assign(**numbers.round(2))


def figures(pupils: pd.DataFrame) -> Figures:
    """Return every figure of one cohort by (measure, group): percentages, scores and levels.

    `pupils` is PUPILS. Reconsideration and first advices count regular schools (bo) alone, as CBS
    does; the other figures everybody with what they need.
    """
    advice = levels.advice_table(UNVERIFIED)
    regular = pupils[pupils["school_type"] == "bo"]
    leveled = pupils.assign(
        initial=levels.level(pupils["initial_advice"], advice),
        test=levels.level(pupils["test_advice"], advice),
        final=levels.level(pupils["adjusted_advice"].fillna(pupils["initial_advice"]), advice),
    )
    return {
        **_first_advices(regular, advice),
        **_reconsidered(regular),
        **_whole_levels(leveled),
        **_scores(leveled),
        **_test_advices(pupils, advice),
        **_unexpected(leveled),
    }


def _first_advices(regular: pd.DataFrame, advice: pd.DataFrame) -> Figures:
    category = regular["initial_advice"].map(advice["category"])
    category = category[category.notna() & (category != levels.NO_ADVICE)]
    groups = levels.first_advice_group(category, UNVERIFIED)
    shares = 100 * groups.value_counts() / len(category)
    table = reference.read("first_advice_groups", UNVERIFIED).set_index("group")["kind"]
    double = shares[table.reindex(shares.index) == "double"].sum()
    by_group = {("first_advice", group): float(share) for group, share in shares.items()}
    return by_group | {("first_advice", "double"): float(double)}


def _reconsidered(regular: pd.DataFrame) -> Figures:
    """Return the project's own shares of eligible and adjusted, in percent, by first advice."""
    codes = ["initial_advice", "test_advice", "adjusted_advice"]
    counts = regular.groupby(["cohort", *codes], dropna=False).size().rename("n").reset_index()
    cells = schemas.empty_columns(schemas.CELLS, len(counts))
    cells = cells.assign(**{name: counts[name].array for name in counts}, source="synthetic")
    table = reconsideration(cells, [[], ["first_advice_group"]], "school", UNVERIFIED)
    table = table[table["status"] == "ok"]
    keys = zip(table["indicator"], table["first_advice_group"], strict=True)
    return dict(zip(keys, 100 * table["estimate"].astype(float), strict=True))


def _whole_levels(leveled: pd.DataFrame) -> Figures:
    compared = levels.compare_whole_level(leveled["initial"].array, leveled["test"].array)
    compared = compared[~np.isnan(compared)]
    if not len(compared):
        return {}
    return {
        ("whole_level", "under"): 100 * float((compared == -1).mean()),
        ("whole_level", "over"): 100 * float((compared == 1).mean()),
    }


def _scores(leveled: pd.DataFrame) -> Figures:
    """Return the CET's mean and ceiling, and counts of final advices at score 549."""
    cet = leveled[(leveled["test_provider"] == "CET").fillna(False)]
    if cet.empty:
        return {}
    found = {
        ("cet", "mean"): float(cet["test_score"].mean()),
        ("cet", "at_550"): 100 * float((cet["test_score"] == 550).mean()),
    }
    high = cet[(cet["test_score"] == 549) & cet["final"].notna()]
    for group in ("wo", "le_mbo1"):
        final = high.loc[high["parental_education"] == group, "final"]
        found |= {("n_549", group): float(len(final)), ("k_549", group): float((final < 6).sum())}
    return found


def _test_advices(pupils: pd.DataFrame, advice: pd.DataFrame) -> Figures:
    test = pupils.loc[pupils["test_advice"].notna(), ["test_provider", "test_advice"]]
    category = test["test_advice"].map(advice["category"])
    everybody = 100 * category.value_counts(normalize=True)
    cet = 100 * category[test["test_provider"] == "CET"].value_counts(normalize=True)
    found = {("test_advice", name): float(share) for name, share in everybody.items()}
    return found | {("cet_test_advice", name): float(share) for name, share in cet.items()}


def _unexpected(leveled: pd.DataFrame) -> Figures:
    """Return by COROP area and urbanity the level above what the score lets expect.

    Expected = mean level of the first advice of all pupils with that score at that provider; and
    by urbanity also the shares one level or more under and over the test advice.
    """
    rows = leveled[leveled["test_score"].notna() & leveled["initial"].notna()]
    if rows.empty:
        return {}
    expected = rows.groupby(["test_provider", "test_score"])["initial"].transform("mean")
    above = rows["initial"] - expected
    found = _by(above, rows["corop"], "above_expected_corop")
    found |= _by(above, rows["urbanity"], "above_expected_urbanity")
    difference = rows["initial"] - rows["test"]
    found |= _by(100.0 * (difference >= 1), rows["urbanity"], "over_urbanity")
    return found | _by(100.0 * (difference <= -1), rows["urbanity"], "under_urbanity")


def _by(values: pd.Series, groups: pd.Series, measure: str) -> Figures:
    means = values.groupby(groups).mean()
    return {(measure, str(group)): float(mean) for group, mean in means.items()}


def _value(found: Mapping[int, Figures], measure: str, group: str, cohort: int) -> float:
    """Return a target's value; NaN where its cohort was not made."""
    combined = {
        "below_vwo_at_549": _below_vwo,
        "corop_side": _corop_side,
        "urban_side": _urban_side,
        "urban_growth": _urban_growth,
        "truth": _truth,
        "vwo_class_at_545": calibration_years.vwo_class_at_545,
    }
    if measure in combined:
        return combined[measure](found, group, cohort)
    return found.get(cohort, {}).get((measure, group), np.nan)


def _truth(found: Mapping[int, Figures], group: str, cohort: int) -> float:
    """Return what no register holds, in percent, from the committed truth of the model.

    Raises DataError where the truth was made with other parameters.
    """
    return 100 * truth.check_truth()[str(cohort)][group]["value"]


def _below_vwo(found: Mapping[int, Figures], group: str, cohort: int) -> float:
    counts = [
        np.array([found[year]["k_549", group], found[year]["n_549", group]])
        for year in calibration_years.WITH_CET
        if year in found
    ]
    below, total = np.sum(counts, axis=0) if counts else (np.nan, np.nan)
    return 100 * below / total if total else np.nan


def _corop_side(found: Mapping[int, Figures], group: str, cohort: int) -> float:
    """Return the sign of how far a COROP area's first advices lie above the expected level."""
    return float(np.sign(found.get(cohort, {}).get(("above_expected_corop", group), np.nan)))


def _urban_side(found: Mapping[int, Figures], group: str, cohort: int) -> float:
    """Return the sign of the densest class minus the least dense, in over or under advice."""
    here = found.get(cohort, {})
    ends = [here.get((f"{group}_urbanity", place), np.nan) for place in ("1", "5")]
    return float(np.sign(ends[0] - ends[1]))


def _urban_growth(found: Mapping[int, Figures], group: str, cohort: int) -> float:
    """Return the sign of the growth of urban minus rural, from the first to the last cohorts."""
    early, late = (np.mean([_urban_gap(found, year) for year in years]) for years in (EARLY, LATE))
    return float(np.sign(late - early))


def _urban_gap(found: Mapping[int, Figures], cohort: int) -> float:
    here = found.get(cohort, {})
    ends = [here.get(("above_expected_urbanity", place), np.nan) for place in ("1", "5")]
    return ends[0] - ends[1]
