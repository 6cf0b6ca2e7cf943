import numpy as np
import pandas as pd
import pytest

from advieskloof import io, schemas
from advieskloof.disclosure import plan
from advieskloof.errors import ConfigError

SPLITS = list(schemas.SPLITS)


def estimates(*rows):
    """ESTIMATES of rows (cohort, indicator, corop, urbanity, reference, estimate)."""
    names = ["cohort", "indicator", "corop", "urbanity", "reference", "estimate"]
    frame = pd.DataFrame(rows, columns=names)
    table = schemas.empty_columns(schemas.ESTIMATES, len(rows)).assign(
        source="mine",
        public=False,
        table="advice",
        definition="level",
        base="initial",
        adjustment="raw",
        region_of="school",
        unit="levels",
        status=np.where(frame["estimate"].isna(), "not_defined", "ok"),
        **dict.fromkeys(SPLITS, "total"),
    )
    return table.assign(**{name: frame[name].array for name in names})


TABLE = estimates(
    ("2019", "level", "total", "total", None, None),
    ("2021", "level", "total", "total", None, 4.0),
    ("2022", "level", "total", "total", None, 4.1),
    ("2022", "level", "total", "total", "minus cohort=2021", 0.1),
    ("2022", "level", "CR01", "total", None, 3.9),
    ("2022", "level", "CR02", "total", None, 4.2),
    ("2022", "level", "CR02", "1", None, 4.3),
    ("2022", "other", "total", "total", None, 1.0),
    ("2020-2022", "level", "CR01", "total", None, 3.8),
    ("2019-2021", "level", "CR01", "total", None, 3.7),
    ("total", "level", "total", "total", None, 4.05),
)


def chosen(**rows):
    tables = {"mine": {"figure": False, "rows": [{**WHOLE, **rows}]}}
    return plan.planned(tables, {"advice": TABLE})


WHOLE = {"from": "advice", "by": [[]], "cohorts": ["each"], "keep": {}}


def test_a_selection_takes_its_split_its_cohorts_and_what_is_kept():
    found = chosen(keep={"indicator": ["level"], "reference": ["none"]})
    assert found["cohort"].tolist() == ["2019", "2021", "2022"]
    assert found["table"].unique().tolist() == ["mine"]
    assert found["estimate"].tolist()[1:] == [4.0, 4.1]


def test_a_gap_is_taken_where_its_reference_is_named():
    found = chosen(keep={"reference": ["minus cohort=2021"]}, cohorts=["2022"])
    assert found["estimate"].tolist() == [0.1]


@pytest.mark.parametrize(
    ("cohorts", "by", "found"),
    [
        (["latest"], [["corop"]], ["2022", "2022"]),
        (["latest_window"], [["corop"]], ["2020-2022"]),
        (["windows"], [["corop"]], ["2020-2022", "2019-2021"]),
        (["total"], [[]], ["total"]),
        (["latest"], [["urbanity", "corop"]], ["2022"]),
    ],
)
def test_words_for_cohorts_stand_for_those_with_numbers_in_the_selection(cohorts, by, found):
    selected = chosen(cohorts=cohorts, by=by)
    assert selected.loc[selected["status"] == "ok", "cohort"].tolist() == found


def test_a_row_that_says_why_a_cohort_is_absent_comes_along_with_every_split():
    assert "2019" in chosen(by=[["corop"]])["cohort"].tolist()


def test_where_no_model_could_be_fitted_the_rows_that_say_so_stand_for_its_gaps():
    unfitted = TABLE.iloc[:3].assign(status="not_supported", reason="model_separated")
    gaps = {"from": "advice", "by": [["corop"]], "cohorts": ["latest"]}
    gaps["keep"] = {"reference": ["minus corop=CR01"]}
    tables = {"mine": {"figure": False, "rows": [gaps]}}
    found = plan.planned(tables, {"advice": unfitted})
    assert found[["cohort", "status"]].to_numpy().tolist() == [["2022", "not_supported"]]
    with pytest.raises(ConfigError, match="minus corop=CR01 doesn't occur"):
        plan.planned(tables, {"advice": TABLE})


def test_rows_named_twice_stand_once():
    tables = {"mine": {"figure": False, "rows": [WHOLE, WHOLE]}}
    once = chosen()
    pd.testing.assert_frame_equal(plan.planned(tables, {"advice": TABLE}), once)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ({"keep": {"indicator": ["levle"]}}, ["keep.indicator", "levle", "level, other"]),
        ({"cohorts": ["2031"]}, ["cohorts", "2031 isn't there", "2022"]),
        ({"cohorts": ["windows"]}, ["no row of 'advice'", "advice.parquet"]),
    ],
)
def test_a_selection_that_finds_nothing_stops_the_run(rows, words):
    with pytest.raises(ConfigError) as caught:
        chosen(**rows)
    assert all(word in str(caught.value) for word in ["tables.mine.rows[0]", *words])


@pytest.fixture
def written(tmp_path):
    def write(**rows):
        content = {"tables": {"mine": {"figure": False, "rows": [{**WHOLE, **rows}]}}}
        io.write_json(content, tmp_path / "plan.yaml")  # JSON is YAML
        return tmp_path / "plan.yaml"

    return write


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ({"by": [["province"]]}, ["by: province isn't a dimension", "corop, municipality"]),
        ({"by": [["municipality", "sex"]]}, ["municipality is crossed with sex", "name it alone"]),
        ({"keep": {"estimate": [1]}}, ["keep: estimate isn't a column", "indicator, definition"]),
        ({"keep": {"score": [550]}}, ["keep.score: give two numbers"]),
        ({"keep": {"score": [550, 540]}}, ["keep.score: give two numbers"]),
        ({"from": 1}, ["from", "string"]),
        ({"cohorts": []}, ["cohorts"]),
        ({"more": 1}, ["more isn't known", "from, by, cohorts, keep"]),
    ],
)
def test_a_plan_that_breaks_a_rule_is_refused_with_what_is_allowed(written, rows, words):
    with pytest.raises(ConfigError) as caught:
        plan.load(written(**rows))
    assert all(word in str(caught.value) for word in ["tables.mine.rows[0]", *words])


def test_a_table_s_name_cannot_be_a_path(tmp_path):
    io.write_json({"tables": {"../x": {"figure": False, "rows": [WHOLE]}}}, tmp_path / "plan.yaml")
    with pytest.raises(ConfigError, match=r"\.\./x"):
        plan.load(tmp_path / "plan.yaml")


@pytest.mark.parametrize(
    ("table", "splits", "words"),
    [
        ({"figure": True, "rows": [WHOLE]}, {"advice": [[]]}, ["no figure mine", "drawn"]),
        ({"figure": False, "rows": [WHOLE]}, {"curves": None}, ["'advice'", "allowed are curves"]),
        (
            {"figure": False, "rows": [{**WHOLE, "by": [["sex"]]}]},
            {"advice": [[], ["urbanity", "sex"]]},
            ["doesn't split 'advice' by ['sex']", "['urbanity', 'sex']"],
        ),
    ],
)
def test_a_plan_and_a_run_that_do_not_fit_are_told_apart(table, splits, words):
    (problem,) = plan.contradictions({"mine": table}, splits, ["drawn"])
    assert all(word in problem for word in words)


def test_the_order_of_a_split_s_columns_does_not_matter():
    table = {"figure": False, "rows": [{**WHOLE, "by": [["sex", "urbanity"]]}]}
    assert list(plan.contradictions({"m": table}, {"advice": [["urbanity", "sex"]]}, [])) == []


@pytest.mark.parametrize("path", sorted((io.CHECKOUT / "config").glob("release*/*.yaml")))
def test_every_shipped_plan_is_good(path):
    assert plan.load(path)
