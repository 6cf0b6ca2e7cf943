"""What notebooks call: the same numbers as a run's, from tables in memory, and nothing left."""

import re
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd
import pytest

import advieskloof as ak
from advieskloof import education, io, schemas
from advieskloof.notebook import pupils as notebook_pupils

PAGE = (io.CHECKOUT / "docs/api.md").read_text()
HEAVY = ("pandas", "numpy", "matplotlib", "duckdb", "scipy", "pyarrow", "yaml")
SPLINE = ["parental_education_five", "scale", "ns(score, df=2, by=scale)"]


@pytest.fixture(scope="module")
def country():
    return ak.synthetic_cohorts([2018], size=0.02)


def test_the_import_loads_none_of_the_heavy_libraries():
    code = f"import sys, advieskloof; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ak.__all__)
def test_a_public_name_is_there_with_words(name):
    assert getattr(ak, name).__doc__


def test_what_is_listed_is_what_is_public():
    listed = re.findall(r"^\| `(\w+)(?:\([^`]*\))?` \|", PAGE, re.MULTILINE)
    assert sorted(listed) == sorted(ak.__all__)
    assert dir(ak) == sorted([*listed, "__version__"])


def test_the_signatures_listed_name_real_parameters():
    for name, shown in re.findall(r"^\| `(\w+)\(([^`]+)\)` \|", PAGE, re.MULTILINE):
        asked = [each.strip().split("=")[0] for each in shown.split(",")]
        code = getattr(ak, name).__code__
        assert asked == list(code.co_varnames[: len(asked)]), name


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'advise'"):
        ak.advise  # noqa: B018


def test_the_example_of_the_page_runs(capsys):
    [example] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(example, {})
    assert "under_of_placed" in capsys.readouterr().out


def test_the_reference_rows_that_may_be_used_are_those_of_the_default_run():
    config = io.read_yaml(io.CHECKOUT / "config/config.yaml")
    # Those of secondary schools are none of a notebook's numbers.
    listed = {name: rows for name, rows in config["unverified"].items() if name != "r1_scores"}
    assert listed == notebook_pupils.UNVERIFIED
    assert config["source"]["max_rejected_share"] == notebook_pupils.MAX_REJECTED_SHARE


def test_cohorts_go_through_rejection_and_inclusion_and_add_up(country):
    n = country.flow[country.flow["table"] == "pupils"].groupby("kind")["n"].sum()
    assert n["delivered"] == n["rejected"] + n["excluded"] + n["analysed"]
    assert n["rejected"] == len(country.rejected["pupils"]) > 0
    assert n["analysed"] == len(country.pupils)


def test_outcomes_of_pupils_add_up_to_the_shares_of_the_indicators(country):
    counted = ak.outcomes(country.pupils)
    estimates = ak.advice(country.pupils, [[], ["parental_education_five"]]).query(
        "cohort == '2018' and adjustment == 'raw' and unit == 'share' and reference.isna()"
    )
    groups = education.grouped(counted["parental_education"], "five", {})
    for (indicator, sign), definition, base in (
        (("under_of_placed", -1), "whole_level", "initial"),
        (("over_of_placed", 1), "kansenkaart", "final"),
    ):
        rows = estimates.query(
            f"indicator == '{indicator}' and definition == '{definition}' and base == '{base}'"
        ).set_index("parental_education_five")
        placed = counted[f"{definition}_{base}"].dropna()
        by_hand = (placed == sign).groupby(groups).agg(["mean", "size"])
        by_hand.loc["total"] = (placed == sign).mean(), len(placed)
        assert len(by_hand) == 7
        assert rows["estimate"].to_dict() == pytest.approx(by_hand["mean"].to_dict())
        assert rows["n"].to_dict() == by_hand["size"].to_dict()


def test_outcomes_keep_the_pupils_and_their_index(country):
    some = country.pupils.sample(50, random_state=1)
    counted = ak.outcomes(some)
    pd.testing.assert_frame_equal(counted[list(some)], some)
    assert not (
        np.signbit(counted["whole_level_initial"]) & (counted.whole_level_initial == 0)
    ).any()


def test_a_delivery_read_back_is_the_cohort_that_was_exported(tmp_path, capsys):
    ak.export_synthetic(str(tmp_path / "delivery.csv"), 2018, 0.02, 2014)
    back = ak.read_delivery(tmp_path / "delivery.yaml", [tmp_path / "delivery.csv"])
    pd.testing.assert_frame_equal(back.pupils, ak.synthetic_cohorts([2018], 0.02).pupils)
    assert set(back.rejected["pupils"]["file"]) == {"delivery.csv"}


def test_a_check_tells_problems_before_notes(tmp_path, capsys):
    ak.export_synthetic(str(tmp_path / "delivery.csv"), 2018, 0.01, 2014)
    found = ak.check_delivery(tmp_path / "delivery.yaml", [tmp_path / "delivery.csv"])
    assert set(found["kind"]) == {"note"}
    found = ak.check_delivery(
        tmp_path / "delivery.yaml", [tmp_path / "delivery.csv"], unverified={}
    )
    assert found["kind"].iloc[0] == "problem"
    assert "list under `unverified`" in found["text"].iloc[0]


def test_a_delivery_with_too_many_wrong_rows_is_refused_as_in_a_run(tmp_path, capsys):
    ak.export_synthetic(str(tmp_path / "delivery.csv"), 2018, 0.02, 2014)
    with pytest.raises(ak.AdvieskloofError, match="rejected, of which 0 % is allowed"):
        ak.read_delivery(
            tmp_path / "delivery.yaml", [tmp_path / "delivery.csv"], max_rejected_share=0
        )


def test_pupils_leave_no_file_behind(country, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ak.synthetic_cohorts([2018], size=0.01)
    ak.reconsideration(country.pupils)
    ak.further(country.pupils, "curves")
    assert list(tmp_path.iterdir()) == []


def test_a_figure_of_estimates_has_the_words_of_the_report(country):
    curves = ak.further(country.pupils, "curves")
    figure = ak.figure("score_curves_percentile", curves, "nl")
    words = " ".join(text.get_text() for text in figure.texts)
    assert "Schooladvies naar percentiel op de toets" in words
    assert "Bron: notebook" in words
    assert len(figure.axes) == 2


def test_a_figure_of_a_released_table_draws_that_table(country):
    table = ak.further(country.pupils, "curves")
    released = table[(table["table"] == "percentile_curves") & (table["base"] == "initial")]
    figure = ak.figure("score_curves_percentile", released.assign(table="score_curves_percentile"))
    assert len(figure.axes) == 2


def test_a_figure_without_its_rows_says_what_is_lacking(country):
    with pytest.raises(ak.AdvieskloofError, match=r"doesn't occur; allowed here are"):
        ak.figure("advice_by_cohort", ak.reconsideration(country.pupils))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda pupils: ak.figure("pie", pupils), "there is no figure 'pie'; there are"),
        (lambda pupils: ak.further(pupils, "pies"), "there is no table 'pies'; allowed are curves"),
        (lambda pupils: ak.released("pie", "nowhere"), "holds no table 'pie'"),
        (lambda pupils: ak.advice(pupils, [["pie"]]), "asks for pie; allowed are"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(country, call, said):
    with pytest.raises(ak.AdvieskloofError, match=said):
        call(country.pupils)


def test_a_model_frame_holds_the_pupils_with_score_and_level(country):
    frame = ak.model_frame(country.pupils, SPLINE)
    counted = ak.outcomes(country.pupils)
    some = counted.dropna(subset=["test_score", "level_initial"])
    large = some["test_provider"].map(some["test_provider"].value_counts()) >= 100
    assert sorted(frame["level"]) == sorted(some.loc[large, "level_initial"])
    assert frame["parental_education_five"].cat.categories[0] == "wo"
    fit = ak.fit_ordered("level ~ " + " + ".join(SPLINE), frame, cluster="school_id")
    havo = ak.adjusted(fit, "parental_education_five", ak.events(fit.outcomes, {"havo": 5}))
    gap = ak.gaps(fit, havo, "parental_education_five", "wo").table.set_index(
        "parental_education_five"
    )
    assert (gap["upper"] < 0).loc["le_mbo1"]


def test_a_cohort_without_test_supports_no_model_of_the_score():
    pupils = ak.synthetic_cohorts([2019], size=0.01).pupils
    with pytest.raises(ak.AdvieskloofError, match=r"can't support this model: 2019 \(no_test"):
        ak.model_frame(pupils, SPLINE)


# The lower secondary years


@pytest.fixture(scope="module")
def followed(country):
    return ak.follow_pupils(country.pupils, country.enrolments)


def test_every_pupil_is_followed_once(country, followed):
    assert sorted(followed["pupil_id"]) == sorted(country.pupils["pupil_id"])
    assert set(followed["start"]) <= set(schemas.STARTS)


def test_moves_are_those_of_the_pupils_followed(country, followed):
    moves = ak.moves(country.pupils, country.enrolments)
    began = followed[followed["start"] == "placed"]
    for outcome in ("up", "same", "down", "unknown", "repeating"):
        [row] = moves.query("indicator == @outcome + '_of_placed'").to_dict("records")
        assert (row["k"], row["n"]) == ((began["move"] == outcome).sum(), len(began))


def test_placement_is_that_of_the_pupils_followed_by_group_and_score(country, followed):
    estimates = ak.placement(country.pupils, country.enrolments, [["urbanity"]], [[]])
    both = followed.merge(country.pupils, on=["pupil_id", "cohort"])
    began = both[both["start"] == "placed"]
    [row] = estimates.query(
        "indicator == 'class_dakpan_of_placed' and urbanity == '1' and reference.isna()"
    ).to_dict("records")
    mine = began[began["urbanity"] == "1"]
    assert (row["k"], row["n"]) == ((mine["class_kind"] == "dakpan").sum(), len(mine))
    at = estimates.query(
        "indicator == 'in_vwo_of_placed' and test_provider == 'CET' and score == 545"
    )
    mine = began[(began["test_provider"] == "CET") & (began["test_score"] == 545)]
    assert (at["k"].item(), at["n"].item()) == ((mine["class_type"] == "vwo").sum(), len(mine))


def test_what_comes_after_the_last_known_year_is_not_yet_observed(country):
    followed = ak.follow_pupils(country.pupils, country.enrolments, as_of=2019)
    assert set(followed["move"].dropna()) == {"not_yet_observed"}


def test_a_figure_that_the_plan_has_no_table_for_is_refused(country):
    moves = ak.moves(country.pupils, country.enrolments)
    with pytest.raises(ak.AdvieskloofError, match="plans no table 'moves_by_education'"):
        ak.figure("moves_by_education", moves, release_plan="config/release/published.yaml")
