"""What a fit is: estimates, their covariance, and the data that they rest on."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from advieskloof.models.collapse import Collapsed, on_rows
from advieskloof.models.covariance import Covariance
from advieskloof.models.design import Design
from advieskloof.uncertainty import intervals


@dataclass(frozen=True)
class Fit(ABC):
    """A fitted model of a categorical outcome.

    formula : as given.
    data : the collapsed data.
    names : of the parameters.
    estimate : (parameters,), in log-odds.
    information : observed, minus the second derivatives, (parameters, parameters).
    covariance : of the estimates.
    log_likelihood : at the maximum, weighted.
    iterations : Newton's steps.
    """

    formula: str
    data: Collapsed
    names: tuple[str, ...]
    estimate: np.ndarray
    information: np.ndarray
    covariance: Covariance
    log_likelihood: float
    iterations: int

    @property
    def n(self) -> int:
        """Rows of the data that count: pupils, where a row is one."""
        return self.data.n

    @property
    def outcomes(self) -> np.ndarray:
        """The outcomes that occur, in order, (outcomes,)."""
        return self.data.outcomes

    def coefficients(self) -> pd.DataFrame:
        """Return a row per parameter: estimate, se, lower and upper, in log-odds.

        The interval is estimate -+ t(df) se; without clusters the normal distribution.
        """
        se = np.sqrt(self.covariance.variance(np.eye(len(self.estimate))))
        lower, upper = intervals.plain(self.estimate, se, np.array(self.covariance.df))
        columns = {"estimate": self.estimate, "se": se, "lower": lower, "upper": upper}
        return pd.DataFrame(columns, index=list(self.names))

    def predict(self, data: pd.DataFrame) -> pd.DataFrame:
        """Return the probability of each outcome for rows of new data, (rows, outcomes).

        Raises ModelError where a column is absent, or a value is missing or wasn't fitted.
        """
        design, row = on_rows(self.data.design, data)
        found = self.probabilities(design)[row]
        return pd.DataFrame(found, index=data.index, columns=list(self.outcomes))

    @abstractmethod
    def probabilities(self, design: Design) -> np.ndarray:
        """Return the probability of each outcome in each row of a design, (rows, outcomes)."""

    @abstractmethod
    def averaged(
        self, design: Design, weight: np.ndarray, events: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return mean probabilities of events over the rows, and their derivatives.

        Parameters
        ----------
        weight : of the rows, (rows,).
        events : which outcomes each event holds, bool (events, outcomes).

        Returns
        -------
        arrays : (events,) and (events, parameters).
        """

    @abstractmethod
    def cluster_scores(self, codes: np.ndarray, n: int) -> np.ndarray:
        """Return each cluster's sum of score residuals, (clusters, parameters)."""

    def influence(self, codes: np.ndarray, n: int) -> np.ndarray:
        """Return each cluster's influence on the estimates, I^-1 S_s, (clusters, parameters)."""
        return np.linalg.solve(self.information, self.cluster_scores(codes, n).T).T


def events(outcomes: np.ndarray, at_least: Mapping[str, float]) -> dict[str, np.ndarray]:
    """Return for each name which outcomes are at least a value, bool (outcomes,)."""
    return {name: outcomes >= lowest for name, lowest in at_least.items()}
