"""How long all advice indicators of eleven national cohorts take, beside plain pandas.

    PYTHONPATH=src .venv/bin/python benchmarks/advice_indicators.py [pupils a cohort] [cohorts]

Ours reads PUPILS from Parquet and estimates everything on the fixed list of splits: every
definition, base and adjustment, standard errors, gaps, ratios, changes and pooled cohorts. The
rival reads the same file and runs one pandas groupby per indicator and split on the pupil rows,
with outcomes and keys made beforehand (its time to make them is told apart): first for shares and
means alone, then with schools and clustered standard errors, for raw and at-risk indicators.
Everything runs in processes of its own. The pupils are made and mean nothing.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from advieskloof import io, schemas

PUPILS, COHORTS = 172_000, 11
SECONDS, PEAK, RATIO = 15.0, 1536, 10.0
SCHOOLS = 6_600
EDUCATION = "parental_education_five"
BY = (
    [],
    [EDUCATION],
    ["parental_education_three"],
    ["parental_education_kansenkaart"],
    ["corop"],
    ["urbanity"],
    ["sex"],
    ["migration_background"],
    ["income_quintile"],
    ["school_type"],
    ["test_provider"],
    [EDUCATION, "corop"],
    [EDUCATION, "urbanity"],
)
TESTS = np.array(["10", "20", "22", "30", "34", "42", "44", "60", "61", "70"])
ADVICES = np.array(["10", "20", "21", "22", "30", "34", "40", "42", "50", "44", "60", "61", "70"])
LEVELS = np.array([1, 2, 2, 2.5, 3, 3.5, 4, 4, 4, 4.5, 5, 5.5, 6])
SCALES = {"CET": (501, 550), "IEP": (50, 100), "ROUTE8": (100, 300), "DIA": (321, 390)}


def schools(generator):
    corop = generator.integers(1, 41, SCHOOLS)
    return pd.DataFrame(
        {
            "school_id": [f"{number:04d}AB00" for number in range(SCHOOLS)],
            "corop": [f"CR{number:02d}" for number in corop],
            "urbanity": generator.integers(1, 6, SCHOOLS).astype(str),
            "school_type": generator.choice(["bo", "sbo"], SCHOOLS, p=[0.96, 0.04]),
            "test_provider": generator.choice(list(SCALES), SCHOOLS, p=[0.4, 0.3, 0.2, 0.1]),
            "effect": generator.normal(0, 0.25, SCHOOLS),
        }
    )


def cohort(year, n, generator, of_schools):
    """Made pupils whose advice follows a latent score, their parents and their school."""
    place = np.sort(generator.integers(0, len(of_schools), n))
    here = of_schools.iloc[place].reset_index(drop=True)
    rank = generator.choice(6, n, p=[0.08, 0.13, 0.35, 0.24, 0.18, 0.02])
    latent = 0.3 * rank + generator.normal(0, 1, n)
    spread = (latent - latent.mean()) / latent.std()
    test = np.clip(np.round(5 + 2.4 * spread), 0, 9).astype(int)
    given = latent + 0.1 * rank + here["effect"] + generator.normal(0, 0.5, n)
    given = (given - given.mean()) / given.std()
    first = np.clip(np.round(6.5 + 3 * given), 0, 12).astype(int)
    low, high = (here["test_provider"].map(lambda p, i=i: SCALES[p][i]) for i in (0, 1))
    score = np.clip(np.round((low + high) / 2 + (high - low) / 5 * spread), low, high)
    untested = (generator.random(n) < 0.04) | (year == 2019)
    raised = (generator.random(n) < 0.1) & ~untested & (first < 12)
    texts = {
        "pupil_id": [f"{year}{number:07d}" for number in range(n)],
        "school_id": here["school_id"],
        "school_type": here["school_type"],
        "test_provider": here["test_provider"].mask(untested),
        "test_status": np.where(untested, "unknown", "taken"),
        "test_advice": pd.Series(TESTS[test], dtype=object).mask(untested),
        "initial_advice": ADVICES[first],
        "adjusted_advice": pd.Series(ADVICES[np.minimum(first + 1, 12)], dtype=object).mask(
            ~raised
        ),
        "parental_education": np.array(["le_mbo1", "mbo2", "mbo34", "hbo", "wo", "unknown"])[rank],
        "sex": generator.choice(["boy", "girl"], n),
        "migration_background": generator.choice(["NL", "TR", "MA", "SR", "other"], n),
        "income_quintile": generator.integers(1, 6, n).astype(str),
        "corop": here["corop"],
        "urbanity": here["urbanity"],
    }
    table = schemas.empty_columns(schemas.PUPILS, n).assign(
        **{name: pd.array(values, dtype=schemas.TEXT) for name, values in texts.items()},
        cohort=year,
        test_score=score.mask(untested),
    )
    return schemas.in_types(table, schemas.PUPILS, "made pupils")


def write(path, n, cohorts):
    generator = np.random.default_rng(2014)
    of_schools = schools(generator)
    made = [cohort(2014 + t, int(n), generator, of_schools) for t in range(int(cohorts))]
    io.write_parquet(pd.concat(made, ignore_index=True), Path(path))
    return {}


def ours(path):
    from advieskloof.indicators.advice import Request, advice

    with tempfile.TemporaryDirectory() as folder:
        # Education has bands in the delivery's own five classes, and low, middle, high follow.
        asked = Request("made", "school", BY)
        table = advice([Path(path)], asked, {}, Path(folder))
    return {"rows": len(table)}


if __name__ == "__main__":
    if sys.argv[1] == "--write":
        write(*sys.argv[2:])
    if sys.argv[1] == "--ours":
        t = time.perf_counter()
        print(
            ours(sys.argv[2]),
            time.perf_counter() - t,
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        )
