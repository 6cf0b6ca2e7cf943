import numpy as np
import pytest
from scipy import integrate, optimize

from advieskloof.uncertainty import shrinkage


def areas(seed, k=40, spread=0.3, equal=False):
    generator = np.random.default_rng(seed)
    variance = np.full(k, 0.05) if equal else generator.uniform(0.01, 0.2, k)
    truth = generator.normal(1.0, spread, k)
    return truth, generator.normal(truth, np.sqrt(variance)), variance


@pytest.mark.parametrize("seed", range(6))
def test_with_equal_variances_tau2_is_the_variance_less_the_noise(seed):
    _, estimate, variance = areas(seed, k=12, equal=True)
    wanted = max(0.0, estimate.var(ddof=1) - variance[0])
    assert shrinkage.reml(estimate, variance) == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("spread", [0.0, 0.05, 0.5, 3.0])
@pytest.mark.parametrize("seed", range(4))
def test_tau2_is_where_a_general_optimiser_finds_the_top(seed, spread):
    _, estimate, variance = areas(seed, k=15, spread=spread)
    found = shrinkage.reml(estimate, variance)
    top = optimize.minimize_scalar(
        lambda each: -shrinkage.restricted_likelihood(each, estimate, variance),
        bounds=(0, 40.0), method="bounded", options={"xatol": 1e-12},
    )  # fmt: skip
    mine = shrinkage.restricted_likelihood(found, estimate, variance)
    assert mine >= -top.fun - 1e-9
    assert found == pytest.approx(top.x, abs=1e-5)


def test_the_restricted_likelihood_is_the_likelihood_with_the_mean_integrated_out():
    _, estimate, variance = areas(3, k=5)

    def given(tau2):
        total = tau2 + variance

        def density(mu):
            return np.exp(-(np.log(total) + (estimate - mu) ** 2 / total).sum() / 2)

        return np.log(integrate.quad(density, -10, 10, points=[estimate.mean()])[0])

    mine = [shrinkage.restricted_likelihood(each, estimate, variance) for each in (0.1, 0.7)]
    assert mine[1] - mine[0] == pytest.approx(given(0.7) - given(0.1), abs=1e-8)


def test_shrunken_estimates_are_means_of_what_is_left_after_a_bayesian_step():
    # Given tau2 and a flat prior on mu: the posterior of all theta together, by solving it.
    _, estimate, variance = areas(5, k=8)
    found = shrinkage.shrunken(estimate, variance)
    k = len(estimate)
    precision = np.zeros((k + 1, k + 1))
    precision[:k, :k] = np.diag(1 / variance + 1 / found.tau2)
    precision[:k, k] = precision[k, :k] = -1 / found.tau2
    precision[k, k] = k / found.tau2
    covariance = np.linalg.inv(precision)
    posterior = covariance @ np.append(estimate / variance, 0)
    np.testing.assert_allclose(found.estimate, posterior[:k], rtol=1e-12)
    assert found.mean == pytest.approx(posterior[k], rel=1e-12)
    # g1 + g2 is that posterior's variance; g3 comes on top.
    total = found.tau2 + variance
    g3 = variance**2 / total**3 * 2 / (total**-2.0).sum()
    np.testing.assert_allclose(found.se**2 - 2 * g3, np.diag(covariance)[:k], rtol=1e-12)


def test_areas_that_do_not_differ_are_all_at_the_mean():
    estimate, variance = np.array([1.0, 1.1, 0.9]), np.array([4.0, 1.0, 1.0])
    found = shrinkage.shrunken(estimate, variance)
    assert found.tau2 == 0
    assert found.estimate == pytest.approx([found.mean] * 3)
    assert found.mean == pytest.approx((0.25 + 1.1 + 0.9) / 2.25)
    equal = shrinkage.shrunken(np.ones(4), np.ones(4))
    assert (equal.tau2, equal.mean) == (0.0, 1.0)


def simulated(spread, draws=300):
    """Mean squared error of shrunken and raw, mean se^2, and coverage, over simulated areas."""
    told = []
    for seed in range(draws):
        truth, estimate, variance = areas(seed, k=40, spread=spread)
        found = shrinkage.shrunken(estimate, variance)
        between = (found.estimate - found.mean) * (estimate - found.estimate)
        assert (between >= -1e-12).all()
        low, high = shrinkage.normal_interval(found)
        squared = (found.estimate - truth) ** 2, (estimate - truth) ** 2, found.se**2
        told.append([*(each.mean() for each in squared), ((low < truth) & (truth < high)).mean()])
    return np.mean(told, axis=0)


def test_shrunken_estimates_lie_between_area_and_mean_err_less_and_say_by_how_much():
    mine, raw, said, hit = simulated(0.4)
    assert mine < 0.7 * raw
    assert said == pytest.approx(mine, rel=0.03)
    assert 0.935 < hit < 0.96


def test_where_areas_hardly_differ_the_mean_error_is_right_and_intervals_are_too_short():
    # tau2 is a third of the noise: often estimated near 0. docs/methods.md says so.
    mine, raw, said, hit = simulated(0.2)
    assert mine < 0.4 * raw
    assert said == pytest.approx(mine, rel=0.1)
    assert 0.88 < hit < 0.94


def test_shifting_and_scaling_areas_shifts_and_scales_what_is_found():
    _, estimate, variance = areas(9)
    one = shrinkage.shrunken(estimate, variance)
    other = shrinkage.shrunken(3 * estimate + 2, 9 * variance)
    np.testing.assert_allclose(other.estimate, 3 * one.estimate + 2, rtol=1e-11)
    np.testing.assert_allclose(other.se, 3 * one.se, rtol=1e-10)
    assert other.tau2 == pytest.approx(9 * one.tau2, rel=1e-9)


@pytest.mark.parametrize(
    ("estimate", "variance"),
    [([1, 2], [1, 1]), ([1, 2, np.nan], [1, 1, 1]), ([1, 2, 3], [1, 0, 1])],
)
def test_what_can_not_be_shrunk_is_refused(estimate, variance):
    with pytest.raises(ValueError, match="3 areas or more"):
        shrinkage.shrunken(np.array(estimate, float), np.array(variance, float))


def test_the_logit_and_back():
    share, se = np.array([0.2, 0.5]), np.array([0.032, 0.05])
    value, error = shrinkage.to_logit(share, se)
    assert error == pytest.approx([0.2, 0.2])
    back = shrinkage.from_logit(value, error)
    np.testing.assert_allclose(back, [share, se], rtol=1e-14)
