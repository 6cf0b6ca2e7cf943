"""Whether an attack succeeded: its findings beside the private numbers. The attacker never sees it.

Protected are n, k and n - k below ten pupils (k and n - k of zero too, not what is impossible by
construction), differences of one to nine pupils between two counts of the same group of which one
holds the other, counts that rest on one or two schools, and k where nearly all or none of a small
group are in it. A protected number is lost when it is rightly bounded, and tighter than the
protection level; a guess may be wrong, other bounds mayn't.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from advieskloof import io
from advieskloof.disclosure import plan
from advieskloof.schemas import ESTIMATES, IDENTITY, in_types

FEW_PUPILS, FEW_SCHOOLS, SMALL_GROUP = 10, 3, 200
SCHOOLS = {"n": "n_schools", "k": "k_schools", "rest": "rest_schools"}


def private_truth(results, release_plan):
    """Return the planned rows before disclosure control, keys as text, of a run's results."""
    folder = Path(results) / "private/estimates"
    tables = {
        path.stem: in_types(io.read_parquet(path), ESTIMATES, path.stem)
        for path in folder.glob("*.parquet")
    }
    return as_truth(plan.planned(plan.load(release_plan), tables))


def as_truth(rows):
    """Return rows with text keys and the counts n, k and rest as floats."""
    counts = ["n", "k", "n_schools", "k_schools", "rest_schools"]
    rows = rows.assign(**{name: rows[name].astype(float) for name in counts})
    return rows.assign(rest=rows["n"] - rows["k"])


def judged(findings, release, truth):
    """Return the findings with `true`, `sound`, `protected` (why, or empty) and `lost`.

    lost : "recovered" where the bounds are the true number, "tight" where they are narrower than
    the protection level, else empty.
    """
    real = _beside(release.rows, truth)
    value = np.array([_true(real, row) for row in findings.itertuples()])
    found = findings.assign(
        true=value,
        sound=~findings["exact"]
        | np.isnan(value)
        | (findings["lower"].le(value) & findings["upper"].ge(value)),
        protected=[
            _protected(real, row, true)
            for row, true in zip(findings.itertuples(), value, strict=True)
        ],
    )
    lost = found["exact"] & (found["protected"] != "") & found["sound"]
    one = found["lower"] == found["upper"]
    return found.assign(lost=np.select([lost & one, lost], ["recovered", "tight"], ""))


def losses(findings, release, truth):
    """Return the protected numbers that an attack found; its unsound bounds raise."""
    found = judged(findings, release, truth)
    wrong = found[~found["sound"] & (found["method"] != "guess")]
    assert wrong.empty, f"{len(wrong)} bounds don't hold the true number:\n{wrong.head(20)}"
    return found[found["lost"] != ""]


def _beside(rows, truth):
    """The true numbers of displayed rows, in their order."""
    keys = [name for name in IDENTITY if name in rows]
    text = truth[keys].astype("string").fillna("")
    text["score"] = truth["score"].map(_plain)
    shown = rows[keys].astype("string").fillna("")
    shown["score"] = pd.to_numeric(rows["score"], errors="coerce").map(_plain)
    counts = ["n", "k", "rest", "status", *SCHOOLS.values()]
    text[counts] = truth[counts]
    text = text.drop_duplicates(keys)
    beside = shown.merge(text, on=keys, how="left", validate="many_to_one")
    assert beside["status"].notna().all(), "a released row isn't among the planned ones"
    return beside


def _plain(score):
    return "" if pd.isna(score) else f"{score:g}"


def _true(real, row):
    one = real.loc[row.row]
    if row.other < 0:
        return one[row.what]
    what = row.what.split("-")[0]
    return one[what] - real.loc[row.other][what]


def _protected(real, row, true):
    if np.isnan(true):
        return ""
    if row.other >= 0:
        return f"difference in {row.what[0]}" if 1 <= abs(true) < FEW_PUPILS else ""
    one = real.loc[row.row]
    if one["status"] == "not_possible":
        return ""
    if true < FEW_PUPILS:
        return f"few pupils in {row.what}"
    nearly_all = abs(true / one["n"] - 0.5) >= 0.4
    # Locations are no pupils.
    if row.what == "k" and one["n"] < SMALL_GROUP and nearly_all and not _is_funnel(one):
        return "nearly all or none in k"
    return f"few schools in {row.what}" if 0 < one[SCHOOLS[row.what]] < FEW_SCHOOLS else ""


def _is_funnel(row):
    return "_of_locations_" in row["indicator"]
