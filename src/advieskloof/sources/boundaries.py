"""Real boundaries of COROP areas, from a GeoJSON or GeoPackage that the user gives.

Reading them takes geopandas, which is an extra: most runs draw tiles (`figures.areas`).
"""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from advieskloof.errors import ConfigError, DataError, listing
from advieskloof.schemas import COROP_AREAS

KINDS = (".geojson", ".json", ".gpkg")
# Rijksdriehoeksstelsel, in metres: how maps of the Netherlands are drawn.
DUTCH_GRID = 28992


def problems(path: str) -> Iterator[str]:
    """Yield what keeps a file from being read as boundaries, before anything is run."""
    if not Path(path).is_file():
        yield f"{path!r} isn't a file; give its path from the checkout, or [] for a map of tiles."
    elif Path(path).suffix not in KINDS:
        yield f"{path!r} isn't of a kind that is read here; allowed are {listing(KINDS)}."
    elif find_spec("geopandas") is None:
        yield (
            "boundaries need geopandas, which isn't installed: give `.venv/bin/python -m uv pip "
            "install geopandas` (docs/running.md), or give [] for a map of tiles."
        )


def read(path: str) -> dict[str, list[np.ndarray]]:
    """Return the boundaries of the 40 COROP areas in metres of the Dutch grid, x first.

    The code of an area, such as CR01, may stand in any column; other columns, and areas beside
    these, are left alone. Of each area the rings are closed, and the largest comes first; the ring
    of a hole runs the other way round.

    Raises
    ------
    ConfigError : the file isn't there, is of another kind, or geopandas isn't installed.
    DataError : it can't be read, has no coordinate reference system, lacks areas or has one twice.
    """
    for problem in problems(path):
        raise ConfigError(f"key figures.boundaries: {problem}")
    # An extra, and slow to load.
    import geopandas

    try:
        table = geopandas.read_file(path)
    except (OSError, ValueError, RuntimeError):
        raise DataError(f"{path} can't be read as boundaries; is the file whole?") from None
    if table.crs is None:
        raise DataError(f"{path} doesn't say in which coordinates it is; save it with its CRS.")
    codes = _codes(table, path)
    shapes = table.geometry[codes.index].to_crs(DUTCH_GRID)
    return {code: _rings(shape) for code, shape in zip(codes, shapes, strict=True)}


def _codes(table: pd.DataFrame, path: str) -> pd.Series:
    """Return the codes of the areas, from the column that has the most of them."""
    columns = table.drop(columns=table.geometry.name).astype(str)
    found = columns.isin(COROP_AREAS)
    codes = columns.loc[:, found.sum().idxmax()]
    codes = codes[codes.isin(COROP_AREAS)]
    missing = sorted(set(COROP_AREAS) - set(codes))
    twice = int(codes.duplicated().sum())
    if missing or twice:
        raise DataError(
            f"{path}: {len(missing)} of {len(COROP_AREAS)} COROP areas are missing "
            f"({listing(missing) or 'none'}) and {twice} stand there twice; "
            "each needs one shape, with its code (CR01 to CR40) in a column."
        )
    return codes


def _rings(shape: object) -> list[np.ndarray]:
    import shapely

    parts = shapely.get_parts(shapely.orient_polygons(shape))
    parts = sorted(parts, key=lambda part: part.area, reverse=True)
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return [shapely.get_coordinates(ring) for ring in rings]
