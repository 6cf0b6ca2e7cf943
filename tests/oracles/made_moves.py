"""Pupils drawn from a multinomial logit in which an outcome can't happen to some."""

import numpy as np
import pandas as pd

CLASSES = ["havo", "vwo", "vmbo_gt"]


def pupils(n=3000, seed=4):
    """Return pupils with a move (0 same, 1 up, 2 down, 3 other); nobody goes up from vwo."""
    generator = np.random.default_rng(seed)
    group, kind = generator.integers(0, 3, n), generator.integers(0, 3, n)
    score = np.round(generator.normal(0, 8, n))
    school, secondary = generator.integers(0, 40, n), generator.integers(0, 15, n)
    log_odds = np.zeros((n, 4))
    log_odds[:, 1] = -1.2 + 0.6 * (group == 2) + score / 20
    log_odds[kind == 1, 1] = -np.inf
    log_odds[:, 2] = -1 - 0.5 * (group == 1) - score / 20 + 0.4 * (kind == 1)
    log_odds[:, 3] = -2 + generator.normal(0, 0.5, 15)[secondary]
    chance = np.exp(log_odds)
    chance /= chance.sum(axis=1, keepdims=True)
    move = (chance.cumsum(axis=1) < generator.random((n, 1))).sum(axis=1)
    return pd.DataFrame(
        {
            "move": move,
            "education": pd.Categorical.from_codes(group, ["low", "mid", "high"]),
            "class_type": pd.Categorical.from_codes(kind, CLASSES),
            "score": score,
            "school": school,
            "secondary": secondary,
        }
    )
