"""The attacker: what a stranger can work out of a released folder about the numbers left out.

    findings = attack("results/release")

reads nothing but the folder. A row of the findings is a number of a released row (n, k, rest =
n - k, or the difference of two rows' n or k): `lower` and `upper` bound it, `exact` says that
they are the least and the most, and `method` what was needed first:

    displayed      the number stands in the release
    arithmetic     from the other numbers of its row, or a gap and its other side
    form           it stands in another form: a figure's marks, alt text, report, spreadsheet
    definitions    from other numbers of the same pupils
    groups         groups add up to their total
    cohorts        cohorts add up to windows
    gaps           a gap's n is that of both groups
    guess          two counts that are equal wherever both are displayed
"""

from collections import defaultdict
from itertools import combinations, permutations

import numpy as np
import pandas as pd
from attack import equations, released_folder, row_arithmetic
from attack.alignment import told_elsewhere
from attack.equations import Relation, minus
from attack.linear_bounds import MOST, Contradiction, bounds

LEVEL = FEW = 10
LAYERS = ("definitions", "groups", "cohorts", "gaps", "guess")
LAYER_OF = {
    "definitions": "definitions",
    "groups": "groups",
    "coarser groups": "groups",
    "cohorts": "cohorts",
    "guess": "guess",
}
# Relations that state a number, best first.
STATED = ("displayed", "gaps", "form", "arithmetic")
# Cells in which two counts must be equal before they are taken to be equal elsewhere.
ALIKE_IN = 10


def attack(folder, level=LEVEL):
    """Return the findings on a released folder, one row a number, and the release.

    A number that can vary by `level` or more isn't bounded further: its `exact` is False.
    """
    release = released_folder.read(folder)
    told = told_elsewhere(release)
    if told is not None:
        release.rows = pd.concat([release.rows, told], ignore_index=True)
    system = equations.system(release)
    shown = _displayed(release, system)
    shown += _worked_out(release, system, shown)
    found = pd.DataFrame(_targets(system), columns=["row", "other", "what", "terms"])
    found[["lower", "upper", "exact", "method"]] = [0.0, np.inf, False, ""]
    _from_stated(found, shown, level)
    _by_programs(found, system, shown, level)
    _by_guesses(found, system, shown, level)
    return found.drop(columns="terms"), release


def _displayed(release, system):
    """Relations that state the displayed numbers."""
    relations = []
    for number, row in enumerate(release.rows.to_dict("records")):
        gap = len(system.rows[number].cells) > 1
        for what, schools in (("n", "n_schools"), ("k", "k_schools"), ("rest", "rest_schools")):
            terms = system.count(number, what)
            if not terms:
                continue
            value, least = row.get(what, np.nan), row[schools]
            if what == "n" and row["status"] == "not_possible":
                value = 0
            if not np.isnan(value):
                kind = "gaps" if gap else "form" if "#" in row["form"] else "displayed"
                relations.append(Relation(terms, value, value, kind))
            if what == "n" and row["reason"] == "too_few_pupils" and system.rows[number].k is None:
                relations.append(Relation(terms, 0.0, FEW - 1.0, "reason"))
            if least > 0:
                relations.append(Relation(terms, least, np.inf, "schools"))
            elif least == 0:
                relations.append(Relation(terms, 0.0, 0.0, "schools"))
    return relations


def _worked_out(release, system, shown):
    """Relations that give n and k of rows of which a share or an error is all that is known."""
    rows = release.rows.to_dict("records")
    known = row_arithmetic.shares(rows, system)
    stated = {_key(relation.terms) for relation in shown if relation.lower == relation.upper}
    asked = []
    for number, (row, made) in enumerate(zip(rows, system.rows, strict=True)):
        share = known.get((made.cells[0], made.k))
        hidden = [_key(system.count(number, w)) not in stated for w in ("n", "k") if made.k]
        if any(hidden) and (share or (row["unit"] == "share" and row["deff"] > 0)):
            asked.append((number, share))
    if not asked:
        return []
    counts = [[system.count(number, what) for number, _ in asked] for what in ("n", "k")]
    lower, upper = bounds(system, shown + system.relations, [*counts[0], *counts[1]], MOST)
    ends = np.array([lower, upper]).reshape(2, 2, len(asked))
    found = []
    for at, (number, share) in enumerate(asked):
        made = row_arithmetic.candidates(share, rows[number], *ends[:, :, at].T)
        for terms, values in zip((counts[0][at], counts[1][at]), made, strict=True):
            if len(values):
                found.append(Relation(terms, values.min(), values.max(), "arithmetic"))
    return found


def _key(terms):
    return tuple(sorted(terms.items()))


def _targets(system):
    """(row, other row or -1, what, terms) of every number that could be asked for, once each."""
    seen, targets = set(), []

    def add(row, other, what, terms):
        key = tuple(sorted(terms.items())) if terms else None
        if terms and key not in seen:
            seen.add(key)
            targets.append((row, other, what, terms))

    single = defaultdict(list)
    for number, row in enumerate(system.rows):
        for what in ("n", "k", "rest"):
            add(number, -1, what, system.count(number, what))
        if len(row.cells) == 1:
            single[row.cells[0]].append(number)
    for numbers in single.values():
        for one, two, what in _comparable(system, numbers):
            terms = minus(system.count(one, what), system.count(two, what))
            add(one, two, f"{what}-{what}", terms)
    return targets


def _comparable(system, numbers):
    """Yield (row, other row, n or k) of a cell whose difference is a number of pupils.

    The one set of pupils holds the other, but for a few who are hardly ever there.
    """
    for what in ("n", "k"):
        rows = {}
        for number in numbers:
            for count in system.count(number, what) or ():
                rows.setdefault(count, number)
        members = {count: set(system.parts[count].tolist()) - system.rare for count in rows}
        for one, two in permutations(rows, 2):
            if members[one] > members[two]:
                yield rows[one], rows[two], what


def _from_stated(found, shown, level):
    """Settle what the release states, or nearly so, and differences of such numbers."""
    known = {}
    # The narrowest is kept, of equally narrow ones the plainest.
    by_worth = sorted(shown, key=lambda r: (r.upper - r.lower, _plainness(r)), reverse=True)
    for relation in by_worth:
        if relation.kind in STATED and relation.upper - relation.lower < level:
            known[_key(relation.terms)] = relation
    settled = found[["lower", "upper", "exact", "method"]].to_dict("records")
    for at, terms in enumerate(found["terms"]):
        relation = known.get(_key(terms)) or _difference(terms, known)
        if relation:
            kind = "displayed" if relation.kind == "gaps" else relation.kind
            ends = {"lower": relation.lower, "upper": relation.upper}
            settled[at] = ends | {"exact": True, "method": kind}
    found[["lower", "upper", "exact", "method"]] = pd.DataFrame(settled, found.index)


def _plainness(relation):
    return STATED.index(relation.kind) if relation.kind in STATED else len(STATED)


def _difference(terms, known):
    """The difference of two stated counts; None if they aren't."""
    if sorted(terms.values()) != [-1, 1]:
        return None
    (less, _), (more, _) = sorted(terms.items(), key=lambda term: term[1])
    less, more = known.get(((less, 1),)), known.get(((more, 1),))
    if less is None or more is None:
        return None
    kind = max(less, more, key=_plainness).kind
    return Relation(terms, more.lower - less.upper, more.upper - less.lower, kind)


def _by_programs(found, system, shown, level):
    """Bound what isn't stated by all relations, then see from which on it is tight."""
    hidden = found.index[found["method"] == ""]
    left = _bound(found, hidden, _up_to("gaps", system, shown), system, level, settle=False)
    for layer in LAYERS[:-1]:
        tight = _bound(found, left, _up_to(layer, system, shown), system, level)
        found.loc[tight, "exact"] = True
        found.loc[tight, "method"] = layer
        left = left.difference(tight)


def _up_to(layer, system, shown):
    allowed = LAYERS[: LAYERS.index(layer) + 1]
    relations = [r for r in shown if r.kind != "gaps" or "gaps" in allowed]
    return relations + [r for r in system.relations if LAYER_OF[r.kind] in allowed]


def _bound(found, rows, relations, system, level, settle=True):
    """Bound some numbers; return which are narrower than the level."""
    if not len(rows):
        return rows
    lower, upper = bounds(system, relations, list(found.loc[rows, "terms"]), level, settle)
    found.loc[rows, "lower"] = lower
    found.loc[rows, "upper"] = upper
    return rows[upper - lower < level]


def _by_guesses(found, system, shown, level):
    """Bound what is still open, taking counts that are always equal to be equal everywhere."""
    hidden = found.index[found["method"] == ""]
    relations = shown + system.relations + _guesses(system, shown)
    try:
        tight = _bound(found, hidden, relations, system, level)
    except Contradiction:
        return
    found.loc[tight, "exact"] = True
    found.loc[tight, "method"] = "guess"


def _guesses(system, shown):
    """Relations that make equal what is equal in every cell in which both are displayed."""
    value = {
        next(iter(relation.terms)): relation.lower
        for relation in shown
        if relation.kind == "displayed" and len(relation.terms) == 1
    }
    named = defaultdict(dict)
    for (cell, name), count in system.numbers.items():
        named[cell][name] = count
    alike = defaultdict(list)
    for counts in named.values():
        for one, two in combinations(sorted(counts), 2):
            if one[-1] == two[-1] and counts[one] != counts[two]:
                pair = value.get(counts[one]), value.get(counts[two])
                if None not in pair:
                    alike[one, two].append(pair[0] == pair[1])
    equal = [names for names, same in alike.items() if all(same) and len(same) >= ALIKE_IN]
    return [
        Relation({counts[one]: 1, counts[two]: -1}, 0.0, 0.0, "guess")
        for counts in named.values()
        for one, two in equal
        if one in counts and two in counts and counts[one] != counts[two]
    ]
