"""Multinomial logits with outcomes that can't happen, against pupil rows laid out in full."""

import numpy as np
import pandas as pd
import pytest
from oracles.made_moves import pupils
from scipy import special
from statsmodels.discrete.discrete_model import MNLogit

from advieskloof.errors import ModelError
from advieskloof.models import effects
from advieskloof.models.multinomial import fit_multinomial

FORMULA = "move ~ education + class_type + score"


def laid_out(data):
    columns = [np.ones(len(data))]
    columns += [data["education"] == each for each in ("mid", "high")]
    columns += [data["class_type"] == each for each in ("vwo", "vmbo_gt")]
    return np.column_stack([*columns, data["score"]]).astype(float)


# Of outcome 1 (up) the class vwo has no parameter.
KEPT = np.array([True, True, True, False, True, True] + [True] * 12)


def chances(at, data):
    """P of each outcome, once more and plainly: nobody of vwo goes up."""
    laid = np.zeros(18)
    laid[KEPT] = at
    log_odds = np.column_stack([np.zeros(len(data)), laid_out(data) @ laid.reshape(3, 6).T])
    log_odds[(data["class_type"] == "vwo").to_numpy(), 1] = -np.inf
    return special.softmax(log_odds, axis=1)


def scores(at, data):
    """Score residuals of each pupil, (pupils, parameters)."""
    reached = data["move"].to_numpy()[:, None] == np.arange(4)
    apart = (reached - chances(at, data))[:, 1:]
    return (apart[:, :, None] * laid_out(data)[:, None, :]).reshape(len(data), -1)[:, KEPT]


def slopes_of(function, at, step=1e-6):
    eye = np.eye(len(at)) * step
    return np.array([(function(at + e) - function(at - e)) / (2 * step) for e in eye])


@pytest.fixture(scope="module")
def data():
    return pupils()


@pytest.fixture(scope="module")
def fit(data):
    return fit_multinomial(FORMULA, data, cluster=("school", "secondary"), zeros_by="class_type")


def test_with_zeros_the_score_equations_hold_and_the_impossible_has_no_parameter(fit, data):
    assert len(fit.names) == 17
    assert "1: class_type[T.vwo]" not in fit.names
    np.testing.assert_allclose(scores(fit.estimate, data).sum(axis=0), 0, atol=1e-6)
    information = -slopes_of(lambda at: scores(at, data).sum(axis=0), fit.estimate)
    np.testing.assert_allclose(fit.information, information, rtol=1e-5, atol=1e-4)
    found = fit.predict(data)
    np.testing.assert_allclose(found, chances(fit.estimate, data), atol=1e-12)


def test_a_zero_is_where_the_likelihood_tends_to_and_the_others_stay(fit, data):
    """Statsmodels on a design in which going up from vwo has log odds of its own."""
    other = data[data["class_type"] != "vwo"].assign(
        class_type=lambda t: t["class_type"].cat.remove_unused_categories()
    )
    ours = fit_multinomial("move ~ education + class_type + score", other)
    theirs = MNLogit(other["move"], np.delete(laid_out(other), 3, axis=1)).fit(disp=False)
    np.testing.assert_allclose(ours.estimate, theirs.params.to_numpy().T.ravel(), atol=1e-6)
    # A fit by brute force with the zero at log odds of -40 has the same likelihood.
    near = np.zeros(18)
    near[KEPT] = fit.estimate
    near[3] = -40 - near[0]
    log_odds = np.column_stack([np.zeros(len(data)), laid_out(data) @ near.reshape(3, 6).T])
    reached = special.log_softmax(log_odds, axis=1)[np.arange(len(data)), data["move"]].sum()
    assert fit.log_likelihood == pytest.approx(reached, abs=1e-8)
    with pytest.raises(ModelError, match="predicted perfectly"):
        fit_multinomial(FORMULA, data)


def test_errors_in_two_ways_are_those_of_pupils_summed_by_hand(fit, data):
    by_pupil, inverse = scores(fit.estimate, data), np.linalg.inv(fit.information)
    total = np.zeros_like(inverse)
    both = data["school"] * 1000 + data["secondary"]
    for sign, cluster in ((1, data["school"]), (1, data["secondary"]), (-1, both)):
        names = sorted(set(cluster))
        meat = sum(
            np.outer(sums, sums)
            for sums in (by_pupil[(cluster == name).to_numpy()].sum(axis=0) for name in names)
        )
        total += sign * len(names) / (len(names) - 1) * inverse @ meat @ inverse
    np.testing.assert_allclose(fit.covariance.matrix, total, rtol=1e-6, atol=1e-10)
    assert fit.covariance.df == 14
    events = effects.each_outcome(fit)
    found = effects.adjusted(fit, "education", events)
    gap = effects.gaps(fit, found, "education", "low").table
    [row] = gap[(gap["education"] == "high") & (gap["event"] == "1")].to_dict("records")

    def difference(at):
        high, low = (chances(at, data.assign(education=each)) for each in ("high", "low"))
        return (high - low)[:, 1].mean()

    slope = slopes_of(difference, fit.estimate)
    assert row["estimate"] == pytest.approx(difference(fit.estimate), abs=1e-12)
    assert row["se"] == pytest.approx(np.sqrt(slope @ total @ slope), rel=1e-5)


def test_a_group_without_an_outcome_has_chance_zero_without_an_interval(fit):
    found = effects.adjusted(fit, "class_type", effects.each_outcome(fit)).table
    [row] = found[(found["class_type"] == "vwo") & (found["event"] == "1")].to_dict("records")
    assert (row["estimate"], row["se"]) == (0, 0)
    assert np.isnan(row["lower"])
    sums = found.groupby("class_type", observed=True)["estimate"].sum()
    np.testing.assert_allclose(sums, 1, atol=1e-12)


def test_the_reference_may_be_what_does_not_occur_in_a_group():
    data = pupils().assign(move=lambda t: np.where(
        (t["class_type"] == "vwo") & (t["move"] == 0), 3, t["move"]))  # fmt: skip
    fit = fit_multinomial(FORMULA, data, zeros_by="class_type")
    mine = data["class_type"] == "vwo"
    found = fit.predict(data)[mine].mean()
    shares = data.loc[mine, "move"].value_counts(normalize=True).reindex(range(4), fill_value=0)
    # With a constant for the group and outcome, the mean chance is the share.
    np.testing.assert_allclose(found, shares, atol=1e-7)


def test_zeros_are_asked_of_groups_that_a_term_holds(data):
    with pytest.raises(ModelError, match="no term holds urbanity"):
        fit_multinomial(FORMULA, data, zeros_by="urbanity")
    with pytest.raises(ModelError, match="score holds numbers"):
        fit_multinomial(FORMULA, data, zeros_by="score")


def test_planted_gaps_are_found_with_and_without_the_class():
    """Education works on going up through the class alone."""
    generator = np.random.default_rng(2)
    n = 40_000
    group = generator.integers(0, 2, n)
    kind = (generator.random(n) < np.where(group == 1, 0.7, 0.3)).astype(int)
    up = generator.random(n) < np.where(kind == 1, 0.1, 0.4)
    made = pd.DataFrame(
        {
            "move": up.astype(int),
            "education": pd.Categorical.from_codes(group, ["low", "high"]),
            "class_type": pd.Categorical.from_codes(kind, ["havo", "havo_vwo"]),
            "school": generator.integers(0, 300, n),
            "secondary": generator.integers(0, 80, n),
        }
    )
    planted = {"move ~ education": (0.7 - 0.3) * (0.1 - 0.4), "move ~ education + class_type": 0.0}
    for formula, wanted in planted.items():
        fit = fit_multinomial(formula, made, cluster=("school", "secondary"))
        found = effects.adjusted(fit, "education", effects.each_outcome(fit))
        gap = effects.gaps(fit, found, "education", "low").table.query("event == '1'").iloc[0]
        assert abs(gap["estimate"] - wanted) < 3 * gap["se"] < 0.03


def drawn(generator, n=1500):
    """Pupils whose group says nothing, in schools of both kinds that differ in group and move."""
    primary, secondary = generator.integers(0, 40, n), generator.integers(0, 25, n)
    of_group = generator.normal(0, 1, 40)[primary] + generator.normal(0, 1, 25)[secondary]
    of_move = generator.normal(0, 0.5, 40)[primary] + generator.normal(0, 0.7, 25)[secondary]
    group = (of_group + generator.logistic(0, 1, n) > 0).astype(int)
    move = np.digitize(of_move + generator.logistic(0, 1, n), [-1.5, 1.5])
    education = pd.Categorical.from_codes(group, ["low", "high"])
    columns = {"move": move, "education": education, "school": primary, "secondary": secondary}
    return pd.DataFrame(columns)


def test_intervals_hold_no_gap_where_there_is_none_and_need_both_kinds_of_school():
    generator, draws = np.random.default_rng(11), 40
    held = {"school": 0, ("school", "secondary"): 0}
    for _ in range(draws):
        made = drawn(generator)
        for cluster in held:
            fit = fit_multinomial("move ~ education", made, cluster=cluster)
            found = effects.adjusted(fit, "education", effects.each_outcome(fit))
            gap = effects.gaps(fit, found, "education", "low").table.iloc[2]
            held[cluster] += gap["lower"] <= 0 <= gap["upper"]
    # Wanted is 95 %; three Monte Carlo errors of 40 draws are 10 points.
    assert held["school", "secondary"] / draws > 0.95 - 3 * np.sqrt(0.95 * 0.05 / draws)
    assert held["school"] < held["school", "secondary"]
