"""Score curves once more, one pupil at a time and without the package."""

import math

from oracles import advice_by_hand as by_hand

LOWEST = {"at_least_havo": 5.0, "at_least_vwo": 6.0}


def point_of(pupil, stratum, by):
    """Where a pupil stands on the curve: (provider, score), None without a score."""
    if stratum is None:
        return None
    if by == "score_curves":
        return pupil["test_provider"], float(math.floor(pupil["test_score"] + 0.5))
    return "total", 5.0 * stratum[2] - 2.5


def is_of(pupil, cohort):
    return cohort in ("total", pupil["cohort"])


def points(pupils, strata, by, indicator, base, cohort):
    """By (provider, score, group): [k, n, schools, schools in k, schools in the rest]."""
    found = {}
    for pupil, stratum in zip(pupils, strata, strict=True):
        level = by_hand.LEVEL.get(by_hand.advice_of(pupil, base))
        at = point_of(pupil, stratum, by)
        if not is_of(pupil, cohort) or at is None or level is None:
            continue
        yes = level >= LOWEST[indicator]
        for group in (pupil["parental_education"], "total"):
            cell = found.setdefault((*at, group), [0, 0, set(), set(), set()])
            cell[0] += yes
            cell[1] += 1
            for schools in (cell[2], cell[3 if yes else 4]):
                schools.add(pupil["school_id"])
    return found


def standard_error(pupils, strata, cell, indicator, base, cohort, minus=None):
    """The clustered error of a share, or of its difference with another cell, from residuals.

    Cells are (table, provider, score, group).
    """
    influence, schools = {}, set()
    for sign, each in ((1, cell), (-1, minus)):
        if each is None:
            continue
        by, *place, group = each
        rows = []
        for pupil, stratum in zip(pupils, strata, strict=True):
            level = by_hand.LEVEL.get(by_hand.advice_of(pupil, base))
            at = point_of(pupil, stratum, by)
            mine = group in ("total", pupil["parental_education"])
            if is_of(pupil, cohort) and mine and level is not None and at == tuple(place):
                rows.append((pupil["school_id"], float(level >= LOWEST[indicator])))
        share = sum(yes for _, yes in rows) / len(rows)
        for school, yes in rows:
            influence[school] = influence.get(school, 0.0) + sign * (yes - share) / len(rows)
            schools.add(school)
    squared = sum(value**2 for value in influence.values())
    return math.sqrt(len(schools) / (len(schools) - 1) * squared) if len(schools) > 1 else None
