"""The synthetic cohort against rates that may be used in tests alone (CC BY-NC-SA 4.0)."""

from pathlib import Path

import pandas as pd
import pytest

from advieskloof.sources import synthetic
from advieskloof.sources.synthetic import fitting, simulation

FOLDER = Path(__file__).parents[2].parent / "shared" / "real"
if not (FOLDER / "kansenkaart_rates_by_parental_education.csv").is_file():
    pytest.skip("the published rates are not on this machine", allow_module_level=True)


def test_rates_by_parental_education_are_within_two_points():
    numbers, seed = synthetic.load(), 4
    table = synthetic.schools(numbers, 1, seed)
    cohorts = [simulation.simulated(table, numbers, c, 1, seed) for c in fitting.RATED]
    found = fitting.rates(pd.concat(cohorts, ignore_index=True), fitting.matches(FOLDER))
    published = fitting.published_rates(FOLDER)
    assert len(published) == 18
    for key, percent in published.items():
        assert 100 * found[key] == pytest.approx(percent, abs=2), key


def test_the_fit_stays_where_it_is():
    committed = synthetic.load()
    again = fitting.fit(FOLDER, committed, most=2)
    for name in fitting.FREE:
        assert again[name] == pytest.approx(committed[name], abs=0.01), name
