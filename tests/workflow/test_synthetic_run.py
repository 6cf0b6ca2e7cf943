"""The synthetic cohorts from end to end, at a hundredth of the country and three cohorts."""

import json
import re

import pandas as pd
import pytest
from attack.attacker import attack
from attack.judging import losses, private_truth
from checkouts import jobs, new_checkout

import advieskloof as ak

# One run of the line for all tests here, in one process.
pytestmark = pytest.mark.xdist_group("synthetic_run")

COHORTS = [2018, 2019, 2023]
# As config/small.yaml asks.
BY = [
    [],
    ["parental_education_five"],
    ["urbanity"],
    ["corop"],
    ["parental_education_five", "urbanity"],
]
# Heavily withheld at this size; a figure, a gap and margins over cohorts beside it.
PLAN = """\
tables:
  reconsideration_by_cohort:
    figure: true
    rows: [{from: reconsideration, by: [[]], cohorts: [each], keep: {}}]
  advice_by_education:
    figure: true
    rows:
      - from: advice
        by: [[], [parental_education_five]]
        cohorts: [latest]
        keep: {indicator: [under_of_placed, over_of_placed], definition: [whole_level],
               base: [initial, final], adjustment: [raw, standardised], unit: [share],
               reference: [none]}
  education_and_cohort:
    figure: false
    rows:
      - from: advice
        by: [[], [parental_education_five]]
        cohorts: [each, total]
        keep: {indicator: [under_of_placed], definition: [half_level, whole_level],
               base: [initial], adjustment: [raw], unit: [share],
               reference: [none, minus parental_education_five=wo]}
"""
MODELS = """\
models:
  - name: education
    why: Does the rule fit models?
    kind: ordered
    outcome: level
    bases: [final]
    terms: [parental_education_five, scale, "ns(score, df=2, by=scale)"]
    cohorts: each
    cluster: school_id
    by: [[parental_education_five]]
    thresholds: false
"""


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    checkout = new_checkout(tmp_path_factory.mktemp("synthetic") / "checkout")
    text = (checkout.path / "config/small.yaml").read_text()
    text = re.sub(r"cohorts: \[.*\]", f"cohorts: {COHORTS}", text)
    # Three cohorts apart have no windows, which the default plan releases.
    text = text.replace("config/release.yaml", checkout.write("config/three_plan.yaml", PLAN))
    text = text.replace("config/models.yaml", checkout.write("config/few_models.yaml", MODELS))
    checkout.write("config/three.yaml", text.replace("size: 0.02", "size: 0.01"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONHASHSEED", "0")
        first = checkout.run("config/three.yaml")
    assert (first.returncode, first.stderr) == (0, "")
    return checkout


def test_the_flow_adds_up_and_exercises_rejection(done):
    flow = pd.read_csv(done.path / "results/private/flow.csv")
    n = flow.groupby("kind")["n"].sum()
    assert n["delivered"] == n["rejected"] + n["excluded"] + n["analysed"]
    assert n["rejected"] > 0
    cohorts = flow.groupby("table")["cohort"].unique()
    assert sorted(cohorts["pupils"]) == COHORTS
    # Of enrolments it is the school year; records of the year in group 8 are planted faults.
    assert set(cohorts["enrolments"]) == set(range(2018, 2026))


def test_nobody_is_lost_in_the_years_after_group_8(done):
    pupils, years, places = (
        pd.read_parquet(done.path / f"results/private/{name}.parquet")
        for name in ("pupils", "enrolments", "places")
    )
    keys = ["cohort", "pupil_id"]
    assert places[keys].equals(pupils[keys].sort_values(keys).reset_index(drop=True))
    assert years["school_year"].max() == 2025
    later = places["cohort"] + 3 > 2025
    assert (later == (places["third_year"] == "not_yet_observed")).all()
    assert (places.loc[~later, "third_year"] == "in_grade_3").mean() > 0.9
    with_class = places["start"] == "placed"
    assert (with_class == places["class_type"].notna()).all()
    assert with_class.mean() > 0.97


def test_the_release_holds_what_the_cohorts_can_support(done):
    table = pd.read_csv(done.path / "results/release/tables/reconsideration_by_cohort.csv")
    assert set(table["source"]) == {"synthetic"}
    assert not table["public"].any()
    status = table.groupby("cohort")["status"].agg(set).to_dict()
    # Some of a cohort's may be withheld beside smaller numbers of the other tables.
    assert status.pop(2019) == {"not_defined"}
    assert status.keys() == {2018, 2023}
    assert all("ok" in found and found <= {"ok", "suppressed"} for found in status.values())


def test_a_stranger_finds_no_protected_number_in_the_released_folder(done):
    findings, release = attack(done.path / "results/release")
    assert (release.rows["status"] == "suppressed").any()
    truth = private_truth(done.path / "results", done.path / "config/three_plan.yaml")
    assert losses(findings, release, truth).empty


def test_private_advice_estimates_count_the_analysed_pupils(done):
    pupils = pd.read_parquet(done.path / "results/private/pupils.parquet")
    levels = pd.read_csv(done.path / "src/advieskloof/reference/advice_levels.csv")
    codes = pd.read_csv(done.path / "src/advieskloof/reference/advice_codes.csv", dtype=str)
    level = codes.merge(levels, on="category").set_index("bron_code")["level"]
    gap = pupils["initial_advice"].map(level) - pupils["test_advice"].map(level)
    placed = (pupils["cohort"] == 2018) & gap.notna()
    table = pd.read_parquet(done.path / "results/private/estimates/advice.parquet")
    wanted = {"indicator": "under_of_placed", "definition": "half_level", "base": "initial"}
    wanted |= {"adjustment": "raw", "cohort": "2018", "unit": "share"}
    rows = table[(table[list(wanted)] == list(wanted.values())).all(axis="columns")]
    rows = rows[rows["reference"].isna()]
    for group in ("total", "wo", "le_mbo1"):
        here = placed & ((group == "total") | (pupils["parental_education"] == group))
        [row] = rows[
            (rows["parental_education_five"] == group)
            & (rows["urbanity"] == "total")
            & (rows["corop"] == "total")
        ].to_dict("records")
        assert (row["n"], row["k"]) == (here.sum(), (gap[here] <= -0.5).sum())
        assert row["n_schools"] == pupils.loc[here, "school_id"].nunique()
        assert row["se"] > 0


def test_models_are_fitted_and_remade_when_their_file_changes(done):
    table = pd.read_parquet(done.path / "results/private/estimates/models.parquet")
    assert set(table["table"]) == {"model_education"}
    assert table.groupby("cohort")["status"].agg(set).to_dict() == {
        "2018": {"ok"}, "2019": {"not_defined"}, "2023": {"ok"},
    }  # fmt: skip
    assert table.loc[table["status"] == "ok", "se"].gt(0).all()
    manifest = json.loads((done.path / "results/release/manifest.json").read_text())
    assert manifest["config"]["models"] == "few_models.yaml"
    assert list(manifest["beside"]) == ["few_models.yaml"]
    done.write("config/few_models.yaml", MODELS.replace("bases: [final]", "bases: [initial]"))
    again = done.planned("config/three.yaml")
    done.write("config/few_models.yaml", MODELS)
    assert "fit_models" in again
    assert "compute_advice" not in again


def test_the_calibration_table_leaves_out_what_was_not_made(done):
    table = pd.read_csv(done.path / "results/release/tables/calibration.csv")
    pooled = ["below_vwo_at_549", "vwo_class_at_545", "truth"]
    made = table["cohort"].isin(COHORTS) | table["measure"].isin(pooled)
    assert table.loc[~made, "synthetic"].isna().all()
    assert not table.loc[~made, "within"].any()
    first = table[(table["measure"] == "first_advice") & (table["cohort"] == 2018)]
    assert first["synthetic"].notna().all()
    # Some 1,800 pupils: the standard error of a share is at most 1.2 points.
    assert (first["difference"].abs() < 6).all()


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("index.html", ["gaan niet over echte leerlingen", "gepubliceerde"]),
        ("reconsideration.html", ["gaan niet over echte leerlingen", "geen echte leerlingen"]),
        ("index.en.html", ["are not about real pupils", "published figures"]),
        ("reconsideration.en.html", ["are not about real pupils", "no real pupils"]),
    ],
)
def test_the_report_says_that_nobody_in_it_is_real(done, page, words):
    html = (done.path / "results/release/report" / page).read_text()
    assert all(word in html for word in words)


def test_another_seed_makes_other_pupils_and_the_first_the_same_bytes(done, monkeypatch):
    before = done.results()
    text = (done.path / "config/three.yaml").read_text()
    done.write("config/other.yaml", text.replace("seed: 2014", "seed: 1"))
    pupils = "results/private/delivered/pupils.parquet"
    made = done.snakemake("--cores", "1", "--nolock", pupils, config="config/other.yaml")
    assert made.returncode == 0, made.stderr
    assert done.results()[pupils] != before[pupils]
    # Whatever order texts hash to, as they did to another one in the first run.
    monkeypatch.setenv("PYTHONHASHSEED", "1")
    again = done.run("config/three.yaml")
    assert again.returncode == 0, again.stderr
    assert {"generate_pupils", "release_tables"} <= set(jobs(again))
    assert done.results() == before


def test_a_second_run_runs_no_job(done):
    assert jobs(done.run("config/three.yaml")) == []


def test_only_release_rules_cross_the_boundary(done):
    dry = done.snakemake("-n", "--forceall", "--cores", "1", config="config/three.yaml")
    assert dry.returncode == 0, dry.stderr
    blocks = re.findall(
        r"^(?:local)?rule (\w+):\n    input: (.*)\n(?:    output: (.*)\n)?", dry.stdout, re.M
    )
    crossing = {
        rule
        for rule, inputs, outputs in blocks
        if rule != "all" and "results/private/" in inputs and "results/release/" in outputs
    }
    assert crossing == {"release_tables", "release_calibration", "release_flow"}


def test_the_manifest_names_size_and_seed(done):
    manifest = json.loads((done.path / "results/release/manifest.json").read_text())
    source = manifest["config"]["source"]
    assert (source["kind"], source["size"], source["seed"]) == ("synthetic", 0.01, 2014)
    assert manifest["delivered"] == {}


def test_parameters_without_their_truth_stop_the_run(fresh):
    table = "src/advieskloof/reference/synthetic_parameters.csv"
    text = (fresh.path / table).read_text()
    assert "share_girls,0.495," in text
    fresh.write(table, text.replace("share_girls,0.495,", "share_girls,0.496,"))
    stopped = fresh.run("config/small.yaml")
    assert stopped.returncode == 1
    assert "synthetic_truth.json was made with other parameters" in stopped.stderr
    assert stopped.stderr.count("\n") == 1


def test_a_notebook_has_the_pupils_and_the_numbers_of_the_run(done):
    run = ak.read_run(done.path / "results/private")
    made = ak.synthetic_cohorts(COHORTS, size=0.01, seed=2014)
    pd.testing.assert_frame_equal(run.pupils, made.pupils)
    pd.testing.assert_frame_equal(run.flow, made.flow)
    estimates = pd.read_parquet(done.path / "results/private/estimates/advice.parquet")
    own = ak.advice(made.pupils, BY)
    pd.testing.assert_frame_equal(own.assign(source="synthetic"), estimates)
    table = ak.released("reconsideration_by_cohort", done.path / "results/release")
    assert set(table["cohort"]) == {str(cohort) for cohort in COHORTS}
