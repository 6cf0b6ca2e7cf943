"""What a fit says in probabilities: standardised by group, gaps between groups, average effects.

A standardised probability of group g is the mean, over every fitted pupil, of the probability that
the pupil would have in g with all else as it is (g-computation). The pupils are held fixed in the
standard error, which is the delta method's: V = J C J', J the derivatives by the parameters and C
their covariance.

Source: Lane and Nelder (1982), Analysis of covariance and standardization as instances of
prediction; Williams (2012), Using the margins command. R: `marginaleffects::avg_predictions`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from advieskloof.errors import ModelError, listing
from advieskloof.models.covariance import Covariance
from advieskloof.models.results import Fit
from advieskloof.uncertainty import intervals

# ASSUME: the model; groups differ in nothing else that matters to the outcome than its terms say.

# Of a variable's range, for the derivative of a smooth curve: its error is that squared.
SMALL_STEP = 1e-5


@dataclass(frozen=True)
class Effects:
    """Numbers read off a fit, with what their errors are made of.

    table : a row per number: variable, value (the group, or empty), reference (the group that is
        subtracted, or empty), event, estimate, se, lower, upper. Shares and their gaps, 0-1.
    jacobian : derivatives by the fit's parameters, (numbers, parameters).
    covariance : of the parameters.
    """

    table: pd.DataFrame
    jacobian: np.ndarray
    covariance: Covariance


def adjusted(fit: Fit, variable: str, events: Mapping[str, np.ndarray]) -> Effects:
    """Return the standardised probability of events for each group of a variable.

    Parameters
    ----------
    variable : groups that a term holds.
    events : by name, which outcomes each holds, bool (outcomes,) (`results.events`).

    Intervals are made on the logit scale, with t on the covariance's degrees of freedom.
    """
    groups = groups_of(fit, variable)
    marks = np.stack(list(events.values()))
    weight = fit.data.row_weight
    found = [
        fit.averaged(fit.data.design.where(variable, group), weight, marks) for group in groups
    ]
    rows = [(variable, group, "", event) for group in groups for event in events]
    estimate = np.concatenate([value for value, _ in found])
    return _told(rows, estimate, np.vstack([each for _, each in found]), fit, intervals.of_shares)


def gaps(fit: Fit, of: Effects, reference: object) -> Effects:
    """Return the gaps of standardised probabilities, each group less the reference."""
    table = of.table
    held = (table["value"] == reference).to_numpy()
    if not held.any():
        raise ModelError(
            f"{reference} isn't among the groups fitted: {listing(table['value'].unique(), 40)}.",
            "columns",
        )
    n_events = int(held.sum())
    others = np.flatnonzero(~held)
    base = np.flatnonzero(held)[np.arange(len(others)) % n_events]
    rows = [
        (row.variable, row.value, reference, row.event) for row in table.iloc[others].itertuples()
    ]
    estimate = table["estimate"].to_numpy()
    jacobian = of.jacobian[others] - of.jacobian[base]
    return _told(rows, estimate[others] - estimate[base], jacobian, fit, intervals.plain)


def average_effects(fit: Fit, variable: str, events: Mapping[str, np.ndarray]) -> Effects:
    """Return average marginal effects on the probability of events.

    Of groups: the gaps to the first group. Of a number: the mean of the derivative dP/dx over all
    fitted pupils, per unit of the number.
    """
    if isinstance(_kind(fit, variable), pd.CategoricalDtype):
        return gaps(fit, adjusted(fit, variable, events), groups_of(fit, variable)[0])
    marks, weight, design = np.stack(list(events.values())), fit.data.row_weight, fit.data.design
    values = next(term.levels[variable] for term in design.terms if variable in term.levels)
    step = SMALL_STEP * float(np.ptp(values))
    (high, by_high), (low, by_low) = (
        fit.averaged(design.shifted(variable, side * step), weight, marks) for side in (1, -1)
    )
    rows = [(variable, "", "", event) for event in events]
    slope, jacobian = (high - low) / (2 * step), (by_high - by_low) / (2 * step)
    return _told(rows, slope, jacobian, fit, intervals.plain)


def each_outcome(fit: Fit) -> dict[str, np.ndarray]:
    """Return an event for each outcome."""
    return dict(zip(map(str, fit.outcomes), np.eye(len(fit.outcomes), dtype=bool), strict=True))


def groups_of(fit: Fit, variable: str) -> list[object]:
    """Return the groups of a variable that occur, the reference first.

    Raises ModelError where no term holds the variable, or it holds numbers.
    """
    kind = _kind(fit, variable)
    if not isinstance(kind, pd.CategoricalDtype):
        raise ModelError(f"{variable} holds numbers and no groups.", "columns")
    return list(kind.categories)


def _kind(fit: Fit, variable: str) -> object:
    for term in fit.data.design.terms:
        if variable in term.levels:
            return term.levels[variable].dtype
    held = sorted({name for term in fit.data.design.terms for name in term.levels})
    raise ModelError(f"no term holds {variable}; there are {listing(held)}.", "columns")


def _told(
    rows: list[tuple],
    estimate: np.ndarray,
    jacobian: np.ndarray,
    fit: Fit,
    interval: Callable[..., tuple[np.ndarray, np.ndarray]],
) -> Effects:
    se = np.sqrt(fit.covariance.variance(jacobian))
    lower, upper = interval(estimate, se, np.full(len(estimate), fit.covariance.df))
    table = pd.DataFrame(rows, columns=["variable", "value", "reference", "event"])
    table = table.assign(estimate=estimate, se=se, lower=lower, upper=upper)
    return Effects(table, jacobian, fit.covariance)
