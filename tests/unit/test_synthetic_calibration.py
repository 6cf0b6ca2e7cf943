"""Published figures beside made ones, and the fit that brought them together."""

import pandas as pd
import pytest

from advieskloof import calibration, io, places, reference, schemas
from advieskloof.sources import synthetic
from advieskloof.sources.synthetic import fitting, fitting_careers

# On the edge of their tolerance, on either side by seed; the reason stands in their notes.
MISSES = {
    "cet_test_advice vwo 2018",
    "eligible_of_all vmbo_b_k 2022",
    "eligible_of_tested total 2018",
    # Published as at least so many; the reason stands in their notes.
    "below_final raised 2016",
    "class_at_gt havo_vwo 2014",
}
# Cohorts whose lower years stand beside a published figure.
WITH_PLACES = (2014, 2015, 2016, 2018)
NOWHERE = pd.DataFrame(columns=["pupil_id", "start", "class_type", "third_year", "position"])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A function that makes the pupils of a cohort and their places."""
    folder = tmp_path_factory.mktemp("made")

    def cohort(year, size, seed):
        pupils = synthetic.population(year, synthetic.load(), size, seed)
        if year not in WITH_PLACES:
            return pupils, NOWHERE.astype({"pupil_id": schemas.TEXT})
        years = synthetic.generate_enrolments(year, synthetic.load(), size, seed)
        tables = {"pupils": pupils, "years": years.drop_duplicates(["pupil_id", "school_year"])}
        paths = [folder / f"{name}.parquet" for name in (*tables, "places")]
        for path, table in zip(paths, tables.values(), strict=False):
            table.to_parquet(path)
        spill = folder / "spill"
        places.place(*paths[:2], synthetic.LAST_SCHOOL_YEAR, {}, spill, paths[2])
        return pupils, io.read_parquet(paths[2])

    return cohort


@pytest.fixture(scope="module")
def table(made):
    return calibration.calibration(made(year, 1.0, 5) for year in synthetic.COHORTS)


def test_every_published_figure_is_within_tolerance_but_the_named_ones(table):
    assert set(table.loc[~table["within"], "target"]) <= MISSES


def test_nine_in_ten_predicted_figures_are_within_tolerance(table):
    predicted = table[table["kind"] == "predicted"]
    assert len(predicted) >= 50
    assert predicted["within"].mean() >= 0.9


def test_rows_say_where_they_come_from_and_what_they_are(table):
    assert list(table.columns) == calibration.COLUMNS
    assert set(table["kind"]) == {"fitted", "predicted"}
    assert (table["source"].str.len() > 2).all()
    assert table["target"].is_unique


def test_a_cohort_that_was_not_made_has_no_value_and_is_not_within(made):
    table = calibration.calibration([made(2019, 0.02, 1)])
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
