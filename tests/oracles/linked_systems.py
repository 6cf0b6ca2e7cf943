"""Random linked tables, and a reader who attacks them cell by cell.

The tables are counted pupil by pupil with the definitions of `advice_by_hand`. The reader knows
what is released, the plan and the definitions. The unknowns are the pupils of every kind in every
cell of cohort x education x urbanity; nothing is taken from the package but the names of columns.
"""

from functools import cache
from itertools import product

import numpy as np
import pandas as pd
from oracles import advice_by_hand as by_hand
from scipy.optimize import linprog

from advieskloof import schemas

# Rising. Codes of one level count alike, but kansenkaart knows no 11.
CODES = (None, "01", "10", "11", "20", "22", "30", "34", "42", "44", "60", "61", "70")
TESTS = (None, "10", "11", "20", "22", "30", "34", "42", "44", "60", "61", "70")
ADJUSTED = (None, *CODES[2:])
EDUCATION, URBANITY = "parental_education_five", "urbanity"
KINDS = list(product(CODES, TESTS, ADJUSTED, (False, True)))
SPLITS = {"all": (), "education": (EDUCATION,), "urbanity": (URBANITY,),
          "crossed": (EDUCATION, URBANITY)}  # fmt: skip
TOTAL = "total"
NAMES = ("indicator", "definition", "base", "adjustment")


def random_pupils(generator, n, years, groups, places):
    """A frame of pupils: kind, cohort, groups and school; advice follows the test loosely."""
    test = generator.choice(generator.integers(0, len(TESTS), 5), n)
    near = np.clip(test + generator.choice([-4, -1, 0, 1, 1, 1, 2, 4], n), 0, len(CODES) - 1)
    adjusted = np.where(generator.random(n) < 0.2, generator.integers(0, len(ADJUSTED), n), 0)
    scored = (test > 0) & (generator.random(n) < 0.9)
    sizes = (len(CODES), len(TESTS), len(ADJUSTED), 2)
    return pd.DataFrame(
        {
            "kind": np.ravel_multi_index((near, test, adjusted, scored.astype(int)), sizes),
            "cohort": generator.choice(years, n),
            EDUCATION: generator.choice(groups, n, p=generator.dirichlet(np.ones(len(groups)))),
            URBANITY: generator.choice(places, n, p=generator.dirichlet(np.ones(len(places)))),
            "school": generator.integers(0, 25, n),
        }
    )


def advice(kind, base):
    initial, _, adjusted, _ = kind
    return adjusted if base == "final" and adjusted is not None else initial


def counted(kind, measure):
    """(among, reached) of a kind in a measure: indicator, definition, base, adjustment."""
    _, _, base, adjustment = measure
    _, test, _, scored = kind
    if adjustment == "standardised" and not scored:
        return False, False
    return _compared(advice(kind, base), test, measure)


@cache
def _compared(code, test, measure):
    indicator, definition, _, adjustment = measure
    if definition == "level":
        return code in by_hand.LEVEL, False
    outcome = by_hand.compare(definition, code, test)
    direction = indicator.partition("_")[0]
    among = outcome is not None
    if adjustment == "at_risk":
        among = among and by_hand.at_risk(definition, direction, test)
    return among, among and outcome == {"under": -1, "over": 1}[direction]


@cache
def marks(measure):
    """Marks of all KINDS: among and reached."""
    return np.array([counted(kind, measure) for kind in KINDS]).T


def rows_of(pupils, measure, splits, years):
    """ESTIMATES rows as dictionaries of one measure, by splits, for cohorts and their total."""
    among, reached = marks(measure)
    unit = "levels" if measure[1] == "level" else "share"
    found = []
    for split, cohort in product(splits, [*years, TOTAL] if len(years) > 1 else years):
        mine = pupils if cohort == TOTAL else pupils[pupils["cohort"] == cohort]
        for group, part in mine.groupby(list(SPLITS[split])) if SPLITS[split] else [((), mine)]:
            inside = part[among[part["kind"]]]
            hit = reached[inside["kind"].to_numpy()]
            n, k = len(inside), int(hit.sum())
            found.append(
                {
                    **dict(zip(NAMES, measure, strict=True)),
                    "cohort": str(cohort), "unit": unit,
                    **dict(zip(SPLITS[split], group, strict=True)),
                    "n": n, "n_schools": inside["school"].nunique(),
                    "k": None if unit == "levels" else k,
                    "k_schools": None if unit == "levels" else inside["school"][hit].nunique(),
                    "rest_schools": None if unit == "levels" else inside["school"][~hit].nunique(),
                    "estimate": (k / n if unit == "share" else 3.0) if n else None,
                    "status": "ok" if n else "not_possible",
                    "reason": None if n else "nobody_in_denominator",
                }
            )  # fmt: skip
    return found


def gaps_of(rows, reference):
    """Gaps of education to a reference group, of rows that have both."""
    by_key = {_key(row): row for row in rows if row.get(EDUCATION)}
    found = []
    for row in by_key.values():
        other = by_key.get(_key({**row, EDUCATION: reference}))
        if other is None or other is row or "not_possible" in (row["status"], other["status"]):
            continue
        gone = dict.fromkeys(("k", "k_schools", "rest_schools"))
        found.append({**row, **gone, "n": row["n"] + other["n"],
                      "estimate": row["estimate"] - other["estimate"],
                      "reference": f"minus {EDUCATION}={reference}"})  # fmt: skip
    return found


def _key(row):
    names = ("indicator", "definition", "base", "adjustment", "cohort", EDUCATION, URBANITY)
    return tuple(row.get(name) for name in names)


def as_estimates(rows, table):
    """ESTIMATES of row dictionaries."""
    frame = schemas.empty_columns(schemas.ESTIMATES, len(rows))
    kinds = frame.dtypes.to_dict()
    frame = frame.astype(object)
    constants = {"source": "made", "public": False, "table": table, "region_of": "school"}
    constants |= dict.fromkeys(schemas.SPLITS, TOTAL)
    for name in frame:
        frame[name] = [row.get(name, constants.get(name, frame[name].iloc[i]))
                       for i, row in enumerate(rows)]  # fmt: skip
    return frame.where(frame.notna(), None).astype(kinds)


class Reader:
    """Sees released tables and the plan; places numbers of pupils by linear programming."""

    def __init__(self, released, years, groups, places):
        self.axes = {"cohort": [str(y) for y in years], EDUCATION: groups, URBANITY: places}
        self.cells = list(product(*self.axes.values()))
        measures = {measure_of(row) for row in released.to_dict("records")}
        self.marks = {measure: marks(measure) for measure in measures}
        every = np.vstack(list(self.marks.values()))
        _, first = np.unique(every, axis=1, return_index=True)
        self.distinct = np.sort(first)
        self.rows, self.values = [], []
        for row in released.to_dict("records"):
            self._learn(row)
        self._learn_absent(released)

    def _learn(self, row):
        """Take n and k of a row that stands; a gap gives the sum of its sides' n."""
        if pd.isna(row["n"]):
            return
        box = self.box(row)
        count = self.count(measure_of(row), 0, box)
        if isinstance(row["reference"], str):
            other = dict(box) | {EDUCATION: row["reference"].partition("=")[2]}
            count = count + self.count(measure_of(row), 0, other)
        self._know(count, row["n"])
        if pd.notna(row["k"]):
            self._know(self.count(measure_of(row), 1, box), row["k"])

    def _learn_absent(self, released):
        """A group without a row, in a table that has others of the cohort, has nobody."""
        plain = released[released["reference"].isna()]
        for split in SPLITS.values():
            mine = plain[(plain[[EDUCATION, URBANITY]] != TOTAL)
                         .eq([name in split for name in (EDUCATION, URBANITY)])
                         .all(axis="columns")]  # fmt: skip
            for cohort, rows in mine.groupby("cohort"):
                there = set(rows[list(split)].itertuples(index=False, name=None))
                for group in product(*(self.axes[name] for name in split)):
                    if split and group not in there:
                        box = {"cohort": cohort, **dict(zip(split, group, strict=True))}
                        for measure in set(map(measure_of, rows.to_dict("records"))):
                            self._know(self.count(measure, 0, box), 0)

    def _know(self, count, value):
        self.rows.append(count)
        self.values.append(float(value))

    def box(self, row):
        """The cohort and groups that a row is of."""
        return {name: row[name] for name in self.axes if row[name] != TOTAL}

    def count(self, measure, which, box):
        """The unknowns that add up to n (0) or k (1) of a measure in a box, as factors."""
        inside = [all(cell[i] == box.get(name, cell[i]) for i, name in enumerate(self.axes))
                  for cell in self.cells]  # fmt: skip
        return np.outer(inside, self.marks[measure][which][self.distinct]).ravel().astype(float)

    def width(self, factors):
        """How far apart the least and the largest are that a sum of unknowns can be."""
        least, largest = (self._end(sign * factors) for sign in (1, -1))
        return -largest - least

    def _end(self, factors):
        top = 2 * max(self.values, default=0) + 1000
        equal = (np.array(self.rows), np.array(self.values)) if self.rows else (None, None)
        found = linprog(factors, A_eq=equal[0], b_eq=equal[1], bounds=(0, top), method="highs")
        assert found.status == 0, found.message
        return found.fun


def measure_of(row):
    return row["indicator"], row["definition"], row["base"], row["adjustment"]
