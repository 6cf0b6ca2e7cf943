"""Linear model with random effects of schools, and of regions around them.

    y = X b + Z u_school + r_region + e,   u ~ N(0, T), r ~ N(0, rho2), e ~ N(0, sigma2)

fitted by REML (or ML) from sums of products by school (crossproducts). The variances are found
relative to sigma2: T = sigma2 L L' with L lower triangular, rho2 = sigma2 l^2, so that a variance
of zero is an ordinary point of the search. b and sigma2 follow in closed form.

Source: Laird and Ware (1982), Random-effects models for longitudinal data; Bates, Machler, Bolker
and Walker (2015), Fitting linear mixed-effects models using lme4. R: `lme4::lmer`, `nlme::lme`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import linalg, optimize, sparse, stats

from advieskloof.errors import ModelError
from advieskloof.models.collapse import collapse
from advieskloof.models.crossproducts import CrossProducts, cross_products

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
    return data[school].astype("category").cat.remove_unused_categories().cat.categories


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


@dataclass(frozen=True)
class Profile:
    """The likelihood at given relative variances, with what follows from them.

    shrink : K_s = L (I + L' Z_s'Z_s L)^-1 L', (schools, q, q): effects are K_s Z_s'(residual).
    region_weight : rho2 / sigma2 / (1 + that * 1'V^-1 1), (regions,).
    region_sums : 1' V_s^-1 [1 X y] by region, (regions, columns + 1).
    slopes, inverse, squares : b, (X' V^-1 X)^-1, and what is left of y'V^-1 y.
    """

    deviance: float
    residual: float
    shrink: np.ndarray
    region_weight: np.ndarray
    region_sums: np.ndarray
    slopes: np.ndarray
    inverse: np.ndarray


class Search:
    """The search for relative standard deviations: the lower triangle of L, then l of regions."""

    def __init__(
        self, products: CrossProducts, of_school: np.ndarray | None, n_regions: int, reml: bool
    ) -> None:
        self.products, self.of_school, self.n_regions = products, of_school, n_regions
        self.reml = reml
        self.q = len(products.random)
        self.triangle = np.tril_indices(self.q)
        if of_school is not None:
            places = of_school, np.arange(len(of_school))
            shape = n_regions, len(of_school)
            self.in_region = sparse.coo_array((np.ones(shape[1]), places), shape=shape).tocsr()

    def factor(self, at: np.ndarray) -> np.ndarray:
        """Return L."""
        found = np.zeros((self.q, self.q))
        found[self.triangle] = at[: len(self.triangle[0])]
        return found

    def ratio_of_regions(self, at: np.ndarray) -> float:
        """Return rho2 / sigma2."""
        return float(at[-1] ** 2) if self.of_school is not None else 0.0

    def best(self) -> np.ndarray:
        """Return the relative standard deviations of the lowest deviance."""
        on_diagonal = self.triangle[0] == self.triangle[1]
        start = [*np.where(on_diagonal, 0.3, 0.0), *([0.1] if self.of_school is not None else [])]
        free = [*on_diagonal, *([True] if self.of_school is not None else [])]
        bounds = [(0.0, None) if at_least_zero else (None, None) for at_least_zero in free]
        found = optimize.minimize(
            lambda at: self.profile(at).deviance / self.products.n,
            np.array(start),
            jac="3-point",
            method="L-BFGS-B",
            bounds=bounds,
            options={"ftol": 1e-13, "gtol": 1e-7, "maxiter": 500},
        )
        return found.x

    def profile(self, at: np.ndarray) -> Profile:
        """Return the likelihood at relative standard deviations."""
        products, factor = self.products, self.factor(at)
        inner = np.eye(self.q) + factor.T @ products.inner @ factor
        shrink = factor @ np.linalg.solve(inner, np.broadcast_to(factor.T, inner.shape))
        log_det = np.linalg.slogdet(inner)[1].sum()
        shrunken = shrink @ products.by_school
        flat = (-1, products.by_school.shape[2])
        left = products.whole - products.by_school.reshape(flat).T @ shrunken.reshape(flat)
        weight, sums = np.zeros(0), np.zeros((0, flat[1]))
        if self.of_school is not None:
            own, sums = self._region_sums(shrunken, shrink)
            ratio = self.ratio_of_regions(at)
            weight = ratio / (1 + ratio * own)
            log_det += np.log1p(ratio * own).sum()
            left = left - sums.T @ (weight[:, None] * sums)
        return self._solved(left, log_det, shrink, weight, sums)

    def _region_sums(
        self, shrunken: np.ndarray, shrink: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return 1' V^-1 1 and 1' V^-1 [1 X y] by region, V that of pupils given their region."""
        products = self.products
        ones = products.inner[:, :1]
        own = products.inner[:, 0, 0] - (ones @ shrink @ np.swapaxes(ones, 1, 2))[:, 0, 0]
        sums = products.by_school[:, 0] - (ones @ shrunken)[:, 0]
        return np.bincount(self.of_school, own, self.n_regions), self.in_region @ sums

    def _solved(
        self, left: np.ndarray, log_det: float, shrink: np.ndarray, weight: np.ndarray,
        sums: np.ndarray,
    ) -> Profile:  # fmt: skip
        """Return slopes and deviance, given [1 X y]' V^-1 [1 X y]."""
        n_columns = len(left) - 1
        root = linalg.cholesky(left[:-1, :-1], lower=True)
        half = linalg.solve_triangular(root, left[:-1, -1], lower=True)
        squares = left[-1, -1] - half @ half
        n = self.products.n - (n_columns if self.reml else 0)
        deviance = n * (np.log(2 * np.pi * squares / n) + 1) + log_det
        deviance += 2 * np.log(np.diag(root)).sum() if self.reml else 0.0
        half_inverse = linalg.solve_triangular(root, np.eye(n_columns), lower=True)
        inverse = half_inverse.T @ half_inverse
        slopes = half_inverse.T @ half
        return Profile(deviance, squares / n, shrink, weight, sums, slopes, inverse)


def _told(
    formula: str, search: Search, at: np.ndarray, schools: pd.Index, regions: pd.Index
) -> RandomFit:
    found, products = search.profile(at), search.products
    factor, residual = search.factor(at), found.residual
    covariance = residual * found.inverse
    from_slopes = np.concatenate([-found.slopes, [1.0]])
    ratio = search.ratio_of_regions(at)
    region = found.region_weight * (found.region_sums @ from_slopes)
    by_region = found.region_weight[:, None] * found.region_sums[:, :-1]
    region_variance = residual * found.region_weight + _quadratic(by_region, covariance)
    here = region[search.of_school] if len(regions) else np.zeros(len(schools))
    left = products.by_school @ from_slopes - products.inner[:, :, 0] * here[:, None]
    effects = np.einsum("sq,sq->s", found.shrink[:, 0], left)
    by_school = np.einsum("sq,sqp->sp", found.shrink[:, 0], products.by_school[:, :, :-1])
    school_variance = residual * found.shrink[:, 0, 0]
    if len(regions):
        pull = np.einsum("sq,sq->s", found.shrink[:, 0], products.inner[:, :, 0])
        by_school = by_school - pull[:, None] * by_region[search.of_school]
        school_variance = (
            school_variance + pull**2 * residual * found.region_weight[search.of_school]
        )
    school_variance = school_variance + _quadratic(by_school, covariance)
    return RandomFit(
        formula, products, found.slopes, covariance, residual * factor @ factor.T,
        ratio * residual, residual, found.deviance,
        _shrunken(effects, school_variance, schools), _shrunken(region, region_variance, regions),
    )  # fmt: skip


def _quadratic(rows: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    return np.einsum("np,pq,nq->n", rows, matrix, rows)


def _shrunken(estimate: np.ndarray, variance: np.ndarray, names: pd.Index) -> pd.DataFrame:
    """Return effects with their errors of prediction, the slopes' own uncertainty included."""
    se = np.sqrt(variance)
    half = stats.norm.ppf(0.975) * se
    columns = {"estimate": estimate, "se": se, "lower": estimate - half, "upper": estimate + half}
    return pd.DataFrame(columns, index=names)
