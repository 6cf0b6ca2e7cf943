"""How long the indicators of the lower secondary years of eleven national cohorts take.

    PYTHONPATH=src .venv/bin/python benchmarks/lower_years.py [pupils a cohort] [cohorts]

Timed are five jobs of the default config, each in a process of its own with one thread of linear
algebra as in the workflow: placing and following pupils, and the estimates of placement, moves and
schools, from Parquet to ESTIMATES. The pupils are those of advice_indicators.py, with made careers
that mean nothing: a class near the advice, a position near the class, and one in ten who repeats,
leaves or isn't known.

The rival of placement and moves is one pandas groupby per share and split, all cohorts at once on
the pupil rows in memory; and the same with errors clustered two ways. One share of each split is
timed, times the number of shares. It reads nothing, and makes no gaps, ratios or intervals.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from advice_indicators import ADVICES, COHORTS, EDUCATION, LEVELS, PUPILS, cohort
from advice_indicators import schools as primary_schools

from advieskloof import io, positions, schemas

SECONDS, PEAK = 15.0, 1536
AS_OF = 2025
CONFIG = io.CHECKOUT / "config" / "config.yaml"
LOCATIONS = 1_400
# In how many school years after group 8 there are records.
YEARS = 5
JOBS = ("place", "follow", "placement", "moves", "schools")
RIVALLED = ("placement", "moves")


def careers(pupils, generator):
    """ENROLMENTS of a cohort: a class near the advice, and a position near the class."""
    types = positions.class_types({}).dropna(subset="level")
    far = np.abs(types["level"].to_numpy() - np.arange(1, 6.5, 0.5)[:, None])
    near = types.index.to_numpy()[np.argsort(far, axis=1, kind="stable")]
    level = pupils["initial_advice"].map(dict(zip(ADVICES, LEVELS, strict=True))).to_numpy()
    n, row = len(pupils), (2 * level - 2).astype(int)
    first, third = (near[row, np.minimum(generator.geometric(0.5, n) - 1, 5)] for _ in range(2))
    place = pd.factorize(pupils["school_id"])[0] // 5 + generator.integers(0, 8, n)
    names = np.array([f"{number:04d}VO00" for number in range(LOCATIONS)])
    back = generator.random(n) < 0.05
    parts = []
    for year in range(1, YEARS + 1):
        code = first if year < 3 else third
        texts = {
            "pupil_id": pupils["pupil_id"],
            "vo_school_id": names[place % LOCATIONS],
            "class_code": code,
            "position": code,
            "status": np.where(generator.random(n) < 0.02, "left", "enrolled"),
        }
        table = schemas.empty_columns(schemas.ENROLMENTS, n).assign(
            **{name: pd.array(values, dtype=schemas.TEXT) for name, values in texts.items()},
            school_year=pupils["cohort"].to_numpy() + year,
            grade=np.maximum(year - (back & (year > 1)), 1),
        )
        kept = generator.random(n) < 0.98
        parts.append(table[kept & (table["school_year"] <= AS_OF)])
    return pd.concat(parts, ignore_index=True)


def write(folder, n, cohorts):
    generator = np.random.default_rng(2014)
    of_schools = primary_schools(generator)
    made = [cohort(2014 + t, int(n), generator, of_schools) for t in range(int(cohorts))]
    io.write_parquet(pd.concat(made, ignore_index=True), Path(folder) / "pupils.parquet")
    records = pd.concat([careers(each, generator) for each in made], ignore_index=True)
    types = schemas.empty_columns(schemas.ENROLMENTS, 0).dtypes.to_dict()
    io.write_parquet(records.astype(types), Path(folder) / "enrolments.parquet")


def run(job, folder):
    """Do one job of the workflow; returns how many rows it gives."""
    from advieskloof import places
    from advieskloof.indicators.followed import follow
    from advieskloof.indicators.lower_years import Asked
    from advieskloof.indicators.moves import moves
    from advieskloof.indicators.placement import placement
    from advieskloof.indicators.schools import schools

    config = io.read_yaml(CONFIG)
    unverified, asked = config["unverified"], config["indicators"]["lower_years"]
    names = ("pupils", "enrolments", "places", "followed")
    pupils, enrolments, placed, followed = (Path(folder) / f"{name}.parquet" for name in names)
    spill = Path(folder) / f"spill_{job}"
    if job == "place":
        return places.place(pupils, enrolments, AS_OF, unverified, spill, placed)
    if job == "follow":
        return follow(pupils, placed, AS_OF, unverified, spill, followed)
    if job == "schools":
        return len(schools(pupils, enrolments, AS_OF, "made", unverified, spill)[0])
    estimate = {"placement": placement, "moves": moves}[job]
    wanted = Asked("made", "school", **asked[job])
    return len(estimate(pupils, followed, wanted, unverified, spill))


def plain(job, folder):
    """Seconds of pandas, without and with errors, for the shares of placement or moves."""
    from advieskloof.indicators import moves, placement

    asked = io.read_yaml(CONFIG)["indicators"]["lower_years"][job]
    pupils, followed = (
        pd.read_parquet(Path(folder) / f"{name}.parquet") for name in ("pupils", "followed")
    )
    table = pupils.merge(followed, on=["pupil_id", "cohort"])
    table[EDUCATION] = table["parental_education"]
    value = {"placement": "class_kind", "moves": "move"}[job]
    table = table[table[value].notna()]
    table["reached"] = table[value].isin(["homogeneous", "up"])
    columns = {"placement": placement, "moves": moves}[job].COLUMNS
    seconds = np.zeros(2)
    for names in asked["by"]:
        mine = [each for each in columns if not each.only_with or {*names} & {*each.only_with}]
        seconds += sum(len(each.shares) for each in mine) * _timed(table, ["cohort", *names])
    for names in asked["by_score"]:
        few = len(placement.HIGHEST) if job == "moves" or names else len(placement.TYPES) + 5
        seconds += few * _timed(table, ["cohort", "test_provider", "test_score", *names])
    print(json.dumps(dict(zip(("estimates", "with errors"), seconds, strict=True))))


def _timed(table, keys):
    start = time.perf_counter()
    found = table.groupby(keys)["reached"].agg(["size", "mean"])
    middle = time.perf_counter()
    for cluster in (["school_id"], ["vo_school_id"], ["school_id", "vo_school_id"]):
        sums = table.groupby([*keys, *cluster])["reached"].agg(["sum", "size"]).reset_index()
        sums = sums.join(found["mean"], on=keys)
        sums["squared"] = (sums["sum"] - sums["mean"] * sums["size"]) ** 2
        sums.groupby(keys)["squared"].agg(["sum", "size"])
    return np.array([middle - start, time.perf_counter() - start])


def measure(job, folder):
    """Print wall and processor seconds and peak memory in MiB; in a child process."""
    start, used = time.perf_counter(), time.process_time()
    rows = run(job, folder)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"seconds": seconds, "processor": time.process_time() - used, "peak": peak}
    print(json.dumps(told | {"rows": rows}))


def in_a_child(*arguments):
    command = [sys.executable, __file__, *map(str, arguments)]
    one_thread = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")}
    done = subprocess.run(
        command, env=os.environ | one_thread, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def main(n=PUPILS, cohorts=COHORTS):
    with tempfile.TemporaryDirectory() as folder:
        in_a_child("--write", folder, n, cohorts)
        measured = {job: json.loads(in_a_child("--measure", job, folder)) for job in JOBS}
        rivals = {job: json.loads(in_a_child("--plain", job, folder)) for job in RIVALLED}
    print(f"{n} pupils x {cohorts} cohorts")
    for job, told in measured.items():
        print(f"{job}: {told['seconds']:.1f} s ({told['processor']:.1f} s of processor), "
              f"{told['peak']:.0f} MiB, rows {told['rows']}")  # fmt: skip
    for job, rival in rivals.items():
        for way, told in rival.items():
            ratio = told / measured[job]["seconds"]
            print(f"{job}: pandas, {way}, {told:.0f} s: {ratio:.1f} times as long")
    seconds = sum(told["seconds"] for told in measured.values())
    peak = max(told["peak"] for told in measured.values())
    print(f"together {seconds:.1f} s")
    missed = [] if seconds <= SECONDS else [f"more than {SECONDS:g} s"]
    missed += [] if peak <= PEAK else [f"more than {PEAK} MiB"]
    national = int(n) * int(cohorts) >= PUPILS * COHORTS
    sys.exit("\n".join(missed) if national and missed else None)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(*sys.argv[2:])
    elif sys.argv[1:2] == ["--plain"]:
        plain(*sys.argv[2:])
    elif sys.argv[1:2] == ["--write"]:
        write(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
