import pandas as pd
import pytest

from advieskloof import schemas
from advieskloof.disclosure.release import Rules, release
from advieskloof.errors import DataError

RULES = Rules(minimum_pupils=10, minimum_schools=3)
KINDS = schemas.empty_columns(schemas.ESTIMATES, 0).dtypes.to_dict()
SOUND = {
    "source": "mine",
    "public": False,
    "table": "reconsideration",
    "indicator": "eligible_of_all",
    "definition": "half_level",
    "base": "initial",
    "adjustment": "raw",
    "region_of": "school",
    "cohort": "2022",
    "first_advice_group": "total",
    "income_quintile": "total",
    "estimate": 0.5,
    "unit": "share",
    "n": 100,
    "k": 50,
    "n_schools": 5,
    "k_schools": 5,
    "rest_schools": 5,
    "status": "ok",
    "reason": "schools_unknown",
}


NOTHING = dict.fromkeys(["estimate", "n", "k", "n_schools", "k_schools", "rest_schools"])


def estimates(*rows):
    """ESTIMATES of rows that say what differs from a sound row of 50 among 100 in 5 schools."""
    table = schemas.empty_columns(schemas.ESTIMATES, len(rows)).astype(object)
    for name, sound in SOUND.items():
        table[name] = [row.get(name, sound) for row in rows]
    return table.astype(KINDS)


def group(name, **differs):
    return {"first_advice_group": name, **differs}


def fate(*rows):
    return release(estimates(*rows), RULES)["status"].tolist()


@pytest.mark.parametrize(
    ("n", "k", "passes"),
    [
        (20, 10, True),  # n - k is 10
        (19, 10, False),  # n - k is 9
        (20, 9, False),
        (20, 11, False),  # n - k is 9
        (100, 10, True),
        (100, 9, False),
        (100, 90, True),
        (100, 91, False),
        (100, 0, False),
        (100, 100, False),
    ],
)
def test_ten_pupils_with_and_ten_without_pass_and_nine_do_not(n, k, passes):
    assert (fate({"n": n, "k": k}) == ["ok"]) == passes


@pytest.mark.parametrize(("n", "passes"), [(10, True), (9, False)])
def test_a_mean_has_no_numerator_and_needs_ten_pupils(n, passes):
    mean = {"n": n, "k": None, "unit": "levels"}
    assert (fate(mean) == ["ok"]) == passes


@pytest.mark.parametrize(("schools", "passes"), [(3, True), (2, False), (0, False), (None, False)])
def test_three_schools_pass_and_two_or_an_unknown_number_do_not(schools, passes):
    assert (fate({"n_schools": schools}) == ["ok"]) == passes


def test_the_thresholds_are_those_of_the_rules():
    table = estimates({"n": 8, "k": 4, "n_schools": 1})
    assert release(table, Rules(4, 1))["status"].tolist() == ["ok"]
    assert release(table, Rules(5, 1))["status"].tolist() == ["suppressed_primary"]
    assert release(table, Rules(4, 2))["status"].tolist() == ["suppressed_primary"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"k": 9}, "too_few_pupils"),
        ({"n_schools": 2}, "too_few_schools"),
        ({"k": 9, "n_schools": 2}, "too_few_pupils"),
    ],
)
def test_the_reason_says_which_rule_a_number_broke(row, reason):
    released = release(estimates(row), RULES)
    assert released["reason"].tolist() == [reason]


def test_an_estimate_that_gives_no_number_of_pupils_does_not_pass():
    assert fate({"n": None, "k": None, "unit": "levels"}) != ["ok"]


def test_public_numbers_pass_however_small():
    public = estimates({"public": True, "n": 3, "k": 1, "n_schools": None})
    pd.testing.assert_frame_equal(release(public, RULES), public)


def test_public_totals_stay_beside_their_parts():
    rows = [{"public": True}, group("vwo", public=True), group("havo", public=True)]
    assert fate(*rows) == ["ok", "ok", "ok"]


def test_what_passes_is_not_changed():
    table = estimates(group("vwo"), group("havo", n=20, k=10, n_schools=3))
    pd.testing.assert_frame_equal(release(table, RULES), table)


def test_the_table_offered_is_not_changed_itself():
    table = estimates({"k": 1})
    before = table.copy()
    release(table, RULES)
    pd.testing.assert_frame_equal(table, before)


def test_a_suppressed_row_holds_no_number():
    table = estimates({"k": 9}).assign(se=0.1, lower=0.2, upper=0.7, deff=1.0, df=4.0, coverage=1.0)
    released = release(table, RULES)
    assert released[list(schemas.NUMBERS)].isna().all(axis=None)


def test_a_suppressed_table_still_keeps_its_contract():
    released = release(estimates({}, group("vwo", k=9), group("havo")), RULES)
    pd.testing.assert_frame_equal(schemas.validate(released, schemas.ESTIMATES, "it"), released)


def test_a_total_is_withheld_beside_its_parts_since_subtraction_would_give_a_part():
    released = release(estimates({}, group("vwo"), group("havo", k=9)), RULES)
    assert released["status"].tolist() == ["suppressed_secondary", "ok", "suppressed_primary"]
    assert released["reason"].tolist()[0] == "another_split_released"


def test_a_total_without_parts_in_the_table_passes():
    assert fate({}, group("vwo", cohort="2021")) == ["ok", "ok"]


@pytest.mark.parametrize(
    "differs", [{"source": "other"}, {"table": "other"}, {"region_of": "home"}]
)
def test_parts_of_another_source_table_or_region_are_no_parts(differs):
    assert fate({}, group("vwo", **differs)) == ["ok", "ok"]


def test_a_total_over_one_grouping_is_withheld_beside_its_parts_within_a_group():
    rows = [group("vwo"), group("vwo", income_quintile="1"), group("havo", income_quintile="1")]
    assert fate(*rows) == ["suppressed_secondary", "ok", "ok"]


def test_a_total_is_withheld_beside_parts_that_are_split_by_two_groupings():
    rows = [{}, group("vwo", income_quintile="1"), group("havo", income_quintile="2")]
    assert fate(*rows)[0] == "suppressed_secondary"


def test_a_part_without_numbers_withholds_no_total():
    part = group("vwo", **NOTHING, status="not_defined")
    assert fate({}, part) == ["ok", "not_defined"]


def test_all_numbers_of_a_group_go_when_one_is_too_small():
    rows = [
        group("vwo"),
        group("vwo", indicator="adjusted_of_eligible", n=50, k=9),
        group("havo"),
        group("vwo", cohort="2021"),
    ]
    released = release(estimates(*rows), RULES)
    assert released["status"].tolist() == ["suppressed_secondary", "suppressed_primary", "ok", "ok"]
    assert released["reason"].tolist()[0] == "linked_to_suppressed"


def test_rows_without_numbers_keep_status_and_reason_beside_suppressed_ones():
    lacking = {
        "indicator": "eligible_of_tested",
        **NOTHING,
        "status": "not_defined",
        "reason": "test_takers_unknown",
    }
    released = release(estimates({"k": 9}, lacking), RULES)
    assert released["status"].tolist() == ["suppressed_primary", "not_defined"]
    assert released["reason"].tolist()[1] == "test_takers_unknown"


def test_the_order_of_rows_does_not_change():
    rows = [group("vwo", k=9), {}, group("havo"), group("havo", cohort="2021", n_schools=1)]
    released = release(estimates(*rows), RULES)
    kept = ["cohort", "first_advice_group", "indicator"]
    pd.testing.assert_frame_equal(released[kept], estimates(*rows)[kept])


def test_a_table_that_breaks_its_contract_is_not_released():
    with pytest.raises(DataError, match="k is at most n"):
        release(estimates({"n": 100, "k": 101}), RULES)


@pytest.mark.parametrize("part", ["k_schools", "rest_schools"])
@pytest.mark.parametrize(("schools", "passes"), [(3, True), (2, False), (None, False)])
def test_numerator_and_rest_too_rest_on_three_schools(part, schools, passes):
    """A k of twelve pupils who are all of one school tells that school's number."""
    assert (fate({part: schools}) == ["ok"]) == passes


def test_of_two_splits_neither_of_which_is_the_total_of_the_other_one_stays():
    """63 adjusted by income less 60 by first advice would give the 3 that are suppressed."""
    by_advice = [group("vmbo_k", n=100, k=40), group("havo", n=30, k=3), group("vwo", n=50, k=20)]
    by_income = [
        group("total", income_quintile="1", n=80, k=30),
        group("total", income_quintile="5", n=100, k=33),
    ]
    assert fate(*by_advice, *by_income) == [
        "ok",
        "suppressed_primary",
        "ok",
        "suppressed_secondary",
        "suppressed_secondary",
    ]


def test_two_denominators_of_a_group_that_differ_by_few_pupils_are_both_held_back():
    """All pupils less those with a test gives the number without one."""
    near = [{"n": 100}, {"indicator": "eligible_of_tested", "n": 91}]
    far = [{"n": 100}, {"indicator": "eligible_of_tested", "n": 90}]
    assert fate(*near) == ["suppressed_primary"] * 2
    assert fate(*far) == ["ok"] * 2
