"""What is withheld beside an unsafe count, and how the audit sees it: on tables worked by hand."""

import numpy as np
import pandas as pd
import pytest
from oracles import linked_systems as linked
from scipy import sparse

from advieskloof.disclosure import exact, partners
from advieskloof.disclosure.attack import Attack, ranges
from advieskloof.disclosure.boxes import Box
from advieskloof.disclosure.completions import Completions
from advieskloof.disclosure.outward import outward
from advieskloof.disclosure.resting import Count
from advieskloof.disclosure.system import System
from advieskloof.disclosure.unsafe import Unsafe
from advieskloof.errors import RunError

# Pupils of a and b in groups 1, 2 and 3, with all margins: a of group 1 is small.
TABLE = {
    "a1": 4, "a2": 30, "a3": 50, "a": 84,
    "b1": 40, "b2": 25, "b3": 60, "b": 125,
    "1": 44, "2": 55, "3": 110, "all": 209,
}  # fmt: skip
SUMS = [("a", "a1", "a2", "a3"), ("b", "b1", "b2", "b3"), ("1", "a1", "b1"), ("2", "a2", "b2")]
SUMS += [("3", "a3", "b3"), ("all", "a", "b"), ("all", "1", "2", "3")]


def made(pupils, sums, larger=()):
    """A system of counts by name, of sums (whole, *parts) and of (larger, smaller) counts."""
    place = {name: at for at, name in enumerate(pupils)}

    def matrix(rows):
        found = np.zeros((len(rows), len(pupils)))
        for number, (whole, *parts) in enumerate(rows):
            found[number, place[whole]] = 1
            found[number, [place[part] for part in parts]] = -1
        return sparse.csr_array(found)

    counts = [Count(name, Box("2022", ())) for name in pupils]
    return System(
        counts,
        {count: at for at, count in enumerate(counts)},
        np.array(list(pupils.values()), dtype=float),
        np.ones(len(pupils), dtype=bool),
        np.zeros(len(pupils), dtype=bool),
        matrix(sums),
        matrix(larger),
    )


def marks(system, *names):
    return np.array([count.event in names for count in system.counts])


def named(system, marked):
    return {count.event for count, mark in zip(system.counts, marked, strict=True) if mark}


def value(system, name):
    return sparse.csr_array(marks(system, name).astype(float)[None, :])


def range_of(system, name, hidden):
    """(lower, upper) of a count where some are hidden and all others shown."""
    attack = Attack(system, ~marks(system, *hidden))
    completions = Completions(system, system.pupils)
    found = ranges(attack, value(system, name), np.array([1e6]), completions)
    return found.lower[0], found.upper[0]


# completions


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({"a1": 6, "a2": -6, "b1": -6, "b2": 6}, True),
        ({"a1": 6, "a2": -6}, False),  # columns don't add up any more
        ({"a1": -6, "a2": 6, "b1": 6, "b2": -6}, False),  # below nobody
        ({"a1": 5.6, "a2": -5.6, "b1": -5.6, "b2": 5.6}, True),  # in whole pupils
    ],
)
def test_only_counts_that_fit_are_kept(change, fits):
    system = made(TABLE, SUMS)
    completions = Completions(system, system.pupils)
    assert completions.add(np.array([change.get(name, 0.0) for name in TABLE])) == fits


# attack


def test_one_hidden_count_is_known_from_its_row():
    assert range_of(made(TABLE, SUMS), "a1", ["a1"]) == (4, 4)


def test_two_hidden_counts_in_a_row_are_known_from_their_columns():
    assert range_of(made(TABLE, SUMS), "a1", ["a1", "a2"]) == (4, 4)


def test_a_rectangle_of_hidden_counts_leaves_the_least_room_of_its_corners():
    # a1 gives to a2 at most all of b2, and takes at most the 30 of a2.
    assert range_of(made(TABLE, SUMS), "a1", ["a1", "a2", "b1", "b2"]) == (0, 34)


def test_definitions_bound_what_sums_leave_open():
    pupils = {"half": 60, "whole": 9, "none": 7, "n": 500}
    nested = [("n", "half"), ("half", "whole"), ("whole", "none")]
    system = made(pupils, [], nested)
    assert range_of(system, "whole", ["whole"]) == (7, 60)
    assert range_of(system, "whole", ["whole", "none"]) == (0, 60)


# partners


def withheld(system, name, protection=10.0):
    """The counts withheld where one is unsafe and each row shows one count; and their ranges."""
    hidden = marks(system, name)
    unsafe = Unsafe(value(system, name), system.pupils[hidden], ["too_few_pupils"], hidden)
    released = partners.Released(sparse.eye_array(len(hidden), format="csr"), hidden)
    found = partners.protect(system, unsafe, released, protection)
    return {
        c.event for c, gone in zip(system.counts, released.withheld, strict=True) if gone
    }, found


def test_a_small_count_takes_a_rectangle_with_it():
    names, found = withheld(made(TABLE, SUMS), "a1")
    assert len(names) == 4
    assert "a1" in names
    assert found.width[0] >= 10


def test_the_neighbourhood_search_does_as_well_as_the_optimum_here(monkeypatch):
    best, _ = withheld(made(TABLE, SUMS), "a1")
    monkeypatch.setattr(exact, "is_small", lambda *_: False)
    names, found = withheld(made(TABLE, SUMS), "a1")
    assert len(names) == len(best)
    assert found.width[0] >= 10


def test_nothing_is_withheld_beside_a_count_that_follows_from_nothing():
    names, _ = withheld(made({"n": 500, "k": 4}, [], [("n", "k")]), "k")
    assert names == {"k"}


def test_what_cannot_be_protected_stops_the_run():
    # Whatever is withheld, k is at most the 7 pupils of a cohort that everybody sees to be there.
    system = made({"k": 4, "n": 7}, [], [("n", "k")])
    system.absent[:] = [False, True]
    with pytest.raises(RunError, match="can't be protected"):
        withheld(system, "k")


# exact


def test_the_optimum_counts_rows_and_not_counts():
    # Beside a1, one of a2 and a3 has to go; four rows rest on a2, one on a3.
    system = made({"a1": 4, "a2": 30, "a3": 50, "a": 84}, [("a", "a1", "a2", "a3")])
    rows = ["a1", "a2", "a2", "a2", "a2", "a3", "a"]
    rests = sparse.csr_array(np.array([marks(system, row) for row in rows], dtype=float))
    hidden = marks(system, "a1")
    unsafe = Unsafe(value(system, "a1"), np.array([4.0]), ["too_few_pupils"], hidden)
    found = exact.fewest(system, unsafe, rests, system.pupils, 10.0)
    assert named(system, found) in ({"a1", "a3"}, {"a1", "a"})


# outward

ROW = {"indicator": "under_of_placed", "definition": "whole_level", "base": "initial"}
ROW |= {"adjustment": "raw", "cohort": "2022", "unit": "share"}
SHOWN = {"status": "ok", "n": 300, "k": 100, "estimate": 1 / 3, "se": 0.0123456, "deff": 1.2345}
SHOWN |= {"n_schools": 20, "k_schools": 12, "rest_schools": 19}


def leaving(**differs):
    [row] = outward(linked.as_estimates([ROW | differs], "made")).to_dict("records")
    return row


@pytest.mark.parametrize("status", ["suppressed_primary", "suppressed_secondary"])
def test_a_reader_isnt_told_which_number_is_small_itself(status):
    row = leaving(status=status, reason="too_few_pupils")
    assert (row["status"], row["reason"]) == ("suppressed", "disclosure_control")


def test_numbers_leave_rounded_and_without_schools_behind_numerators():
    row = leaving(**SHOWN)
    assert (row["estimate"], row["se"], row["deff"]) == (0.3333, 0.0123, 1.2)
    assert (row["n"], row["k"], row["n_schools"]) == (300, 100, 20)
    assert all(pd.isna(row[name]) for name in ("k_schools", "rest_schools"))


def test_public_numbers_leave_as_they_are():
    row = leaving(**SHOWN, public=True)
    assert (row["estimate"], row["k_schools"]) == (1 / 3, 12)
