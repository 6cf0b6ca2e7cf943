"""How often 95 % intervals of models hold the truth, and whether planted variances are found.

    PYTHONPATH=src .venv/bin/python benchmarks/model_coverage.py [draws]

First on data drawn from the models themselves: an ordered logit of four levels on education and
score, with pupils in schools that differ in both; and a linear model with random effects of
schools. Wanted: 93-97 %, and means of the variances within three Monte Carlo errors.

Then on the synthetic cohorts, which are no ordered logit: what the gap at equal score in P(at
least havo) tends to in ten countries of pupils (its pseudo-true value) should be held by the
intervals of draws of a tenth of a country.
"""

import sys

import numpy as np
import pandas as pd

from advieskloof.models import effects
from advieskloof.models.ordered import OrderedFit, fit_ordered
from advieskloof.models.random_effects import fit_random
from advieskloof.models.results import events
from advieskloof.sources import synthetic

THRESHOLDS, SLOPES = np.array([-1.5, 0.2, 1.8]), {"mid": 0.4, "high": 0.9, "score": 1.1}
TAU, SIGMA = 0.5, 1.2
GROUPS = ["low", "mid", "high"]
# Of the synthetic cohort: draws, and their size, beside a country ten times as large.
COHORT, TENTHS, SIZE, LARGE = 2018, 20, 0.1, 10.0


def pupils(generator, n_schools):
    """Return pupils in schools that differ in education and score, with the true predictor."""
    size = generator.poisson(24, n_schools) + 2
    school = np.repeat(np.arange(n_schools), size)
    mix = generator.normal(0, 0.7, n_schools)[school]
    education = np.clip(np.round(1 + mix + generator.normal(0, 0.8, len(school))), 0, 2).astype(int)
    score = np.round(0.3 * education + mix / 2 + generator.normal(0, 1, len(school)), 1)
    eta = np.array([0.0, SLOPES["mid"], SLOPES["high"]])[education] + SLOPES["score"] * score
    group = pd.Categorical.from_codes(education, GROUPS)
    return pd.DataFrame({"school": school, "education": group, "score": score, "eta": eta})


def ordered_draw(generator, n_schools):
    """Return estimates, ends of intervals and truths of one draw: parameters, and a gap."""
    data = pupils(generator, n_schools)
    latent = data["eta"] + generator.logistic(0, 1, len(data))
    data["level"] = np.digitize(latent, THRESHOLDS)
    fit = fit_ordered("level ~ education + score", data, cluster="school")
    told = fit.coefficients()
    gap = _gap(fit)
    truth = np.concatenate([THRESHOLDS, list(SLOPES.values())])
    # Probabilities are averaged over the pupils drawn, also in the truth.
    true_gap = _gap(OrderedFit(**{**vars(fit), "estimate": truth}))["estimate"]
    ends = [np.append(told[name], gap[name]) for name in ("lower", "upper")]
    return *ends, np.append(truth, true_gap)


def _gap(fit):
    """Return the row of the gap, high less low, in the chance of the two upper levels."""
    found = effects.adjusted(fit, "education", events(fit.outcomes, {"upper": 2}))
    table = effects.gaps(fit, found, "education", "low").table
    return table[table["education"] == "high"].iloc[0]


def coverage(draws, n_schools, seed):
    """Return the share of draws whose intervals hold the truth: 6 parameters and the gap."""
    generator = np.random.default_rng(seed)
    held = []
    for _ in range(draws):
        lower, upper, truth = ordered_draw(generator, n_schools)
        held.append((lower <= truth) & (truth <= upper))
    return np.mean(held, axis=0)


def variances(draws, n_schools, seed):
    """Return tau2 and sigma2 of each draw of a linear model with random effects, (draws, 2)."""
    generator = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        data = pupils(generator, n_schools)
        of_school = generator.normal(0, TAU, n_schools)[data["school"]]
        noise = generator.normal(0, SIGMA, len(data))
        fit = fit_random("y ~ education + score", data.assign(y=data["eta"] + of_school + noise),
                         school="school")  # fmt: skip
        found.append((fit.school[0, 0], fit.residual))
    return np.array(found)


def synthetic_gap(size, seed):
    """Return the gap le_mbo1 - wo in P(at least havo) at equal score in a synthetic cohort."""
    made = synthetic.population(COHORT, synthetic.load(), size, seed)
    codes = made["initial_advice"]
    table = pd.DataFrame(
        {
            # 60 and above are havo, havo/vwo and vwo.
            "level": pd.to_numeric(codes),
            "education": made["parental_education"],
            "scale": made["test_provider"],
            "score": made["test_score"],
            "school": made["school_id"],
        }
    ).dropna()
    order = ["10", "11", "20", "22", "30", "34", "42", "44", "60", "61", "70"]
    alike = {"21": "20", "23": "22", "31": "30", "32": "34", "33": "34", "35": "34",
             "40": "42", "41": "42", "43": "42", "50": "42", "51": "42", "52": "44"}  # fmt: skip
    table["level"] = codes.replace(alike).map({code: k for k, code in enumerate(order)})
    large = table["scale"].map(table["scale"].value_counts()) >= 0.01 * len(table)
    table = table[large].dropna()
    fit = fit_ordered("level ~ education + scale + ns(score, df=4, by=scale)", table,
                      cluster="school")  # fmt: skip
    found = effects.adjusted(fit, "education", events(fit.outcomes, {"havo": 8}))
    gaps = effects.gaps(fit, found, "education", "wo").table
    return gaps[gaps["education"] == "le_mbo1"].iloc[0]


def main(draws=1000):
    for n_schools in (20, 50, 200):
        found = coverage(draws, n_schools, seed=1)
        print(f"{n_schools} schools: parameters {found[:-1].min():.3f}-{found[:-1].max():.3f}, "
              f"gap {found[-1]:.3f}")  # fmt: skip
    found = variances(draws, 100, seed=2)
    error = found.std(axis=0) / np.sqrt(draws)
    print(f"tau2 {found[:, 0].mean():.4f} ({error[0]:.4f}), planted {TAU**2:.4f}; "
          f"sigma2 {found[:, 1].mean():.4f} ({error[1]:.4f}), planted {SIGMA**2:.4f}")  # fmt: skip
    truth = synthetic_gap(LARGE, 1)
    tenths = [synthetic_gap(SIZE, 100 + k) for k in range(TENTHS)]
    held = [row["lower"] <= truth["estimate"] <= row["upper"] for row in tenths]
    mean = np.mean([row["estimate"] for row in tenths])
    print(f"gap at equal score: {truth['estimate']:.4f} ({truth['se']:.4f}) in {LARGE:g} countries")
    print(f"  {mean:.4f} on average in {TENTHS} draws of {SIZE:g}, of which {sum(held)} hold it")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
