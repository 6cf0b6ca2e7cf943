"""The true counts of a run, the lines between them, and which of them are unsafe."""

import numpy as np
import pytest
from oracles import linked_systems as linked

from advieskloof.disclosure import known, system, unsafe
from advieskloof.disclosure.boxes import COHORT, Box
from advieskloof.disclosure.known import Known
from advieskloof.disclosure.relations import Relation
from advieskloof.disclosure.resting import Cohorts, Count, Side, with_places
from advieskloof.disclosure.rules import Rules
from advieskloof.errors import DataError

RULES = Rules(minimum_pupils=10, minimum_schools=3, protection=10, group_disclosure_below=200)
AXIS = "urbanity of school"
WHOLE = Box("2022", ())


def box(group):
    return Box("2022", ((AXIS, f"urbanity={group}"),))


def atoms_of(axis, event):
    if axis == COHORT:
        return {"2022": frozenset({"2022"}), None: frozenset({"2022"})}
    groups = {f"urbanity={group}": frozenset({group}) for group in "123"}
    return {**groups, None: frozenset("123")}


def known_of(counts, **others):
    """Known of {(event, group or None): pupils}, with groups along the line of the whole."""
    pupils = {Count(event, box(at) if at else WHOLE): n for (event, at), n in counts.items()}
    lines = {(event, WHOLE, "urbanity") for event, at in counts if at}
    return Known(pupils=pupils, schools=dict.fromkeys(pupils, 9), lines=lines, **others)


# known


def test_a_group_that_a_table_lacks_has_nobody_in_it():
    found = known_of({("n", "1"): 30, ("n", "2"): 20})
    assert found.value(Count("n", box("3"))) == 0
    assert found.is_absent(Count("n", box("3")))


def test_a_group_of_another_event_may_have_somebody_in_it():
    found = known_of({("n", "1"): 30})
    assert np.isnan(found.value(Count("m", box("3"))))


def test_a_count_that_a_row_does_not_tell_isnt_zero():
    count = Count("n", box("3"))
    found = known_of({("n", "1"): 30}, untold={count})
    assert np.isnan(found.value(count))


def test_two_rows_that_count_the_same_pupils_differently_stop_the_run():
    measure = ("under_of_placed", "whole_level", "initial", "raw")
    row = dict(zip(linked.NAMES, measure, strict=True)) | {"cohort": "2022", "unit": "share"}
    row |= {"n": 50, "k": 20, "status": "ok", "estimate": 0.4}
    rows = linked.as_estimates([row, row | {"k": 21}], "advice")
    rows = with_places(rows.rename(columns={"table": "origin"}))
    events = "placed by level initial", "under whole_level initial"
    years = {event: frozenset({"2022"}) for event in events}
    key = ("advice", *measure, ())
    names = {event: event for event in events}
    cohorts = Cohorts({key: frozenset({"2022"})}, years, frozenset(), names)
    wanted = [Count(event, WHOLE) for event in events]
    with pytest.raises(DataError, match=r"1 row\(s\) of the private estimates"):
        known.known(rows, cohorts, wanted)


# system


def equations(resting, told):
    counts = system.closed(resting, lambda event: frozenset({"2022"}))
    return system.lines(counts, atoms_of, told.is_absent)[0]


def test_groups_add_up_to_their_whole():
    told = known_of({("n", at): 20 for at in "123"})
    [found] = equations([Count("n", box(at)) for at in "123"], told)
    assert found == {Count("n", WHOLE): 1, **{Count("n", box(at)): -1 for at in "123"}}


def test_a_group_that_is_not_released_is_left_over():
    told = known_of({("n", at): 20 for at in "123"})
    [found] = equations([Count("n", box(at)) for at in "12"], told)
    [left] = [count for count in found if count.box.is_made_up]
    assert found[left] == -1


def test_nobody_is_left_over_where_the_other_group_is_absent():
    # Else a reader would know better than the audit, who sees that the table has no such group.
    told = known_of({("n", at): 20 for at in "12"})
    [found] = equations([Count("n", box(at)) for at in "12"], told)
    assert found == {Count("n", WHOLE): 1, Count("n", box("1")): -1, Count("n", box("2")): -1}


def test_equations_stand_in_one_order_however_their_counts_come():
    """What is withheld of equally good numbers follows from it, and texts hash anew each run."""
    told = known_of({(event, at): 20 for event in "mn" for at in "123"})
    counts = list(dict.fromkeys([*told.pupils, Count("n", WHOLE), Count("m", WHOLE)]))
    forth, back = (
        system.lines(dict.fromkeys(each), atoms_of, told.is_absent)[0]
        for each in (counts, counts[::-1])
    )
    assert len(forth) == 2
    assert [list(each.items()) for each in forth] == [list(each.items()) for each in back]


def made(counts, relations=(), assumed=()):
    told = known_of(counts)
    return system.system(
        list(told.pupils),
        system.closed(told.pupils, lambda event: frozenset({"2022"})),
        atoms_of,
        lambda events, box: relations,
        lambda events, box: assumed,
        told,
    )


MORE = Relation((("n", 1), ("m", -1)))


def test_a_breach_of_what_must_hold_stops_the_run():
    made({("n", None): 30, ("m", None): 30}, [MORE])
    with pytest.raises(DataError, match="1 of the 1 relations"):
        made({("n", None): 30, ("m", None): 31}, [MORE])


def test_what_a_reader_assumes_counts_only_where_it_is_true():
    assert made({("n", None): 30, ("m", None): 30}, assumed=[MORE]).least.shape[0] == 1
    assert made({("n", None): 30, ("m", None): 31}, assumed=[MORE]).least.shape[0] == 0


# unsafe


def reasons(counts, compared=(), schools=None):
    told = known_of(counts)
    told.schools.update(dict.fromkeys(told.pupils, schools) if schools else {})
    side = Side(Count("n", WHOLE), Count("k", WHOLE) if ("k", None) in counts else None)
    told.rest_schools[tuple(side)] = 9
    found = unsafe.unsafe(made(counts), [side], told, RULES, lambda events, box: compared)
    return sorted(found.reasons)


@pytest.mark.parametrize(
    ("n", "k", "why"),
    [
        (300, 100, []),
        (300, 9, ["too_few_pupils"]),
        (300, 0, ["too_few_pupils"]),
        (300, 291, ["too_few_pupils"]),
        (199, 180, ["nearly_all_or_none_of_a_group"]),
        (200, 180, []),
        (199, 19, ["nearly_all_or_none_of_a_group"]),
    ],
)
def test_small_counts_and_shares_of_nearly_all_are_unsafe(n, k, why):
    assert reasons({("n", None): n, ("k", None): k}) == why


def test_few_schools_are_unsafe_however_many_pupils_there_are():
    assert set(reasons({("n", None): 300}, schools=2)) == {"too_few_schools"}


@pytest.mark.parametrize(("later", "why"), [(300, []), (303, [unsafe.CLOSE]), (310, [])])
def test_counts_that_nearly_agree_tell_of_the_few_between_them(later, why):
    assert reasons({("n", None): later, ("m", None): 300}, [MORE]) == why
