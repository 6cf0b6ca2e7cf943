"""The search for the variances of random effects of schools and regions.

They are found relative to sigma2, as standard deviations: T = sigma2 L L' with L lower triangular,
rho2 = sigma2 l^2, so that a variance of zero is an ordinary point of the search. Slopes and sigma2
follow in closed form from sums of products by school, with V^-1 by Woodbury's identity:

    V_s^-1 = I - Z_s K_s Z_s',  K_s = L (I + L' Z_s'Z_s L)^-1 L'.

Source: Bates, Machler, Bolker and Walker (2015), Fitting linear mixed-effects models using lme4.
"""

from dataclasses import dataclass

import numpy as np
from scipy import linalg, optimize, sparse

from advieskloof.models.crossproducts import CrossProducts


@dataclass(frozen=True)
class Profile:
    """The likelihood at given relative variances, with what follows from them.

    shrink : K_s = L (I + L' Z_s'Z_s L)^-1 L', (schools, q, q): effects are K_s Z_s'(residual).
    region_weight : rho2 / sigma2 / (1 + that * 1'V^-1 1), (regions,).
    region_sums : 1' V_s^-1 [1 X y] by region, (regions, columns + 1).
    residual : sigma2.
    slopes, inverse : b, and (X' V^-1 X)^-1, relative to sigma2.
    """

    deviance: float
    residual: float
    shrink: np.ndarray
    region_weight: np.ndarray
    region_sums: np.ndarray
    slopes: np.ndarray
    inverse: np.ndarray

    @property
    def from_slopes(self) -> np.ndarray:
        """What turns sums of [1 X y] into those of the residual y - X b, (columns + 1,)."""
        return np.concatenate([-self.slopes, [1.0]])


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
