"""Models on data drawn from themselves: intervals hold the truth, and variances are found."""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import model_coverage

DRAWS = 60


def test_intervals_of_an_ordered_logit_hold_the_truth_about_as_often_as_they_say():
    found = model_coverage.coverage(DRAWS, n_schools=50, seed=5)
    # Wanted is 93-97 % of each; three Monte Carlo errors of 60 draws are 8.4 points.
    error = 3 * np.sqrt(0.05 * 0.95 / DRAWS)
    assert len(found) == 7
    assert (found > 0.93 - error).all()
    # Of all seven together no more than 99 %: intervals that are too wide hold everything.
    assert found.mean() < 0.99


def test_planted_variances_of_schools_are_found():
    found = model_coverage.variances(30, n_schools=100, seed=6)
    error = 3 * found.std(axis=0) / np.sqrt(len(found))
    planted = np.array([model_coverage.TAU**2, model_coverage.SIGMA**2])
    assert (np.abs(found.mean(axis=0) - planted) < error).all()
