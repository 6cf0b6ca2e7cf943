"""What the published definitions say about a pupil: who is in the n and the k of an indicator.

A pupil is a row of facts (first and adjusted advice, test advice, has a score, test status). Every
pupil there could be is written out once; a count of a release is then a count of some of these
rows. So each relation between counts (nested, equal, complementary) follows from the definitions
(docs/methods.md, docs/data-dictionary.md) and none is written down by hand.
"""

from functools import cache
from itertools import product

import numpy as np
from oracles.advice_by_hand import AGREEING, LEVEL, TESTS, at_risk, compare

NO_ADVICE, VSO = "0", "01"
NO_TEST = ("exempt", "absent", "refused_by_school", "unknown", "no_test_that_year")
WITHOUT_TEST = ("exempt", "absent", "refused_by_school")
DEFINITIONS = ("half_level", "whole_level", "no_overlap", "kansenkaart")
SIGN = {"under": -1, "over": 1}
# From 2018/19 every test advice but vwo is double (docs/methods.md).
DOUBLE_TESTS = ("11", "22", "34", "44", "61", "70")
RULE_FROM = 2023
NO_TEST_IN = 2019


def _alike(codes):
    """One code of each kind that the definitions can't tell apart."""
    kinds = {(LEVEL.get(c), AGREEING.get(c)): c for c in codes}
    return sorted(kinds.values())


# Wide advices are left out: a run has none unless its config lists them, which the manifest tells.
ADVICES = (*_alike(LEVEL), VSO, NO_ADVICE)


def _tests(year):
    """The test advices of a cohort; None is a pupil without one."""
    if year == NO_TEST_IN:
        return (None,)
    return (None, *(DOUBLE_TESTS if year >= 2018 else TESTS))


def _stays_placed(first, adjusted):
    return adjusted is None or adjusted in LEVEL or first not in LEVEL


def rules(cohorts):
    """What differs between cohorts: the test advices there are, and the rule of 2023."""
    return tuple(sorted({(_tests(year), year >= RULE_FROM) for year in cohorts}, key=str))


def pupils(rules):
    """Every pupil there could be under these rules, as columns of facts."""
    rows = []
    for tests, rule in rules:
        changes = (None, *(code for code in ADVICES if code != NO_ADVICE))
        for first, adjusted, test in product(ADVICES, changes, tests):
            for scored in (False, True) if len(tests) > 1 else (False,):
                taken = scored or test is not None
                statuses = ("taken",) if taken else ("taken", *NO_TEST)
                rows += [(first, adjusted, test, scored, status, rule) for status in statuses]
    names = ("first", "adjusted", "test", "scored", "status", "rule")
    return {
        name: np.array(values, dtype=object)
        for name, values in zip(names, zip(*rows, strict=True), strict=True)
    }


class Definitions:
    """The pupils in n and in k of an indicator, as marks on the rows of `pupils(rules)`.

    facts : other rows, by column.
    """

    def __init__(self, rules, facts=None):
        self.of = facts or pupils(rules)
        self.everybody = np.ones(len(self.of["first"]), dtype=bool)
        self.scored = self.of["scored"].astype(bool)
        # Nearly everybody: an adjusted advice may be off the scale on which the first one was.
        self.usual = self._where(_stays_placed, self.of["first"], self.of["adjusted"])
        self.advice = {
            "initial": self.of["first"],
            "final": np.array(
                [a or f for f, a in zip(self.of["first"], self.of["adjusted"], strict=True)], object
            ),
        }
        self.verdict = cache(self._verdict)
        self.sets = cache(self._sets)

    def _where(self, test, *columns):
        rows = list(zip(*columns, strict=True))
        known = {row: bool(test(*row)) for row in set(rows)}
        return np.array([known[row] for row in rows])

    def _verdict(self, definition, base, wanted):
        return self._where(
            lambda code, test: compare(definition, code, test) == wanted,
            self.advice[base],
            self.of["test"],
        )

    def placed(self, definition, base):
        if definition in ("level", "expected"):
            return self.levelled(base) & (self.scored if definition == "expected" else True)
        return sum(self.verdict(definition, base, sign) for sign in (-1, 0, 1)).astype(bool)

    def levelled(self, base):
        return self._where(lambda code: code in LEVEL, self.advice[base])

    def advised(self, base):
        return self._where(lambda code: code != NO_ADVICE, self.advice[base])

    def tested(self):
        return self._where(lambda test: test is not None, self.of["test"])

    def _sets(self, indicator, definition, base, adjustment):
        """(who is in n, who is in k or None), or None for an indicator that isn't known here."""
        name, _, of = indicator.partition("_of_")
        if name in SIGN and definition in DEFINITIONS:
            return self._compared(name, definition, base, adjustment)
        if name in ("eligible", "adjusted"):
            return self._reconsidered(name, of)
        if of == "all" and definition == "test_status":
            return self._untested(name)
        if name in ("at_least_havo", "at_least_vwo"):
            least = {"at_least_havo": 5, "at_least_vwo": 6}[name]
            many = self._where(lambda code: LEVEL.get(code, 0) >= least, self.advice[base])
            n = self.levelled(base) & self.scored
            return n, n & many
        if name.startswith("not_placed"):
            return self._not_placed(name, definition, base)
        return self._averaged(name, base, adjustment)

    def _compared(self, name, definition, base, adjustment):
        n = self.placed(definition, base)
        if adjustment == "at_risk":
            n = n & self._where(
                lambda test: test is not None and at_risk(definition, name, test), self.of["test"]
            )
        elif adjustment in ("standardised", "standardised_shrunken"):
            n = n & self.scored
        elif adjustment not in ("raw", "shrunken"):
            return None
        return n, n & self.verdict(definition, base, SIGN[name])

    def _reconsidered(self, name, of):
        first = self.advised("initial")
        rises = self._where(
            lambda code, test: code in LEVEL and test is not None and LEVEL[test] > LEVEL[code],
            self.of["first"],
            self.of["test"],
        )
        exempt = self._where(
            lambda code, test, rule: rule and test == "11" and LEVEL.get(code, 9) <= 1.5,
            self.of["first"],
            self.of["test"],
            self.of["rule"],
        )
        eligible = first & rises & ~exempt
        raised = eligible & self._where(
            lambda code, adjusted: LEVEL.get(adjusted, 0) > LEVEL.get(code, 9),
            self.of["first"],
            self.of["adjusted"],
        )
        n = {"all": first, "tested": first & self.tested(), "eligible": eligible}[of]
        return n, {"eligible": eligible, "adjusted": raised}[name]

    def _untested(self, name):
        among = {"without_test": WITHOUT_TEST, "unknown_status": ("unknown",)}.get(name, (name,))
        return self.everybody, self._where(lambda status: status in among, self.of["status"])

    def _not_placed(self, name, definition, base):
        no_advice = ~self.advised(base)
        no_test = self.scored if definition == "expected" else self.tested()
        no_test = ~no_advice & ~no_test if definition != "level" else ~self.everybody
        out = ~self.placed(definition, base)
        reason = {
            "not_placed": out,
            "not_placed_no_advice": no_advice,
            "not_placed_no_test_advice": no_test,
            "not_placed_no_score": no_test,
            "not_placed_advice_outside": out & ~no_advice & ~no_test,
        }
        return self.everybody, reason[name]

    def _averaged(self, name, base, adjustment):
        who = {
            "mean_level": self.levelled,
            "level_difference": self.levelled,
            "difference": self.levelled,
            "mean_isled": self.levelled,
            "isled_difference": self.levelled,
        }.get(name)
        if who is None or adjustment in ("weighted", "bound_low", "bound_high"):
            return None
        plain = name.startswith("mean") and adjustment in ("raw", "shrunken")
        return (who(base) if plain else who(base) & self.scored), None
