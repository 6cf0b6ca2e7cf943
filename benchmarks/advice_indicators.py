"""How long all advice indicators of eleven national cohorts take, beside plain pandas.

    PYTHONPATH=src .venv/bin/python benchmarks/advice_indicators.py [pupils a cohort] [cohorts]

Both sides make the same estimates: 56 indicators (every definition, base and adjustment) for each
of the fixed splits and cohorts. Beyond those,

* ours is timed from the Parquet file to the table of ESTIMATES: reading, outcomes from advices,
  score bands, all cohorts pooled, clustered standard errors of everything (of the weights that
  standardised numbers rest on too), intervals, counts of schools, who isn't placed, gaps and ratios
  between groups, and changes between cohorts. A second run has no reference groups, so neither
  gaps nor ratios; changes are always there.
* the rival is one pandas groupby per indicator, split and all cohorts at once on the pupil rows.
  Reading, outcomes, keys and score bands are made beforehand and not timed; regions get national
  weights, and nothing is pooled. First for the estimates alone, then with clustered errors, which
  for standardised numbers take the cheaper ones of raw shares. Of each kind a sample is timed and
  multiplied.

So the ratios are to the rival's advantage, but for one thing: ours estimates two splits at once,
and pandas uses one processor; the seconds of both processors stand beside. Everything runs in
processes of its own, with one thread of linear algebra as in the workflow. The pupils are made and
mean nothing.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from functools import partial
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


def ours(path, **choices):
    from advieskloof.indicators.advice import Request, advice

    with tempfile.TemporaryDirectory() as folder:
        table = advice([Path(path)], Request("made", "school", BY, **choices), {}, Path(folder))
    estimates = table["reference"].isna() & (table["status"] != "not_defined")
    return {"rows": len(table), "estimates": int(estimates.sum())}


# Indicators by split: 32 raw and at-risk shares, 2 mean levels and 2 differences from the
# expectation; 16 standardised shares and 4 standardised levels.
PLAIN, STANDARDISED = 36, 20
# So many of each kind are timed; the rest take the same time.
SAMPLE = 2


def plain(path):
    """One groupby per indicator and split; seconds of a sample, multiplied to all indicators."""
    table = pd.read_parquet(path)
    level = dict(zip(ADVICES, LEVELS, strict=True))
    levels = table["initial_advice"].map(level), table["test_advice"].map(level)
    table["under"] = (levels[0] - levels[1] <= -0.5).astype(float).where(levels[1].notna())
    table["scale"] = table["test_provider"]
    table[EDUCATION] = table["parental_education"]
    three = {"le_mbo1": "low", "mbo2": "middle", "mbo34": "middle", "hbo": "high", "wo": "high"}
    table["parental_education_three"] = table["parental_education"].map(three).fillna("unknown")
    kansenkaart = {"hbo": "hbo", "wo": "wo"}
    table["parental_education_kansenkaart"] = (
        table["parental_education"].map(kansenkaart).fillna("other")
    )
    rank = table.groupby(["cohort", "test_provider"])["test_score"].rank(pct=True)
    table["band"] = np.floor(20 * rank).clip(upper=19)
    return {name: timed(table, way) for name, way in WAYS.items()}


def timed(table, way):
    seconds = 0.0
    for names in BY:
        for kind, count in (("plain", PLAIN), ("standardised", STANDARDISED)):
            start = time.perf_counter()
            for _ in range(SAMPLE):
                way(table, ["cohort", *names], kind)
            seconds += (time.perf_counter() - start) / SAMPLE * count
    return seconds


def shares_alone(table, keys, kind):
    """The estimates: n and mean, weighted over strata where standardised."""
    if kind == "plain":
        return table.groupby(keys)["under"].agg(["count", "mean"])
    cells = table.groupby([*keys, "scale", "band"])["under"].agg(["count", "mean"])
    weight = cells.groupby(["cohort", "scale", "band"])["count"].transform("sum")
    return (cells["mean"] * weight).groupby(keys).sum() / weight.groupby(keys).sum()


def with_errors(table, keys, kind):
    """The same with clustered standard errors (raw ones also where standardised)."""
    found = shares_alone(table, keys, kind)
    by_school = table.groupby([*keys, "school_id"])["under"].agg(["sum", "count"])
    total = by_school.groupby(keys).sum()
    share = total["sum"] / total["count"]
    error = by_school["sum"] - by_school["count"] * share.reindex(by_school.index)
    return found, (error**2).groupby(keys).sum() / total["count"] ** 2


WAYS = {"estimates": shares_alone, "with errors": with_errors}
LINE = (
    "{seconds:.1f} s ({processor:.1f} s of processor), "
    "{peak:.0f} MiB, {estimates} estimates, {rows} rows"
)
SIDES = {"ours": ours, "ours without gaps": partial(ours, references={}), "plain": plain}


def measure(how, path):
    """Print wall and processor seconds, peak memory in MiB and results; in a child process."""
    start, used = time.perf_counter(), time.process_time()
    result = SIDES[how](path)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"seconds": seconds, "processor": time.process_time() - used, "peak": peak}
    print(json.dumps(told | result))


def in_a_child(*arguments):
    command = [sys.executable, __file__, *map(str, arguments)]
    one_thread = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")}
    run = partial(subprocess.run, stdout=subprocess.PIPE, text=True, check=True)
    return run(command, env=os.environ | one_thread).stdout


def main(n=PUPILS, cohorts=COHORTS):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pupils.parquet"
        in_a_child("--write", n, cohorts, path)
        measured = {side: json.loads(in_a_child("--measure", side, path)) for side in SIDES}
    print(f"{n} pupils x {cohorts} cohorts, {len(BY)} splits")
    other = measured.pop("plain")
    for side, told in measured.items():
        print(f"{side}:", LINE.format(**told))
    our = measured["ours"]
    ratios = {name: other[name] / our["seconds"] for name in WAYS}
    for name, ratio in ratios.items():
        alone = other[name] / measured["ours without gaps"]["seconds"]
        print(f"pandas, {name}: {other[name]:.0f} s, {ratio:.1f} times ours, "
              f"{alone:.1f} times ours without gaps")  # fmt: skip
    missed = [] if our["seconds"] <= SECONDS else [f"more than {SECONDS:g} s"]
    missed += [] if our["peak"] <= PEAK else [f"more than {PEAK} MiB"]
    missed += [] if ratios["estimates"] >= RATIO else [f"less than {RATIO:g} times faster"]
    national = int(n) * int(cohorts) >= PUPILS * COHORTS
    sys.exit("\n".join(missed) if national and missed else None)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(*sys.argv[2:])
    elif sys.argv[1:2] == ["--write"]:
        write(sys.argv[4], *sys.argv[2:4])
    else:
        main(*sys.argv[1:])
