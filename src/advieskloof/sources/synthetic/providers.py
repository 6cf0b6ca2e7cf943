"""Whose test a school takes: the year's market, tilted to what its region takes."""

import numpy as np
import pandas as pd

from advieskloof.sources.synthetic.parameters import Parameters

# In the order in which schools move when a market shifts; LIB is Cito's next test after CET.
PROVIDERS = ("CET", "LIB", "IEP", "ROUTE8", "DIA", "AMN", "DOE")
ROUNDS = 20


def providers(table: pd.DataFrame, parameters: Parameters, cohort: int) -> np.ndarray:
    """Return the provider of every school in a cohort, as places in PROVIDERS, shape (schools,).

    A school keeps its draw, so it changes its test only when its region's market does. Special
    schools (sbo, so) mostly take ROUTE 8, which adapts to the pupil.
    """
    shares = _regional(parameters, cohort)
    cumulative = np.cumsum(shares, axis=1)
    area = pd.Index(parameters.regions["corop"]).get_indexer(table["corop"])
    special = (table["school_type"] != "bo").to_numpy()
    adaptive, draw = parameters["special_route8"], table["draw"].to_numpy()
    rest = np.where(special, (draw - adaptive) / (1 - adaptive), draw)
    regular = (rest[:, None] >= cumulative[area, :-1]).sum(axis=1)
    return np.where(special & (draw < adaptive), PROVIDERS.index("ROUTE8"), regular)


def _regional(parameters: Parameters, cohort: int) -> np.ndarray:
    """Return the share of each provider in each COROP area, shape (areas, providers).

    The areas' takers of 2018/19 are scaled until the country has the year's shares and every
    area its own number of pupils (iterative proportional fitting).
    """
    national = parameters.year_group(cohort, "provider_takers", PROVIDERS)
    takers = parameters.regions[[name for name in parameters.regions if name.startswith("takers_")]]
    # ASSUME an area's liking for a test lasts: Cito's of 2023 sells where Cito's of 2019 did, and
    # DOE everywhere alike. Half a pupil keeps a test possible where nobody took it.
    liking = np.column_stack([_liking(takers, provider) for provider in PROVIDERS])
    pupils = takers.sum(axis=1).to_numpy()[:, None] / takers.to_numpy().sum()
    table = liking * (national > 0)
    for _ in range(ROUNDS):
        table = table * (national / national.sum() / np.maximum(table.sum(axis=0), 1e-12))
        table = table * (pupils / table.sum(axis=1, keepdims=True))
    return table / table.sum(axis=1, keepdims=True)


def _liking(takers: pd.DataFrame, provider: str) -> np.ndarray:
    if provider == "DOE":
        return takers.sum(axis=1).to_numpy()
    return takers[f"takers_{'CET' if provider == 'LIB' else provider}"].to_numpy() + 0.5
