"""The class of year 1: which kind, given advice and family, and in which secondary school."""

import numpy as np
import pandas as pd

from advieskloof import levels
from advieskloof.sources.synthetic.families import EDUCATION
from advieskloof.sources.synthetic.parameters import Parameters
from advieskloof.sources.synthetic.secondary import (
    CLASSES,
    Secondary,
    class_table,
    drawn,
    mixed_classes,
)
from advieskloof.sources.synthetic.streams import choose
from advieskloof.sources.synthetic.testing import CATEGORIES, UNSURE

ROUNDS = 60


def classes(
    secondary: Secondary,
    pupils: pd.DataFrame,
    parameters: Parameters,
    cohort: int,
    generator: np.random.Generator,
) -> np.ndarray:
    """Return the class of year 1 and its school: places in CLASSES and rows of the schools, (2, n).

    `pupils` has `town`, `final_category` and `parental_education`. The chance of a class is its
    places in the pupil's COROP area x exp(fit to the final advice + aim of the family) x a
    balance, which gives the country the year's shares of classes.
    """
    group = _group(secondary, pupils, pupils["parental_education"].to_numpy())
    chances = _chances(secondary, group, parameters, cohort)
    chosen = choose(generator, chances, group).astype(int)
    town = pupils["town"].to_numpy()
    near = parameters["secondary_near"]
    school = drawn(secondary.of_classes, chosen, town, secondary.towns, near, generator)
    return np.stack([chosen, school])


def chances_by_education(
    secondary: Secondary, pupils: pd.DataFrame, parameters: Parameters, cohort: int
) -> np.ndarray:
    """Return everybody's chances of a class, were all parents' education so: (EDUCATION, n, k).

    The balance is that of the pupils as they are.
    """
    own = _group(secondary, pupils, pupils["parental_education"].to_numpy())
    chances = _chances(secondary, own, parameters, cohort)
    places = (np.full(len(pupils), place) for place in range(len(EDUCATION)))
    return np.stack([chances[_group(secondary, pupils, place)] for place in places])


def _group(secondary: Secondary, pupils: pd.DataFrame, education: np.ndarray) -> np.ndarray:
    """Return the pupils' place among area, final advice and education taken together."""
    area = secondary.towns["area"].to_numpy()[pupils["town"]]
    return np.ravel_multi_index((area, pupils["final_category"], education), _shape(secondary))


def _chances(
    secondary: Secondary, group: np.ndarray, parameters: Parameters, cohort: int
) -> np.ndarray:
    counts = np.bincount(group, minlength=np.prod(_shape(secondary)))
    return balanced(_weights(secondary, parameters), counts, shares(parameters, cohort))


def _shape(secondary: Secondary) -> tuple[int, int, int]:
    return int(secondary.towns["area"].max()) + 1, len(CATEGORIES), len(EDUCATION)


def shares(parameters: Parameters, cohort: int) -> np.ndarray:
    """Return the year's shares of CLASSES in grade 1, adding up to 1.

    Those of 2019/20, with mixed classes more or fewer by the year's index.
    """
    share = parameters.group("class_share", CLASSES)
    mixed = mixed_classes()
    share = np.where(mixed, share * parameters.year(cohort, "mixed_classes"), share)
    alone = share.sum() - share[mixed].sum()
    return np.where(mixed, share, share / alone * (1 - share[mixed].sum()))


def _weights(secondary: Secondary, parameters: Parameters) -> np.ndarray:
    """Return the weight of every class, before balance: shape (areas x advices x education, k)."""
    shape = _shape(secondary)
    area = secondary.schools["area"].to_numpy()
    places = np.zeros((shape[0], len(CLASSES)))
    np.add.at(places, area, secondary.places)
    national = places.sum(axis=0)
    # ASSUME a class that an area lacks is found by few, across its border.
    places += parameters["place_across"] * national / shape[0]
    liking = np.exp(fit(parameters)[:, None, :] + _aim(parameters))
    return (places[:, None, None, :] * liking).reshape(-1, len(CLASSES))


def fit(parameters: Parameters) -> np.ndarray:
    """Return how well a class fits a final advice, log weight, shape (CATEGORIES, CLASSES).

    0 where the class holds all types of the advice; a constant less for each end of a double
    advice that it lacks; where they don't overlap, as much less for each level between them.
    """
    low, high = (ends[:, None] for ends in _advised())
    table = class_table()
    begins, stops = table["lowest"].to_numpy(), table["highest"].to_numpy()
    between = np.maximum(begins - high, 0) + np.maximum(low - stops, 0)
    lacking = (begins > low).astype(float) + (stops < high)
    partly = np.where(between > 0, 0, lacking)
    return -parameters["place_partial"] * partly - parameters["place_between"] * between


def _advised() -> tuple[np.ndarray, np.ndarray]:
    """Return lowest and highest school type of CATEGORIES; vso's as pro's."""
    table = levels.advice_table(UNSURE).drop_duplicates("category").set_index("category")
    rows = table.loc[["pro", *CATEGORIES[1:]]]
    return rows["lowest"].to_numpy(), rows["highest"].to_numpy()


def _aim(parameters: Parameters) -> np.ndarray:
    """Return what families add, log weight, shape (CATEGORIES, EDUCATION, CLASSES).

    At equal advice the more educated choose classes of a higher level, and the less educated of
    a lower one, by a slope per level of the class's midpoint above the advice's.
    """
    # ASSUME the choice of class depends on parental education alone, as strongly everywhere.
    low, high = _advised()
    above = class_table()["level"].to_numpy() - (low + high)[:, None] / 2
    slope = parameters.group("place_aim", EDUCATION)
    return slope[None, :, None] * above[:, None, :]


def balanced(weights: np.ndarray, counts: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return the chances of each class by group, so that all groups together have its share.

    Iterative proportional fitting. weights : shape (groups, k). counts : pupils, (groups,).
    share : adds up to 1, shape (k,); of a class that nobody offers, others take it over.
    """
    factor = np.ones(len(share))
    for _ in range(ROUNDS):
        chances = weights * factor
        chances /= chances.sum(axis=1, keepdims=True)
        found = counts @ chances
        factor *= np.where(found > 0, share * counts.sum() / np.maximum(found, 1e-9), 1)
        factor /= factor.max()
    return chances
