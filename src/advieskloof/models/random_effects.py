"""Linear model with random effects of schools, and of regions around them.

    y = X b + Z u_school + r_region + e,   u ~ N(0, T), r ~ N(0, rho2), e ~ N(0, sigma2)

fitted by REML (or ML) from sums of products by school (crossproducts, random_search).

Source: Laird and Ware (1982), Random-effects models for longitudinal data; Henderson (1975), Best
linear unbiased estimation and prediction under a selection model. R: `lme4::lmer`, `nlme::lme`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from advieskloof.errors import ModelError
from advieskloof.models.collapse import collapse
from advieskloof.models.crossproducts import CrossProducts, cross_products
from advieskloof.models.random_search import Profile, Search

# ASSUME: effects of schools and of regions are normal, and independent of the terms. The
# within-school slopes (`means=True`, or models.within) don't need the latter.

METHODS = ("reml", "ml")


@dataclass(frozen=True)
class RandomFit:
    """A fitted linear model with random effects.

    formula : as given.
    products : the sums that it was fitted to.
    slopes : b, (columns,), in units of the outcome; names are those of `products`.
    covariance : of b, sigma2 (X' V^-1 X)^-1, (columns, columns).
    school : T, variances and covariances of the random effects of schools, (q, q).
    region : rho2, 0 without regions.
    residual : sigma2.
    deviance : minus twice the (restricted) log-likelihood.
    school_effects, region_effects : shrunken: estimate, se, lower, upper by school and by region;
        effects of schools are of the random constant, beyond those of their region.
    """

    formula: str
    products: CrossProducts
    slopes: np.ndarray
    covariance: np.ndarray
    school: np.ndarray
    region: float
    residual: float
    deviance: float
    school_effects: pd.DataFrame
    region_effects: pd.DataFrame

    def coefficients(self) -> pd.DataFrame:
        """Return a row per column: estimate and se."""
        columns = {"estimate": self.slopes, "se": np.sqrt(np.diag(self.covariance))}
        return pd.DataFrame(columns, index=list(self.products.names))

    @property
    def variance_share(self) -> float:
        """Share of the variance that lies between schools, regions included, 0-1.

        (tau2 + rho2) / (tau2 + rho2 + sigma2), tau2 of the random constant.
        """
        between = self.school[0, 0] + self.region
        return float(between / (between + self.residual))

    @property
    def region_share(self) -> float:
        """Share of the variance that lies between regions, 0-1."""
        return float(self.region / (self.school[0, 0] + self.region + self.residual))


def fit_random(
    formula: str,
    data: pd.DataFrame,
    *,
    school: str,
    region: str | None = None,
    slopes: Sequence[str] = (),
    means: bool = False,
    weights: str | None = None,
    method: str = "reml",
) -> RandomFit:
    """Fit a linear model with random effects of schools, and of regions around them.

    Parameters
    ----------
    formula : `outcome ~ terms`, the outcome a number such as the level of the advice.
    data : a row per pupil, or per cell of alike pupils with their number in `weights`.
    school : column of schools.
    region : column of regions; a school lies in one.
    slopes : columns of X that have a random slope by school.
    means : add the school means of columns that vary within schools (`with_means`).
    method : 'reml' or 'ml'.

    Raises ModelError where a column is missing or holds gaps, columns are collinear, a school lies
    in two regions, or there are fewer than two schools.
    """
    if method not in METHODS:
        raise ModelError(f"method is {method!r}; it is 'reml' or 'ml'.", "columns")
    held = collapse(formula, data, weights, (school,))
    # As `collapse` does: a school whose rows all weigh 0 has no effect.
    data = data if weights is None else data[data[weights] > 0]
    products = cross_products(held, slopes)
    if products.n_schools < 2:
        raise ModelError("random effects need two schools or more.", "model_one_school")
    names, of_school = _regions(data, school, region)
    search = Search(
        products.with_means() if means else products, of_school, len(names), method == "reml"
    )
    return _told(formula, search, search.best(), _schools(data, school), names)


def _schools(data: pd.DataFrame, school: str) -> pd.Index:
    # In the order of `collapse`: as categories, or sorted.
    if isinstance(data[school].dtype, pd.CategoricalDtype):
        return data[school].cat.remove_unused_categories().cat.categories
    return pd.Index(pd.unique(data[school])).sort_values()


def _regions(
    data: pd.DataFrame, school: str, region: str | None
) -> tuple[pd.Index, np.ndarray | None]:
    """Return the names of regions and each school's region."""
    if region is None:
        return pd.Index([]), None
    pairs = data[[school, region]].drop_duplicates()
    twice = int(pairs[school].duplicated().sum())
    if twice or pairs[region].isna().any():
        raise ModelError(
            f"{twice} school(s) lie in more than one {region}, or in none; give each school one.",
            "columns",
        )
    codes, names = pd.factorize(pairs.set_index(school)[region], sort=True)
    by_school = pd.Series(codes, index=pairs[school].to_numpy())
    return pd.Index(names), by_school.reindex(list(_schools(data, school))).to_numpy()


def _told(
    formula: str, search: Search, at: np.ndarray, schools: pd.Index, regions: pd.Index
) -> RandomFit:
    found, products = search.profile(at), search.products
    factor, covariance = search.factor(at), found.residual * found.inverse
    of_regions = _of_regions(found, covariance)
    of_schools = _of_schools(search, found, of_regions, covariance)
    return RandomFit(
        formula, products, found.slopes, covariance, found.residual * factor @ factor.T,
        search.ratio_of_regions(at) * found.residual, found.residual, found.deviance,
        _shrunken(of_schools, schools), _shrunken(of_regions, regions),
    )  # fmt: skip


@dataclass(frozen=True)
class Predicted:
    """Predicted random effects, one a unit, (units,); `by_slopes` is how they follow the slopes."""

    effect: np.ndarray
    variance: np.ndarray
    by_slopes: np.ndarray


def _of_regions(found: Profile, covariance: np.ndarray) -> Predicted:
    """Return r = w 1'V^-1 (y - X b) by region, and its error, that of b included."""
    by_slopes = found.region_weight[:, None] * found.region_sums[:, :-1]
    effect = found.region_weight * (found.region_sums @ found.from_slopes)
    variance = found.residual * found.region_weight + _quadratic(by_slopes, covariance)
    return Predicted(effect, variance, by_slopes)


def _of_schools(
    search: Search, found: Profile, of_regions: Predicted, covariance: np.ndarray
) -> Predicted:
    """Return the constant of u = K_s Z_s'(y - X b - r) by school, and its error."""
    products, row = search.products, found.shrink[:, 0]
    effect = np.einsum("sq,sq->s", row, products.by_school @ found.from_slopes)
    by_slopes = np.einsum("sq,sqp->sp", row, products.by_school[:, :, :-1])
    variance = found.residual * row[:, 0]
    if search.of_school is not None:
        pull, here = np.einsum("sq,sq->s", row, products.inner[:, :, 0]), search.of_school
        effect = effect - pull * of_regions.effect[here]
        by_slopes = by_slopes - pull[:, None] * of_regions.by_slopes[here]
        variance = variance + pull**2 * found.residual * found.region_weight[here]
    return Predicted(effect, variance + _quadratic(by_slopes, covariance), by_slopes)


def _quadratic(rows: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    return np.einsum("np,pq,nq->n", rows, matrix, rows)


def _shrunken(predicted: Predicted, names: pd.Index) -> pd.DataFrame:
    """Return effects with their errors of prediction, and 95 % intervals of the normal."""
    estimate, se = predicted.effect, np.sqrt(predicted.variance)
    half = stats.norm.ppf(0.975) * se
    columns = {"estimate": estimate, "se": se, "lower": estimate - half, "upper": estimate + half}
    return pd.DataFrame(columns, index=names)
