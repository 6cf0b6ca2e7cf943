"""Secondary schools: where their locations stand, what classes they offer, how one is drawn."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from advieskloof import positions
from advieskloof.sources.synthetic.parameters import Parameters
from advieskloof.sources.synthetic.streams import stream

# The school types from low to high, at half levels 1 to 6; each is a class type too.
TYPES = ("pro", "vmbo_bb", "vmbo_kb", "vmbo_gt", "havo", "vwo")
# The class types that DUO counts in grade 1 in 2019; vmbo-kb/gt has no code there.
CLASSES = (
    *TYPES,
    "vmbo_bb_kb",
    "vmbo_gt_havo",
    "havo_vwo",
    "vmbo_bb_to_gt",
    "vmbo_bb_to_havo",
    "vmbo_gt_to_vwo",
    "vmbo_bb_to_vwo",
)


@cache
def class_table() -> pd.DataFrame:
    """Return lowest, highest, level and kind of CLASSES, a row each (positions.class_types)."""
    return positions.class_types({}).loc[list(CLASSES)]


def ends() -> tuple[np.ndarray, np.ndarray]:
    """Return the lowest and the highest place in TYPES of every one of CLASSES."""
    table = class_table()
    low, high = (table[name].to_numpy().astype(int) - 1 for name in ("lowest", "highest"))
    return low, high


def mixed_classes() -> np.ndarray:
    """Mark the dakpan and broad ones among CLASSES."""
    return (class_table()["kind"] != "homogeneous").to_numpy()


@dataclass(frozen=True)
class Market:
    """What can be drawn: schools by what they offer, in the order of offer, area and town.

    by_area, by_town : sorted keys of the offers; a town lies in one area. cumulative : weights
    summed up to each offer, shape (offers + 1,). school : row of each offer's school.
    """

    by_area: np.ndarray
    by_town: np.ndarray
    cumulative: np.ndarray
    school: np.ndarray


@dataclass(frozen=True)
class Secondary:
    """The locations of secondary schools.

    schools : a row each; `vo_school_id`, `town` (place in `towns`), `area` (place among the COROP
        areas, sorted), `lasting` (0-1: mixed classes last longer where it is low), `effect` (on
        what pupils can do later, SDs of ability), `lowest` and `highest` (places in TYPES).
    places : expected pupils of each class, shape (schools, CLASSES).
    towns : municipalities in the order of areas, index municipality, column `area`.
    of_classes, of_types : for drawing a school with a class, or one that teaches a school type.
    """

    schools: pd.DataFrame
    places: np.ndarray
    towns: pd.DataFrame
    of_classes: Market
    of_types: Market


def secondary_schools(parameters: Parameters, size: float, seed: int) -> Secondary:
    """Return the locations of secondary schools, the same in every cohort.

    Each has one of the real sets of class types of reference/synthetic_offers.csv, as often as it
    occurs, and stands in a town drawn in proportion to pupils. `size` scales their number.
    """
    generator = stream(seed, "secondary_schools")
    n = round(size * parameters["secondary_locations"])
    towns = _towns(parameters)
    town = _in_towns(towns, n, generator)
    offers = generator.permutation(_offers(parameters, n))
    # ASSUME locations differ in size as much with one offer as over all offers.
    shape = parameters["secondary_size_shape"]
    places = _places(parameters)[offers] * generator.gamma(shape, 1 / shape, n)[:, None]
    low, high = ends()
    offered = places > 0
    schools = pd.DataFrame(
        {
            "vo_school_id": [f"V{number:05d}" for number in range(n)],
            "town": town,
            "area": towns["area"].to_numpy()[town],
            "lasting": generator.random(n),
            "effect": generator.normal(0, parameters["secondary_effect_sd"], n),
            "lowest": np.where(offered, low, len(TYPES)).min(axis=1),
            "highest": np.where(offered, high, -1).max(axis=1),
        }
    )
    of_types = _market(schools, _pupils_by_type(schools, places))
    return Secondary(schools, places, towns, _market(schools, places), of_types)


def _towns(parameters: Parameters) -> pd.DataFrame:
    rows = parameters.municipalities.sort_values(["corop", "municipality"])
    area = pd.Index(sorted(parameters.regions["corop"])).get_indexer(rows["corop"])
    return rows.set_index("municipality")[["pupils"]].assign(area=area)


def _in_towns(towns: pd.DataFrame, n: int, generator: np.random.Generator) -> np.ndarray:
    # Evenly spaced points on the cumulated pupils: every area gets its part at every size.
    weight = np.cumsum(towns["pupils"].to_numpy()) / towns["pupils"].sum()
    return np.searchsorted(weight, (np.arange(n) + generator.random()) / n)


def _offers(parameters: Parameters, n: int) -> np.ndarray:
    """Return which set of class types each of n locations has, in proportion to real numbers."""
    share = np.cumsum(parameters.offers["locations"].to_numpy())
    numbers = np.diff(np.round(n * share / share[-1]), prepend=0).astype(int)
    return np.repeat(np.arange(len(share)), numbers)


def _places(parameters: Parameters) -> np.ndarray:
    """Return the mean pupils of each of CLASSES in every set of class types."""
    found = np.zeros((len(parameters.offers), len(CLASSES)))
    for row, offer in enumerate(parameters.offers.itertuples()):
        columns = [CLASSES.index(name) for name in offer.classes.split("|")]
        found[row, columns] = [float(pupils) for pupils in offer.pupils.split("|")]
    return found


def _pupils_by_type(schools: pd.DataFrame, places: np.ndarray) -> np.ndarray:
    """Return a location's pupils spread evenly over the school types it teaches, (schools, TYPES).

    It teaches every type from the lowest to the highest of its classes.
    """
    lowest, highest = (schools[name].to_numpy()[:, None] for name in ("lowest", "highest"))
    types = np.arange(len(TYPES))
    pupils = places.sum(axis=1, keepdims=True)
    return np.where((lowest <= types) & (types <= highest), pupils / (highest - lowest + 1), 0)


def _market(schools: pd.DataFrame, weights: np.ndarray) -> Market:
    """Return what can be drawn; `weights` has a row a school and a column an offer, 0 for none."""
    school, offer = np.nonzero(weights)
    town, area = schools["town"].to_numpy()[school], schools["area"].to_numpy()[school]
    order = np.lexsort((school, town, offer))
    school, offer, town, area = school[order], offer[order], town[order], area[order]
    return Market(
        _key(offer, area),
        _key(offer, town),
        np.concatenate([[0.0], np.cumsum(weights[school, offer])]),
        school,
    )


def _key(offer: np.ndarray, place: np.ndarray) -> np.ndarray:
    # One sorted number for the two: there are fewer than a thousand towns and areas.
    return offer.astype(np.int64) * 1000 + place


def drawn(
    market: Market,
    offer: np.ndarray,
    town: np.ndarray,
    towns: pd.DataFrame,
    near: float,
    generator: np.random.Generator,
) -> np.ndarray:
    """Draw a school with an offer for every pupil, as rows of the schools, shape (n,).

    offer : class or type that is sought, shape (n,). town : where the pupil's primary school
        stands. A school of the town weighs `near` times as much as others of its COROP area; where
        the area has none, any in the country will do.
    """
    area = towns["area"].to_numpy()[town]
    start, stop = _between(market.by_area, _key(offer, area))
    anywhere = start == stop
    start[anywhere], stop[anywhere] = _around(market.by_area, offer[anywhere])
    home, beyond = _between(market.by_town, _key(offer, town))
    total = market.cumulative
    wide, close = total[stop] - total[start], total[beyond] - total[home]
    chosen, point = generator.random((2, len(offer)))
    in_area = chosen * (wide + (near - 1) * close) < wide
    point = np.where(in_area, total[start] + point * wide, total[home] + point * close)
    found = np.searchsorted(total, point, side="right") - 1
    return market.school[np.clip(found, start, stop - 1)]


def _between(keys: np.ndarray, sought: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.searchsorted(keys, sought), np.searchsorted(keys, sought, side="right")


def _around(keys: np.ndarray, offer: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where the offers of the whole country begin and end; all offers where there is none.

    In a country of few schools a class or type may be nowhere: then any school takes the pupil.
    """
    start, stop = np.searchsorted(keys, _key(offer, 0)), np.searchsorted(keys, _key(offer + 1, 0))
    nowhere = start == stop
    return np.where(nowhere, 0, start), np.where(nowhere, len(keys), stop)
