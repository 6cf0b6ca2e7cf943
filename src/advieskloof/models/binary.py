"""Binary logit on cells: logit P(Y = 1 | x) = a + x'b.

It is the ordered logit of two outcomes, whose one threshold is -a. Source: Cox (1958), The
regression analysis of binary sequences. R: `glm(family = binomial)`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from advieskloof.errors import ModelError
from advieskloof.models.collapse import collapse, named
from advieskloof.models.design import INTERCEPT
from advieskloof.models.ordered import OrderedFit, fitted


@dataclass(frozen=True)
class BinaryFit(OrderedFit):
    """A fitted binary logit: of its parameters the first is the threshold -a.

    `coefficients` shows a, as others do.
    """

    def coefficients(self) -> pd.DataFrame:
        """Return a row per parameter: estimate, se, lower and upper, in log-odds."""
        table = super().coefficients()
        first = table.iloc[[0]]
        turned = pd.DataFrame(
            {
                "estimate": -first["estimate"],
                "se": first["se"],
                "lower": -first["upper"],
                "upper": -first["lower"],
            }
        )
        return pd.concat([turned.set_axis([INTERCEPT]), table.iloc[1:]])


def fit_binary(
    formula: str,
    data: pd.DataFrame,
    *,
    weights: str | None = None,
    cluster: str | Sequence[str] | None = None,
) -> BinaryFit:
    """Fit a binary logit by maximum likelihood; the probability is of the higher outcome.

    Parameters
    ----------
    formula, data, weights, cluster : as for `ordered.fit_ordered`; the outcome is false or true,
        0 or 1, or any other two values.

    Raises ModelError where there are not two outcomes, and as `fit_ordered`.
    """
    held = collapse(formula, data, weights, named(cluster))
    if len(held.outcomes) != 2:
        raise ModelError(
            f"{held.outcome_name} has {len(held.outcomes)} value(s) here, where a binary model "
            "needs two.", "model_one_outcome",
        )  # fmt: skip
    return fitted(formula, held, BinaryFit)
