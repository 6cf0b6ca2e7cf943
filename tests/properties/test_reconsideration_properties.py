from pathlib import Path

import pandas as pd
import pytest
from hypothesis import configuration, given, settings
from hypothesis import strategies as st

from advieskloof import schemas
from advieskloof.indicators.reconsideration import reconsideration

# What Hypothesis keeps goes where the other caches are.
configuration.set_hypothesis_home_dir(Path(__file__).parents[2] / ".venv" / "hypothesis")
modest = settings(deadline=None, max_examples=10, database=None)

# Levels by hand from design 2.1; None has a code and no level (vso, a wide historic advice).
LEVEL = {
    "01": None,
    "10": 1,
    "11": 1.5,
    "20": 2,
    "21": 2,
    "22": 2.5,
    "24": None,
    "30": 3,
    "34": 3.5,
    "40": 4,
    "42": 4,
    "44": 4.5,
    "60": 5,
    "61": 5.5,
    "70": 6,
}
TESTS = ["10", "11", "20", "22", "30", "34", "42", "44", "60", "61", "70"]
LISTED = {"advice_codes": ["24"], "advice_levels": ["pro_vmbo_bb", "vmbo_bb_to_gt"]}
BY = [[], ["income_quintile"]]
COLUMNS = [
    "cohort",
    "school_id",
    "income_quintile",
    "initial_advice",
    "test_advice",
    "adjusted_advice",
    "n",
]

pupils_alike = st.tuples(
    st.sampled_from([2018, 2019, 2022, 2023]),
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from(["1", "5", None]),
    st.none() | st.sampled_from([*LEVEL, "0", "80"]),
    st.none() | st.sampled_from(TESTS),
    st.none() | st.sampled_from([*LEVEL, "0", "80"]),
    st.integers(0, 6),
)
# A pupil in each cohort with every advice: the columns are delivered in every cohort.
DELIVERED = [(cohort, "a", "1", "20", "22", "22", 1) for cohort in (2018, 2019, 2022, 2023)]
tables = st.lists(pupils_alike, min_size=1, max_size=12).map(lambda rows: [*DELIVERED, *rows])


def estimate(rows):
    frame = pd.DataFrame(rows, columns=COLUMNS)
    cells = schemas.empty_columns(schemas.CELLS, len(frame))
    kinds = cells.dtypes.to_dict()
    cells = cells.assign(**{name: frame[name].array for name in COLUMNS}, source="mine")
    return reconsideration(cells.astype(kinds), BY, "school", LISTED)


@modest
@given(tables, st.randoms())
def test_the_order_of_rows_changes_nothing(rows, random):
    shuffled = rows.copy()
    random.shuffle(shuffled)
    pd.testing.assert_frame_equal(estimate(shuffled), estimate(rows))


@modest
@given(tables)
def test_other_names_for_the_schools_change_nothing(rows):
    other = {"a": "z", "b": "a", "c": "05AB"}
    renamed = [(cohort, other[school], *rest) for cohort, school, *rest in rows]
    pd.testing.assert_frame_equal(estimate(renamed), estimate(rows))


@modest
@given(tables, st.data())
def test_splitting_a_cell_over_two_rows_changes_nothing(rows, data):
    split = []
    for row in rows:
        part = data.draw(st.integers(0, row[-1]))
        split += [(*row[:-1], part), (*row[:-1], row[-1] - part)]
    pd.testing.assert_frame_equal(estimate(split), estimate(rows))


@modest
@given(tables)
def test_every_share_lies_between_0_and_1_and_is_k_over_n(rows):
    table = estimate(rows)
    told = table[table["status"] == "ok"]
    assert told["estimate"].between(0, 1).all()
    assert (told["estimate"] == (told["k"] / told["n"]).astype(float)).all()


@modest
@given(tables)
def test_doubling_every_count_changes_no_share(rows):
    doubled = [(*row[:-1], 2 * row[-1]) for row in rows]
    once, twice = estimate(rows), estimate(doubled)
    keys = ["indicator", "cohort", *schemas.GROUPINGS, "estimate", "n_schools", "status"]
    pd.testing.assert_frame_equal(twice[keys], once[keys])
    assert (twice["n"].dropna() == 2 * once["n"].dropna()).all()


def is_eligible(cohort, first, test):
    first, test_level = LEVEL[first], LEVEL.get(test)
    if first is None or test_level is None or test_level <= first:
        return False
    # Pro or pro/bb with test advice pro/bb, from 2023/24.
    return not (cohort >= 2023 and first <= 1.5 and test == "11")


def is_raised(first, adjusted):
    low, high = LEVEL[first], LEVEL.get(adjusted)
    return low is not None and high is not None and high > low


def by_brute_force(rows):
    """Return {(cohort, income): {indicator: (k, n, schools)}} from one pupil after another."""
    pupils = [row[:-1] for row in rows for _ in range(row[-1])]
    found = {}
    for cohort, school, income, first, test, adjusted in pupils:
        if first in ("0", "80", None) or cohort == 2019:
            continue
        eligible = is_eligible(cohort, first, test)
        adjusted_too = eligible and is_raised(first, adjusted)
        among = {"all": True, "tested": test is not None, "eligible": eligible}
        for group in {"total", income} - {None}:
            shares = found.setdefault((str(cohort), group), {})
            for name, counts in (("eligible", eligible), ("adjusted", adjusted_too)):
                for whom, belongs in among.items():
                    k, n, schools = shares.get(f"{name}_of_{whom}", (0, 0, frozenset()))
                    if belongs:
                        shares[f"{name}_of_{whom}"] = (k + counts, n + 1, schools | {school})
    return found


@modest
@given(tables)
def test_counting_pupil_by_pupil_gives_the_same_shares(rows):
    table = estimate(rows)
    table = table[table["status"] == "ok"]
    answers = {
        ((row.cohort, row.income_quintile), row.indicator): row for row in table.itertuples()
    }
    counted = {
        (group, name): numbers
        for group, shares in by_brute_force(rows).items()
        for name, numbers in shares.items()
        if name != "eligible_of_eligible"
    }
    assert answers.keys() == counted.keys()
    for key, (k, n, schools) in counted.items():
        answer = answers[key]
        assert (answer.k, answer.n, answer.n_schools) == (k, n, len(schools))
        assert answer.estimate == pytest.approx(k / n, abs=1e-12)
