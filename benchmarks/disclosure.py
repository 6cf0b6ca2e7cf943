"""How many rows disclosure control withholds beside the optimum, and how long a whole plan takes.

    PYTHONPATH=src .venv/bin/python benchmarks/disclosure.py [systems]

* optimum: small random systems (200 unless told): a table of n and k by two splits with all
  margins, in which a row shows n and k of its cell. The search by neighbourhoods, which large
  systems are left to, beside the fewest rows that can fall; systems of which the optimum isn't
  proven are counted apart. The package takes the optimum itself where a system is this small.
* plan: all of config/release.yaml, where results/private/estimates of a finished run are at hand:
  rows withheld, seconds of the processor and peak memory.
"""

import resource
import sys
import time
from itertools import product
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
from scipy import sparse

from advieskloof import io
from advieskloof.config import estimates, load
from advieskloof.disclosure import exact, partners, plan
from advieskloof.disclosure.boxes import Box
from advieskloof.disclosure.protect import protect
from advieskloof.disclosure.resting import Count
from advieskloof.disclosure.rules import Rules
from advieskloof.disclosure.system import System
from advieskloof.disclosure.unsafe import Unsafe
from advieskloof.models import specification
from advieskloof.schemas import SUPPRESSED

SYSTEMS, PROTECTION, FEW = 200, 10.0, 10
TARGET = 1.2
SECONDS, MEMORY = 30, 2048


def small_system(generator):
    """A system of n and k by two splits with margins; by cell, its places of n and k."""
    shape = generator.integers(2, 4, 2) + np.array([1, 0])
    n = generator.poisson(60, shape) + 20
    k = generator.binomial(n, generator.choice([0.1, 0.2, 0.4], shape))
    tables = [np.pad(each, ((0, 1), (0, 1))) for each in (n, k)]
    for table in tables:
        table[-1], table[:, -1] = table.sum(axis=0), table.sum(axis=1)
        table[-1, -1] = table[:-1, :-1].sum()
    cells = list(product(range(shape[0] + 1), range(shape[1] + 1)))
    place = {(event, cell): at for at, (event, cell) in enumerate(product((0, 1), cells))}
    lines = [
        (event, [(*fixed[:axis], at, *fixed[axis:]) for at in range(shape[axis] + 1)])
        for event, axis in product((0, 1), (0, 1))
        for fixed in [(at,) for at in range(shape[1 - axis] + 1)]
    ]
    equal = np.zeros((len(lines), len(place)))
    for row, (event, line) in enumerate(lines):
        equal[row, [place[event, cell] for cell in line]] = [*[-1] * (len(line) - 1), 1]
    least = np.zeros((len(cells), len(place)))
    for row, cell in enumerate(cells):
        least[row, [place[0, cell], place[1, cell]]] = 1, -1
    counts = [Count(str(event), Box(str(cell), ())) for event, cell in place]
    system = System(
        counts,
        {count: at for at, count in enumerate(counts)},
        np.concatenate([table.ravel() for table in tables]).astype(float),
        np.ones(len(counts), dtype=bool),
        np.zeros(len(counts), dtype=bool),
        sparse.csr_array(equal),
        sparse.csr_array(least),
    )
    return system, [(place[0, cell], place[1, cell]) for cell in cells]


def unsafe_in(system):
    hidden = system.pupils < FEW
    places = np.flatnonzero(hidden)
    factors = sparse.eye_array(len(hidden), format="csr")[places]
    return Unsafe(factors, system.pupils[places], ["too_few_pupils"] * len(places), hidden)


def rows_fallen(rests, withheld):
    return int(((rests @ withheld.astype(float)) > 0).sum())


def compare(seed):
    """(rows withheld, the fewest or None where that isn't proven); None where nothing is unsafe."""
    system, rows = small_system(np.random.default_rng(seed))
    unsafe = unsafe_in(system)
    if not len(unsafe.pupils) or not exact.is_small(system, unsafe):
        return None
    rests = np.zeros((len(rows), len(system.counts)))
    for row, places in enumerate(rows):
        rests[row, list(places)] = 1
    rests = sparse.csr_array(rests)
    best = exact.fewest(system, unsafe, rests, system.pupils, PROTECTION)
    released = partners.Released(rests, unsafe.hidden)
    with mock.patch.object(exact, "is_small", return_value=False):
        found = partners.protect(system, unsafe, released, PROTECTION)
    assert (found.width >= PROTECTION).all()
    ours = int((~released.stands).sum())
    return ours, None if best is None else rows_fallen(rests, best)


def optimum(systems):
    found, seed, started = [], 0, time.process_time()
    while len(found) < systems:
        if (pair := compare(seed)) is not None:
            found.append(pair)
        seed += 1
    proven = [pair for pair in found if pair[1] is not None]
    ours, best = np.array(proven).T
    worst, over = (ours / best).max(), (ours > TARGET * best).sum()
    print(
        f"optimum: {len(found)} systems, {len(found) - len(proven)} without proof; rows withheld "
        f"{ours.sum()}, fewest {best.sum()}, ratio {ours.sum() / best.sum():.3f}, "
        f"worst {worst:.2f}, {over} above {TARGET}; {time.process_time() - started:.0f} s"
    )


def whole_plan():
    folder = Path("results/private/estimates")
    config = load(Path("config/config.yaml"))
    paths = [folder / f"{name}.parquet" for name in estimates(config)]
    if missing := [path.name for path in paths if not path.exists()]:
        print(f"plan: no {', '.join(missing)} in {folder}; run the pipeline first")
        return
    tables = {path.stem: io.read_parquet(path) for path in paths}
    rules = dict(config["release"])
    planned = plan.planned(plan.load(rules.pop("plan")), tables)
    everything = pd.concat(tables.values(), ignore_index=True)
    started = time.process_time()
    needs = specification.needs(specification.load(config["models"]))
    found = protect(planned, everything, Rules(**rules), config["unverified"], models=needs)
    seconds = time.process_time() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    withheld = int(found.table["status"].isin(SUPPRESSED).sum())
    print(
        f"plan: {len(planned)} rows, {withheld} withheld; {seconds:.1f} s (target {SECONDS}), "
        f"{memory} MiB (target {MEMORY})"
    )


if __name__ == "__main__":
    whole_plan()
    optimum(int(sys.argv[1]) if len(sys.argv) > 1 else SYSTEMS)
