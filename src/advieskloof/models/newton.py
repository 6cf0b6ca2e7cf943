"""Newton's method for concave log-likelihoods, and what it says where there is no maximum."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import linalg

from advieskloof.errors import ModelError, listing

# Twice the likelihood still to be gained; a step is then a millionth of a standard error.
CLOSE = 1e-12
# Of a step times the span of its column, in log-odds. Where a larger one gains nothing, the
# estimate runs off to infinity.
STILL = 1e-3
ITERATIONS = 60
# Twice the likelihood to be gained, below which the likelihood is nearly a parabola.
NEAR = 1.0
HALVINGS = 30
# What is left of a column's own sum of squares when others are taken out of it.
COLLINEAR = 1e-10


@dataclass(frozen=True)
class Value:
    """A log-likelihood at some parameters.

    log_likelihood : -inf where the parameters aren't allowed.
    gradient : (parameters,).
    information : minus the second derivatives, (parameters, parameters).
    """

    log_likelihood: float
    gradient: np.ndarray
    information: np.ndarray


def maximum(
    start: np.ndarray,
    log_likelihood: Callable[[np.ndarray], float],
    value: Callable[[np.ndarray], Value],
    names: Sequence[str],
    spans: np.ndarray,
) -> tuple[np.ndarray, Value, int]:
    """Return the parameters at the maximum of a concave log-likelihood, its value, and iterations.

    Parameters
    ----------
    start : parameters that are allowed.
    log_likelihood, value : the function alone, and with its derivatives.
    names, spans : of the parameters, for what is said of them; a span is how far the parameter's
        column ranges, so that step * span is a step in log-odds.

    Raises ModelError where the maximum isn't reached, or lies at infinity since the outcome is
    predicted perfectly by some columns.
    """
    at, now = start, value(start)
    for iteration in range(1, ITERATIONS + 1):
        step = _step(now, names)
        gain = float(step @ now.gradient)
        moved = np.abs(step) * spans
        if gain < CLOSE and moved.max() < STILL:
            return at, now, iteration
        if gain < CLOSE:
            break
        at = _uphill(at, step, now.log_likelihood, gain, log_likelihood)
        now = value(at)
    where = [name for name, size in zip(names, moved, strict=True) if size >= STILL]
    raise ModelError(
        f"the outcome is predicted perfectly by {listing(where)}, so that their estimates run off "
        "to infinity; merge groups or outcomes, or leave the term out.", "model_separated",
    )  # fmt: skip


def _step(now: Value, names: Sequence[str]) -> np.ndarray:
    try:
        factor = linalg.cho_factor(now.information)
    except linalg.LinAlgError:
        flat = [name for name, d in zip(names, np.diag(now.information), strict=True) if d < 1e-8]
        raise ModelError(
            f"the likelihood is flat in {listing(flat or names)}: the outcome is predicted "
            "perfectly there; merge groups or outcomes, or leave the term out.", "model_separated",
        ) from None  # fmt: skip
    return linalg.cho_solve(factor, now.gradient)


def _uphill(
    at: np.ndarray,
    step: np.ndarray,
    before: float,
    gain: float,
    log_likelihood: Callable[[np.ndarray], float],
) -> np.ndarray:
    """Return the best of step, step / 2, ... up to where halving gains no more.

    Far from the maximum a full step may go beyond it, to where the next is far too large; near it
    the full step is taken unless it is downhill beyond rounding.
    """
    best, reached = None, before - 1e-12 * abs(before) - 1e-10
    for halving in range(HALVINGS):
        there = at + 0.5**halving * step
        value = log_likelihood(there)
        if best is not None and value <= reached:
            return best
        if value >= reached:
            best, reached = there, value
            if gain < NEAR:
                return best
    if best is not None:
        return best
    raise ModelError(
        "no step raises the likelihood, so that its maximum wasn't reached; rescale the numbers "
        "that enter it.", "model_not_converged",
    )  # fmt: skip


def check_columns(gram: np.ndarray, names: Sequence[str]) -> None:
    """Raise ModelError where columns follow from those before them.

    gram, names : as of `following`, and of its columns.
    """
    found = [names[k] for k in following(gram)]
    if found:
        raise ModelError(
            f"{len(found)} column(s) follow from those before them: {listing(found)}; "
            "leave a term out, or merge groups.", "model_collinear",
        )  # fmt: skip


def following(gram: np.ndarray) -> list[int]:
    """Return the places of columns that follow from those before them.

    gram : weighted sums of products of the columns, (columns, columns), a constant among them
        where they must not follow from it.
    """
    left = gram.copy()
    own = np.diag(gram).copy()
    found = []
    for k in range(len(gram)):
        if left[k, k] <= COLLINEAR * own[k] or own[k] == 0:
            found.append(k)
            continue
        left -= np.outer(left[:, k], left[k]) / left[k, k]
    return found
