"""Published figures beside made ones, and the fit that brought them together."""

import pytest

from advieskloof import calibration, reference
from advieskloof.sources import synthetic
from advieskloof.sources.synthetic import fitting, fitting_careers

# On the edge of their tolerance, on either side by seed; the reason stands in their notes.
MISSES = {
    "cet_test_advice vwo 2018",
    "eligible_of_all vmbo_b_k 2022",
    "eligible_of_tested total 2018",
}


@pytest.fixture(scope="module")
def table():
    numbers = synthetic.load()
    return calibration.calibration(
        synthetic.population(year, numbers, 1.0, 5) for year in synthetic.COHORTS
    )


def test_every_published_figure_is_within_tolerance_but_the_named_ones(table):
    assert set(table.loc[~table["within"], "target"]) <= MISSES


def test_nine_in_ten_predicted_figures_are_within_tolerance(table):
    predicted = table[table["kind"] == "predicted"]
    assert len(predicted) >= 40
    assert predicted["within"].mean() >= 0.9


def test_rows_say_where_they_come_from_and_what_they_are(table):
    assert list(table.columns) == calibration.COLUMNS
    assert set(table["kind"]) == {"fitted", "predicted"}
    assert (table["source"].str.len() > 2).all()
    assert table["target"].is_unique


def test_a_cohort_that_was_not_made_has_no_value_and_is_not_within():
    numbers = synthetic.load()
    table = calibration.calibration([synthetic.population(2019, numbers, 0.02, 1)])
    of_truth = table["target"].str.startswith("truth")
    assert table.loc[of_truth, "synthetic"].notna().all()
    other = table[(table["cohort"] == "2018") & ~of_truth]
    assert other["synthetic"].isna().all()
    assert not other["within"].any()
    shares = table[table["target"].str.startswith("first_advice") & (table["cohort"] == "2019")]
    assert shares["synthetic"].notna().all()


def test_committed_thresholds_and_norms_are_what_the_fit_gives():
    committed = synthetic.load()
    again = fitting.normed(committed)
    for name in ("test_mean", "test_sd", "adjust_constant.optional"):
        assert again[name] == pytest.approx(committed[name], abs=1e-3)
    for key, value in committed.years.items():
        assert again.years[key] == pytest.approx(value, abs=1e-3), key


def test_fitted_rows_are_those_that_fitting_sets():
    rows = reference.read_all("synthetic_parameters")
    fitted = set(rows.loc[rows["kind"] == "fitted", "name"])
    normed = {"test_mean", "test_sd", "adjust_constant.optional"}
    assert fitted == {*fitting.FREE, *fitting_careers.FREE, *normed}


def test_committed_boundaries_and_margins_are_where_the_fit_ends():
    secondary, cohorts = fitting_careers.made(synthetic.load())
    found = fitting_careers.measured(secondary, cohorts, synthetic.load())
    for name, (goal, tolerance) in fitting_careers.TARGETS.items():
        assert found[name] == pytest.approx(goal, abs=0.8 * tolerance), name
        if name.startswith("up_to"):
            assert found[name] == pytest.approx(goal, abs=0.25), name
