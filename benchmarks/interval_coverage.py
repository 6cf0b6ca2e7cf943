"""How often 95 % intervals hold the truth, over simulated draws of schools.

    PYTHONPATH=src .venv/bin/python benchmarks/interval_coverage.py [draws]

Schools of about 26 pupils are drawn from a superpopulation in which schools differ in how they
advise (normal effect on the logit), pupils belong to two groups that cluster in schools, and
scores have four bands. Truths: the shares of both groups, their gap, and the gap at equal score,
computed on a very large draw. Intervals are the package's: clustered linearised variance, logit
scale for shares, t(G - 1). Wanted: 93-97 % for at least 20 schools and expected k of at least 10.
"""

import sys

import numpy as np
from scipy import sparse

from advieskloof.uncertainty import influence, intervals
from advieskloof.uncertainty.influence import Contributions, Factors, difference, own_only, ratio
from advieskloof.uncertainty.places import Tally, gaps, grid

SCHOOLS = (10, 20, 50, 200)
# By setting: share of the smaller group, intercept of the logit, SD of schools' effect.
SETTINGS = {
    "share about 0.3": (0.4, -1.0, 0.5),
    "small group": (0.1, -1.0, 0.5),
    "share about 0.05": (0.4, -3.2, 0.5),
    "very unlike schools": (0.4, -1.0, 1.2),
}
BANDS = 4
WHAT = ("share of the larger group", "share of the smaller group", "gap", "gap at equal score")


def counts(generator, n_schools, setting):
    """Return n and k by school, group and band: two arrays (schools, 2, BANDS)."""
    part, intercept, spread = setting
    size = generator.poisson(24, n_schools) + 2
    effect = generator.normal(0, spread, n_schools)
    mix = 1 / (1 + np.exp(-np.log(part / (1 - part)) - generator.normal(0, 0.8, n_schools)))
    school = np.repeat(np.arange(n_schools), size)
    group = (generator.random(len(school)) < mix[school]).astype(int)
    band = np.clip(generator.poisson(1.8 - 0.5 * group), 0, BANDS - 1)
    logit = intercept + 0.4 * group - 0.3 * (band - 1.5) + effect[school]
    outcome = generator.random(len(school)) < 1 / (1 + np.exp(-logit))
    place = (school * 2 + group) * BANDS + band
    shape = (n_schools, 2, BANDS)
    n = np.bincount(place, minlength=np.prod(shape)).reshape(shape)
    return n.astype(float), np.bincount(place, outcome, np.prod(shape)).reshape(shape)


def estimates(n, k):
    """Return values of WHAT and their influences: of both groups, their gap, and that at score."""
    at = grid(2, len(n))
    raw, error = ratio(*(own_only(_tally(part.sum(axis=2)), at) for part in (k, n)))
    level, at_score = _at_equal_score(n, k, at)
    gap = gaps(at, np.array([1]), np.array([0]))
    values = np.array([*raw, raw[1] - raw[0], level[1] - level[0]])
    return values, [error, difference(error, gap), difference(at_score, gap)]


def _at_equal_score(n, k, at):
    """Standardise both groups to the bands of all pupils, whose weights are estimated."""
    by_band, reached = n.sum(axis=0), k.sum(axis=0)
    mean = np.divide(reached, by_band, out=np.zeros_like(reached), where=by_band > 0)
    supported = (by_band > 0).astype(float)
    weight = by_band.sum(axis=0) / np.maximum(by_band, 1)
    own = ((k - mean * n) * weight).sum(axis=2)
    shared = Factors(sparse.csr_array(n.sum(axis=1)))
    top = Contributions(_tally(own), at, shared, (mean * supported).T)
    return ratio(top, Contributions(_tally(0 * own), at, shared, supported.T))


def _tally(table):
    """Return one measure of schools x groups."""
    return Tally.of(np.ascontiguousarray(table.T).reshape(1, -1))


def intervals_of(n, k):
    """Return values, lower and upper ends of WHAT."""
    values, parts = estimates(n, k)
    held = (n.sum(axis=2) > 0).sum(axis=0)
    either = (n.sum(axis=(1, 2)) > 0).sum()
    schools = np.array([*held, either, either])
    squared = np.concatenate([influence.squares(part) for part in parts])
    se = np.sqrt(influence.small_sample(schools) * squared)
    df = schools - 1.0
    low, high = intervals.plain(values, se, df)
    low[:2], high[:2] = intervals.of_shares(values[:2], se[:2], df[:2])
    return values, low, high


def coverage(setting, n_schools, draws, seed):
    """Return the share of draws whose interval holds the truth, of those that have one; and k."""
    generator = np.random.default_rng(seed)
    truth = estimates(*counts(np.random.default_rng(1), 100_000, setting))[0]
    hits, told, reached = np.zeros(4), np.zeros(4), 0.0
    for _ in range(draws):
        n, k = counts(generator, n_schools, setting)
        _, low, high = intervals_of(n, k)
        known = ~np.isnan(low)
        told += known
        hits += known & (low <= truth) & (truth <= high)
        reached += k.sum(axis=(0, 2)).min() / draws
    return hits / np.maximum(told, 1), told / draws, reached


def main(draws=2000):
    print(f"{draws} draws; Monte Carlo error about {196 * np.sqrt(0.05 * 0.95 / draws):.1f} points")
    print(f"{'setting':<22}{'schools':>8}{'least k':>9}" + "".join(f"{w:>28}" for w in WHAT))
    for name, setting in SETTINGS.items():
        for n_schools in SCHOOLS:
            hit, told, k = coverage(setting, n_schools, draws, seed=n_schools)
            cells = [f"{100 * h:.1f}" + ("" if t > 0.999 else f" (of {100 * t:.0f} %)")
                     for h, t in zip(hit, told, strict=True)]  # fmt: skip
            print(f"{name:<22}{n_schools:>8}{k:>9.1f}" + "".join(f"{c:>28}" for c in cells))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
