"""Real boundaries of COROP areas: read where geopandas is installed, refused in words elsewhere."""

import importlib.util
import json

import numpy as np
import pytest

from advieskloof.errors import ConfigError, DataError
from advieskloof.figures import areas, corop_map, style
from advieskloof.schemas import COROP_AREAS
from advieskloof.sources import boundaries

HAS_GEOPANDAS = importlib.util.find_spec("geopandas") is not None
needs_geopandas = pytest.mark.skipif(not HAS_GEOPANDAS, reason="geopandas, an extra, is absent")
SIDE = 0.02  # degrees


def ring(west, south, side=SIDE):
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def country(codes=COROP_AREAS, **members):
    """A made country: a square for each area, the first with an island and the second a hole."""
    features = []
    for place, code in enumerate(codes):
        west, south = 4 + 0.05 * (place % 8), 52 + 0.05 * (place // 8)
        shape = {"type": "Polygon", "coordinates": [ring(west, south)]}
        if code == "CR01":
            island = [ring(west - 0.01, south, 0.005)]
            shape = {"type": "MultiPolygon", "coordinates": [island, [ring(west, south)]]}
        if code == "CR02":
            shape["coordinates"].append(ring(west + 0.005, south + 0.005, 0.01))
        names = {"name": f"area {place}", "statcode": code, "year": 2022}
        features.append({"type": "Feature", "properties": names, "geometry": shape})
    return {"type": "FeatureCollection", "features": features, **members}


@pytest.fixture
def written(tmp_path):
    def write(content, name="corop.geojson"):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    return write


def area_of(points):
    (x, y), (x_next, y_next) = points[:-1].T, points[1:].T
    return ((x * y_next - x_next * y).sum()) / 2


@needs_geopandas
def test_areas_come_in_metres_with_the_largest_ring_first_and_holes_the_other_way_round(written):
    found = boundaries.read(written(country()))
    assert set(found) == set(COROP_AREAS)
    assert [len(found[code]) for code in ("CR01", "CR02", "CR03")] == [2, 2, 1]
    square = np.deg2rad(SIDE) ** 2 * 6.371e6**2 * np.cos(np.deg2rad(52))
    for code in COROP_AREAS:
        assert abs(area_of(found[code][0])) == pytest.approx(square, rel=0.02)
        for points in found[code]:
            assert (points[0] == points[-1]).all()
    outer, hole = (area_of(points) for points in found["CR02"])
    assert outer * hole < 0
    main, island = (area_of(points) for points in found["CR01"])
    assert abs(island) < abs(main)
    assert island * main > 0


@needs_geopandas
def test_a_code_may_stand_in_any_column_and_other_areas_are_left_alone(written):
    found = boundaries.read(written(country([*COROP_AREAS, "CR41", "NL"])))
    assert set(found) == set(COROP_AREAS)


@needs_geopandas
def test_the_map_is_drawn_with_them(written):
    from figure_tables import TABLES

    shapes = boundaries.read(written(country()))
    rows = corop_map.select(TABLES["corop_map"][0])
    with style.house():
        figure = corop_map.draw(rows, "nl", shapes)
    drawn = [len(axes.patches) for axes in figure.axes[:3]]
    assert drawn == [40, 40, 40]
    middles = [area.middle for area in areas.outlines(shapes).values()]
    assert len(set(middles)) == 40


@needs_geopandas
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (country(COROP_AREAS[:-2]), r"2 of 40 COROP areas are missing \(CR39, CR40\)"),
        (country([*COROP_AREAS, "CR01"]), "1 stand there twice"),
        ("{", "can't be read as boundaries"),
        (country(["x"]), "40 of 40 COROP areas are missing"),
    ],
)
def test_a_file_that_does_not_have_each_area_once_is_refused(written, content, said):
    with pytest.raises(DataError, match=said):
        boundaries.read(written(content))


def test_without_geopandas_the_message_says_how_to_install_it(written, monkeypatch):
    monkeypatch.setattr(boundaries, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="uv pip install") as refusal:
        boundaries.read(written(country()))
    assert "give [] for a map of tiles" in str(refusal.value)


def test_a_file_that_is_not_there_or_of_another_kind_is_refused(written):
    with pytest.raises(ConfigError, match="isn't a file"):
        boundaries.read("nowhere.gpkg")
    with pytest.raises(ConfigError, match=r"allowed are \.geojson, \.json, \.gpkg"):
        boundaries.read(written("", "corop.shp"))
