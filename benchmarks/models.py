"""How long models on cells take, beside statsmodels and R on the pupils' rows.

    PYTHONPATH=src .venv/bin/python benchmarks/models.py [size] [results/private of a finished run]

Pupils are the eleven synthetic cohorts (1.9 million at size 1, the country; docs/synthetic.md),
without faulty rows. Both sides of a comparison have one thread of linear algebra, the same pupils
and the same terms. Seconds are of the processor, which others on the machine lengthen less than
those of the clock; ours are the best of some runs.

* ordered: against `OrderedModel` of statsmodels, 100,000 pupils of 2015 and 2016 with the Centrale
  Eindtoets, 18 terms, clustered errors. The rival gets its columns ready-made, those of the spline
  made orthogonal, without which its search stops early; ours makes its own.
* r: against R's `ordinal::clm` and `sandwich::vcovCL`, where R has them: 200,000 pupils, the same
  18 columns; reading the pupils isn't timed.
* random: a random effect of schools beside the same 18 terms: ours on all pupils with a score,
  `MixedLM` of statsmodels on 100,000 of them. From pupils, and from sums by school alone.
* national, regions: by themselves, from the Parquet file to estimates with clustered errors, with
  peak memory: all pupils by education, urbanity, cohort and a spline of the score on its provider's
  scale; and the same with 40 regions.
* all: all models of config/models.yaml, in two processes, on the pupils of a finished run where one
  is given; seconds of the clock, and of both processors.

Targets are for size 1; a missed one is printed and stops nothing.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from advieskloof import io, schemas
from advieskloof.indicators.asked import Asked
from advieskloof.models import specification
from advieskloof.models.collapse import collapse
from advieskloof.models.crossproducts import cross_products
from advieskloof.models.fitting import fit_models
from advieskloof.models.frames import SCHOOL, read
from advieskloof.models.ordered import fit_ordered
from advieskloof.models.random_effects import fit_random
from advieskloof.models.random_search import Search
from advieskloof.models.specification import Model
from advieskloof.sources import synthetic

SEED, UNVERIFIED = 1, {"advice_levels": ["pro_vmbo_bb"], "isled": ["11"]}
EDUCATION = "parental_education_five"
NATIONAL = (EDUCATION, "urbanity", "cohort", "test_provider", "ns(score, df=4, by=test_provider)")
# 5 + 4 + 1 + 4 columns of groups and 4 of the spline.
EIGHTEEN = f"level ~ {EDUCATION} + urbanity + sex + income_quintile + ns(score, df=4)"
SPLINE = 4
# The same where scores are on several scales.
NATIONAL_EIGHTEEN = f"level ~ {EDUCATION} + urbanity + sex + income_quintile + ns(percentile, df=4)"
RUNS = 3
# What is to be reached: seconds, MiB, or times faster.
MEMORY = 1536
TARGETS = {
    "ordered": 100.0,
    "r": 25.0,
    "random": 20.0,
    "national": 5.0,
    "regions": 15.0,
    "all": 30.0,
}

R = """
suppressMessages({library(ordinal); library(sandwich)})
d <- read.csv(commandArgs(TRUE)[1])
d$level <- ordered(d$level)
f <- as.formula(paste("level ~", paste(grep("^x", names(d), value = TRUE), collapse = " + ")))
used <- system.time({m <- clm(f, data = d); v <- vcovCL(m, cluster = d$school,
  type = "HC0", cadjust = TRUE)})
seconds <- used[["user.self"]] + used[["sys.self"]]
cat(sprintf('{"seconds": %.3f, "first": %.9f, "se": %.9f, "version": "%s"}', seconds,
  coef(m)[["x1"]], sqrt(v["x1", "x1"]), paste(R.version$major, R.version$minor, sep = ".")))
"""


def write(folder, size):
    """Write the pupils of all cohorts, a file each."""
    parameters = synthetic.load()
    for cohort in synthetic.COHORTS:
        pupils = synthetic.population(cohort, parameters, float(size), SEED)
        table = pupils[list(schemas.PUPILS.schema.columns)]
        io.write_parquet(table, Path(folder) / f"{cohort}.parquet")


def model(terms, cohorts="together", name="benchmark"):
    return Model(name, "", "ordered", "level", ("initial",), tuple(terms), cohorts, SCHOOL)


def frame(folder, terms, cohorts=None):
    """Return the pupils that a model of these terms is fitted to."""
    asked = model(terms)
    with tempfile.TemporaryDirectory() as spill:
        frames = read(sorted(Path(folder).glob("*.parquet")), [asked], UNVERIFIED, Path(spill))
    places = [t for t, year in enumerate(frames.cohorts) if cohorts is None or year in cohorts]
    return frames.frame(asked, "initial", [t for t in places if not frames.why_not(
        asked, "initial", t)])  # fmt: skip


def best(work, runs=RUNS):
    """Return the fewest processor seconds of some runs, and what the work returns."""
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        found = work()
        seconds.append(time.process_time() - start)
    return min(seconds), found


def few(folder, n):
    """Return n pupils of 2015 and after with the Centrale Eindtoets, and their 18 columns."""
    terms = (EDUCATION, "urbanity", "sex", "income_quintile", "scale", "score")
    pupils = frame(folder, terms, cohorts=(2015, 2016))
    pupils = pupils[pupils["scale"].str.startswith("CET")]
    n = min(n, len(pupils))
    return pupils.sample(n, random_state=SEED).reset_index(drop=True)


def laid_out(data):
    """Return the columns of collapsed terms for every pupil."""
    parts = []
    for term in data.design.terms:
        table = term.table if isinstance(term.table, np.ndarray) else term.table.toarray()
        parts.append(table[term.code[data.row[data.cell]]])
    return np.hstack(parts)


def compare_ordered(folder, n=100_000):
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    pupils = few(folder, n)
    ours, fit = best(lambda: fit_ordered(EIGHTEEN, pupils, cluster=SCHOOL))
    x, school = laid_out(fit.data), pupils[SCHOOL].to_numpy()
    groups = x.shape[1] - SPLINE
    spline = x[:, groups:] - x[:, groups:].mean(axis=0)
    x = np.hstack([x[:, :groups], np.linalg.qr(spline)[0] * np.sqrt(len(x))])

    def rival():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = OrderedModel(pupils["level"].to_numpy(), x, distr="logit")
            how = {"cov_type": "cluster", "cov_kwds": {"groups": school}}
            return found.fit(method="bfgs", maxiter=500, disp=False, **how)

    theirs, other = best(rival, runs=1)
    se = fit.coefficients()["se"].to_numpy()[len(fit.outcomes) - 1 :]
    return {
        "ours": ours, "rival": theirs, "pupils": len(pupils), "columns": x.shape[1],
        "cells": len(fit.data.row),
        "apart": float(np.abs(other.params[:groups] - fit.slopes[:groups]).max()),
        "errors_apart": float(np.abs(other.bse[:groups] / se[:groups] - 1).max()),
        "gained": float(fit.log_likelihood - other.llf),
    }  # fmt: skip


def compare_r(folder, n=200_000):
    if not has_r():
        return {}
    pupils = few(folder, n)
    ours, fit = best(lambda: fit_ordered(EIGHTEEN, pupils, cluster=SCHOOL))
    columns = {f"x{k + 1}": column for k, column in enumerate(laid_out(fit.data).T)}
    table = pd.DataFrame({"level": pupils["level"], "school": pupils[SCHOOL], **columns})
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "pupils.csv"
        io.write_csv(table, path)
        command = ["Rscript", "-e", R, str(path)]
        told = json.loads(
            subprocess.run(command, capture_output=True, text=True, check=True).stdout
        )
    se = float(fit.coefficients()["se"].iloc[len(fit.outcomes) - 1])
    return {
        "ours": ours, "rival": told["seconds"], "pupils": len(pupils), "cells": len(fit.data.row),
        "apart": abs(told["first"] - fit.slopes[0]), "errors_apart": abs(told["se"] / se - 1),
        "version": told["version"],
    }  # fmt: skip


def has_r():
    if shutil.which("Rscript") is None:
        return False
    asked = 'quit(status = !all(c("ordinal", "sandwich") %in% rownames(installed.packages())))'
    return subprocess.run(["Rscript", "-e", asked], capture_output=True).returncode == 0


def compare_random(folder, n=100_000):
    from statsmodels.regression.mixed_linear_model import MixedLM

    pupils = frame(folder, (EDUCATION, "urbanity", "sex", "income_quintile", "scale", "score"))
    # Scores of all scales on one: the rank within the scale, in percent.
    pupils = pupils.assign(
        percentile=pupils.groupby("scale", observed=True)["score"].rank(pct=True).mul(100).round()
    )
    ours, fit = best(lambda: fit_random(NATIONAL_EIGHTEEN, pupils, school=SCHOOL), runs=2)
    held = collapse(NATIONAL_EIGHTEEN, pupils, None, (SCHOOL,))
    sums = cross_products(held)
    alone, _ = best(lambda: Search(sums, None, 0, True).best())
    # Whole schools, so that they are as large as they are.
    schools = pupils[SCHOOL].drop_duplicates().sample(frac=1, random_state=SEED)
    upto = pupils[SCHOOL].value_counts().reindex(schools).cumsum() <= n
    part = pupils[pupils[SCHOOL].isin(schools[upto.to_numpy()])]
    same = collapse(NATIONAL_EIGHTEEN, part, None, (SCHOOL,))
    x = np.column_stack([np.ones(len(part)), laid_out(same)])

    def rival():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return MixedLM(part["level"].to_numpy(), x, part[SCHOOL].to_numpy()).fit()

    theirs, other = best(rival, runs=1)
    same = fit_random(NATIONAL_EIGHTEEN, part, school=SCHOOL)
    return {
        "ours": ours, "rival": theirs, "pupils": len(pupils), "rival_pupils": len(part),
        "by_row": theirs / len(part) / (ours / len(pupils)), "from_sums": alone,
        "share": fit.variance_share,
        "apart": abs(float(other.cov_re[0, 0]) / same.school[0, 0] - 1),
    }  # fmt: skip


def national(folder, more=()):
    start = time.process_time()
    asked = model([*NATIONAL, *more])
    pupils = frame(folder, asked.terms)
    fit = fit_ordered(asked.formula, pupils, cluster=SCHOOL)
    return {
        "ours": time.process_time() - start, "pupils": len(pupils), "cells": len(fit.data.row),
        "rows": fit.data.design.n_rows, "columns": len(fit.names),
    }  # fmt: skip


def everything(folder):
    models = specification.load(io.CHECKOUT / "config/models.yaml")
    pupils, followed = (Path(folder) / f"{name}.parquet" for name in ("pupils", "followed"))
    start = os.times()
    with tempfile.TemporaryDirectory() as spill:
        table = fit_models(
            [pupils], models, Asked("made", "school"), UNVERIFIED, Path(spill), followed, 2
        )
    used = np.subtract(os.times(), start)
    in_children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "ours": float(used[4]), "processors": float(used[:4].sum()), "models": len(models),
        "rows": len(table), "peak_of_a_process": in_children,
    }  # fmt: skip


WORK = {
    "ordered": compare_ordered,
    "r": compare_r,
    "random": compare_random,
    "national": national,
    "regions": lambda folder: national(folder, ["corop"]),
    "all": everything,
}
# Runs of what is timed in processes of its own.
TIMES = {"national": 3, "regions": 2, "all": 2}


def measure(what, folder):
    """Print what a piece of work tells, and the peak memory in MiB; in a child process."""
    told = WORK[what](folder)
    told["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(told))


def in_a_child(*arguments):
    command = [sys.executable, __file__, *map(str, arguments)]
    one_thread = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")}
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=True, env=os.environ | one_thread
    )
    return done.stdout


def told(what, found):
    """Return a line about a piece of work, with its target and whether it was met."""
    numbers = ", ".join(
        f"{name} {value:,.4g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in found.items()
    )
    if "rival" in found:
        ratio = found["rival"] / found["ours"]
        said, wanted = f"{ratio:.1f} times faster", f"{TARGETS[what]:g} times"
        reached = ratio >= TARGETS[what]
    else:
        said, wanted = f"{found['ours']:.1f} s", f"{TARGETS[what]:g} s"
        reached = found["ours"] <= TARGETS[what] and (what == "all" or found["peak"] <= MEMORY)
    return f"{what}: {said}, target {wanted}: {'met' if reached else 'missed'} ({numbers})"


def main(size=1.0, finished=None):
    with tempfile.TemporaryDirectory() as folder:
        in_a_child("--write", folder, size)
        for what in WORK:
            if what == "all" and finished is None:
                print("all: not measured, since no finished run is given")
                continue
            of = finished if what == "all" else folder
            runs = [json.loads(in_a_child("--measure", what, of))
                    for _ in range(TIMES.get(what, 1))]  # fmt: skip
            found = min(runs, key=lambda each: each.get("ours", 0.0))
            if "ours" not in found:
                print(f"{what}: not compared, since R, ordinal or sandwich is absent")
                continue
            print(told(what, found), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(*sys.argv[2:])
    elif sys.argv[1:2] == ["--write"]:
        write(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
