"""Schools: where they stand, who governs them, how big they are, and what becomes of them."""

import numpy as np
import pandas as pd
from scipy.special import ndtr

from advieskloof.sources.synthetic import lives
from advieskloof.sources.synthetic.parameters import COHORTS, Parameters
from advieskloof.sources.synthetic.streams import choose, stream

SCHOOL_TYPES = ("bo", "sbo", "so")
URBANITY = ("1", "2", "3", "4", "5")


def schools(parameters: Parameters, size: float, seed: int) -> pd.DataFrame:
    """Return every school location that exists in some cohort, a row each, sorted by place.

    Columns: `school_id`, `board_id`, `school_type`, `municipality`, `corop`, `urbanity` (texts);
    `base` (expected pupils in group 8, before the year's total); `ses` (mean latent education of
    the families, SDs); `ability_effect` and `advice_effect` (SDs of ability), `adjust_effect`
    (log odds); `draw` (0-1, decides the provider); `first` and `last` cohort; `heir` (the row
    that takes the pupils over once it is closed, else the row itself).

    `size` scales the number of locations, not how big they are.
    """
    generator = stream(seed, "world")
    table = _places(parameters, _number(parameters, size), generator)
    n = len(table)
    table = table.assign(
        school_id=[f"S{number:06d}" for number in range(n)],
        board_id=_boards(table, parameters, generator),
        base=_sizes(table, parameters, generator),
    )
    table["ses"] = _ses(table, parameters, generator)
    ability = generator.normal(0, parameters["school_ability_sd"], n)
    adjust = generator.normal(0, parameters["school_adjust_sd"], n)
    # Centred over pupils, so that no country is better or advised higher than another by chance.
    table["ability_effect"] = _centred(ability, table)
    table["adjust_effect"] = _centred(adjust, table)
    table["advice_effect"] = _centred(_advice_effect(table, parameters, generator), table)
    table["draw"] = _provider_draw(table, parameters, generator)
    return lives.lived(table.drop(columns="mean_size"), parameters, generator)


def _number(parameters: Parameters, size: float) -> int:
    counts = np.array([parameters.year(cohort, "schools") for cohort in COHORTS])
    opened = np.maximum(np.diff(counts), 0).sum()
    return max(round(size * (counts[0] + opened)), 20)


def _places(parameters: Parameters, n: int, generator: np.random.Generator) -> pd.DataFrame:
    """Spread schools over municipalities in proportion to the real numbers of schools."""
    shares = parameters.group("school_type_share", SCHOOL_TYPES)
    counts = np.maximum(np.diff(np.round(n * np.cumsum([0, *shares])).astype(int)), 1)
    towns = parameters.municipalities
    weight = np.cumsum(towns["schools"].to_numpy()) / towns["schools"].sum()
    # Evenly spaced points on the cumulated shares: every place gets its part at every size.
    points = np.concatenate([(np.arange(m) + generator.random()) / m for m in counts])
    chosen = towns.iloc[np.searchsorted(weight, points).clip(0, len(towns) - 1)]
    table = pd.DataFrame(
        {
            "school_type": np.repeat(SCHOOL_TYPES, counts),
            "municipality": chosen["municipality"].to_numpy(dtype=object),
            "corop": chosen["corop"].to_numpy(dtype=object),
            "urbanity": _urbanity(chosen["urbanity"].astype(int).to_numpy(), parameters, generator),
            "mean_size": (chosen["pupils"] / chosen["schools"]).to_numpy(),
        }
    )
    order = np.lexsort((generator.random(len(table)), table["municipality"], table["corop"]))
    return table.iloc[order].reset_index(drop=True)


def _urbanity(
    town: np.ndarray, parameters: Parameters, generator: np.random.Generator
) -> np.ndarray:
    # ASSUME a school's surroundings are as dense as its town's, or one class off.
    off = parameters["urbanity_off"] / 2
    step = choose(generator, np.array([[off, 1 - 2 * off, off]]), np.zeros(len(town), int)) - 1
    return np.array(URBANITY, dtype=object)[(town + step).clip(1, 5) - 1]


def _boards(
    table: pd.DataFrame, parameters: Parameters, generator: np.random.Generator
) -> list[str]:
    """Cut the schools of every COROP area, which stand by municipality, into runs of a board."""
    # ASSUME sizes of boards are log-normal, and a board stays within a COROP area.
    sizes = generator.lognormal(
        parameters["board_log_mean"], parameters["board_log_sd"], len(table)
    )
    run = np.searchsorted(np.cumsum(np.maximum(np.round(sizes), 1)), np.arange(len(table)), "right")
    number = pd.factorize(table["corop"] + "/" + pd.Series(run).astype(str))[0]
    return [f"B{board:05d}" for board in number]


def _sizes(
    table: pd.DataFrame, parameters: Parameters, generator: np.random.Generator
) -> np.ndarray:
    """Draw the expected number of pupils: a town's mean times a gamma with mean 1."""
    shape = parameters["school_size_shape"]
    spread = generator.gamma(shape, 1 / shape, len(table))
    means = dict(
        zip(SCHOOL_TYPES, parameters.group("school_type_mean_size", SCHOOL_TYPES), strict=True)
    )
    bo = table["school_type"] == "bo"
    return table["mean_size"].where(bo, table["school_type"].map(means)).to_numpy() * spread


def _ses(table: pd.DataFrame, parameters: Parameters, generator: np.random.Generator) -> np.ndarray:
    """Draw the families' mean latent education, with mean 0 and the stated SD over pupils."""
    # ASSUME towns hold both the best and the least educated schools: the spread grows with
    # density, and so does the mean.
    dense = 5 - table["urbanity"].astype(int).to_numpy()
    areas = sorted(set(parameters.regions["corop"]))
    of_area = dict(
        zip(areas, generator.normal(0, parameters["ses_corop_sd"], len(areas)), strict=True)
    )
    noise = generator.normal(0, 1, len(table)) * (1 + parameters["ses_spread_by_density"] * dense)
    raw = parameters["ses_mean_by_density"] * dense + table["corop"].map(of_area) + noise
    centred = _centred(raw.to_numpy(), table)
    spread = np.sqrt(np.average(centred**2, weights=table["base"]))
    return centred / spread * parameters["segregation_sd"]


def _centred(effects: np.ndarray, table: pd.DataFrame) -> np.ndarray:
    """Return effects of schools less their mean over expected pupils."""
    return effects - np.average(effects, weights=table["base"])


def _advice_effect(
    table: pd.DataFrame, parameters: Parameters, generator: np.random.Generator
) -> np.ndarray:
    """Return how much higher a school's advice is, at equal ability: its own part and COROP's."""
    regions = parameters.regions
    drawn = generator.normal(0, parameters["corop_advice_sd"], len(regions))
    # ASSUME the areas that the inspectorate names lie at a fixed distance from the others.
    stated = regions["advice_2016"].map({"high": 1.0, "low": -1.0}) * parameters["corop_advice"]
    area = dict(zip(regions["corop"], stated.fillna(pd.Series(drawn)), strict=True))
    own = generator.normal(0, parameters["school_advice_sd"], len(table))
    return own + table["corop"].map(area).to_numpy()


def _provider_draw(
    table: pd.DataFrame, parameters: Parameters, generator: np.random.Generator
) -> np.ndarray:
    """Draw the place (0-1) at which a school stands in the market; the lowest take Cito's test."""
    # ASSUME part of the schools take the test that their board chose, the rest choose alone, and
    # schools with less educated families left Cito's test a little earlier.
    board = pd.factorize(table["board_id"])[0]
    of_board = generator.standard_normal(board.max() + 1)[board]
    alone = generator.random(len(table)) >= parameters["provider_by_board"]
    chosen = np.where(alone, generator.standard_normal(len(table)), of_board)
    link = parameters["provider_selection"]
    strength = table["ses"].to_numpy() / parameters["segregation_sd"]
    return ndtr(np.sqrt(1 - link**2) * chosen - link * strength)
