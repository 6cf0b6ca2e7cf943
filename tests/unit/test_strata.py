import numpy as np
import pytest

from advieskloof.indicators.strata import score_bands


def bands(score, provider=None):
    provider = np.zeros(len(score), dtype=int) if provider is None else np.array(provider)
    return score_bands(np.array(score, dtype=float), provider).tolist()


def test_twenty_different_scores_have_a_band_each():
    assert bands(range(20)) == list(range(1, 21))


def test_equal_scores_share_the_band_of_their_middle():
    # F = 1/2, so floor(20 / 2) + 1.
    assert bands([7, 7, 7]) == [11, 11, 11]


def test_a_boundary_belongs_to_the_band_above():
    # F(0) = 0.05 and F(1) = 0.55, on the lower ends of bands 2 and 12.
    assert bands([0] + [1] * 9) == [2] + [12] * 9


def test_providers_have_bands_of_their_own_and_no_score_has_none():
    found = bands([1, 2, np.nan, 5, 3], [0, 0, 0, 1, -1])
    assert found == [6, 16, 0, 11, 0]


@pytest.mark.parametrize("factor", [2, 7])
def test_bands_do_not_depend_on_how_many_are_alike(factor):
    score = [3, 1, 2, 2, 9, 4]
    assert bands(score * factor) == bands(score) * factor
