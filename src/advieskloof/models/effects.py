"""What a fit says in probabilities: standardised by group, gaps between groups, average effects.

A standardised probability of group g is the mean, over every fitted pupil, of the probability that
the pupil would have in g with all else as it is (g-computation). The pupils are held fixed in the
standard error, which is the delta method's: V = J C J', J the derivatives by the parameters and C
their covariance.

Source: Lane and Nelder (1982), Analysis of covariance and standardization as instances of
prediction; Williams (2012), Using the margins command. R: `marginaleffects::avg_predictions`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from advieskloof.errors import ModelError, listing
from advieskloof.models.margin import margin
from advieskloof.models.results import Fit
from advieskloof.uncertainty import intervals

# ASSUME: the model; groups differ in nothing else that matters to the outcome than its terms say.

# Of a variable's range, for the derivative of a smooth curve: its error is that squared.
SMALL_STEP = 1e-5


@dataclass(frozen=True)
class Effects:
    """Numbers read off a fit, with what their errors are made of.

    variables : the columns of the table that hold groups.
    table : a row per number: the group of each variable, reference (the group that is subtracted,
        or empty), event, estimate, se, lower, upper. Shares and their gaps, 0-1.
    jacobian : derivatives by the fit's parameters, (numbers, parameters).
    """

    variables: tuple[str, ...]
    table: pd.DataFrame
    jacobian: np.ndarray


def adjusted(fit: Fit, by: str | Sequence[str], events: Mapping[str, np.ndarray]) -> Effects:
    """Return the standardised probability of events for each group, or crossing of groups.

    Parameters
    ----------
    by : a variable that a term holds, or several.
    events : by name, which outcomes each holds, bool (outcomes,) (`results.events`).

    Intervals are made on the logit scale, with t on the covariance's degrees of freedom.
    """
    variables = (by,) if isinstance(by, str) else tuple(by)
    crossings = list(product(*(groups_of(fit, variable) for variable in variables)))
    marks, values, jacobians = np.stack(list(events.values())), [], []
    left = margin(fit.data.design, fit.data.row_weight, variables)
    for crossing in crossings:
        design = fit.data.design.where(dict(zip(variables, crossing, strict=True)))
        value, jacobian = fit.averaged(left.of(design), left.weight, marks)
        values.append(value)
        jacobians.append(jacobian)
    table = pd.DataFrame(
        [(*crossing, "", event) for crossing in crossings for event in events],
        columns=[*variables, "reference", "event"],
    )
    told = np.concatenate(values), np.vstack(jacobians)
    return _told(variables, table, *told, fit, intervals.of_shares)


def gaps(fit: Fit, of: Effects, variable: str, reference: object) -> Effects:
    """Return the gaps along a variable, each group less the reference within the same others."""
    if reference not in set(of.table[variable]):
        raise ModelError(
            f"{reference} isn't among the groups of {variable} that were fitted: "
            f"{listing(of.table[variable].unique(), 40)}.",
            "columns",
        )
    keys = [*(name for name in of.variables if name != variable), "event"]
    numbered = of.table[[variable, *keys]].assign(row_=np.arange(len(of.table)))
    base = numbered.loc[numbered[variable] == reference, [*keys, "row_"]]
    pairs = numbered[numbered[variable] != reference].merge(base, on=keys, suffixes=("", "base"))
    others, base = pairs["row_"].to_numpy(), pairs["row_base"].to_numpy()
    table = of.table.iloc[others][[*of.variables, "reference", "event"]]
    table = table.assign(reference=reference).reset_index(drop=True)
    estimate = of.table["estimate"].to_numpy()
    jacobian = of.jacobian[others] - of.jacobian[base]
    return _told(
        of.variables, table, estimate[others] - estimate[base], jacobian, fit, intervals.plain
    )


def average_effects(fit: Fit, variable: str, events: Mapping[str, np.ndarray]) -> Effects:
    """Return average marginal effects on the probability of events.

    Of groups: the gaps to the first group. Of a number: the mean of the derivative dP/dx over all
    fitted pupils, per unit of the number.
    """
    if isinstance(_kind(fit, variable), pd.CategoricalDtype):
        first = groups_of(fit, variable)[0]
        return gaps(fit, adjusted(fit, variable, events), variable, first)
    marks, weight, design = np.stack(list(events.values())), fit.data.row_weight, fit.data.design
    values = next(term.levels[variable] for term in design.terms if variable in term.levels)
    step = SMALL_STEP * float(np.ptp(values))
    (high, by_high), (low, by_low) = (
        fit.averaged(design.shifted(variable, side * step), weight, marks) for side in (1, -1)
    )
    table = pd.DataFrame({"reference": "", "event": list(events)})
    slope, jacobian = (high - low) / (2 * step), (by_high - by_low) / (2 * step)
    return _told((), table, slope, jacobian, fit, intervals.plain)


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
    variables: tuple[str, ...],
    table: pd.DataFrame,
    estimate: np.ndarray,
    jacobian: np.ndarray,
    fit: Fit,
    interval: Callable[..., tuple[np.ndarray, np.ndarray]],
) -> Effects:
    se = np.sqrt(fit.covariance.variance(jacobian))
    lower, upper = interval(estimate, se, np.full(len(estimate), fit.covariance.df))
    table = table.assign(estimate=estimate, se=se, lower=lower, upper=upper)
    return Effects(variables, table, jacobian)
