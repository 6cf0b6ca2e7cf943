"""Secondary schools of the synthetic country, and the class in which its pupils start."""

import numpy as np
import pandas as pd
import pytest

from advieskloof.sources import synthetic
from advieskloof.sources.synthetic import classes, secondary, streams
from advieskloof.sources.synthetic.families import EDUCATION

NUMBERS = synthetic.load()
SEED = 21


def test_locations_have_real_sets_of_classes_and_stand_where_pupils_are():
    country = secondary.secondary_schools(NUMBERS, 1.0, SEED)
    assert len(country.schools) == NUMBERS["secondary_locations"]
    assert country.schools["town"].is_monotonic_increasing
    offered = {frozenset(np.array(secondary.CLASSES)[row > 0]) for row in country.places}
    assert offered == {frozenset(text.split("|")) for text in NUMBERS.offers["classes"]}
    alone = (country.places > 0).sum(axis=1) == 1
    pro = country.places[alone, secondary.CLASSES.index("pro")] > 0
    sets = NUMBERS.offers.set_index("classes")["locations"]
    expected = sets["pro"] / sets.sum() * NUMBERS["secondary_locations"]
    assert pro.sum() == pytest.approx(expected, abs=1)
    in_area = country.schools["area"].value_counts(normalize=True)
    pupils = country.towns.groupby("area")["pupils"].sum()
    np.testing.assert_allclose(in_area.sort_index(), pupils / pupils.sum(), atol=0.002)


def test_a_school_of_the_own_town_is_drawn_as_often_as_it_weighs():
    country = secondary.secondary_schools(NUMBERS, 1.0, SEED)
    vwo = secondary.CLASSES.index("vwo")
    schools, places = country.schools, country.places[:, vwo]
    offering = schools[places > 0]
    town = offering["town"].mode()[0]
    area = country.towns["area"].iloc[town]
    near, n = 8.0, 40_000
    args = (country.of_classes, np.full(n, vwo), np.full(n, town), country.towns, near)
    found = secondary.drawn(*args, streams.stream(1, "secondary_schools"))
    here, around = (places[(schools[k] == v)].sum() for k, v in (("town", town), ("area", area)))
    expected = near * here / (around + (near - 1) * here)
    assert (schools["town"].to_numpy()[found] == town).mean() == pytest.approx(expected, abs=0.01)
    assert (schools["area"].to_numpy()[found] == area).all()


def test_the_balance_gives_the_shares_whatever_the_weights():
    generator = np.random.default_rng(4)
    weights, counts = generator.gamma(1, 1, (30, 4)), generator.integers(1, 200, 30)
    share = np.array([0.1, 0.2, 0.3, 0.4])
    chances = classes.balanced(weights, counts, share)
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    np.testing.assert_allclose(counts @ chances / counts.sum(), share, atol=1e-6)
    # Odds ratios are those of the weights.
    odds = np.log(chances) - np.log(weights)
    np.testing.assert_allclose(
        odds - odds[:, :1], (odds - odds[:, :1])[[0]].repeat(30, 0), atol=1e-9
    )


def test_a_class_that_nobody_offers_goes_to_the_others():
    weights = np.array([[1.0, 0.0, 1.0], [2.0, 0.0, 1.0]])
    chances = classes.balanced(weights, np.array([10, 10]), np.array([0.5, 0.2, 0.3]))
    assert (chances[:, 1] == 0).all()
    np.testing.assert_allclose(chances.sum(axis=1), 1)


def test_mixed_classes_follow_the_index_of_the_year():
    mixed = secondary.mixed_classes()
    for year in synthetic.COHORTS:
        share = classes.shares(NUMBERS, year)
        assert share.sum() == pytest.approx(1)
        published = NUMBERS.group("class_share", secondary.CLASSES)[mixed].sum()
        assert share[mixed].sum() == pytest.approx(published * NUMBERS.year(year, "mixed_classes"))


def test_families_choose_a_vwo_class_as_the_planted_slope_says():
    """Within area and advice the odds of two classes differ by the aim times their difference."""
    country = synthetic.population(2016, NUMBERS, 0.1, SEED)
    schools = secondary.secondary_schools(NUMBERS, 0.1, SEED)
    town = schools.towns.index.get_indexer(country["municipality"])
    advice = np.full(len(country), classes.CATEGORIES.index("vwo"))
    education = pd.Index(EDUCATION).get_indexer(country["true_education"])
    pupils = pd.DataFrame({"town": town, "final_category": advice, "parental_education": education})
    chances = classes.chances_by_education(schools, pupils, NUMBERS, 2016)
    vwo, mixed = (secondary.CLASSES.index(name) for name in ("vwo", "havo_vwo"))
    odds = np.log(chances[:, :, vwo] / chances[:, :, mixed])
    aim = NUMBERS.group("place_aim", EDUCATION)
    np.testing.assert_allclose(odds[-1] - odds[0], (aim[-1] - aim[0]) / 2, atol=1e-9)
