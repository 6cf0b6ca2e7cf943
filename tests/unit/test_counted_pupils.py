"""Which pupils a planned number counts: events, kinds, relations, boxes, and what rows rest on."""

import pandas as pd
import pytest

from advieskloof.disclosure import boxes, kinds, relations
from advieskloof.disclosure.boxes import Box
from advieskloof.disclosure.events import Measure, behind
from advieskloof.disclosure.resting import Cohorts, Count, Rests, Side
from advieskloof.errors import DataError

LISTED = {"advice_levels": ["pro_vmbo_bb"], "isled": ["11"]}
EDUCATION = "parental_education"


def measure(indicator="under_of_placed", definition="whole_level", adjustment="raw"):
    return Measure("advice", indicator, definition, "initial", adjustment)


# events


def test_a_share_at_equal_score_counts_those_with_a_score():
    found = behind(measure(adjustment="standardised"))
    assert found.n == "scored placed by level initial"
    assert found.k == "scored under whole_level initial"


def test_shrinking_changes_the_number_and_not_the_pupils():
    assert behind(measure(adjustment="shrunken")) == behind(measure())


def test_those_under_are_the_same_whether_or_not_only_those_at_risk_are_asked():
    assert behind(measure(adjustment="at_risk")).k == behind(measure()).k
    # Kansenkaart counts vso as under where pro wouldn't be: they are under and not at risk.
    found = behind(measure(definition="kansenkaart", adjustment="at_risk"))
    assert found.k != behind(measure(definition="kansenkaart")).k


def test_a_measure_that_nobody_described_is_refused():
    with pytest.raises(DataError, match=r"'median_level'.* can't be released"):
        behind(measure(indicator="median_level", definition="level"))


# kinds


def held(*events, usual=False):
    [table] = kinds.memberships(events, LISTED, usual=usual)
    return [table[event] for event in events]


def test_a_whole_level_is_within_half_a_level():
    whole, half = held("under whole_level initial", "under half_level initial")
    assert not (whole & ~half).any()
    assert (half & ~whole).any()


def test_kansenkaart_alone_places_advice_vso():
    own, others = held("placed by kansenkaart initial", "placed by level initial")
    assert (own & ~others).any()


def test_an_adjusted_advice_may_be_off_the_scale_but_usually_is_not():
    events = "placed by level initial", "placed by level final"
    first, final = held(*events)
    assert (first & ~final).any()
    first, final = held(*events, usual=True)
    assert not (first & ~final).any()
    assert (final & ~first).any()


# relations


def told(**columns):
    return [
        pd.DataFrame({name: [mark == "1" for mark in marks] for name, marks in columns.items()})
    ]


def test_parts_that_are_all_of_a_whole_add_up_to_it():
    found = relations.relations(told(all="111", a="100", b="011"), ["all", "a", "b"])
    assert relations.Relation((("all", 1), ("a", -1), ("b", -1)), exact=True) in found


def test_parts_that_leave_some_out_are_at_most_the_whole():
    found = relations.relations(told(all="111", a="100", b="010"), ["all", "a", "b"])
    assert [(dict(each.factors), each.exact) for each in found] == [
        ({"all": 1, "a": -1, "b": -1}, False)
    ]


def test_events_that_cross_by_chance_are_not_linked():
    assert relations.relations(told(a="1100", b="0110"), ["a", "b"]) == []


def test_events_of_the_same_pupils_get_the_shortest_name():
    table = told(longer="110", short="110", other="010")
    assert relations.same(table) == {"longer": "short", "short": "short", "other": "other"}


def test_events_that_are_the_same_in_one_table_are_so_in_others():
    tables = [*told(longest="110", longer="110"), *told(longer="10", short="10", other="01")]
    same = relations.same(tables)
    assert same == {"longest": "short", "longer": "short", "short": "short", "other": "other"}
    first, second = relations.renamed(tables, same)
    assert (list(first), sorted(second)) == (["short"], ["other", "short"])


def test_what_is_usual_is_told_apart_from_what_always_holds():
    always, usual = told(n="110", m="011"), told(n="010", m="011")
    found = relations.beyond(usual, always, ["m", "n"])
    assert [dict(each.factors) for each in found] == [{"m": 1, "n": -1}]


# boxes


def test_groupings_of_education_are_unions_of_the_same_classes():
    labels = ["parental_education_five=mbo2", "parental_education_five=mbo34"]
    found = boxes.atoms(EDUCATION, [*labels, "parental_education_three=middle"])
    assert found[labels[0]] | found[labels[1]] == found["parental_education_three=middle"]
    assert not found[labels[0]] & found[labels[1]]


def test_municipalities_beside_areas_need_to_be_placed():
    labels = ["corop=CR01", "municipality=GM0001"]
    with pytest.raises(DataError, match="for 1 municipalities it isn't known"):
        boxes.atoms("region of school", labels)
    found = boxes.atoms("region of school", labels, {"GM0001": "CR01"})
    assert found[labels[0]] == found[labels[1]]


def test_different_leftovers_have_different_names_and_the_same_the_same():
    many = [f"CR{area:02d}" for area in range(1, 9)]
    assert boxes.rest(many) == boxes.rest(reversed(many))
    assert boxes.rest(many) != boxes.rest([*many[:-1], "CR40"])


def test_a_box_has_a_margin_for_each_of_its_axes():
    box = Box("2022", (("parental_education", "a"), ("urbanity of school", "b")))
    assert {margin.axes for margin in box.margins()} == {
        ("parental_education",),
        ("urbanity of school",),
    }


# resting

N, K = "placed by level initial", "under whole_level initial"
SUPPORT = {(*measure(), split): frozenset({"2021", "2022"}) for split in ((), (EDUCATION,))}
EVENTS = {event: frozenset({"2021", "2022"}) for event in (N, K)}
COHORTS = Cohorts(SUPPORT, EVENTS, frozenset(), {event: event for event in (N, K)})
WO = ((EDUCATION, "parental_education_five=wo"),)


def rests_on(cohort="2022", **differs):
    row = {"origin": "advice", **measure()._asdict(), "place": WO, "cohort": cohort}
    row |= {"region_of": "school", "reference": None, "status": "ok", "k": 10, "unit": "share"}
    return Rests(COHORTS, {}).sides(row | differs)


def side(cohorts, place=WO):
    return Side(Count(N, Box(cohorts, place)), Count(K, Box(cohorts, place)))


def test_a_gap_rests_on_both_its_sides():
    hbo = ((EDUCATION, "parental_education_five=hbo"),)
    found = rests_on(reference="minus parental_education_five=hbo")
    assert found == [side("2022"), side("2022", hbo)]


def test_a_change_of_a_gap_rests_on_four_groups():
    found = rests_on(reference="minus parental_education_five=hbo minus cohort=2021")
    assert {(box.cohorts, box.place[0][1][-3:]) for (_, box), _ in found} == {
        ("2022", "=wo"), ("2022", "hbo"), ("2021", "=wo"), ("2021", "hbo"),
    }  # fmt: skip


def test_a_window_of_all_cohorts_is_their_total():
    assert rests_on("2021-2022") == rests_on("total") == [side("total")]


def test_a_reference_in_other_words_is_refused():
    with pytest.raises(DataError, match="can't be read"):
        rests_on(reference="compared with hbo")


def test_a_share_that_is_not_supported_rests_on_n_alone():
    [found] = rests_on(status="not_supported", k=None)
    assert found == Side(Count(N, Box("2022", WO)), None)
