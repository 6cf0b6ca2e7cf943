"""Places in secondary school: the types of class and position, and what the codes mean.

A class of year 1 and a position of year 3 are intervals of school types [lowest, highest] on the
half-level scale of `levels`: homogeneous (one type), dakpan (two adjacent types) or broad (more).
ENROLMENTS may hold a type by its own name (reference/class_types.csv: `havo_vwo`) or a delivered
code (reference/positions.csv: DUO's `0015`). `off_scale` is a place without a Dutch school type.
"""

import re

import pandas as pd

from advieskloof import reference
from advieskloof.errors import DataError, listing

OFF_SCALE = "off_scale"
KINDS = ("homogeneous", "dakpan", "broad", OFF_SCALE)
# What a code looks like; anything else is counted and not shown, as it may be another column's.
_LIKE_A_CODE = re.compile(r"\d{1,4}|[a-z]+(_[a-z]+)*")


def class_types(unverified: reference.Unverified) -> pd.DataFrame:
    """Return the usable types of class and position.

    Index `class_type`; columns `lowest`, `highest` and `level`, their midpoint (half-level scale,
    NaN off the scale), `kind` (of KINDS) and `r1_position`, the column of the R1 table ("" where
    the table has none).
    """
    rows = reference.read("class_types", unverified).set_index("class_type")
    ends = rows[["lowest", "highest"]].apply(pd.to_numeric)
    return ends.assign(level=ends.mean(axis="columns"), **rows[["kind", "r1_position"]])


def codes(unverified: reference.Unverified) -> pd.DataFrame:
    """Return what each usable code of a class or position means, types by their own name included.

    Index `code`; column `class_type` and those of `class_types`.
    """
    types = class_types(unverified)
    delivered = reference.read("positions", unverified).set_index("code")["class_type"]
    meant = pd.concat([pd.Series(types.index, types.index), delivered[delivered.isin(types.index)]])
    return meant.rename("class_type").rename_axis("code").to_frame().join(types, on="class_type")


def check_codes(found: pd.Series, usable: pd.Index, where: str) -> None:
    """Raise DataError with a count per code where codes are not usable.

    found : rows by code, the codes as index; `usable` as of `codes`. What doesn't look like a
        code is counted and not shown.
    """
    unknown = found[~found.index.isin(usable)]
    if unknown.empty:
        return
    shown = [code if _LIKE_A_CODE.fullmatch(code) else "other" for code in unknown.index]
    counts = unknown.groupby(shown).sum()
    named = [f"{code} ({n} rows)" for code, n in counts.items()]
    raise DataError(
        f"{where} holds {unknown.sum()} value(s) that aren't among the usable codes of classes and "
        f"positions: {listing(named)}. Allowed are the types of reference/class_types.csv, such as "
        "havo_vwo, and the codes of reference/positions.csv, such as 0015. Correct the mapping, or "
        "extend these tables with a source."
    )


def r1_scores(unverified: reference.Unverified) -> pd.DataFrame:
    """Return the usable cells of the inspectorate's R1 table.

    Columns `advice` (category of advice), `position` (see `class_types`), `score` (-1, 0, 0.5 or
    1), `from_school_year` (the first school year in which the cell holds) and `inferred` (whether
    the cell wasn't seen in its source and the config lists it).
    """
    rows = reference.read("r1_scores", unverified)
    since = pd.to_numeric(rows["from_school_year"].replace("", "0"))
    return pd.DataFrame(
        {
            "advice": rows["advice"],
            "position": rows["position"],
            "score": pd.to_numeric(rows["score"]),
            "from_school_year": since.astype("int64"),
            "inferred": ~rows["status"].isin(reference.SURE),
        }
    )


def r_parameters(unverified: reference.Unverified) -> dict[str, float]:
    """Return the numbers of the inspectorate's R1 and R2 by name; shares are 0-1."""
    rows = reference.read("r_parameters", unverified).set_index("parameter")
    return pd.to_numeric(rows["value"]).to_dict()
