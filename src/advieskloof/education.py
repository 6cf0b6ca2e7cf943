"""Parental education: from the delivered classes to the groups of a grouping.

A delivery brings the finest classes that it has: SOI codes, the five classes, or low, middle and
high (reference/parental_education.csv). A grouping is a table from there
(reference/parental_education_groupings.csv) and is refused where the delivery is too coarse.
"""

import pandas as pd

from advieskloof import reference
from advieskloof.errors import DataError, listing

GROUPINGS = ("five", "three", "kansenkaart", "cbs_four")


def grouped(values: pd.Series, grouping: str, unverified: reference.Unverified) -> pd.Series:
    """Return the group of parental education of each pupil.

    Parameters
    ----------
    values : codes of reference/parental_education.csv, as in PUPILS; missing stays missing.
    grouping : 'five' (le_mbo1, mbo2, mbo34, hbo, wo, unknown), 'three' (low, middle, high,
        unknown), 'kansenkaart' (hbo, wo, other) or 'cbs_four' (mbo2_or_lower, mbo34,
        hbo_wo_bachelor, wo_master, unknown), which parts wo and so needs SOI codes.

    Where parents with general secondary education go: those with avo-onderbouw (vmbo-g/t, the
    lower years of havo and vwo) are in le_mbo1 and low, those with havo or vwo in mbo34 and
    middle. In 'three' that is CBS (2016/36, Met dezelfde Citoscore een andere schoolloopbaan);
    in 'five' it is our design, carried over from there, since of these classes the inspectorate's
    report (De Staat van het Onderwijs 2015/2016) names the lowest and the highest alone.

    `unknown` is a group of its own, but in 'kansenkaart', where that source's rule puts it in
    `other` with everybody below hbo (GitHub sodascience/kansenkaart_preprocessing @b4b49dd).

    Raises
    ------
    DataError : a value is no usable code, the grouping isn't known, or the delivered classes are
        too coarse for it.
    """
    coarse = too_coarse(values, grouping, unverified)
    if coarse.any():
        raise DataError(_refusal(values, coarse, grouping, unverified))
    return values.map(_groups(grouping, unverified)).astype("str")


def too_coarse(values: pd.Series, grouping: str, unverified: reference.Unverified) -> pd.Series:
    """Mark the values that a grouping has no group for, since their class is too wide.

    Raises DataError where a value is no usable code or the grouping isn't known.
    """
    if grouping not in GROUPINGS:
        raise DataError(
            f"{grouping!r} isn't a grouping of parental education; allowed are "
            f"{listing(GROUPINGS)}."
        )
    check_codes(values, unverified)
    return values.notna() & ~values.isin(_groups(grouping, unverified))


def check_codes(values: pd.Series, unverified: reference.Unverified) -> None:
    """Raise DataError, with counts, where values are no usable codes of parental education.

    A code that stands in the reference table and isn't verified is named; any other value is
    counted alone, since a shifted column may hold anything.
    """
    usable = reference.read("parental_education", unverified)["code"]
    wrong = values[values.notna() & ~values.isin(usable)]
    if wrong.empty:
        return
    known = reference.read_all("parental_education")["code"]
    shown = wrong.where(wrong.isin(known), "other").value_counts(sort=False)
    counts = sorted(f"{code} ({n} rows)" for code, n in shown.items())
    raise DataError(
        f"parental_education holds {len(wrong)} value(s) that aren't among the usable codes: "
        f"{listing(counts)}. Allowed are {listing(usable, 40)}. Correct the values; a code that "
        "is known and not verified can be listed under `unverified` in the config."
    )


def _groups(grouping: str, unverified: reference.Unverified) -> dict[str, str]:
    rows = reference.read("parental_education_groupings", unverified)
    rows = rows[rows["grouping"] == grouping]
    return dict(zip(rows["code"], rows["group"], strict=True))


def _refusal(
    values: pd.Series, coarse: pd.Series, grouping: str, unverified: reference.Unverified
) -> str:
    system = reference.read("parental_education", unverified).set_index("code")["system"]
    classes = sorted(values[coarse].unique())
    delivered = sorted({system[code] for code in classes})
    fit = sorted({system[code] for code in _groups(grouping, unverified) if code in system} - {""})
    possible = [name for name in GROUPINGS if values.dropna().isin(_groups(name, unverified)).all()]
    return (
        f"parental_education can't be grouped by {grouping!r}: {int(coarse.sum())} of "
        f"{len(values)} row(s) hold classes of the system {listing(delivered)} "
        f"({listing(classes)}), which is too coarse. Allowed for {grouping!r} are classes of "
        f"{listing(fit)}; deliver those, or take a grouping that this delivery supports: "
        f"{listing(possible) or 'none'}."
    )
