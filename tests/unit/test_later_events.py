"""Which pupils the numbers of the lower years count, beside a careful reader's own list."""

from itertools import product

import pandas as pd
import pytest
from oracles import lower_years_by_hand as by_hand

from advieskloof import schemas
from advieskloof.disclosure import kinds, later_events, locations, relations
from advieskloof.disclosure.events import Measure, behind, find
from advieskloof.errors import DataError
from advieskloof.indicators import moves, placement
from advieskloof.indicators.funnel import funnel

LISTED = {"advice_levels": ["pro_vmbo_bb"]}
STARTS = [("placed", name) for name in by_hand.TYPES]
STARTS += [(name, None) for name in ("left", "vso", "unknown", "other_grade")]
THIRDS = [("in_grade_3", name) for name in by_hand.TYPES]
THIRDS += [(name, None) for name in by_hand.APART]
FIRST = (None, "01", "10", "11", "20", "22", "30", "34", "42", "44", "60", "61", "70")


def measures(columns):
    """The measures of columns of FOLLOWED whose pupils are known."""
    named = {moves.TABLE: moves.COLUMNS, placement.TABLE: placement.COLUMNS}
    found = [
        Measure(table, each.indicator, each.definition, each.base, each.adjustment)
        for table, asked in named.items()
        for shares in asked
        for each in shares.measures
        if shares.column in columns
    ]
    return [measure for measure in found if find(measure)]


def by_a_reader(counted, wanted):
    """Which events of the measures hold a pupil who counts so."""
    held = {}
    for measure in wanted:
        n, k = behind(measure)
        held[n] = measure[1:] in counted
        held[k] = counted.get(measure[1:], False)
    return held


def pupils():
    for (start, name), (third, position), first in product(STARTS, THIRDS, FIRST):
        at = {"start": start, "class": name, "third": third, "position": position}
        advice = {"initial_advice": first, "adjusted_advice": None, "test_advice": None}
        yield by_hand.counted(advice | {"cohort": 2019}, at | {"switched": None, "stacked": None})


def as_set(table):
    return set(table[sorted(table)].astype(bool).itertuples(index=False, name=None))


def test_kinds_of_pupils_are_those_that_a_reader_of_the_definitions_lists():
    columns = {
        "start", "class_kind", "class_type", "class_against_initial", "move", "possible_move",
        "year_3", "half_step", "move_from_initial",
    }  # fmt: skip
    wanted = measures(columns)
    assert len(wanted) > 60
    readers = pd.DataFrame([by_a_reader(each, wanted) for each in pupils()])
    [table] = kinds.memberships(list(readers), LISTED)
    assert as_set(table) == as_set(readers)


@pytest.mark.parametrize("column", ["stacked", "switched"])
def test_who_switched_and_stapelen_are_counted_as_a_reader_does(column):
    wanted = measures({column})
    values = {"stacked": ["yes", "no", "unknown", None], "switched": [True, False, None]}[column]
    at = {"start": "placed", "class": "havo", "third": "in_grade_3", "position": "havo"}
    at |= {"switched": None, "stacked": None}
    nobody = {"initial_advice": None, "adjusted_advice": None, "test_advice": None, "cohort": 2019}
    readers = [by_a_reader(by_hand.counted(nobody, at | {column: v}), wanted) for v in values]
    [table] = kinds.memberships(list(readers[0]), LISTED)
    assert as_set(table) == as_set(pd.DataFrame(readers))


# What splits pupils and what counts them


def row(table, indicator, **split):
    rows = pd.DataFrame([dict.fromkeys(schemas.SPLITS, "total") | split])
    return later_events.told_apart(rows.assign(origin=table, indicator=indicator))


def events_of(table, indicator, definition, **split):
    told = row(table, indicator, **split)
    return behind(Measure(told["origin"].item(), indicator, definition, "initial", "raw"))


def test_pupils_in_a_class_are_one_count_as_numerator_and_as_a_group():
    share = events_of("placement", "in_vwo_of_placed", "class")
    among = events_of("moves", "in_vwo_in_year_3_of_placed", "position", class_type="vwo")
    assert share.k == among.n
    told = row("moves", "in_vwo_in_year_3_of_placed", class_type="vwo", urbanity="1")
    assert (told["class_type"].item(), told["urbanity"].item()) == ("total", "1")


def test_those_whose_advice_is_a_level_lower_are_those_under_by_a_whole_level():
    n, _ = events_of("moves", "up_from_advice_of_advised", "interval",
                     discrepancy="lower_by_1_or_more")  # fmt: skip
    under = behind(Measure("advice", "under_of_placed", "whole_level", "initial", "raw")).k
    same = relations.same(kinds.memberships([n, under, "all"], LISTED))
    assert same[n] == same[under] != same["all"]


def test_outcomes_of_the_placed_add_up_to_them():
    events = [f"then {name}" for name in (*schemas.APART, *schemas.MOVES)]
    found = relations.relations(kinds.memberships(["placed", *events], LISTED), ["placed", *events])
    factors = {"placed": 1} | dict.fromkeys(events, -1)
    assert [dict(each.factors) for each in found if each.exact] == [factors]


def test_who_could_have_been_compared_lies_between_the_compared_and_all_of_them():
    events = ["compared", "compared or could go up", "compared or unknown"]
    found = relations.relations(kinds.memberships(events, LISTED), events)
    assert [dict(each.factors) for each in found] == [
        {events[1]: 1, events[0]: -1},
        {events[2]: 1, events[1]: -1},
    ]


@pytest.mark.parametrize(
    ("table", "base"),
    [("moves", "final"), ("moves | first_advice_group=havo", "initial")],
)
def test_what_nobody_described_of_the_lower_years_is_refused(table, base):
    with pytest.raises(DataError, match="can't be released"):
        behind(Measure(table, "up_from_advice_of_advised", "interval", base, "raw"))


def test_private_rows_that_no_planned_row_has_to_do_with_are_left_out():
    columns = dict.fromkeys(schemas.SPLITS, "total")
    rows = pd.DataFrame(
        [
            columns | {"origin": origin, "indicator": indicator, "class_type": name}
            for origin, indicator in (("moves", "up_of_placed"), ("moves", "down_of_placed"))
            for name in ("total", "vwo", "havo")
        ]
        + [columns | {"origin": "advice", "indicator": "under_of_placed"}]
    )
    planned = later_events.told_apart(rows.iloc[[1]])
    kept = later_events.related(rows, planned)
    assert kept["origin"].tolist() == ["moves | class_type=vwo", "advice"]


# Locations


def made_funnel():
    schools = pd.DataFrame({
        "indicator": "r1", "school_year": 2022, "comparison_group": "havo", "n": [60] * 5 + [500],
        "value": [-3.0, -2.0, 2.0, 3.0, 3.5, 0.0], "group_value": 0.0, "se": 1.0,
    })  # fmt: skip
    table = funnel(schools, 3, "made", "schools")
    return table[table["comparison_group"] == "total"]


def test_the_bins_of_a_size_are_all_its_locations():
    table = made_funnel()
    named = [behind(Measure(*each)) for each in
             table[["table", "indicator", "definition", "base", "adjustment"]].itertuples(
                 index=False, name=None)]  # fmt: skip
    wholes, bins = {each.n for each in named}, [each.k for each in named]
    events = [*sorted(wholes), *bins]
    found = relations.relations(kinds.memberships(events, {}), events)
    assert [len(each.factors) for each in found if each.exact] == [6, 6]
    assert len(wholes) == 2


def test_a_funnel_goes_under_the_last_of_its_years():
    table = made_funnel()
    assert set(table["cohort"]) == {"2020-2022"}
    rows = locations.by_last_year(table.assign(origin=table["table"]))
    assert set(rows["cohort"]) == {"2022"}
    others = locations.by_last_year(table.assign(origin="advice"))
    assert set(others["cohort"]) == {"2020-2022"}
