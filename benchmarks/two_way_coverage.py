"""How often 95 % intervals of the lower years hold the truth, over draws of schools of both kinds.

    PYTHONPATH=src .venv/bin/python benchmarks/two_way_coverage.py [draws]

Primary schools of about 26 pupils and as many secondary schools are drawn from a superpopulation.
Pupils go to one of a few secondary schools near their primary school; schools of both kinds
differ in how often pupils start in a mixed class and go up or down from it (normal effects on the
logit), and pupils belong to two groups that cluster in primary schools. Truths: the shares of all
pupils and of both groups, and the gap between these, on a very large draw. Intervals are the
package's: two-way clustered variance, logit scale for shares, t(G - 1) with the smaller G.
Wanted: 93-97 % from 20 schools each way and an expected k of at least 10.
"""

import sys

import numpy as np

from advieskloof.indicators import clustered, two_ways
from advieskloof.indicators.followed_rows import of_found

SCHOOLS = (10, 20, 50, 200)
# By setting: logit of each outcome, SD of primary and of secondary schools' effect.
OUTCOMES = ("mixed class", "up", "down")
SETTINGS = {
    "alike": ((-0.8, -2.9, -2.2), 0.0, 0.0),
    "secondary schools differ": ((-0.8, -2.9, -2.2), 0.2, 0.6),
    "both differ": ((-0.8, -2.9, -2.2), 0.5, 0.5),
}
NEAR = 4
OF_SMALLER_GROUP = 0.4
TRUTH = 20_000
WHAT = ("share", "of the larger group", "of the smaller group", "gap")


def pupils(generator, n_schools, setting):
    """Return primary and secondary school, group, and the outcomes (outcomes, pupils)."""
    intercepts, *spread = setting
    size = generator.poisson(24, n_schools) + 2
    mix = 1 / (1 + np.exp(-np.log(OF_SMALLER_GROUP / (1 - OF_SMALLER_GROUP))
                          - generator.normal(0, 0.8, n_schools)))  # fmt: skip
    primary = np.repeat(np.arange(n_schools), size)
    near = generator.geometric(1 / NEAR, len(primary)) - 1
    secondary = (primary + near) % n_schools
    group = (generator.random(len(primary)) < mix[primary]).astype(int)
    found = []
    for intercept in intercepts:
        one, other = (generator.normal(0, each, n_schools) for each in spread)
        logit = intercept + 0.4 * group + one[primary] + other[secondary]
        found.append(generator.random(len(primary)) < 1 / (1 + np.exp(-logit)))
    return primary, secondary, group, np.array(found)


def shares(primary, secondary, groups, n_groups, outcome, linked):
    """Return the shares of an outcome, clustered both ways."""
    counted = two_ways.Counted(np.array([[0.0, 1.0]]), np.array([[1.0, 1.0]]))
    columns = clustered.side_by_side([outcome.astype(int)], [2])
    ways = clustered.ways(primary, secondary)
    held = [clustered.clusters(way, groups, n_groups, linked) for way in ways]
    return two_ways.Shares(counted, [two_ways.met(each, columns, [counted])[0] for each in held])


def intervals(primary, secondary, group, outcome):
    """Return value, lower and upper end of each of WHAT, and the least k."""
    nobody = np.array([], dtype=int)
    every = shares(primary, secondary, 0 * group, 1, outcome, (nobody, nobody))
    linked = np.array([1]), np.array([0])
    apart = shares(primary, secondary, group, 2, outcome, linked)
    told = [
        of_found(every.own(), "share"),
        of_found(apart.own(), "share"),
        of_found(apart.gaps(*linked)[0], "plain"),
    ]
    ends = [
        np.concatenate([each[name] for each in told]) for name in ("estimate", "lower", "upper")
    ]
    return *ends, apart.k.min()


def coverage(setting, n_schools, draws, seed):
    """Return by outcome how often intervals hold the truth, of those there are; those; and k."""
    generator = np.random.default_rng(seed)
    *whom, truths = pupils(np.random.default_rng(1), TRUTH, setting)
    truth = np.array([intervals(*whom, outcome)[0] for outcome in truths])
    hits, told, least = np.zeros(truth.shape), np.zeros(truth.shape), np.zeros(len(truth))
    for _ in range(draws):
        *whom, outcomes = pupils(generator, n_schools, setting)
        for at, outcome in enumerate(outcomes):
            _, low, high, k = intervals(*whom, outcome)
            known = ~np.isnan(low)
            told[at] += known
            hits[at] += known & (low <= truth[at]) & (truth[at] <= high)
            least[at] += k / draws
    return hits / np.maximum(told, 1), told / draws, least


def main(draws=2000):
    print(f"{draws} draws; Monte Carlo error about {196 * np.sqrt(0.05 * 0.95 / draws):.1f} points")
    heads = "".join(f"{what:>24}" for what in WHAT)
    print(f"{'setting':<26}{'outcome':<13}{'schools':>8}{'least k':>9}" + heads)
    for name, setting in SETTINGS.items():
        for n_schools in SCHOOLS:
            hit, told, least = coverage(setting, n_schools, draws, seed=n_schools)
            for at, outcome in enumerate(OUTCOMES):
                cells = [f"{100 * h:.1f}" + ("" if t > 0.999 else f" (of {100 * t:.0f} %)")
                         for h, t in zip(hit[at], told[at], strict=True)]  # fmt: skip
                print(f"{name:<26}{outcome:<13}{n_schools:>8}{least[at]:>9.1f}"
                      + "".join(f"{cell:>24}" for cell in cells), flush=True)  # fmt: skip


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
