"""Small released tables for the figures of the lower secondary years and of schools, by hand."""

from figure_tables import COHORTS, EDUCATION, NO_TEST, SUPPRESSED, estimates

YEAR_3 = {"status": "not_defined", "reason": "not_yet_observed"}
DISCREPANCIES = (
    *("lower_by_1_or_more", "lower_by_half", "equal", "higher_by_half", "higher_by_1_or_more"),
    *("unknown", "total"),
)
TYPES = ("vmbo_gt", "vmbo_gt_havo", "vmbo_gt_to_vwo", "havo", "havo_vwo", "vwo")
OUTCOMES = ("up", "down", "repeating", "same", "left", "vso", "unknown", "accelerated")
PLACES = ("far_below", "below", "within", "above", "far_above")
SIZES = ("1_to_99", "100_to_199", "200_to_399", "400_or_more")
CLASS = {"definition": "class", "n": 2500}


def placement_by_score(lost=()):
    """Six types of class at 21 scores; `lost` are (type, score) that are suppressed."""
    rows = []
    for t, name in enumerate(TYPES):
        for score in range(530, 551):
            weight = 1 + (score - 529) * t / 20
            row = {"indicator": f"in_{name}_of_placed", "score": float(score), **CLASS}
            row |= {"test_provider": "CET", "estimate": 0.045 * weight, "half": 0.002}
            rows.append(row | (SUPPRESSED if (name, score) in lost else {}))
    return estimates(rows)


def placement_by_cohort(lost=()):
    """Three kinds of class by cohort; `lost` are (class of urbanity, kind, cohort)."""
    rows = []
    for k, kind in enumerate(("homogeneous", "dakpan", "broad")):
        for g, group in enumerate(("total", *"12345")):
            for c, cohort in enumerate(COHORTS):
                share = 0.46 - 0.13 * k + 0.004 * g + 0.003 * c
                row = {"indicator": f"class_{kind}_of_placed", "cohort": cohort, **CLASS}
                row |= {"urbanity": group, "estimate": share}
                rows.append(row | (SUPPRESSED if (group, kind, cohort) in lost else {}))
    return estimates(rows)


def vwo_class_by_education(lost=()):
    """A vwo class at 545; `lost` are classes of education without a number."""
    rows = [
        {"parental_education_five": group, "estimate": 0.21 + 0.06 * g, "half": 0.05, **CLASS}
        | {"indicator": "in_vwo_of_placed", "test_provider": "CET", "score": 545.0}
        | dict(lost).get(group, {})
        for g, group in enumerate(EDUCATION)
    ]
    return estimates(rows)


def moves_by_education(lost=()):
    """Eight outcomes; `lost` are (class, outcome) without a number."""
    rows = []
    for o, outcome in enumerate(OUTCOMES):
        for g, group in enumerate(EDUCATION):
            share = 0.801 + 0.01 * g if outcome == "same" else 0.07 / (o + 1) + 0.003 * g
            row = {"indicator": f"{outcome}_of_placed", "definition": "interval"}
            row |= {"parental_education_five": group, "estimate": share, "half": 0.002}
            rows.append(row | dict(lost).get((group, outcome), {}))
    return estimates(rows)


def moves_by_discrepancy(lost=()):
    """Up, down and same from the first advice; `lost` are classes without a number."""
    rows = []
    for outcome in ("up", "same", "down"):
        for d, group in enumerate(DISCREPANCIES):
            share = {"up": 0.28 - 0.04 * d, "down": 0.02 + 0.04 * d, "same": 0.7}[outcome]
            row = {"indicator": f"{outcome}_from_advice_of_compared", "definition": "interval"}
            rows.append(row | {"discrepancy": group, "estimate": share} | dict(lost).get(group, {}))
    return estimates(rows)


def year_3_by_class_type(lost=()):
    """Havo and vwo in the third year at ten scores; `lost` are (type, score) suppressed."""
    rows = []
    for indicator, slope in (("havo", -0.03), ("vwo", 0.05)):
        for t, name in enumerate(("vmbo_gt_to_vwo", "havo_vwo", "vwo")):
            for s, score in enumerate(range(538, 548)):
                row = {"indicator": f"in_{indicator}_in_year_3_of_placed", "score": float(score)}
                row |= {"definition": "position", "class_type": name, "test_provider": "CET"}
                row |= {"estimate": 0.4 - 2 * slope + slope * s + 0.04 * t, "half": 0.03}
                rows.append(row | (SUPPRESSED if (name, score) in lost else {}))
    return estimates(rows)


def r1_funnel(lost=()):
    """Shares of locations in bins; `lost` are sizes that are suppressed."""
    rows = []
    for s, size in enumerate(SIZES):
        for p, place in enumerate(PLACES):
            far = abs(p - 2)
            share = (0.9 - 0.1 * s, 0.04 + 0.03 * s, 0.01 + 0.02 * s)[far] - 0.002 * p
            row = {"indicator": f"r1_{place}_of_locations_{size}", "definition": "r1"}
            row |= {"estimate": share, "cohort": "2023-2025", "n_schools": 30 * (s + 1)}
            row |= {"half": float("nan"), "reason": "all_locations_counted"}
            rows.append(row | (SUPPRESSED if size in lost else {}))
    return estimates(rows).assign(se=float("nan"), lower=float("nan"), upper=float("nan"))


def variance_shares(lost=()):
    """Variance between schools and regions; `lost` are (step, cohort) that are suppressed."""
    rows = []
    for of, top in (("schools", 0.17), ("regions", 0.013)):
        for step, factor in (("modelled", 1.0), ("modelled_score_pupils", 0.31)):
            for c, cohort in enumerate(COHORTS):
                row = {"indicator": f"level_variance_between_{of}", "adjustment": step}
                row |= {"cohort": cohort, "estimate": top * factor * (1 + 0.01 * c)}
                row |= {"definition": "level", "reason": "no_error_of_a_variance"}
                row |= NO_TEST if cohort == "2019" and step != "modelled" else {}
                rows.append(row | (SUPPRESSED if (step, cohort) in lost else {}))
    return estimates(rows).assign(se=float("nan"), lower=float("nan"), upper=float("nan"))


# By figure: the table with every number, and one with much of it gone.
LOWER_TABLES = {
    "placement_by_score": (
        placement_by_score(),
        placement_by_score([("vwo", 530), ("vmbo_gt", 549), ("vmbo_gt", 550), ("havo", 550)]),
    ),
    "placement_by_cohort": (
        placement_by_cohort(),
        placement_by_cohort([("total", "broad", "2016"), ("3", "dakpan", "2024")]),
    ),
    "vwo_class_by_education": (
        vwo_class_by_education(),
        vwo_class_by_education({"le_mbo1": SUPPRESSED, "unknown": SUPPRESSED}.items()),
    ),
    "moves_by_education": (
        moves_by_education(),
        moves_by_education(
            {("le_mbo1", "vso"): SUPPRESSED, ("unknown", "accelerated"): SUPPRESSED}.items()
        ),
    ),
    "moves_by_discrepancy": (
        moves_by_discrepancy(),
        moves_by_discrepancy({"equal": SUPPRESSED, "unknown": SUPPRESSED}.items()),
    ),
    "year_3_by_class_type": (
        year_3_by_class_type(),
        year_3_by_class_type([("vwo", 540), ("vmbo_gt_to_vwo", 547), ("havo_vwo", 545)]),
    ),
    "r1_funnel": (r1_funnel(), r1_funnel(["1_to_99"])),
    "variance_shares": (
        variance_shares(),
        variance_shares([("modelled", "2016"), ("modelled_score_pupils", "2024")]),
    ),
}
