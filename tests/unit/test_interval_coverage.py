"""A quick look at the studies of coverage: the benchmarks of these names have the full tables."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import interval_coverage
import two_way_coverage

DRAWS = 400


@pytest.mark.parametrize("setting", ["share about 0.3", "small group"])
def test_intervals_hold_the_truth_about_as_often_as_they_say(setting):
    hit, told, _ = interval_coverage.coverage(
        interval_coverage.SETTINGS[setting], n_schools=50, draws=DRAWS, seed=5
    )
    # Wanted is 93-97 %; three Monte Carlo errors of 400 draws are 3.3 points.
    error = 3 * np.sqrt(0.05 * 0.95 / DRAWS)
    assert (told == 1).all()
    assert (hit > 0.93 - error).all()
    assert (hit < 0.97 + error).all()


def test_intervals_of_two_ways_hold_the_truth_about_as_often_as_they_say():
    hit, told, _ = two_way_coverage.coverage(
        two_way_coverage.SETTINGS["both differ"], n_schools=50, draws=DRAWS, seed=5
    )
    error = 3 * np.sqrt(0.05 * 0.95 / DRAWS)
    assert (told == 1).all()
    assert (hit > 0.93 - error).all()
    assert (hit < 0.97 + error).all()
