"""Secondary schools of the synthetic country."""

import numpy as np
import pytest

from advieskloof.sources import synthetic
from advieskloof.sources.synthetic import secondary, streams

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
