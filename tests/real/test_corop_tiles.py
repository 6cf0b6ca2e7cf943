"""The tile grid of COROP areas against their real boundaries."""

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.spatial import cKDTree

from advieskloof import io

BOUNDARIES = Path(__file__).parents[2].parent / "shared" / "real" / "geo" / "corop.geojson"
if not BOUNDARIES.is_file():
    pytest.skip("the boundaries of COROP areas are not on this machine", allow_module_level=True)

# Degrees; vertices of a common border lie closer.
CLOSE = 0.002
# Neighbours whose tiles don't touch: mostly over water, or along a few kilometres.
APART = {
    ("Zuidwest-Friesland", "Flevoland"),
    ("Zuidwest-Friesland", "Noord-Overijssel"),
    ("Zuidoost-Friesland", "Noord-Overijssel"),
    ("Arnhem/Nijmegen", "Zuidoost-Noord-Brabant"),
    ("Kop van Noord-Holland", "Groot-Amsterdam"),
    ("Alkmaar en omgeving", "Groot-Amsterdam"),
}


def vertices():
    """By name, the vertices of an area in degrees, longitude first."""
    features = json.loads(BOUNDARIES.read_text())["features"]
    found = {}
    for feature in features:
        shape = feature["geometry"]
        many = shape["type"] == "MultiPolygon"
        polygons = shape["coordinates"] if many else [shape["coordinates"]]
        found[feature["properties"]["corop_name"]] = np.concatenate([p[0] for p in polygons])
    return found


def neighbours(points):
    trees = {name: cKDTree(each) for name, each in points.items()}
    return {
        (one, other)
        for one, other in combinations(points, 2)
        if trees[one].count_neighbors(trees[other], CLOSE) >= 2
    }


POINTS = vertices()
NEIGHBOURS = neighbours(POINTS)
PLACES = (
    pd.read_csv(io.PACKAGE / "reference/corop_tiles.csv")
    .merge(pd.read_csv(io.PACKAGE / "reference/corop.csv")[["code", "name"]])
    .set_index("name")[["row", "column"]]
)


def steps(one, other):
    return (PLACES.loc[one] - PLACES.loc[other]).abs().tolist()


def test_every_area_has_a_tile_of_its_own():
    assert set(PLACES.index) == set(POINTS)
    assert not PLACES.duplicated().any()


def test_neighbours_touch_but_for_a_few():
    assert 75 <= len(NEIGHBOURS) <= 90
    apart = {(one, other) for one, other in NEIGHBOURS if max(steps(one, other)) > 1}
    assert {frozenset(pair) for pair in apart} <= {frozenset(pair) for pair in APART}


def test_tiles_side_by_side_lie_west_and_east_or_north_and_south():
    middle = {name: (each.min(axis=0) + each.max(axis=0)) / 2 for name, each in POINTS.items()}
    wrong = []
    for one, other in NEIGHBOURS:
        down, right = (PLACES.loc[other] - PLACES.loc[one]).tolist()
        east, north = middle[other] - middle[one]
        if (abs(down), abs(right)) == (0, 1) and east * right < 0:
            wrong.append((one, other))
        if (abs(down), abs(right)) == (1, 0) and north * down > 0:
            wrong.append((one, other))
    assert wrong == []
