import pandas as pd
import pytest

from advieskloof import schemas
from advieskloof.indicators.reconsideration import INDICATORS, reconsideration
from advieskloof.sources import aggregates

LISTED = {
    "advice_codes": ["24"],
    "advice_levels": ["pro_vmbo_bb", "vmbo_bb_to_gt"],
}
EMPTY = schemas.empty_columns(schemas.CELLS, 0)


def coded(*rows, cohort=2022, **columns):
    """CELLS of rows (first advice, test advice, adjusted advice, pupils) in one school."""
    frame = pd.DataFrame(rows, columns=["initial_advice", "test_advice", "adjusted_advice", "n"])
    known = {"source": "mine", "public": False, "cohort": cohort, "school_id": "a", **columns}
    cells = schemas.empty_columns(schemas.CELLS, len(rows)).assign(
        **{name: frame[name].array for name in frame}, w=frame["n"], w2=frame["n"], **known
    )
    return cells.astype(EMPTY.dtypes.to_dict())


def together(*cells):
    return pd.concat(cells, ignore_index=True)


def shares(cells, by=(), indicator=None):
    table = reconsideration(cells, [list(by)], "school", LISTED)
    return table if indicator is None else table[table["indicator"] == indicator]


def k_of_n(cells, indicator):
    """'k/n' of the one row of an indicator, or why there is none."""
    row = shares(cells, indicator=indicator).iloc[0]
    return f"{row['k']}/{row['n']}" if row["status"] == "ok" else row["reason"]


def all_k_of_n(cells):
    return {name: k_of_n(cells, name) for name in INDICATORS}


# A pupil with a lower and one with a raised advice, so that every column counts as delivered.
PLAIN = [("70", "60", None, 1), ("20", "22", "22", 1)]


def test_the_five_shares_of_ten_pupils_worked_by_hand():
    cells = coded(
        ("20", "22", "22", 2),  # eligible and adjusted
        ("20", "22", None, 3),  # eligible, not adjusted
        ("60", "60", None, 4),  # at the test advice
        ("30", None, None, 1),  # no test
    )
    assert all_k_of_n(cells) == {
        "eligible_of_all": "5/10",
        "eligible_of_tested": "5/9",
        "adjusted_of_all": "2/10",
        "adjusted_of_tested": "2/9",
        "adjusted_of_eligible": "2/5",
    }


def test_the_estimate_is_k_over_n_between_0_and_1():
    table = shares(coded(("20", "22", "22", 1), ("60", "60", None, 3)))
    estimates = table.set_index("indicator")["estimate"]
    assert estimates["eligible_of_all"] == 0.25
    assert estimates["adjusted_of_eligible"] == 1


@pytest.mark.parametrize(
    ("first", "test", "eligible"),
    [
        ("20", "22", True),  # 2 and 2.5: half a level
        ("22", "30", True),  # 2.5 and 3
        ("21", "22", True),  # with lwoo, 2 and 2.5
        ("10", "20", True),  # 1 and 2
        ("20", "20", False),
        ("22", "20", False),
        ("40", "42", False),  # both vmbo-gt
        ("50", "42", False),
        ("52", "44", False),  # both vmbo-gt/havo
        ("70", "61", False),
        ("01", "70", False),  # vso has no level
        ("24", "70", False),  # a wide advice has no level
    ],
)
def test_eligible_is_a_test_advice_higher_by_half_a_level(first, test, eligible):
    cells = coded((first, test, None, 8), ("60", "60", "61", 2))
    assert k_of_n(cells, "eligible_of_all") == ("8/10" if eligible else "0/10")


@pytest.mark.parametrize("first", ["0", "80", None])
def test_who_has_no_first_advice_is_in_no_denominator(first):
    cells = coded((first, "70", "70", 90), ("20", "22", "22", 4), ("60", "60", None, 6))
    assert all_k_of_n(cells) == {
        "eligible_of_all": "4/10",
        "eligible_of_tested": "4/10",
        "adjusted_of_all": "4/10",
        "adjusted_of_tested": "4/10",
        "adjusted_of_eligible": "4/4",
    }


def test_who_has_no_first_advice_and_no_test_is_in_no_denominator_either():
    cells = coded((None, None, None, 90), ("20", "22", "22", 4), ("60", "60", None, 6))
    assert k_of_n(cells, "eligible_of_all") == "4/10"
    assert k_of_n(cells, "eligible_of_tested") == "4/10"


def test_a_cohort_in_which_nobody_has_a_first_advice_is_said_to_give_nothing():
    table = shares(coded(("0", "70", None, 9), ("80", "60", None, 9)))
    assert "ok" not in set(table["status"])


@pytest.mark.parametrize("first", ["01", "24"])
def test_vso_and_wide_advices_count_in_the_denominators(first):
    cells = coded((first, "20", None, 6), ("20", "22", "22", 4))
    assert k_of_n(cells, "eligible_of_all") == "4/10"
    assert k_of_n(cells, "eligible_of_tested") == "4/10"


@pytest.mark.parametrize(
    ("adjusted", "counts"),
    [
        ("22", True),  # raised to the test advice
        ("30", True),  # raised beyond it
        ("20", False),  # filled with the first advice
        ("21", False),  # the same level with lwoo
        ("10", False),  # lowered
        ("0", False),
        ("80", False),
        (None, False),
        ("01", False),  # to vso, which has no level
    ],
)
def test_adjusted_is_a_rise_of_the_level(adjusted, counts):
    cells = coded(("20", "22", adjusted, 4), ("20", "22", "22", 6))
    assert k_of_n(cells, "adjusted_of_eligible") == ("10/10" if counts else "6/10")


def test_partly_up_to_the_test_advice_is_adjusted():
    cells = coded(("20", "60", "22", 3), ("20", "60", None, 1))
    assert k_of_n(cells, "adjusted_of_eligible") == "3/4"


def test_a_rise_without_being_eligible_is_in_no_numerator():
    cells = coded(("60", "60", "61", 3), ("60", None, "61", 2), ("20", "22", "22", 5))
    assert k_of_n(cells, "adjusted_of_all") == "5/10"
    assert k_of_n(cells, "adjusted_of_tested") == "5/8"


@pytest.mark.parametrize("first", ["10", "11"])
@pytest.mark.parametrize(
    ("cohort", "test", "eligible"),
    [
        (2022, "11", True),
        (2023, "11", False),
        (2024, "11", False),
        (2023, "20", True),
    ],
)
def test_from_2023_pro_with_test_advice_pro_or_bb_is_not_eligible(first, cohort, test, eligible):
    cells = coded((first, test, None, 4), ("20", "22", "22", 6), cohort=cohort)
    # Pro/bb (1.5) with test advice pro/bb is level in every cohort.
    expected = eligible and (first, test) != ("11", "11")
    assert k_of_n(cells, "eligible_of_all") == ("10/10" if expected else "6/10")


def test_the_pro_exception_takes_the_adjustment_with_it():
    cells = coded(("10", "11", "11", 4), ("20", "22", "22", 6), cohort=2023)
    assert k_of_n(cells, "adjusted_of_all") == "6/10"


def test_from_2023_a_field_filled_with_the_first_advice_is_no_adjustment():
    cells = coded(("20", "22", "20", 7), ("20", "22", "22", 3), cohort=2023)
    assert k_of_n(cells, "adjusted_of_eligible") == "3/10"


def test_a_year_without_a_test_gives_a_row_without_a_number_for_every_indicator():
    table = shares(coded(("20", None, None, 9), cohort=2019))
    assert table["indicator"].tolist() == sorted(INDICATORS)
    assert set(table["status"]) == {"not_defined"}
    assert set(table["reason"]) == {"no_test_that_year"}
    assert table[list(schemas.NUMBERS)].isna().all(axis=None)


def test_stray_test_advices_in_the_year_without_a_test_are_not_used():
    cells = coded(("20", "22", "22", 9), ("20", None, None, 9), cohort=2019)
    assert set(shares(cells)["reason"]) == {"no_test_that_year"}


def test_a_year_without_a_test_leaves_other_cohorts_alone():
    cells = together(coded(("20", None, None, 9), cohort=2019), coded(*PLAIN))
    table = shares(cells, indicator="eligible_of_all")
    assert table[["cohort", "status"]].to_numpy().tolist() == [
        ["2019", "not_defined"],
        ["2022", "ok"],
    ]


@pytest.mark.parametrize("adjusted", [None, "20", "22"])
def test_without_test_advices_nothing_is_defined_and_the_reason_is_the_test_advice(adjusted):
    table = shares(coded(("20", None, adjusted, 6), ("30", None, "30", 4), cohort=2023))
    assert set(table["status"]) == {"not_defined"}
    assert set(table["reason"]) == {"test_advice_not_delivered"}


@pytest.mark.parametrize(
    "rows",
    [
        [("20", "22", None, 6), ("60", "60", None, 4)],
        [("60", "60", None, 4)],
    ],
    ids=["some eligible", "nobody eligible"],
)
def test_without_adjusted_advices_who_is_adjusted_is_not_defined_and_never_zero(rows):
    table = shares(coded(*rows)).set_index("indicator")
    lacking = ["adjusted_of_all", "adjusted_of_tested", "adjusted_of_eligible"]
    assert set(table.loc[lacking, "status"]) == {"not_defined"}
    assert set(table.loc[lacking, "reason"]) == {"adjusted_advice_not_delivered"}
    assert table.loc["eligible_of_all", "status"] == "ok"


def test_what_one_cohort_lacks_another_may_have():
    lacks = coded(("20", "22", None, 6), cohort=2021)
    table = shares(together(lacks, coded(*PLAIN)), indicator="adjusted_of_all")
    assert table["status"].tolist() == ["not_defined", "ok"]


def test_what_one_source_lacks_is_not_zero_because_another_has_it():
    lacks = coded(("20", "22", None, 6), source="lacking")
    table = shares(together(lacks, coded(*PLAIN)), indicator="adjusted_of_all")
    assert table[["source", "status"]].to_numpy().tolist() == [
        ["lacking", "not_defined"],
        ["mine", "ok"],
    ]


def test_an_empty_denominator_is_not_possible_and_gives_no_share():
    cells = coded(("60", "60", "60", 9))
    row = shares(cells, indicator="adjusted_of_eligible").iloc[0]
    assert row[["status", "reason"]].tolist() == ["not_possible", "nobody_in_denominator"]
    assert row["n"] == 0
    assert pd.isna(row["estimate"])


def test_the_schools_are_those_with_a_pupil_in_the_denominator():
    cells = together(
        coded(("20", "22", "22", 4), school_id="a"),
        coded(("20", "22", None, 4), ("30", "30", None, 4), school_id="b"),
        coded(("60", "60", None, 4), school_id="c"),
        coded(("60", None, None, 4), school_id="d"),
        coded(("0", "60", None, 4), ("20", "22", "22", 0), school_id="e"),
    )
    schools = shares(cells).set_index("indicator")["n_schools"]
    assert schools.to_dict() == {
        "eligible_of_all": 4,  # a, b, c, d; nobody in e has a first advice
        "adjusted_of_all": 4,
        "eligible_of_tested": 3,  # a, b, c
        "adjusted_of_tested": 3,
        "adjusted_of_eligible": 2,  # a, b
    }


def test_schools_are_counted_once_however_many_cells_they_have():
    cells = coded(("20", "22", "22", 4), ("30", "30", None, 4), ("60", "60", None, 4))
    assert shares(cells, indicator="eligible_of_all")["n_schools"].tolist() == [1]


def test_schools_are_counted_for_each_group():
    cells = together(
        coded(("60", "61", "61", 4), ("42", "42", None, 4), school_id="a"),
        coded(("42", "42", None, 4), school_id="b"),
    )
    table = shares(cells, ["first_advice_group"], "eligible_of_all")
    assert table[["first_advice_group", "n_schools"]].to_numpy().tolist() == [
        ["havo", 1],
        ["vmbo_gt", 2],
    ]


def test_one_pupil_without_a_school_makes_the_number_of_schools_unknown():
    cells = together(coded(*PLAIN), coded(*PLAIN, school_id=None))
    row = shares(cells, indicator="eligible_of_all").iloc[0]
    assert pd.isna(row["n_schools"])
    assert row[["status", "reason"]].tolist() == ["ok", "schools_unknown"]


def test_groups_come_from_the_code_and_add_up_to_the_cohort():
    cells = coded(("20", "22", "22", 3), ("01", "10", None, 2), ("60", "61", None, 5))
    table = shares(cells, ["first_advice_group"], "eligible_of_all")
    assert table[["first_advice_group", "k", "n"]].to_numpy().tolist() == [
        ["havo", 5, 5],
        ["vso_pro_vmbo_b", 3, 5],
    ]


def test_several_splits_stand_in_one_table():
    cells = coded(*PLAIN, income_quintile=["1", "5"])
    by = [[], ["income_quintile"], ["first_advice_group", "income_quintile"]]
    table = reconsideration(cells, by, "school", LISTED)
    rows = table[(table["indicator"] == "eligible_of_all") & (table["status"] == "ok")]
    assert rows[["first_advice_group", "income_quintile", "k", "n"]].to_numpy().tolist() == [
        ["total", "1", 0, 1],
        ["total", "5", 1, 1],
        ["total", "total", 1, 2],
        ["vso_pro_vmbo_b", "5", 1, 1],
    ]


def test_a_row_names_its_definition_base_adjustment_unit_and_region():
    table = reconsideration(coded(*PLAIN), [[]], "home", LISTED)
    named = table[["table", "definition", "base", "adjustment", "unit", "region_of"]]
    expected = ("reconsideration", "half_level", "initial", "raw", "share", "home")
    assert set(named.itertuples(index=False, name=None)) == {expected}


def test_the_row_labels_of_the_cells_do_not_matter():
    cells = coded(*PLAIN)
    cells.index = [5, 5]
    assert k_of_n(cells, "eligible_of_all") == "1/2"


def test_the_result_keeps_the_contract_of_estimates():
    cells = together(coded(*PLAIN), coded(("20", None, None, 3), cohort=2019))
    table = reconsideration(cells, [[], ["first_advice_group"]], "school", LISTED)
    pd.testing.assert_frame_equal(schemas.validate(table, schemas.ESTIMATES, "it"), table)


def test_the_two_layouts_give_the_same_shares_for_the_same_pupils(tmp_path):
    (tmp_path / "codes.csv").write_text(
        "cohort,initial_advice,test_advice,adjusted_advice,n\n"
        "2022,20,22,22,10\n"  # eligible, adjusted
        "2022,20,22,,30\n"  # eligible, not adjusted
        "2022,20,20,,5\n"
        "2022,60,61,61,7\n"  # eligible, adjusted
        "2022,60,,,48\n"  # no test
    )
    (tmp_path / "margins.csv").write_text(
        "cohort,first_advice_group,n,n_eligible_adjusted,n_eligible_not_adjusted\n"
        "2022,total,100,17,30\n"
        "2022,vso_pro_vmbo_b,45,10,30\n"
        "2022,havo,55,7,0\n"
    )
    by = [[], ["first_advice_group"]]
    keys = ["indicator", "cohort", "first_advice_group", "income_quintile", "estimate", "n", "k"]
    tables = []
    for layout in ("codes", "margins"):
        path = tmp_path / f"{layout}.csv"
        cells = aggregates.delivered(path, "mine", layout, ",", "utf-8", {})
        table = reconsideration(cells, by, "school", {})
        of_tested = table["indicator"].str.endswith("_of_tested")
        tables.append(table.loc[~of_tested, keys].reset_index(drop=True))
        # Only codes say who took the test.
        assert ("ok" in set(table.loc[of_tested, "status"])) == (layout == "codes")
    pd.testing.assert_frame_equal(*tables)


def published(indicator, cohort, group="total"):
    cells = aggregates.published("cbs_84274NED", {})
    by = [[], ["first_advice_group"]]
    table = reconsideration(cells, by, "school", {})
    return table[
        (table["indicator"] == indicator)
        & (table["cohort"] == cohort)
        & (table["first_advice_group"] == group)
    ].iloc[0]


@pytest.mark.parametrize(
    ("indicator", "cohort", "group", "percentage"),
    [
        ("eligible_of_all", "2020", "total", 36.4),
        ("eligible_of_all", "2021", "total", 36.4),
        ("eligible_of_all", "2022", "total", 33.7),
        ("adjusted_of_eligible", "2020", "total", 26.5),
        ("adjusted_of_eligible", "2021", "total", 27.0),
        ("adjusted_of_eligible", "2022", "total", 28.9),
        ("eligible_of_all", "2022", "vmbo_b_k", 34.1),
        ("eligible_of_all", "2022", "vmbo_k", 58.9),
        ("eligible_of_all", "2022", "vmbo_k_gt", 25.2),  # 2500 / 9901 = 25.24999
        ("eligible_of_all", "2022", "vmbo_gt", 47.9),
    ],
)
def test_the_published_counts_give_the_published_percentages(indicator, cohort, group, percentage):
    found = published(indicator, cohort, group)
    assert found["status"] == "ok"
    assert 100 * found["estimate"] == pytest.approx(percentage, abs=0.05)


@pytest.mark.parametrize("indicator", INDICATORS)
def test_the_published_counts_of_2019_give_no_share(indicator):
    row = published(indicator, "2019")
    assert row[["status", "reason"]].tolist() == ["not_defined", "no_test_that_year"]


@pytest.mark.parametrize("cohort", ["2020", "2021", "2022"])
def test_the_published_counts_do_not_say_who_took_the_test(cohort):
    row = published("eligible_of_tested", cohort)
    assert row[["status", "reason"]].tolist() == ["not_defined", "test_takers_unknown"]


def test_vwo_is_not_possible_rather_than_zero_since_nothing_is_above_it():
    rows = shares(coded(("70", "70", None, 50), *PLAIN), ["first_advice_group"])
    vwo = rows[rows["first_advice_group"] == "vwo"]
    assert len(vwo) == len(INDICATORS)
    assert set(vwo["reason"]) == {"nothing_above_vwo"}
    assert vwo[["n", "k", "n_schools", "estimate"]].isna().all().all()


def test_the_schools_behind_numerator_and_rest_are_counted_apart():
    cells = together(
        coded(("60", "61", "61", 4), ("60", "60", None, 4), school_id="a"),
        coded(("60", "60", None, 4), school_id="b"),
        coded(("60", "61", None, 0), school_id="c"),
    )
    row = shares(cells, indicator="eligible_of_all").iloc[0]
    assert row[["n_schools", "k_schools", "rest_schools"]].tolist() == [2, 1, 2]


def test_the_error_of_a_share_is_that_of_its_schools_worked_by_hand():
    # Three schools: 3 of 4, 1 of 4 and 2 of 2 eligible; p = 0.6.
    # e_s = (k_s - 0.6 n_s) / 10 = 0.06, -0.14, 0.08, so V = 3/2 * (0.0036 + 0.0196 + 0.0064).
    schools = {"a": (3, 1), "b": (1, 3), "c": (2, 0)}
    cells = together(
        *[
            coded(("20", "22", "22", k), ("60", "60", None, rest), school_id=name)
            for name, (k, rest) in schools.items()
        ]
    )
    row = shares(cells, indicator="eligible_of_all").iloc[0]
    assert row["estimate"] == 0.6
    assert row["se"] == pytest.approx(0.0444**0.5, abs=1e-12)
    assert (row["df"], row["n_schools"], row["reason"]) == (2, 3, "fewer_than_10_schools")
    # Against 0.24 / 9, the variance of ten pupils drawn one by one.
    assert row["deff"] == pytest.approx(0.0444 / (0.24 / 9), abs=1e-12)
    assert 0 < row["lower"] < 0.6 < row["upper"] < 1


def test_a_share_of_one_school_has_no_interval():
    row = shares(coded(("20", "22", "22", 5), ("60", "60", None, 5))).iloc[0]
    assert row["reason"] == "no_interval_with_one_school"
    assert row[["se", "lower", "upper", "df", "deff"]].isna().all()
