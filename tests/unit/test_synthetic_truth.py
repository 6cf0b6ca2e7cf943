"""The committed truth, against its hash and against computations of another make."""

import numpy as np
import pandas as pd
import pytest

from advieskloof import io, levels
from advieskloof.errors import DataError
from advieskloof.sources import synthetic
from advieskloof.sources.synthetic import truth
from advieskloof.sources.synthetic.families import EDUCATION

UNVERIFIED = {"advice_levels": ["pro_vmbo_bb"]}
NUMBERS = synthetic.load()


def test_the_committed_truth_belongs_to_the_committed_parameters(tmp_path):
    content = io.read_json(io.package_file("reference/synthetic_truth.json"))
    assert set(truth.check_truth()) == {str(year) for year in synthetic.COHORTS}
    content["about"]["parameters_sha256"] = "another"
    io.write_json(content, tmp_path / "truth.json")
    with pytest.raises(DataError, match="was made with other parameters"):
        truth.check_truth(tmp_path / "truth.json")


def test_measurement_error_makes_up_the_published_part_of_the_gap():
    for year, found in truth.check_truth().items():
        assert 0.85 <= found["effective_reliability"]["value"] <= 0.88
        if year != "2019":
            assert 0.35 <= found["measurement_error_share"]["value"] <= 0.43


def test_monte_carlo_errors_are_small_beside_the_gaps():
    found = truth.check_truth()["2016"]
    gap = found["gap_at_equal_ability.wo"]
    assert gap["monte_carlo_error"] < 0.02 * gap["value"]


def test_the_gaps_are_found_by_brute_force_on_pupil_rows():
    """Dummies and powers in one big least-squares problem, on the register's own columns."""
    pupils = synthetic.population(2016, NUMBERS, 1.0, 77)
    advice = levels.advice_table(UNVERIFIED)["level"]
    pupils = pupils.assign(level=pupils["initial_advice"].map(advice).astype(float))
    pupils = pupils.dropna(subset=["level", "test_score"])
    education = pd.get_dummies(pupils["true_education"])[list(EDUCATION[1:])].astype(float)
    by_ability = np.vander(pupils["ability"], 4)
    providers = pd.get_dummies(pupils["test_provider"]).astype(float)
    score = pupils.groupby("test_provider")["test_score"].transform(lambda s: s - s.mean()) / 10
    by_score = np.column_stack([providers.mul(score**power, axis=0) for power in range(4)])
    expected = truth.check_truth()["2016"]
    for name, terms in (("ability", by_ability), ("score", by_score)):
        design = np.column_stack([terms, education])
        gaps = np.linalg.lstsq(design, pupils["level"].to_numpy(), rcond=None)[0][-4:]
        for group, gap in zip(EDUCATION[1:], gaps, strict=True):
            value = expected[f"gap_at_equal_{name}.{group}"]["value"]
            assert gap == pytest.approx(value, abs=0.03), (name, group)


def test_planted_effects_are_found_in_the_latent_advice():
    pupils = synthetic.population(2014, NUMBERS, 1.0, 78)
    above = pupils["latent_advice"] - pupils["ability"]
    # Within schools, so that region, urbanity and school drop out.
    wo, mbo34 = (
        above[pupils["true_education"] == name].groupby(pupils["school_id"]).mean()
        for name in ("wo", "mbo34")
    )
    gap = (wo - mbo34).mean()
    assert gap == pytest.approx(NUMBERS["advice_education.wo"], abs=0.03)
    urban = above.groupby(pupils["urbanity"]).mean()
    assert urban["1"] - urban["5"] > 0.05


def test_the_variance_between_groups_is_that_of_an_analysis_of_variance():
    generator = np.random.default_rng(3)
    group = np.repeat(np.arange(400), generator.integers(2, 40, 400))
    values = generator.normal(0, 0.5, 400)[group] + generator.normal(0, 1, len(group))
    assert truth.between(values, group) == pytest.approx(0.25, abs=0.06)


def test_a_cohort_without_a_test_has_no_gap_at_equal_score():
    found = truth.truth(NUMBERS, size=0.05, replicates=2, cohorts=(2019,))["2019"]
    assert "gap_at_equal_ability.wo" in found
    assert not any(name.startswith("gap_at_equal_score") for name in found)
