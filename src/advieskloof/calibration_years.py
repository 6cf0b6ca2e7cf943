"""Figures of the lower secondary years as the calibration table asks for them: class, move, level.

Counted on PUPILS and PLACES (places.place), so as a user would count them.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from advieskloof import levels, positions
from advieskloof.sources.synthetic.equal_scores import ALONE, MIXED, vwo_ratio

UNVERIFIED = {"advice_levels": ["pro_vmbo_bb"]}
Figures = dict[tuple[str, str], float]
# Cohorts with a CET: pupils at one score are taken together, so that there are enough of them.
WITH_CET = (2014, 2015, 2016, 2017, 2018, 2020, 2021, 2022)


def figures(pupils: pd.DataFrame, places: pd.DataFrame) -> Figures:
    """Return every figure of one cohort by (measure, group): percentages, counts and a ratio.

    `pupils` is PUPILS and `places` PLACES of the same pupils, in any order. A cohort whose third
    year isn't known yet has only figures of year 1.
    """
    columns = ["pupil_id", "start", "class_type", "third_year", "position"]
    rows = pupils.merge(places[columns], on="pupil_id", validate="one_to_one")
    placed = rows[rows["start"] == "placed"]
    found = _shares(placed["class_type"], "class_type") | _by_score(placed)
    if placed.empty or (placed["third_year"] == "not_yet_observed").all():
        return found
    third = rows[rows["third_year"] == "in_grade_3"]
    found |= _shares(third["position"], "position") | _moves(placed)
    return found | _given_advice(third) | _vwo_ratio(third)


def _shares(column: pd.Series, measure: str) -> Figures:
    shares = 100 * column.value_counts(normalize=True)
    return {(measure, str(group)): float(share) for group, share in shares.items()}


def _by_score(placed: pd.DataFrame) -> Figures:
    """Return shares in havo/vwo classes at the top and at vmbo-gt level, counts at 545: CET."""
    cet = placed[(placed["test_provider"] == "CET").fillna(False)]
    if cet.empty:
        return {}
    category = cet["test_advice"].map(levels.advice_table(UNVERIFIED)["category"])
    mixed = cet["class_type"] == MIXED
    found = {
        ("class_at_550", MIXED): 100 * float(mixed[cet["test_score"] == 550].mean()),
        ("class_at_gt", MIXED): 100 * float(mixed[category == "vmbo_gt"].mean()),
    }
    at_545 = cet[cet["test_score"] == 545]
    for group in ("wo", "le_mbo1"):
        alone = at_545.loc[at_545["parental_education"] == group, "class_type"] == ALONE
        found |= {("n_545", group): float(len(alone)), ("k_545", group): float(alone.sum())}
    return found


def _ends(types: pd.Series) -> pd.DataFrame:
    table = positions.class_types({})[["lowest", "highest", "level"]]
    return table.reindex(types).set_index(types.index)


def _moves(placed: pd.DataFrame) -> Figures:
    """Return moves by the interval rule as CBS counts them, and by the half-level rule.

    CBS counts everybody who started; who repeats or is ahead is at the level of year 1 there. By
    half levels: of those in grade 3.
    """
    there = placed["third_year"] == "in_grade_3"
    lost = placed["third_year"].isin(["left", "vso", "unknown"])
    start, end = _ends(placed["class_type"]), _ends(placed["position"])
    up, down = end["lowest"] > start["highest"], end["highest"] < start["lowest"]
    off = (end["level"] - start["level"])[there].abs()
    return {
        ("moves", "up"): 100 * float(up.mean()),
        ("moves", "down"): 100 * float(down.mean()),
        ("moves", "same"): 100 * float((~up & ~down & ~lost).mean()),
        ("moves", "unknown"): 100 * float(lost.mean()),
        ("half_level", "same"): 100 * float((off == 0).mean()),
        ("half_level", "whole"): 100 * float((off >= 1).mean()),
    }


def _given_advice(third: pd.DataFrame) -> Figures:
    """Return moves where first advice and test advice agree, and who ends below a raised advice."""
    table = levels.advice_table(UNVERIFIED)
    first, test, adjusted = (
        levels.level(third[f"{name}_advice"], table) for name in ("initial", "test", "adjusted")
    )
    start, end = _ends(third["class_type"]), _ends(third["position"])
    agree = (first == test) & start["level"].notna().to_numpy()
    lowest = levels.interval(third["adjusted_advice"], table)[0]
    raised = adjusted > first
    found = {
        ("moves_of_agreeing", "up"): (end["lowest"] > start["highest"])[agree],
        ("moves_of_agreeing", "down"): (end["highest"] < start["lowest"])[agree],
        ("below_final", "raised"): (end["highest"] < lowest)[raised],
    }
    return {key: 100 * float(held.mean()) for key, held in found.items() if len(held)}


def _vwo_ratio(third: pd.DataFrame) -> Figures:
    cet = third[(third["test_provider"] == "CET").fillna(False)]
    rows = pd.DataFrame(
        {
            "score": cet["test_score"],
            "started": cet["class_type"],
            "vwo": cet["position"] == ALONE,
        }
    )
    return {("vwo_ratio", "total"): vwo_ratio(rows)}


def vwo_class_at_545(found: Mapping[int, Figures], group: str, cohort: int) -> float:
    """Return the percentage in a vwo class at CET 545, WITH_CET together whatever the cohort.

    NaN where none of them was made.
    """
    made = [found[year] for year in WITH_CET if ("n_545", group) in found.get(year, {})]
    total = sum(counts["n_545", group] for counts in made)
    return 100 * sum(counts["k_545", group] for counts in made) / total if total else np.nan
