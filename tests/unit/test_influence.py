import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import sparse

from advieskloof.uncertainty import bootstrap, influence, intervals, places, two_way
from advieskloof.uncertainty.heterogeneity import heterogeneity
from advieskloof.uncertainty.influence import Contributions, own_only
from advieskloof.uncertainty.places import Tally


def pupils(seed, n_schools=30):
    """Pupils with a school, a group and an outcome that schools differ in."""
    generator = np.random.default_rng(seed)
    sizes = generator.integers(3, 40, n_schools)
    school = np.repeat(np.arange(n_schools), sizes)
    effect = generator.normal(0, 0.15, n_schools)[school]
    outcome = generator.random(len(school)) < 0.35 + effect
    group = generator.integers(0, 3, len(school))
    return pd.DataFrame({"school": school, "group": group, "outcome": outcome.astype(float)})


def matrix(table, values):
    """Return the sum of values by group and school, 3 x 30."""
    return table.assign(v=values).pivot_table("v", "group", "school", "sum", 0.0).to_numpy()


def by_school(table, values):
    """Return the contributions of schools to the sum of values in each of three groups."""
    return own_only(Tally.of(matrix(table, values).reshape(1, -1)), places.grid(3, 30))


def shares(table):
    return influence.ratio(
        by_school(table, table["outcome"]), by_school(table, np.ones(len(table)))
    )


SCHOOLS, GROUPS, MEASURES = 12, 4, 3
ROWS = np.arange(MEASURES * GROUPS)
FULL = places.grid(GROUPS, SCHOOLS)
# Groups 0 and 2 have the same schools, and so have 1 and 3; school 11 is in none.
SPARSE = places.of_keys(np.array([0, 3, 15, 16, 17, 22, 33, 34]), np.array([0, 1, 0, 1]), SCHOOLS)


def made(seed, at, factors):
    """Contributions with a shared part, and the same written out, rows x schools."""
    generator = np.random.default_rng(seed)
    own = Tally(generator.random((2, len(at.school))), np.array([0, 1, 1]))
    found = Contributions(own, at, factors, generator.random((5, len(ROWS))))
    full = (factors.matrix @ found.loadings).T
    for row in ROWS:
        group = at.group == row % GROUPS
        full[row, at.school[group]] += own.values[own.which[row // GROUPS], group]
    return found, full


def made_ratio(seed, at):
    """Ratios of such contributions, their influence, and both written out."""
    shared = sparse.random_array((SCHOOLS, 5), density=0.5, rng=np.random.default_rng(seed))
    factors = influence.Factors(sparse.csr_array(shared))
    (top, above), (bottom, below) = (made(seed + each, at, factors) for each in (100, 200))
    value = above.sum(axis=1) / below.sum(axis=1)
    full = (above - value[:, None] * below) / below.sum(axis=1)[:, None]
    return influence.ratio(top, bottom), (value, full)


def test_a_share_is_k_over_n_and_its_influence_sums_to_zero():
    table = pupils(1)
    value, error = shares(table)
    assert value == pytest.approx(table.groupby("group")["outcome"].mean().to_numpy(), abs=1e-15)
    assert error.full(np.arange(3)).sum(axis=1) == pytest.approx(np.zeros(3), abs=1e-15)


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
    compared = places.gaps(places.grid(3, 30), np.array([1, 2]), np.array([0, 0]))
    gaps = influence.difference(shares(table)[1], compared)
    found = influence.variance(gaps, np.full(2, 30))
    theirs = fit.bse.iloc[:2].to_numpy() ** 2 * (n - 3) / (n - 1)
    assert found == pytest.approx(theirs, rel=1e-10)
    both = influence.covariance(gaps.full(np.arange(2)), np.full(2, 30))
    cluster = fit.cov_params().to_numpy()[:2, :2] * (n - 3) / (n - 1)
    np.testing.assert_allclose(both, cluster, rtol=1e-10)


@pytest.mark.parametrize("in_full", [0, 1e9], ids=["cross products", "rows in full"])
@pytest.mark.parametrize("at", [FULL, SPARSE], ids=["full", "sparse"])
@pytest.mark.parametrize("seed", range(3))
def test_a_shared_part_counts_as_if_it_were_written_out(seed, at, in_full, monkeypatch):
    monkeypatch.setattr(influence, "IN_FULL", in_full)
    (value, one), (by_hand, full) = made_ratio(seed, at)
    (_, other), (_, others) = made_ratio(seed + 10, at)
    np.testing.assert_allclose(value, by_hand, rtol=1e-12)
    np.testing.assert_allclose(one.full(ROWS), full, atol=1e-12)
    np.testing.assert_allclose(influence.squares(one), (full**2).sum(axis=1), rtol=1e-10)
    crossed = (full * others).sum(axis=1)
    np.testing.assert_allclose(influence.crossed(one, other), crossed, atol=1e-12)
    found = influence.covariance(one.full(ROWS), np.full(len(ROWS), 12))
    np.testing.assert_allclose(found, 12 / 11 * full @ full.T, atol=1e-12)


@pytest.mark.parametrize("partner", [None, np.array([2, 0, 1])], ids=["same", "other"])
@pytest.mark.parametrize("at", [FULL, SPARSE], ids=["full", "sparse"])
def test_a_difference_is_that_of_what_is_written_out(at, partner):
    (_, one), (_, full) = made_ratio(4, at)
    compared = places.gaps(at, np.array([2, 3]), np.array([0, 1]), partner)
    found = influence.difference(one, compared)
    by_measure = full.reshape(MEASURES, GROUPS, SCHOOLS)
    other = by_measure if partner is None else by_measure[partner]
    apart = (by_measure[:, 2:] - other[:, :2]).reshape(-1, SCHOOLS)
    np.testing.assert_allclose(found.full(np.arange(6)), apart, atol=1e-12)
    np.testing.assert_allclose(influence.squares(found), (apart**2).sum(axis=1), rtol=1e-10)


def test_parts_that_cancel_leave_no_variance():
    at, generator = places.grid(1, 50), np.random.default_rng(1)
    shared = sparse.random_array((50, 3), density=0.5, rng=generator, format="csr")
    loadings = np.array([[0.1], [0.7], [0.3]])
    own = Tally.of(-(shared @ loadings).T)
    nothing = Contributions(own, at, influence.Factors(shared), loadings)
    everybody = own_only(Tally.of(np.ones((1, 50))), at)
    assert influence.squares(influence.ratio(nothing, everybody)[1]).tolist() == [0.0]


def test_nobody_in_a_row_gives_no_ratio_and_no_influence():
    empty = own_only(Tally.of(np.zeros((1, 5))), places.grid(1, 5))
    value, error = influence.ratio(empty, empty)
    assert np.isnan(value).all()
    assert error.here.tolist() == [[0.0] * 5]


def test_one_school_has_no_variance():
    _, error = shares(pupils(4))
    assert np.isnan(influence.variance(error, np.array([1, 0, 5]))[:2]).all()


def test_the_bootstrap_and_the_jackknife_agree_with_the_linearisation():
    table = pupils(6)
    parts = [matrix(table, values).T for values in (table["outcome"], np.ones(len(table)))]
    counts = sparse.csr_array(np.hstack(parts))
    gap = lambda sums: sums[:, [1]] / sums[:, [4]] - sums[:, [0]] / sums[:, [3]]  # noqa: E731
    compared = places.gaps(places.grid(3, 30), np.array([1]), np.array([0]))
    linear = influence.squares(influence.difference(shares(table)[1], compared))[0]
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
    at = places.grid(1, 5)
    parts = [own_only(Tally.of(values[None, :]), at) for values in (outcome, np.ones(5))]
    value, error = influence.ratio(*parts)
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
    found = heterogeneity(value, error.full(np.arange(3)), np.full(3, 30), 30)
    n = len(table)
    assert found.f == pytest.approx(float(theirs) * (n - 1) / (n - 3), rel=1e-9)
    assert (found.df, found.df_schools) == (2, 28)
    assert 0 < found.p < 1
