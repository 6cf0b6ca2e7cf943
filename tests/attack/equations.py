"""The linear relations between the counts of a release, from its metadata and the definitions.

A variable is the number of pupils of one kind in one cell (cohort × groups); kinds are what the
counts of that cell tell apart. Each count is then a sum of variables, at least zero, and nesting,
complements and equal denominators follow by themselves. What is added are the margins: groups add
up to their total, finer groups to coarser ones, cohorts to windows.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations

import numpy as np
from attack.later_sets import FUNNEL, Later, funnel, told_by
from attack.pupil_sets import Definitions, rules

TOTAL = "total"
# Finer groups and the coarser ones they add up to (docs/data-dictionary.md, GLOSSARY.md).
COARSER = {
    ("parental_education_five", "parental_education_three"): {
        "le_mbo1": "low", "mbo2": "middle", "mbo34": "middle", "hbo": "high", "wo": "high",
        "unknown": "unknown",
    },
    ("parental_education_five", "parental_education_kansenkaart"): {
        "le_mbo1": "other", "mbo2": "other", "mbo34": "other", "unknown": "other", "hbo": "hbo",
        "wo": "wo",
    },
    ("parental_education_cbs_four", "parental_education_three"): {
        "unknown": "unknown", "hbo_wo_bachelor": "high", "wo_master": "high",
    },
}  # fmt: skip
# Worlds of their own: pupils followed after group 8, and locations of schools.
LATER, LOCATIONS = " in later years", "locations"
# Rows whose n isn't a set of pupils that adds up over groups.
NOT_ADDED = ("bound_low", "bound_high")


@dataclass(frozen=True)
class Cell:
    """Some cohorts and groups of pupils of one source; `universe` tells populations apart."""

    source: str
    universe: str
    cohort: str
    groups: tuple[tuple[str, str], ...]

    @property
    def columns(self):
        return tuple(name for name, _ in self.groups)

    @property
    def level(self):
        return (self.source, self.universe, self.cohort, self.columns)

    def at(self, **changes):
        """The cell with other groups or another cohort; a group `total` goes."""
        changes = dict(changes)
        cohort = changes.pop("cohort", self.cohort)
        groups = dict(self.groups) | changes
        return Cell(self.source, self.universe, cohort, _groups(groups))


def _groups(groups):
    return tuple(sorted((name, value) for name, value in groups.items() if value != TOTAL))


def years(cohort, known):
    """The cohorts in a cohort, a window or a total."""
    if cohort == TOTAL:
        return tuple(sorted(known))
    first, _, last = cohort.partition("-")
    return tuple(range(int(first), int(last or first) + 1))


@dataclass
class Row:
    """A row of a release: its cells (two for a gap) and the names of its n and k."""

    cells: tuple[Cell, ...]
    n: tuple
    k: tuple | None


@dataclass
class Relation:
    """lower <= weighted sum of counts <= upper, and which kind of relation it is."""

    terms: dict[int, int]
    lower: float
    upper: float
    kind: str


@dataclass
class System:
    """The counts of a release, what they are made of, and how they add up.

    A count is a set of pupils of a cell. `parts[i]` are the variables (pupils of a kind in a cell)
    that make up count i, and `cell_of[i]` is its cell. `rare` are variables of pupils whom hardly
    any cell has.
    """

    rows: list[Row]
    size: int = 0
    parts: list[np.ndarray] = field(default_factory=list)
    cell_of: list[int] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    numbers: dict[tuple, int] = field(default_factory=dict)
    rare: set[int] = field(default_factory=set)

    def count(self, number, what):
        """A row's n, k or rest (n - k) as {count: weight}; None where the row has no k."""
        row = self.rows[number]
        if what == "rest":
            return minus(self.count(number, "n"), self.count(number, "k"))
        name = row.n if what == "n" else row.k
        if name is None:
            return None
        return total(self.numbers[cell, name] for cell in row.cells)


def total(counts):
    """{count: 1} of counts; of equal ones how many there are."""
    return dict(Counter(counts))


def minus(terms, others):
    """Sums of counts, one less the other; None where there is no other."""
    if others is None:
        return None
    less = Counter(terms)
    less.subtract(others)
    return {count: weight for count, weight in less.items() if weight}


def system(release):
    """Return the System of a release's rows, in their order."""
    builder = _Builder(release)
    rows = [builder.row(row) for row in release.rows.to_dict("records")]
    return builder.build(rows)


class _Builder:
    def __init__(self, release):
        self.release = release
        table = release.rows
        single = {int(c) for c in table["cohort"] if c.isdigit()} | set(map(int, release.cohorts))
        self.known = tuple(sorted(single))
        self._made, self._later = cache(Definitions), cache(Later)
        self.universes = _populations(release)
        self.incomplete = _incomplete(release)

    def definitions(self, cohorts):
        return self._made(rules(cohorts))

    def later(self, cohorts):
        return self._later(rules(cohorts))

    def row(self, row):
        name = (row["indicator"], row["definition"], row["base"], row["adjustment"])
        universe = self.universes.get(row["table"], "pupils")
        cohorts = years(row["cohort"], self.known)
        groups = {column: row[column] for column in self.release.splits}
        of = self.definitions(cohorts).sets(*name)
        facts, others = told_by(groups)
        if of is None and self.later(cohorts).sets(*name, facts) is not None:
            name, groups, universe = (*name, facts), others, universe + LATER
            of = self.later(cohorts).sets(*name)
        elif of is None and FUNNEL.fullmatch(name[0]):
            universe, of = LOCATIONS, ((), ())
        elif of is None:
            universe = f"{universe}: {' '.join(name)}"
        if row["score"]:
            groups["score"] = row["score"]
        cell = Cell(row["source"], universe, row["cohort"], _groups(groups))
        averaged = of[1] is None if of else row["unit"] not in ("share", "ratio")
        cells = (cell, *_others(cell, row["reference"]))
        k = None if averaged or len(cells) > 1 else (*name, "k")
        return Row(cells, (*name, "n"), k)

    def build(self, rows):
        built = System(rows)
        named = defaultdict(dict)
        cells = {}
        for row in rows:
            for cell in row.cells:
                cells[cell] = None
                named[cell.level] |= {name: None for name in (row.n, row.k) if name}
        cells = list(self._with_margins(cells))
        margins = list(self._margins(cells))
        self._inherit(named, margins)
        both = list(self._shared(cells, named))
        kinds = cache(lambda level: self._kinds(level, list(named[level])))
        for number, cell in enumerate(cells):
            _number(built, number, cell, *kinds(cell.level))
        for parent, children, kind, complete in margins:
            shared = set.intersection(*(set(named[cell.level]) for cell in (parent, *children)))
            built.relations += _margin(built, parent, children, shared, kind, complete)
        for one, other, name in both:
            terms = minus({built.numbers[one, name]: 1}, {built.numbers[other, name]: 1})
            built.relations.append(Relation(terms, 0.0, 0.0, "definitions"))
        return built

    def _shared(self, cells, named):
        """Yield (cell, the same in later years, name) of what both worlds can tell, and name it."""
        here = set(cells)
        for cell in cells:
            later = Cell(cell.source, cell.universe + LATER, cell.cohort, cell.groups)
            if later in here:
                told = self.later(years(cell.cohort, self.known))
                for name in named[cell.level]:
                    of = told.of_advice(*name[:-1])
                    if of is not None and of[name[-1] == "k"] is not None:
                        named[later.level][name] = None
                        yield cell, later, name

    def _with_margins(self, cells):
        """The cells and every total over some of their groups."""
        found = dict(cells)
        for cell in cells:
            columns = [c for c in cell.columns if c != "score"]
            for size in range(len(columns) + 1):
                for kept in combinations(columns, size):
                    groups = tuple(g for g in cell.groups if g[0] in kept)
                    found[Cell(cell.source, cell.universe, cell.cohort, groups)] = None
        # The total of a window, where all its cohorts have theirs.
        for cell in list(found):
            if not cell.cohort.isdigit():
                parts = [cell.at(cohort=str(year)) for year in years(cell.cohort, self.known)]
                if all(part.at(**dict.fromkeys(part.columns, TOTAL)) in found for part in parts):
                    found[cell.at(**dict.fromkeys(cell.columns, TOTAL))] = None
        return found

    def _margins(self, cells):
        """Yield (parent, children, kind, whether the children are all there are)."""
        together = defaultdict(list)
        for cell in cells:
            together[cell.source, cell.universe, cell.cohort].append(cell)
        for family in together.values():
            if not _adds_up(family[0].universe):
                continue
            yield from self._over_groups(family)
            yield from _coarser(family)
        yield from self._over_cohorts(cells)

    def _over_groups(self, family):
        present = set(family)
        children = defaultdict(list)
        for cell in family:
            for column in cell.columns:
                children[cell.at(**{column: TOTAL}), column].append(cell)
        for (parent, column), parts in children.items():
            if parent in present:
                yield parent, parts, "groups", column not in self.incomplete

    def _over_cohorts(self, cells):
        present = set(cells)
        for cell in cells:
            if cell.cohort.isdigit() or not _adds_up(cell.universe):
                continue
            parts = [cell.at(cohort=str(year)) for year in years(cell.cohort, self.known)]
            there = [part for part in parts if part in present]
            # A cohort that supports no row of a kind has no cell and no pupils in the total.
            complete = len(there) == len(parts) or (cell.cohort == TOTAL and self.release.cohorts)
            if there:
                yield cell, there, "cohorts", bool(complete)

    def _inherit(self, named, margins):
        """Let a total tell apart what any of its parts does."""
        order = sorted(margins, key=lambda m: (not m[0].cohort.isdigit(), -len(m[0].columns)))
        for parent, children, *_ in order:
            for child in children:
                named[parent.level] |= named[child.level]

    def _kinds(self, level, names):
        """By name the kinds of pupils in it, how many kinds there are, and which are rare."""
        _, universe, cohort, _ = level
        if ": " in universe:
            # n holds both kinds, k the first.
            return {name: np.arange(1 if name[-1] == "k" else 2) for name in names}, 2, []
        if not names:
            return {}, 0, []
        if universe == LOCATIONS:
            return *funnel(names), []
        sets, usual = self._marks(universe, years(cohort, self.known), names)
        kinds = _distinct(sets)
        often = {kind.tobytes() for kind in _distinct(sets[usual])}
        rare = [at for at, kind in enumerate(kinds) if kind.tobytes() not in often]
        members = {name: np.flatnonzero(kinds[:, at]) for at, name in enumerate(names)}
        return members, len(kinds), rare

    def _marks(self, universe, cohorts, names):
        """Every pupil there could be by name whether in it, and which of them there usually are."""
        if not universe.endswith(LATER):
            made = self.definitions(cohorts)
            return np.array([made.sets(*name)[part == "k"] for *name, part in names]).T, made.usual
        made = self.later(cohorts)
        found = [
            (made.sets(*name) if len(name) == 5 else made.of_advice(*name))[part == "k"]
            for *name, part in names
        ]
        return np.array(found).T, slice(None)


def _number(built, number, cell, kinds, size, rare):
    """Give the counts of a cell their numbers; equal sets of pupils are one count."""
    built.rare.update(built.size + kind for kind in rare)
    known = {}
    for name, members in kinds.items():
        alike = members.tobytes()
        if alike not in known:
            known[alike] = len(built.parts)
            built.parts.append(built.size + members)
            built.cell_of.append(number)
        built.numbers[cell, name] = known[alike]
    built.size += size


def _distinct(marks):
    """The different rows of marks, but the one without any."""
    packed = np.ascontiguousarray(np.packbits(marks, axis=1))
    _, at = np.unique(packed.view([("", packed.dtype)] * packed.shape[1]), return_index=True)
    kinds = marks[at]
    return kinds[kinds.any(axis=1)]


def _adds_up(universe):
    return not universe.endswith(NOT_ADDED)


def _others(cell, reference):
    """The cell that a gap, ratio or change is taken from."""
    if not reference:
        return
    parts = reference.removeprefix("minus ").removeprefix("divided by ").split(" ")
    changes = dict(part.split("=", 1) for part in parts if "=" in part)
    if changes:
        yield cell.at(**changes)


def _populations(release):
    """{table: universe} of planned tables whose numbers contradict an earlier table's.

    The same cell and count with another number is of other pupils (such as `without four
    providers`), so such a table is a world of its own.
    """
    key = ["source", "cohort", *release.splits, "reference", "score"]
    key += ["indicator", "definition", "base", "adjustment"]
    seen, universes = {}, {}
    for row in release.rows.to_dict("records"):
        at = tuple(row[name] for name in key)
        first = seen.setdefault(at, row)
        if any(abs(first[c] - row[c]) > 0 for c in ("n", "k")):
            universes[row["table"]] = f"pupils of {row['table']}"
    return universes


def _incomplete(release):
    """Columns of which the release lacks groups: scores, and what the plan keeps few of."""
    kept = {
        name for table in release.plan.values() for rows in table["rows"] for name in rows["keep"]
    }
    alone = {
        column
        for column in release.splits
        if release.rows[column].nunique() - (TOTAL in set(release.rows[column])) == 1
    }
    return {"score", *alone, *kept & set(release.splits)}


def _coarser(family):
    present = set(family)
    for (fine, coarse), maps_to in COARSER.items():
        parts = defaultdict(list)
        for cell in family:
            groups = dict(cell.groups)
            if fine in groups and groups[fine] in maps_to:
                value = maps_to[groups[fine]]
                parts[cell.at(**{fine: TOTAL, coarse: value})].append(cell)
        for parent, children in parts.items():
            if parent in present:
                yield parent, children, "coarser groups", fine != "parental_education_cbs_four"


def _margin(built, parent, children, names, kind, complete):
    """The relations that make children add up to their parent, one a set of pupils."""
    seen = set()
    for name in sorted(names):
        parts = tuple(built.numbers[child, name] for child in children)
        if parts not in seen:
            seen.add(parts)
            less = minus({built.numbers[parent, name]: 1}, total(parts))
            yield Relation(less, 0.0, 0.0 if complete else np.inf, kind)
