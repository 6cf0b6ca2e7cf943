"""The attacker on small releases in which what can be had, or not, is plain to see."""

import math

import pytest
from attack.attacker import attack
from attack.judging import judged, losses
from attack.linear_bounds import Contradiction
from attack.made_releases import EDUCATION, gap, groups, row, truth, write

FIVE = {
    "le_mbo1": (60, 4),
    "mbo2": (90, 21),
    "mbo34": (200, 40),
    "hbo": (150, 25),
    "wo": (120, 22),
    "unknown": (80, 13),
}
TOTAL = (700, 125)


def attacked(folder, rows, manifest=None):
    """The findings on a release of these rows, judged by the same rows with nothing hidden."""
    findings, release = attack(write(folder, rows, manifest))
    found = judged(findings, release, truth(rows))
    assert found["sound"].all()
    return found.join(release.rows[[EDUCATION, "cohort"]], on="row")


def bounds_of(found, what, **where):
    """The bounds of a number: {(lower, upper)} and the method."""
    for name, value in where.items():
        found = found[found[name] == value]
    found = found[found["what"] == what]
    assert len(found) == 1
    one = found.iloc[0]
    return one["lower"], one["upper"], one["method"]


def test_a_single_hidden_group_follows_from_the_total(tmp_path):
    found = attacked(tmp_path, [row(*TOTAL), *groups(FIVE, hidden=["le_mbo1"])])
    assert bounds_of(found, "n", **{EDUCATION: "le_mbo1"}) == (60, 60, "groups")
    assert bounds_of(found, "k", **{EDUCATION: "le_mbo1"}) == (4, 4, "groups")
    assert set(found.loc[found["lost"] == "recovered", "protected"]) == {"few pupils in k"}


def test_two_hidden_groups_share_what_is_left_of_the_total(tmp_path):
    found = attacked(tmp_path, [row(*TOTAL), *groups(FIVE, hidden=["le_mbo1", "mbo2"])])
    assert not found["lost"].any()
    assert not found.loc[found[EDUCATION].isin(["le_mbo1", "mbo2"]), "exact"].any()


def test_two_hidden_groups_with_little_between_them_are_bounded(tmp_path):
    few = FIVE | {"mbo2": (90, 3)}
    found = attacked(tmp_path, [row(700, 107), *groups(few, hidden=["le_mbo1", "mbo2"])])
    assert bounds_of(found, "k", **{EDUCATION: "le_mbo1"}) == (0, 7, "groups")
    lost = found[found["lost"] == "tight"]
    assert lost["protected"].tolist() == ["few pupils in k"] * 2


def test_without_the_total_a_hidden_group_stays_hidden(tmp_path):
    found = attacked(tmp_path, groups(FIVE, hidden=["le_mbo1"]))
    assert not found["lost"].any()


def test_a_cell_hidden_in_one_table_stands_in_another(tmp_path):
    hidden = groups(FIVE, hidden=FIVE, table="one")
    found = attacked(tmp_path, [*hidden, *groups(FIVE, table="other")])
    assert bounds_of(found, "k", **{EDUCATION: "le_mbo1"}) == (4, 4, "displayed")


def test_a_count_between_two_nested_ones_is_bounded(tmp_path):
    rows = [
        row(500, 60, definition="half_level"),
        row(500, 58, definition="whole_level", hidden=True),
        row(500, 55, definition="no_overlap"),
    ]
    found = attacked(tmp_path, rows)
    k = found[(found["row"] == 1) & (found["what"] == "k")].iloc[0]
    assert (k["lower"], k["upper"], k["method"]) == (55, 60, "definitions")
    assert set(found.loc[found["lost"] != "", "protected"]) == {"difference in k"}


def test_the_n_of_one_indicator_is_the_k_of_another(tmp_path):
    rows = [
        row(900, 300, indicator="eligible_of_all", definition="half_level", hidden=True),
        row(300, 8, indicator="adjusted_of_eligible", definition="half_level"),
        row(900, 8, indicator="adjusted_of_all", definition="half_level", hidden=True),
    ]
    found = attacked(tmp_path, rows)
    stated = found[found["method"] == "displayed"]
    assert set(stated["true"]) >= {300, 8}
    assert set(found.loc[found["lost"] == "recovered", "true"]) == {8}


@pytest.mark.parametrize(("cohort", "known"), [("2022", True), ("2023", False)])
def test_the_eligible_are_those_under_by_half_a_level_until_2023(tmp_path, cohort, known):
    rows = [
        row(900, 305, indicator="eligible_of_all", definition="half_level", cohort=cohort),
        row(880, 305, definition="half_level", hidden=True, cohort=cohort),
    ]
    found = attacked(tmp_path, rows)
    assert (found.loc[found["true"] == 305, "method"] == "displayed").all() == known


def test_a_cohort_is_what_a_window_leaves_over(tmp_path):
    years = [row(300, 30, cohort="2020"), row(310, 5, cohort="2021", hidden=True)]
    rows = [*years, row(320, 32, cohort="2022"), row(930, 67, cohort="2020-2022")]
    found = attacked(tmp_path, rows)
    assert bounds_of(found, "k", cohort="2021") == (5, 5, "cohorts")


def test_coarser_groups_are_sums_of_finer_ones(tmp_path):
    low = {"low": (60, 4), "middle": (290, 61), "high": (270, 47), "unknown": (80, 13)}
    rows = groups(FIVE, hidden=["le_mbo1", "mbo2"])
    rows += groups(low, hidden=["low"], column="parental_education_three")
    found = attacked(tmp_path, rows)
    assert bounds_of(found, "k", **{EDUCATION: "mbo2"}) == (21, 21, "groups")
    assert not (found["lost"] != "").any()  # le_mbo1 is low, and both are hidden


def test_crossings_add_up_both_ways(tmp_path):
    cells = {("wo", "1"): 4, ("wo", "2"): 21, ("hbo", "1"): 33, ("hbo", "2"): 42}
    crossed = [
        row(100, k, hidden=(g, u) != ("hbo", "2"), **{EDUCATION: g}, urbanity=u)
        for (g, u), k in cells.items()
    ]
    rows = [
        *crossed,
        *groups({"wo": (200, 25), "hbo": (200, 75)}),
        *groups({"1": (200, 37), "2": (200, 63)}, column="urbanity"),
    ]
    found = attacked(tmp_path, rows)
    lost = found[found["lost"] == "recovered"]
    assert lost["true"].tolist() == [4]
    assert set(lost["method"]) == {"groups"}


SIDES = ("le_mbo1", 60, 4), ("wo", 120, 22)


@pytest.mark.parametrize("divided", [False, True], ids=["gap", "ratio"])
def test_a_gap_and_one_side_give_the_other(tmp_path, divided):
    rows = [*groups(FIVE, hidden=["le_mbo1"]), gap(*SIDES, divided=divided)]
    found = attacked(tmp_path, rows)
    assert bounds_of(found, "n", row=0) == (60, 60, "arithmetic")
    assert bounds_of(found, "k", row=0) == (4, 4, "arithmetic")


def test_a_gap_with_both_sides_hidden_says_little(tmp_path):
    found = attacked(tmp_path, [*groups(FIVE, hidden=["le_mbo1", "wo"]), gap(*SIDES)])
    assert not found["lost"].any()


N, K = 211, 4
# They give n, and that k is at most 60.
OTHERS = [row(N, 70, indicator="over_of_placed"), row(N, 60, definition="half_level")]
ERRORS = {"se": 0.013, "deff": 0.013**2 / (K / N * (1 - K / N) / (N - 1))}
# Half a unit around the share on the logit scale.
ENDS = {
    "lower": 1 / (1 + (N / K - 1) * math.exp(0.5)),
    "upper": 1 / (1 + (N / K - 1) * math.exp(-0.5)),
}


@pytest.mark.parametrize(
    ("shown", "beside"),
    [
        ({"estimate": K / N, "n": N}, []),
        ({"estimate": K / N, **ERRORS}, []),
        ({"estimate": K / N}, OTHERS),
        ({"n": N, **ERRORS}, OTHERS),
        (ERRORS, OTHERS),
        (ENDS, OTHERS),
    ],
    ids=["share and n", "share and errors", "share", "errors and n", "errors", "interval"],
)
def test_what_is_left_of_a_row_gives_its_counts(tmp_path, shown, beside):
    empty = {**row(N, K), "n": None, "k": None, "estimate": None}
    findings = attack(write(tmp_path, [{**empty, **shown}, *beside]))
    lost = losses(*findings, truth([row(N, K), *beside]))
    assert set(lost["method"]) == {"arithmetic"}
    assert set(lost["lost"]) == {"recovered"}
    assert K in set(lost["true"])


def test_no_school_in_k_means_no_pupil_in_k(tmp_path):
    rows = [row(200, 0, **{EDUCATION: "wo"})]
    shown = {**rows[0], "k": None, "estimate": None, "k_schools": 0}
    lost = losses(*attack(write(tmp_path, [shown])), truth(rows))
    assert lost["true"].tolist() == [0]


def test_counts_of_schools_bound_counts_of_pupils(tmp_path):
    hidden = row(500, 9, definition="whole_level", hidden=True)
    rows = [row(500, 25, definition="half_level"), hidden]
    folder = write(tmp_path, rows)
    open_ = losses(*attack(folder), truth(rows))
    assert open_.empty
    shown = released_with(rows, k_schools=9)
    lost = losses(*attack(write(tmp_path / "open", shown), level=20), truth(rows))
    k = lost[lost["protected"] == "few pupils in k"]
    assert (k["lower"].item(), k["upper"].item()) == (9, 25)


def released_with(rows, **numbers):
    """The rows with the hidden ones emptied, but for some numbers."""
    less = dict.fromkeys(("n", "k", "estimate")) | {"hidden": False, "status": "suppressed"}
    return [{**each, **less, **numbers} if each["hidden"] else each for each in rows]


def test_what_is_equal_wherever_shown_is_guessed_to_be_equal_elsewhere(tmp_path):
    counts = {f"CR{at:02d}": (200 + 3 * at, 15 + at) for at in range(1, 13)} | {"CR13": (150, 7)}
    rows = groups(counts, hidden=["CR13"], column="corop")
    rows += groups(counts, column="corop", adjustment="standardised")
    found = attacked(tmp_path, rows)
    assert set(found.loc[found["method"] == "guess", "true"]) >= {150, 7}


def test_a_release_that_breaks_the_definitions_is_reported(tmp_path):
    rows = [
        row(500, 30, definition="half_level"),
        row(500, 31, definition="whole_level"),
        row(500, 20, hidden=True),
    ]
    with pytest.raises(Contradiction):
        attack(write(tmp_path, rows))


def test_tables_of_other_pupils_are_kept_apart(tmp_path):
    rows = [row(*TOTAL), *groups(FIVE, hidden=["le_mbo1"])]
    others = groups({group: (n - 5, k) for group, (n, k) in FIVE.items()}, table="without_some")
    found = attacked(tmp_path, [*rows, *others])
    assert bounds_of(found[found["row"] < 7], "n", **{EDUCATION: "le_mbo1"}) == (60, 60, "groups")


def test_a_column_that_the_plan_keeps_few_groups_of_does_not_add_up(tmp_path):
    rows = [row(1000, 150), *groups({"le_mbo1": (60, 4), "wo": (120, 22)}, hidden=["le_mbo1"])]
    keep = {EDUCATION: ["le_mbo1", "wo"]}
    plan = {"made": {"rows": [{"from": "advice", "keep": keep}]}}
    found = attacked(tmp_path, rows, {"release": {"plan": plan}})
    assert not found["lost"].any()
