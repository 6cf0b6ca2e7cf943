"""What the published definitions say of the years after group 8: who is in n and k of an indicator.

A pupil is a class in year 1 or none, an outcome of the third year, a first advice and a test
advice (docs/methods.md). As in `pupil_sets` every pupil there could be is written out once. What
splits pupils and is one of these facts is no group beside others: who is in a vwo class is in the
`n` of what became of them and in the `k` of `in_vwo_of_placed`.

Locations in the funnel are of a size and at a distance, and nothing else.
"""

import re
from functools import cache
from itertools import product

import numpy as np
from attack.pupil_sets import ADVICES, NO_TEST_IN, Definitions
from oracles import lower_years_by_hand as by_hand
from oracles.advice_by_hand import LEVEL

STARTS = ("left", "vso", "unknown", "other_grade")
OUTCOMES = ("left", "vso", "unknown", "repeating", "accelerated")
SHARED = ("under_of_placed", "over_of_placed", "mean_level")
FACTS = ("class_type", "class_kind", "discrepancy")
DISTANCES = ("far_below", "below", "within", "above", "far_above")
FUNNEL = re.compile(rf"(r[12])_({'|'.join(DISTANCES)})_of_locations_(\w+)")


def told_by(groups):
    """Split groups into those that are facts of a pupil here, and others."""
    told = sorted((name, value) for name, value in groups.items() if name in FACTS)
    facts = tuple((name, value) for name, value in told if value != "total")
    return facts, {name: value for name, value in groups.items() if name not in FACTS}


class Later:
    """The pupils in n and in k of an indicator, as marks on every pupil there could be."""

    def __init__(self, rules):
        tests = sorted({test for tests, _ in rules for test in tests}, key=str)
        profiles = list(product(ADVICES, tests))
        self.advised = _advised(profiles)
        self.discrepancies = np.array([_discrepancy(*each) for each in profiles], dtype=object)
        starts = [("placed", name) for name in by_hand.TYPES] + [(name, None) for name in STARTS]
        thirds = [("in_grade_3", name) for name in by_hand.TYPES]
        thirds += [(name, None) for name in OUTCOMES]
        cases = list(product(starts, thirds, ADVICES))
        self.counted = [_counted(*case) for case in cases]
        self.classes = np.array([class_ for (_, class_), *_ in cases], dtype=object)
        rows = [
            (case, profile)
            for case, (*_, first) in enumerate(cases)
            for profile, (other, _) in enumerate(profiles)
            if first == other
        ]
        self.case, self.profile = np.array(rows).T
        self.sets = cache(self._sets)

    def _sets(self, indicator, definition, base, adjustment, facts=()):
        """(who is in n, who is in k), or None for an indicator that isn't known here."""
        key = (indicator, definition, base, adjustment)
        if base == "final" or not any(key in each for each in self.counted):
            return None
        n = np.array([key in each for each in self.counted])
        k = np.array([each.get(key, False) for each in self.counted])
        told = np.logical_and.reduce(
            [np.ones(len(self.case), dtype=bool), *(self._fact(*fact) for fact in facts)]
        )
        return n[self.case] & told, k[self.case] & told

    def of_advice(self, indicator, definition, base, adjustment):
        """The same of an indicator of advice that first and test advice decide alone, else None.

        Everybody whose test status is counted is in its n.
        """
        if indicator == "without_test_of_all":
            return np.ones(len(self.case), dtype=bool), None
        if (base, adjustment) != ("initial", "raw") or indicator not in SHARED:
            return None
        found = self.advised.sets(indicator, definition, base, adjustment)
        return tuple(None if marks is None else marks[self.profile] for marks in found)

    def _fact(self, name, value):
        if name == "discrepancy":
            return (self.discrepancies == value)[self.profile]
        held = [_kind(class_) for class_ in self.classes] if name == "class_kind" else self.classes
        return (np.array(held, dtype=object) == value)[self.case]


def _counted(start, third, first):
    """What a pupil counts for who starts so, is there in the third year, and had this advice."""
    at = {"start": start[0], "class": start[1], "third": third[0], "position": third[1]}
    at |= {"switched": None, "stacked": None}
    pupil = {"initial_advice": first, "adjusted_advice": None, "test_advice": None}
    # Of a year without a test, classes aren't compared with it.
    return by_hand.counted(pupil | {"cohort": NO_TEST_IN}, at)


def _advised(profiles):
    """The definitions of advice on pairs of first and test advice."""
    first, test = (np.array(each, dtype=object) for each in zip(*profiles, strict=True))
    nothing = np.full(len(first), None, dtype=object)
    facts = {"first": first, "test": test, "adjusted": nothing, "scored": nothing == ""}
    return Definitions((), facts | {"status": nothing, "rule": nothing == ""})


def _discrepancy(first, test):
    if first not in LEVEL or test is None:
        return "unknown"
    apart = LEVEL[first] - LEVEL[test]
    if apart == 0:
        return "equal"
    return f"{'higher' if apart > 0 else 'lower'}_by_{'half' if abs(apart) < 1 else '1_or_more'}"


def _kind(name):
    if name is None:
        return "unknown"
    ends = by_hand.TYPES[name]
    if ends is None:
        return "off_scale"
    return {0: "homogeneous", 1: "dakpan"}.get(ends[1] - ends[0], "broad")


def funnel(names):
    """By name of a funnel's n or k the kinds of locations in it, and how many kinds there are."""
    bins = {name: FUNNEL.fullmatch(name[0]).groups() for name in names}
    wholes = sorted({(measure, size) for measure, _, size in bins.values()})
    kinds = [(measure, place, size) for measure, size in wholes for place in DISTANCES]
    found = {}
    for name, (measure, place, size) in bins.items():
        among = DISTANCES if name[-1] == "n" else (place,)
        found[name] = np.array([kinds.index((measure, each, size)) for each in among])
    return found, len(kinds)
