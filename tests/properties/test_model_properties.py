"""What may not change a fit, on made data: how rows are counted, scaled, named or turned."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advieskloof.models import effects
from advieskloof.models.collapse import collapse
from advieskloof.models.multinomial import fit_multinomial
from advieskloof.models.ordered import fit_ordered
from advieskloof.models.ordered_likelihood import Likelihood
from advieskloof.models.random_effects import fit_random
from advieskloof.models.results import events
from advieskloof.uncertainty.two_way import two_way_variance

FORMULA = "level ~ education * place + ns(score, df=3, by=scale) + scale"
SEEDS = st.integers(0, 10_000)


def pupils(seed, n=900):
    generator = np.random.default_rng(seed)
    education, place = generator.integers(0, 3, n), generator.integers(0, 2, n)
    scale = generator.integers(0, 2, n)
    ability = generator.normal(0, 1, n) + 0.3 * education
    score = np.round(np.where(scale == 1, 535 + 8 * ability, 80 + 10 * ability))
    school = generator.integers(0, 30, n)
    latent = ability + 0.3 * education + generator.normal(0, 0.4, 30)[school]
    latent = latent + generator.logistic(0, 0.6, n)
    return pd.DataFrame(
        {
            "level": np.digitize(latent, [-0.8, 0.3, 1.4]) + 3.0,
            "education": np.array(["a", "b", "c"])[education],
            "place": np.array(["n", "s"])[place],
            "scale": np.array(["IEP", "CET"])[scale],
            "score": score,
            "school": school,
            "secondary": generator.integers(0, 12, n),
        }
    )


def same(one, other, rtol=1e-6):
    np.testing.assert_allclose(one.estimate, other.estimate, rtol=rtol, atol=1e-7)
    np.testing.assert_allclose(one.covariance.matrix, other.covariance.matrix, rtol=rtol, atol=1e-9)


@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_merging_cells_and_mixing_rows_change_nothing(seed):
    data = pupils(seed)
    one = fit_ordered(FORMULA, data, cluster="school")
    columns = [name for name in data if name != "secondary"]
    cells = data.groupby(columns, as_index=False).size().sample(frac=1, random_state=seed)
    same(one, fit_ordered(FORMULA, cells, weights="size", cluster="school"))
    assert one.log_likelihood == pytest.approx(
        fit_ordered(FORMULA, cells, weights="size").log_likelihood, abs=1e-8
    )


@settings(max_examples=6, deadline=None)
@given(SEEDS, st.floats(0.1, 50), st.floats(-1e4, 1e4))
def test_an_affine_change_of_the_score_changes_nothing_that_is_read_off(seed, factor, shift):
    data = pupils(seed)
    one = fit_ordered(FORMULA, data, cluster="school")
    other = fit_ordered(FORMULA, data.assign(score=factor * data["score"] + shift),
                        cluster="school")  # fmt: skip
    assert other.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-6)
    asked = events(one.outcomes, {"high": 5.0})
    tables = [effects.adjusted(fit, "education", asked).table for fit in (one, other)]
    for name in ("estimate", "se"):
        np.testing.assert_allclose(tables[0][name], tables[1][name], rtol=1e-5)


@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_turning_the_outcome_turns_every_sign(seed):
    data = pupils(seed)
    one = fit_ordered(FORMULA, data, cluster="school")
    other = fit_ordered(FORMULA, data.assign(level=-data["level"]), cluster="school")
    np.testing.assert_allclose(other.slopes, -one.slopes, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(other.thresholds, -one.thresholds[::-1], rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(
        other.coefficients()["se"].iloc[3:], one.coefficients()["se"].iloc[3:], rtol=1e-6
    )


@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_gradient_and_information_are_the_slopes_of_the_likelihood(seed):
    data = collapse(FORMULA, pupils(seed, 300), None, ())
    likelihood = Likelihood(data)
    generator = np.random.default_rng(seed)
    size = 3 + len(data.design.columns)
    at = np.concatenate([[-1.0, 0.2, 1.5], generator.normal(0, 0.3, size - 3)])
    value = likelihood.value(at)
    assert value.log_likelihood == pytest.approx(likelihood.log_likelihood(at), rel=1e-12)
    steps = 1e-5 * np.eye(size)
    slopes = [
        (likelihood.log_likelihood(at + e) - likelihood.log_likelihood(at - e)) / 2e-5
        for e in steps
    ]
    np.testing.assert_allclose(value.gradient, slopes, rtol=1e-5, atol=1e-4)
    curves = [
        (likelihood.value(at - e).gradient - likelihood.value(at + e).gradient) / 2e-5
        for e in steps
    ]
    np.testing.assert_allclose(value.information, curves, rtol=1e-4, atol=1e-4)


@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_scores_of_schools_add_up_to_nothing_and_pupils_alone_are_their_own_clusters(seed):
    data = pupils(seed).assign(alone=np.arange(900))
    fit = fit_ordered(FORMULA, data, cluster="alone")
    [(_, codes, n)] = fit.data.clusters
    scores = fit.cluster_scores(codes, n)
    np.testing.assert_allclose(scores.sum(axis=0), 0, atol=1e-4)
    by_school = fit.cluster_scores(data["school"].to_numpy(), 30)
    np.testing.assert_allclose(by_school[3], scores[data["school"] == 3].sum(axis=0), atol=1e-9)


@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_two_ways_to_cluster_are_those_of_influence(seed):
    data = pupils(seed)
    fit = fit_ordered(FORMULA, data, cluster=("school", "secondary"))
    influence = fit.influence(np.arange(900), 900)
    variance, df = two_way_variance(
        influence, data["school"].to_numpy(), data["secondary"].to_numpy()
    )
    found = fit.covariance.variance(np.eye(influence.shape[1]))
    np.testing.assert_allclose(found, variance, rtol=1e-6)
    assert fit.covariance.df == df[0]


@settings(max_examples=5, deadline=None)
@given(SEEDS)
def test_everybody_in_their_own_group_gives_the_observed_shares(seed):
    """With an intercept per group a multinomial fit has the groups' own shares."""
    data = pupils(seed)
    fit = fit_multinomial("level ~ education", data)
    found = effects.adjusted(fit, "education", effects.each_outcome(fit)).table
    shares = data.groupby("education")["level"].value_counts(normalize=True)
    for row in found.to_dict("records"):
        wanted = shares.get((row["education"], float(row["event"])), 0.0)
        assert row["estimate"] == pytest.approx(wanted, abs=1e-7)


@settings(max_examples=5, deadline=None)
@given(SEEDS, st.floats(0.5, 20), st.floats(-50, 50))
def test_shares_of_variance_are_of_no_unit(seed, factor, shift):
    data = pupils(seed).astype({"score": float})
    one = fit_random("score ~ education + scale", data, school="school")
    other = fit_random("y ~ education + scale", data.assign(y=factor * data["score"] + shift),
                       school="school")  # fmt: skip
    assert other.variance_share == pytest.approx(one.variance_share, rel=1e-3, abs=1e-6)
    np.testing.assert_allclose(other.slopes[1:], factor * one.slopes[1:], rtol=1e-4)
