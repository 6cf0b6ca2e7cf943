"""Small released tables for the figures of the advice indicators, by hand."""

import numpy as np
import pandas as pd

from advieskloof import schemas

WHOLE = dict.fromkeys(schemas.SPLITS, schemas.TOTAL)
KINDS = schemas.empty_columns(schemas.ESTIMATES, 0).dtypes.to_dict()
SOUND = {
    "source": "mine",
    "public": False,
    "table": "figure",
    "indicator": "under_of_placed",
    "definition": "whole_level",
    "base": "initial",
    "adjustment": "raw",
    "region_of": "school",
    "cohort": "2022",
    "unit": "share",
    "n": 1000,
    "n_schools": 50,
    "status": "ok",
}
COHORTS = [str(year) for year in range(2014, 2025)]
EDUCATION = ("le_mbo1", "mbo2", "mbo34", "hbo", "wo", "unknown", "total")
DEFINITIONS = ("half_level", "whole_level", "no_overlap", "kansenkaart")
SUPPRESSED = {"status": "suppressed", "reason": "disclosure_control"}
NO_TEST = {"status": "not_defined", "reason": "no_test_that_year"}
UNCOVERED = {"status": "not_supported", "reason": "coverage_below_90_percent"}


def estimates(rows):
    """ESTIMATES of rows of what differs from SOUND; a row with a status has no numbers.

    `half` is half the width of the interval. The status of a released table may be newer than the
    schema of this checkout, so that nothing is validated.
    """
    table = pd.DataFrame([WHOLE | SOUND | row for row in rows])
    known = table["status"] == "ok"
    half = table.get("half", pd.Series(index=table.index, dtype=float)).fillna(0.01)
    table["estimate"] = table["estimate"].where(known)
    table = table.assign(lower=table["estimate"] - half, upper=table["estimate"] + half)
    table = table.assign(se=(half / 2).where(known), n=table["n"].where(known))
    table["n_schools"] = table["n_schools"].where(known)
    return table.reindex(columns=list(KINDS)).astype(KINDS)


def advice_by_cohort(lost=()):
    """Under and over by four definitions; `lost` are cohorts of which the first advice is gone."""
    rows = []
    for d, definition in enumerate(DEFINITIONS):
        for i, indicator in enumerate(("under_of_placed", "over_of_placed")):
            for base in ("initial", "final"):
                for c, cohort in enumerate(COHORTS):
                    share = 0.4 / (d + 1) + 0.02 * i - 0.005 * c - (0.03 if base == "final" else 0)
                    row = {"definition": definition, "indicator": indicator, "base": base}
                    row |= {"cohort": cohort, "estimate": share}
                    row |= NO_TEST if cohort == "2019" else {}
                    row |= SUPPRESSED if cohort in lost and base == "initial" else {}
                    rows.append(row)
    return estimates(rows)


def advice_by_education(lost=()):
    """Under and over of the latest cohort; `lost` are (class, adjustment) without a number."""
    rows = []
    for i, indicator in enumerate(("under_of_placed", "over_of_placed")):
        for g, group in enumerate(EDUCATION):
            for base in ("initial", "final"):
                for a, adjustment in enumerate(("raw", "standardised")):
                    share = 0.05 + 0.02 * g + 0.1 * i + 0.01 * a + 0.004 * (base == "final")
                    row = {"indicator": indicator, "base": base, "adjustment": adjustment}
                    row |= {"parental_education_five": group, "estimate": share, "half": 0.02}
                    rows.append(row | dict(lost).get((group, adjustment), {}))
    return estimates(rows)


def curves(provider, scores, lost=()):
    """Curves of one cohort; `lost` are (class, score) that are suppressed."""
    rows = []
    for i, indicator in enumerate(("at_least_havo", "at_least_vwo")):
        for g, group in enumerate(EDUCATION):
            for s, score in enumerate(scores):
                share = min(0.97, 0.05 + 0.8 * s / len(scores) + 0.02 * g - 0.03 * i)
                row = {"indicator": indicator, "definition": "level", "test_provider": provider}
                row |= {"parental_education_five": group, "score": score, "estimate": share}
                rows.append(row | (SUPPRESSED if (group, score) in lost else {}))
    return estimates(rows)


def score_curves(lost=()):
    return curves("CET", [float(score) for score in range(535, 551)], lost)


def score_curves_percentile(lost=()):
    return curves("total", [2.5 + 5 * band for band in range(20)], lost)


def urbanity_by_cohort(lost=()):
    """Level differences; `lost` are (class, cohort) that are suppressed."""
    rows = [{"cohort": "2019", "estimate": 0} | NO_TEST]
    for g, group in enumerate("12345"):
        for c, cohort in enumerate(year for year in COHORTS if year != "2019"):
            row = {"cohort": cohort, "urbanity": group, "estimate": 0.1 - 0.05 * g - 0.003 * c}
            rows.append(row | (SUPPRESSED if (group, cohort) in lost else {}))
    common = {"indicator": "level_difference", "definition": "level", "unit": "levels"}
    return estimates([common | {"adjustment": "standardised"} | row for row in rows])


def regions(lost=()):
    """Forty areas, their spread and test; `lost` are areas without a number."""
    rows = []
    for a, area in enumerate(schemas.COROP_AREAS):
        value = 0.2 * np.sin(7 * a)
        for adjustment, factor in (("standardised", 1), ("standardised_shrunken", 0.9)):
            row = {"corop": area, "adjustment": adjustment, "estimate": factor * value}
            row |= {"half": 0.05, "indicator": "level_difference", "unit": "levels"}
            rows.append(row | dict(lost).get(area, {}))
    for name, value, unit in (("sd", 0.08, "levels"), ("p", 0.0002, "share")):
        row = {"indicator": f"level_difference_regions_{name}", "estimate": value, "unit": unit}
        rows.append(row | {"adjustment": "standardised", "half": 0})
    return estimates([{"cohort": "2022-2024", "definition": "level"} | row for row in rows])


def reconsideration_by_education(lost=()):
    """Eligible and adjusted by class and cohort; `lost` are (class, cohort) without a number."""
    rows = []
    for indicator, level in (("eligible_of_all", 0.5), ("adjusted_of_eligible", 0.6)):
        for g, group in enumerate(EDUCATION):
            for c, cohort in enumerate(COHORTS):
                row = {"indicator": indicator, "parental_education_five": group, "cohort": cohort}
                row |= {"estimate": level - 0.06 * g + 0.02 * c, "definition": "half_level"}
                if cohort == "2019":
                    row |= NO_TEST | {"parental_education_five": "total"}
                rows.append(row | (SUPPRESSED if (group, cohort) in lost else {}))
    return estimates(rows).drop_duplicates(ignore_index=True)


def corop_map(lost=()):
    """Under, over and the level of forty areas; `lost` are areas without a number."""
    rows = []
    for a, area in enumerate(schemas.COROP_AREAS):
        share = {"estimate": 0.15 + 0.05 * np.sin(3 * a), "adjustment": "raw"}
        level = {"indicator": "level_difference", "definition": "level", "unit": "levels"}
        level |= {"estimate": 0.2 * np.sin(7 * a), "adjustment": "standardised"}
        over = share | {"indicator": "over_of_placed"}
        rows += [each | {"corop": area} | dict(lost).get(area, {}) for each in (share, over, level)]
    return estimates([{"cohort": "2022-2024"} | row for row in rows])


def multiverse(lost=()):
    """Gaps in three units; `lost` are (definition, adjustment) without a number."""
    rows = []
    for b, base in enumerate(("initial", "final")):
        for d, definition in enumerate(DEFINITIONS):
            for a, adjustment in enumerate(("raw", "at_risk", "standardised")):
                gap = 0.2 / (d + 1) + 0.01 * a - 0.05 * b
                row = {"definition": definition, "adjustment": adjustment, "estimate": gap}
                rows.append(row | {"base": base} | dict(lost).get((definition, adjustment), {}))
        for unit, scale, kind in (("levels", 0.1, "level"), ("points", 1.5, "isled")):
            for name, definition, adjustment, gap in (
                (f"mean_{kind}", kind, "raw", -9),
                (f"{kind}_difference", kind, "standardised", -5),
                (f"mean_{kind}", kind, "standardised", -5),
                ("difference_of_placed", "expected", "raw", -4),
            ):
                row = {"indicator": name, "definition": definition, "adjustment": adjustment}
                row |= {"unit": unit, "base": base, "estimate": scale * (gap + b), "half": 0.01}
                rows.append(row)
    common = {
        "parental_education_five": "le_mbo1",
        "reference": "minus parental_education_five=wo",
        "n": 5000,
    }
    return estimates([common | row for row in rows])


def adjusted_gaps(lost=()):
    """Gaps in levels from wo in four steps; `lost` are (class, step) without a number."""
    rows = []
    steps = ("raw", "modelled_score", "modelled_score_place", "modelled_within_schools")
    for g, group in enumerate(("le_mbo1", "mbo2", "mbo34", "hbo", "unknown")):
        for s, step in enumerate(steps):
            gap = -0.3 * (5 - g) / (1 + 2 * (s > 0)) + 0.011 * s
            row = {"parental_education_five": group, "adjustment": step, "estimate": gap}
            rows.append(row | dict(lost).get((group, step), {}))
    common = {"indicator": "mean_level", "definition": "level", "unit": "levels"}
    common |= {"reference": "minus parental_education_five=wo"}
    return estimates([common | row for row in rows])


# By figure: the table with every number, and one with much of it gone.
TABLES = {
    "advice_by_cohort": (
        advice_by_cohort(),
        advice_by_cohort(lost=("2014", "2016", "2021", "2024")),
    ),
    "advice_by_education": (
        advice_by_education(),
        advice_by_education(
            {
                ("le_mbo1", "standardised"): UNCOVERED,
                ("le_mbo1", "raw"): SUPPRESSED,
                ("hbo", "standardised"): SUPPRESSED,
            }.items()
        ),
    ),
    "score_curves": (
        score_curves(),
        score_curves(
            [("le_mbo1", float(score)) for score in range(535, 551)]
            + [("wo", 540.0), ("wo", 549.0), ("mbo2", 550.0), ("mbo2", 549.0)]
        ),
    ),
    "score_curves_percentile": (
        score_curves_percentile(),
        score_curves_percentile([("hbo", 52.5), ("hbo", 62.5), ("unknown", 97.5)]),
    ),
    "urbanity_by_cohort": (
        urbanity_by_cohort(),
        urbanity_by_cohort([("1", "2016"), ("5", "2024"), ("5", "2014"), ("3", "2022")]),
    ),
    "reconsideration_by_education": (
        reconsideration_by_education(),
        reconsideration_by_education([("le_mbo1", "2016"), ("wo", "2024"), ("hbo", "2014")]),
    ),
    "corop_map": (corop_map(), corop_map([("CR01", SUPPRESSED), ("CR17", UNCOVERED)])),
    "regions": (regions(), regions([("CR01", SUPPRESSED), ("CR17", UNCOVERED)])),
    "multiverse": (
        multiverse(),
        multiverse(
            {("half_level", "raw"): SUPPRESSED, ("kansenkaart", "at_risk"): UNCOVERED}.items()
        ),
    ),
    "adjusted_gaps": (
        adjusted_gaps(),
        adjusted_gaps(
            {
                ("mbo2", "raw"): SUPPRESSED,
                ("mbo2", "modelled_score"): SUPPRESSED,
                ("hbo", "modelled_within_schools"): UNCOVERED,
            }.items()
        ),
    ),
}


def wholly_suppressed(table):
    """A table with every number that was there suppressed."""
    table = table.copy()
    known = table["status"] == "ok"
    for column in schemas.NUMBERS:
        table[column] = table[column].mask(known)
    table["status"] = table["status"].mask(known, SUPPRESSED["status"])
    table["reason"] = table["reason"].mask(known, SUPPRESSED["reason"])
    return table
