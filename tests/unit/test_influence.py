import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import sparse

from advieskloof.uncertainty import bootstrap, influence, intervals, two_way
from advieskloof.uncertainty.heterogeneity import heterogeneity
from advieskloof.uncertainty.influence import Contributions


def pupils(seed, n_schools=30):
    """Pupils with a school, a group and an outcome that schools differ in."""
    generator = np.random.default_rng(seed)
    sizes = generator.integers(3, 40, n_schools)
    school = np.repeat(np.arange(n_schools), sizes)
    effect = generator.normal(0, 0.15, n_schools)[school]
    outcome = generator.random(len(school)) < 0.35 + effect
    group = generator.integers(0, 3, len(school))
    return pd.DataFrame({"school": school, "group": group, "outcome": outcome.astype(float)})


def by_school(table, values):
    """Return the contributions of schools to the sum of values in each of three groups."""
    own = sparse.coo_array((values, (table["school"], table["group"])), shape=(30, 3))
    return influence.own_only(own.tocsc())


def shares(table):
    return influence.ratio(
        by_school(table, table["outcome"]), by_school(table, np.ones(len(table)))
    )


def dense_part(seed, rows=4):
    """Contributions with a shared part and the same written out."""
    generator = np.random.default_rng(seed)
    own = sparse.random_array((12, rows), density=0.4, rng=generator, format="csc")
    shared = sparse.random_array((12, 5), density=0.5, rng=generator, format="csr")
    return Contributions(own, influence.Factors(shared), generator.normal(size=(5, rows)))


def test_a_share_is_k_over_n_and_its_influence_sums_to_zero():
    table = pupils(1)
    value, error = shares(table)
    assert value == pytest.approx(table.groupby("group")["outcome"].mean().to_numpy(), abs=1e-15)
    assert error.totals() == pytest.approx(np.zeros(3), abs=1e-15)


@pytest.mark.parametrize("group", [0, 1, 2])
def test_the_variance_of_a_share_is_that_of_clustered_least_squares(group):
    table = pupils(2)
    rows = table[table["group"] == group]
    fit = sm.OLS(rows["outcome"], np.ones(len(rows))).fit(
        cov_type="cluster", cov_kwds={"groups": rows["school"]}
    )
    schools, n = rows["school"].nunique(), len(rows)
    # Statsmodels multiplies by (n - 1) / (n - parameters) too, which is 1 for one parameter.
    value, error = shares(table)
    found = influence.variance(error, np.full(3, schools))[group]
    assert value[group] == pytest.approx(fit.params.iloc[0], abs=1e-14)
    assert found == pytest.approx(fit.bse.iloc[0] ** 2 * (n - 1) / (n - 1), rel=1e-10)


def test_the_variance_of_gaps_is_that_of_clustered_least_squares_with_dummies():
    table = pupils(3)
    dummies = pd.get_dummies(table["group"]).astype(float)
    design = dummies[[1, 2]].assign(constant=1.0)
    fit = sm.OLS(table["outcome"], design).fit(
        cov_type="cluster", cov_kwds={"groups": table["school"]}
    )
    n = len(table)
    contrasts = sparse.csc_array(np.array([[-1.0, -1], [1, 0], [0, 1]]))
    gaps = shares(table)[1].combined(contrasts)
    found = influence.variance(gaps, np.full(2, 30))
    theirs = fit.bse.iloc[:2].to_numpy() ** 2 * (n - 3) / (n - 1)
    assert found == pytest.approx(theirs, rel=1e-10)
    both = influence.covariance(gaps, np.full(2, 30))
    cluster = fit.cov_params().to_numpy()[:2, :2] * (n - 3) / (n - 1)
    np.testing.assert_allclose(both, cluster, rtol=1e-10)


@pytest.mark.parametrize("few", [0, 300], ids=["sparse", "dense"])
@pytest.mark.parametrize("seed", range(3))
def test_a_shared_part_counts_as_if_it_were_written_out(seed, few, monkeypatch):
    monkeypatch.setattr(influence, "FEW_ROWS", few)
    one, other = dense_part(seed), dense_part(seed + 10)
    a, b = one.dense, other.dense
    one, other = dense_part(seed), dense_part(seed + 10)  # again, without what is kept dense
    i, j = np.array([0, 1, 3, 3]), np.array([1, 0, 3, 2])
    np.testing.assert_allclose(one.totals(), a.sum(axis=1), atol=1e-12)
    np.testing.assert_allclose(influence.squares(one), (a**2).sum(axis=1), rtol=1e-12)
    found = influence.crossed(one, other, i, j)
    np.testing.assert_allclose(found, (a[i] * b[j]).sum(axis=1), atol=1e-12)
    np.testing.assert_allclose(influence.plus(one, other, -1).dense, a - b, atol=1e-12)
    factor = np.arange(4.0)
    np.testing.assert_allclose(one.scaled(factor).dense, a * factor[:, None], atol=1e-12)
    found = influence.covariance(one, np.full(4, 12))
    np.testing.assert_allclose(found, 12 / 11 * a @ a.T, atol=1e-12)


def test_contributions_with_the_same_factors_keep_one_copy_of_them():
    one = dense_part(5)
    assert influence.plus(one, one).shared is one.shared


@pytest.mark.parametrize("few", [0, 300], ids=["sparse", "dense"])
def test_parts_that_cancel_leave_no_variance(few, monkeypatch):
    monkeypatch.setattr(influence, "FEW_ROWS", few)
    shared = sparse.random_array((50, 3), density=0.5, rng=np.random.default_rng(1), format="csr")
    loadings = np.array([[0.1], [0.7], [0.3]])
    own = sparse.csc_array(-(shared @ loadings))
    nothing = Contributions(own, influence.Factors(shared), loadings)
    assert influence.squares(nothing).tolist() == [0.0]


def test_nobody_in_a_row_gives_no_ratio_and_no_influence():
    empty = influence.own_only(sparse.csc_array((5, 1)))
    value, error = influence.ratio(empty, empty)
    assert np.isnan(value).all()
    assert error.dense.tolist() == [[0.0] * 5]


def test_one_school_has_no_variance():
    _, error = shares(pupils(4))
    assert np.isnan(influence.variance(error, np.array([1, 0, 5]))[:2]).all()


def test_the_bootstrap_and_the_jackknife_agree_with_the_linearisation():
    table = pupils(6)
    own = by_school(table, table["outcome"]).own
    counts = sparse.hstack([own, by_school(table, np.ones(len(table))).own])
    gap = lambda sums: sums[:, [1]] / sums[:, [4]] - sums[:, [0]] / sums[:, [3]]  # noqa: E731
    contrast = sparse.csc_array([[-1.0], [1], [0]])
    linear = influence.squares(shares(table)[1].combined(contrast))[0]
    draws = bootstrap.replicates(counts, gap, 4000, seed=1)
    # The variance of 4,000 draws has a relative Monte Carlo error of about sqrt(2 / 4000) = 2.2 %.
    assert draws.var() == pytest.approx(linear, rel=0.12)
    assert bootstrap.jackknife_variance(counts, gap)[0] == pytest.approx(linear, rel=0.12)


def test_the_bootstrap_gives_the_same_draws_whatever_the_block():
    counts = sparse.csr_array(np.arange(20.0).reshape(5, 4))
    mean = lambda sums: sums / 5  # noqa: E731
    whole = bootstrap.replicates(counts, mean, 30, seed=3, block=30)
    np.testing.assert_array_equal(bootstrap.replicates(counts, mean, 30, seed=3, block=7), whole)


def test_a_share_has_its_interval_within_0_and_1():
    low, high = intervals.of_shares(np.array([0.01]), np.array([0.02]), np.array([9.0]))
    assert 0 < low[0] < 0.01 < high[0] < 1


def test_the_logit_interval_worked_by_hand():
    # logit(0.2) = -1.386294; se on the logit scale 0.032 / 0.16 = 0.2; t(19) = 2.093024.
    low, high = intervals.of_shares(np.array([0.2]), np.array([0.032]), np.array([19.0]))
    assert [low[0], high[0]] == pytest.approx([0.141256, 0.275342], abs=1e-6)


@pytest.mark.parametrize(
    ("share", "se", "df"), [(0, 0.1, 9), (1, 0.1, 9), (0.5, 0, 9), (0.5, 1, 0)]
)
def test_where_a_share_has_no_interval(share, se, df):
    ends = intervals.of_shares(np.array([float(share)]), np.array([float(se)]), np.array([df]))
    assert np.isnan(ends).all()


def test_a_ratio_has_its_interval_on_the_log_scale():
    low, high = intervals.of_ratios(np.array([2.0]), np.array([0.2]), np.array([1e9]))
    # exp(1.959964 * 0.1) = 1.216523.
    assert [low[0], high[0]] == pytest.approx([2 / 1.216523, 2 * 1.216523], abs=1e-5)


def test_the_design_effect_is_one_where_every_pupil_has_a_school_of_their_own():
    outcome = np.array([1.0, 0, 0, 1, 0])
    one = influence.own_only(sparse.csc_array(outcome[:, None]))
    value, error = influence.ratio(one, influence.own_only(sparse.csc_array(np.ones((5, 1)))))
    found = influence.variance(error, np.array([5]))
    spread = value * (1 - value)
    assert intervals.design_effect(found, spread, np.array([5])) == pytest.approx([1.0], abs=1e-14)


def test_two_way_clustering_is_that_of_statsmodels():
    table = pupils(7)
    second = np.random.default_rng(8).integers(0, 12, len(table))
    one = sm.OLS(table["outcome"], np.ones(len(table)))
    fit = one.fit(
        cov_type="cluster", cov_kwds={"groups": np.column_stack([table["school"], second])}
    )
    error = (table["outcome"] - table["outcome"].mean()).to_numpy() / len(table)
    found, df = two_way.two_way_variance(error, table["school"].to_numpy(), second)
    assert found == pytest.approx(fit.bse.iloc[0] ** 2, rel=1e-10)
    assert df == 11


def test_a_negative_two_way_sum_falls_back_on_the_larger_part():
    # Each pupil alone varies, and both ways of grouping cancel it out.
    error = np.array([1.0, -1.0, -1.0, 1.0])
    first, second = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    found, df = two_way.two_way_variance(error, first, second)
    assert (found, df) == (0.0, 1)


def test_heterogeneity_is_the_wald_test_of_clustered_least_squares():
    table = pupils(9)
    dummies = pd.get_dummies(table["group"]).astype(float)
    fit = sm.OLS(table["outcome"], dummies[[1, 2]].assign(constant=1.0)).fit(
        cov_type="cluster", cov_kwds={"groups": table["school"]}
    )
    theirs = fit.wald_test(np.eye(3)[:2], use_f=True, scalar=True).statistic
    value, error = shares(table)
    found = heterogeneity(value, error, np.full(3, 30), 30)
    n = len(table)
    assert found.f == pytest.approx(float(theirs) * (n - 1) / (n - 3), rel=1e-9)
    assert (found.df, found.df_schools) == (2, 28)
    assert 0 < found.p < 1
