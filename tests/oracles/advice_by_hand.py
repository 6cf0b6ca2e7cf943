"""The advice indicators once more, from the definitions of design 2.1-2.7, one pupil at a time.

Slow and plain on purpose, and without the package: what it says is what a careful reader of the
definitions would compute with a pencil. Pupils are dictionaries.
"""

import math
from collections import defaultdict

LEVEL = {
    "10": 1.0, "11": 1.5, "20": 2.0, "21": 2.0, "22": 2.5, "23": 2.5, "30": 3.0, "31": 3.0,
    "32": 3.5, "33": 3.5, "34": 3.5, "35": 3.5, "40": 4.0, "41": 4.0, "42": 4.0, "43": 4.0,
    "50": 4.0, "51": 4.0, "44": 4.5, "52": 4.5, "60": 5.0, "61": 5.5, "70": 6.0,
}  # fmt: skip
WIDE = {"24": (2, 4), "28": (2, 5)}
# Advice codes and the test advices that agree with them, as published by kansenkaart.
AGREEING = {
    "01": "10 11", "10": "10 11 20", "20": "20 22 30", "21": "20 22 30",
    "22": "20 22 30 34", "23": "20 22 30 34", "30": "20 22 30 34", "31": "20 22 30 34",
    "32": "22 30 34 42", "33": "22 30 34 42", "34": "22 30 34 42", "35": "22 30 34 42",
    "40": "22 30 34 42", "41": "22 30 34 42", "42": "34 42 44", "43": "34 42 44",
    "44": "34 42 44", "50": "34 42 44", "51": "34 42 44", "52": "42 44 60", "60": "44 60 61",
    "61": "60 61 70", "70": "61 70",
}  # fmt: skip
TESTS = ["10", "11", "20", "22", "30", "34", "42", "44", "60", "61", "70"]
NONE = (None, "0", "80")
DEFINITIONS = ("half_level", "whole_level", "no_overlap", "kansenkaart")
WITHOUT_TEST = (2019,)
FIVE = {"le_mbo1": "low", "mbo2": "middle", "mbo34": "middle", "hbo": "high", "wo": "high",
        "unknown": "unknown"}  # fmt: skip


def advice_of(pupil, base):
    if base == "final" and pupil["adjusted_advice"] not in NONE:
        return pupil["adjusted_advice"]
    return pupil["initial_advice"]


def interval(code):
    if code in WIDE:
        return WIDE[code]
    level = LEVEL.get(code)
    return None if level is None else (math.floor(level), math.ceil(level))


def compare(definition, code, test):
    """-1 under, 0, 1 over; None where the definition can't place the pupil."""
    if code in NONE or test is None:
        return None
    if definition == "kansenkaart":
        if code not in AGREEING:
            return None
        agreeing = [TESTS.index(each) for each in AGREEING[code].split()]
        place = TESTS.index(test)
        return 0 if place in agreeing else (-1 if place > max(agreeing) else 1)
    if definition == "no_overlap":
        mine, other = interval(code), interval(test)
        if mine is None or other is None:
            return None
        return -1 if mine[1] < other[0] else (1 if mine[0] > other[1] else 0)
    if code not in LEVEL or test not in LEVEL:
        return None
    difference = LEVEL[code] - LEVEL[test]
    step = {"half_level": 0.5, "whole_level": 1.0}[definition]
    return -1 if difference <= -step else (1 if difference >= step else 0)


def at_risk(definition, direction, test):
    """Whether some advice pro...vwo would count, given the test advice."""
    wanted = {"under": -1, "over": 1}[direction]
    codes = [code for code in LEVEL if definition != "kansenkaart" or code in AGREEING]
    return any(compare(definition, code, test) == wanted for code in codes)


def scored(pupil):
    return pupil["test_score"] is not None and pupil["test_provider"] is not None \
        and pupil["cohort"] not in WITHOUT_TEST  # fmt: skip


def with_bands(pupils):
    """Each pupil's stratum (provider, cohort, band), None without a score."""
    lists = defaultdict(list)
    for pupil in pupils:
        if scored(pupil):
            lists[pupil["test_provider"], pupil["cohort"]].append(pupil["test_score"])
    found = []
    for pupil in pupils:
        if not scored(pupil):
            found.append(None)
            continue
        scores = lists[pupil["test_provider"], pupil["cohort"]]
        below = sum(score < pupil["test_score"] for score in scores)
        at = sum(score == pupil["test_score"] for score in scores)
        # floor(20 (below + at / 2) / n) + 1, in whole numbers
        band = 20 * (2 * below + at) // (2 * len(scores)) + 1
        found.append((pupil["test_provider"], pupil["cohort"], band))
    return found


def value_of(pupil, definition, direction, base):
    """What the pupil counts for, or None where not placed."""
    code = advice_of(pupil, base)
    if definition == "level":
        return LEVEL.get(code)
    if pupil["cohort"] in WITHOUT_TEST:
        return None
    outcome = compare(definition, code, pupil["test_advice"])
    if outcome is None:
        return None
    return float(outcome == {"under": -1, "over": 1}[direction])


def raw(pupils, group, definition, direction, base, risk=False):
    """(k, n, schools, schools in k, schools in n - k) among a group's placed pupils."""
    k, n, schools = 0, 0, (set(), set(), set())
    for pupil, mine in zip(pupils, group, strict=True):
        value = value_of(pupil, definition, direction, base)
        if not mine or value is None:
            continue
        if risk and not at_risk(definition, direction, pupil["test_advice"]):
            continue
        k, n = k + value, n + 1
        schools[0].add(pupil["school_id"])
        schools[1 if value else 2].add(pupil["school_id"])
    return k, n, *map(len, schools)


def standardised(pupils, strata, group, definition, direction, base, region=None):
    """(estimate, coverage, n, k, national value on the same strata and weights).

    region : marks the pupils of the group's region, of any group; None with national weights.
    """
    placed = [
        (pupil, stratum, mine, here, value_of(pupil, definition, direction, base))
        for pupil, stratum, mine, here in zip(
            pupils, strata, group, region or [True] * len(pupils), strict=True
        )
    ]
    placed = [each for each in placed if each[1] is not None and each[4] is not None]
    national, cells, here_by, by_pair = (defaultdict(list) for _ in range(4))
    for _, stratum, mine, here, value in placed:
        pair = stratum[:2]
        national[stratum].append(value)
        by_pair[pair].append(value)
        if here:
            here_by[pair].append(value)
        if mine:
            cells[stratum].append(value)
    weights = {}
    for stratum, values in national.items():
        pair = stratum[:2]
        if region is None:
            weights[stratum] = len(values)
        else:
            weights[stratum] = len(here_by[pair]) * len(values) / len(by_pair[pair])
    total = sum(weights.values())
    held = sum(weights[stratum] for stratum in cells)
    n = sum(len(values) for values in cells.values())
    k = sum(sum(values) for values in cells.values())
    if not n or not held:
        return None, 0.0, n, k, None
    mean = lambda values: sum(values) / len(values)  # noqa: E731
    estimate = sum(weights[s] * mean(values) for s, values in cells.items()) / held
    reference = sum(weights[s] * mean(national[s]) for s in cells) / held
    return estimate, held / total, n, k, reference


def expected(pupils, strata, base):
    """Each pupil's level minus the mean level of all at the same score; None where not placed."""
    placed = [
        (i, pupil["test_provider"], pupil["cohort"], pupil["test_score"], strata[i],
         LEVEL[advice_of(pupil, base)])
        for i, pupil in enumerate(pupils)
        if strata[i] is not None and advice_of(pupil, base) in LEVEL
    ]  # fmt: skip
    points, sizes = defaultdict(set), defaultdict(int)
    for _, provider, cohort, score, _, _ in placed:
        points[provider, cohort].add(score)
        sizes[provider, cohort] += 1
    cells = defaultdict(list)
    cell_of = {}
    for i, provider, cohort, score, stratum, level in placed:
        pair = provider, cohort
        few = sizes[pair] / len(points[pair]) < 100
        cell_of[i] = stratum if few else (provider, cohort, score)
        cells[cell_of[i]].append(level)
    found = [None] * len(pupils)
    for i, *_, level in placed:
        values = cells[cell_of[i]]
        found[i] = level - sum(values) / len(values)
    return found
