"""Bounds, shares without a test, reference levels and weights, one pupil at a time."""

import math
from itertools import accumulate

from oracles import advice_by_hand as by_hand

WITHOUT = ("exempt", "absent", "refused_by_school")
ORDER = ["below_1F", "1F", "1S", "2F"]


def extremes(known, unknown):
    """(lowest, highest) mean of known values and any of the unknown ones, with their sizes."""
    found = []
    for rising, pick in ((True, min), (False, max)):
        values = sorted(unknown, reverse=not rising)
        sums = [sum(known), *(sum(known) + more for more in accumulate(values))]
        means = [(total / (len(known) + i), i) for i, total in enumerate(sums)]
        best = pick(mean for mean, _ in means)
        found.append((best, len(known) + min(i for mean, i in means if mean == best)))
    return found


def unknown_education(pupils, cohort, group, definition, direction, base):
    """[(lowest, n), (highest, n)] of a group; None without pupils of its own."""
    values = {
        side: [
            by_hand.value_of(p, definition, direction, base)
            for p in pupils
            if p["cohort"] == cohort and p["parental_education"] == side
        ]
        for side in (group, "unknown")
    }
    values = {side: [v for v in held if v is not None] for side, held in values.items()}
    return extremes(values[group], values["unknown"]) if values[group] else None


def without_test(pupils, cohort, group, definition, direction, base):
    """[(k, n) lowest, (k, n) highest]: every test advice is tried for who has none."""
    k, n, could, more = 0, 0, 0, 0
    wanted = {"under": -1, "over": 1}[direction]
    for p in pupils:
        if p["cohort"] != cohort or group not in ("total", p["parental_education"]):
            continue
        value = by_hand.value_of(p, definition, direction, base)
        if value is not None:
            k, n = k + value, n + 1
        elif p["test_advice"] is None and p["test_status"] in WITHOUT:
            code = by_hand.advice_of(p, base)
            tried = [by_hand.compare(definition, code, test) for test in by_hand.TESTS]
            if any(each is not None for each in tried):
                more += 1
                could += wanted in tried
    return (k, n + more), (k + could, n + more)


def status(pupils, cohort, group, statuses):
    mine = [p for p in pupils if p["cohort"] == cohort]
    mine = [p for p in mine if group in ("total", p["parental_education"])]
    return sum(p["test_status"] in statuses for p in mine), len(mine)


def reaching(pupils, cohort, group, domain, level):
    mine = [
        ORDER.index(p[f"level_{domain}"])
        for p in pupils
        if p["cohort"] == cohort
        and group in ("total", p["parental_education"])
        and p[f"level_{domain}"] is not None
    ]
    return sum(each >= ORDER.index(level) for each in mine), len(mine)


def weighted(pupils, cohort, group, definition, direction, base):
    """(estimate, se, n, k) with weights; se from the schools' weighted residuals."""
    rows = [
        (p["school_id"], p["weight"], by_hand.value_of(p, definition, direction, base))
        for p in pupils
        if p["cohort"] == cohort
        and group in ("total", p["parental_education"])
        and p["weight"] is not None
        and p["weight"] > 0
    ]
    rows = [row for row in rows if row[2] is not None]
    mass = sum(w for _, w, _ in rows)
    estimate = sum(w * y for _, w, y in rows) / mass
    scores = {}
    for school, w, y in rows:
        scores[school] = scores.get(school, 0.0) + w * (y - estimate) / mass
    schools = len(scores)
    squared = sum(score**2 for score in scores.values())
    se = math.sqrt(schools / (schools - 1) * squared) if schools > 1 else None
    return estimate, se, len(rows), sum(y for *_, y in rows)
