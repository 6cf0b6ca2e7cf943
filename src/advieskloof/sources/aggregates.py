"""Counts of pupils, published or delivered, as CELLS.

Two layouts. `margins`: a row gives, for one combination of groups (a value or `total`), the
pupils with a first advice and how many of them had a higher test advice, adjusted or not.
`codes`: a row gives the pupils with one combination of first, test and adjusted advice.
"""

import pandas as pd

from advieskloof import io, levels, reference, schemas
from advieskloof.errors import DataError, listing
from advieskloof.schemas import GROUPINGS, TOTAL

# What deliveries call the row of everybody, in lower case.
TOTALS = (TOTAL, "totaal", "alle", "all")
ELIGIBLE = ["n_eligible_adjusted", "n_eligible_not_adjusted"]
CODES = ["initial_advice", "test_advice", "adjusted_advice"]
LAYOUTS = {
    "margins": ["cohort", "school_id?", *[f"{name}?" for name in GROUPINGS], "n", *ELIGIBLE],
    # The group of a first advice follows from its code.
    "codes": ["cohort", "school_id?", "income_quintile?", *CODES, "n"],
}


def read(source: dict, unverified: reference.Unverified) -> pd.DataFrame:
    """Return the CELLS of a config's `source` block."""
    if source["kind"] == "published":
        return published(source["table"], unverified)
    described = {key: value for key, value in source.items() if key not in ("kind", "file")}
    return delivered(source["file"], **described, unverified=unverified)


def published(table: str, unverified: reference.Unverified) -> pd.DataFrame:
    """Return a published table of reference/published_counts.csv as CELLS, public by kind."""
    rows = reference.read("published_counts", unverified)
    rows = rows[rows["table"] == table].drop(columns=["table", "source", "status"])
    where = f"reference/published_counts.csv ({table})"
    if rows.empty:
        raise DataError(f"{where}: no row of this table may be used; check its name and status.")
    return _cells_of_margins(rows, source=table, public=True, where=where)


def delivered(
    path: str,
    name: str,
    layout: str,
    separator: str,
    encoding: str,
    unverified: reference.Unverified,
) -> pd.DataFrame:
    """Return a delivered CSV of counts as CELLS, which are never public.

    Parameters
    ----------
    path : the file; its columns are those of LAYOUTS[layout], where '?' marks an optional one.
    name : what the source is called in every row of the results.

    Raises
    ------
    DataError : the file isn't readable as described, a count isn't a whole number, a code, group
        or cohort isn't known, or the counts don't add up.
    """
    rows = pd.DataFrame(io.read_delivered_csv(path, LAYOUTS[layout], separator, encoding))
    if layout == "margins":
        return _cells_of_margins(rows, source=name, public=False, where=str(path))
    return _cells_of_codes(rows, name, str(path), levels.advice_table(unverified))


def _cells_of_margins(rows: pd.DataFrame, source: str, public: bool, where: str) -> pd.DataFrame:
    rows = _with_schools(_typed(rows, ["n", *ELIGIBLE], where), where)
    for name in GROUPINGS:
        rows[name] = rows.get(name, TOTAL)
    _check_groups(rows, where)
    _check_margins(rows, where)
    adjusted, not_adjusted = rows[ELIGIBLE[0]], rows[ELIGIBLE[1]]
    known = adjusted.notna()
    rest = rows["n"] - adjusted.fillna(0) - not_adjusted.fillna(0)
    parts = [
        _cells(rows[known], adjusted[known], eligible=True, adjusted=True),
        _cells(rows[known], not_adjusted[known], eligible=True, adjusted=False),
        _cells(rows[known], rest[known], eligible=False),
        _cells(rows[~known], rest[~known]),
    ]
    return _finished(pd.concat(parts, ignore_index=True), source, public, where)


def _cells_of_codes(
    rows: pd.DataFrame, source: str, where: str, advice: pd.DataFrame
) -> pd.DataFrame:
    rows = _typed(rows, ["n"], where)
    empty = rows["n"].isna().sum()
    if empty:
        raise DataError(f"{where}: column n is empty in {empty} row(s); every row needs a count.")
    _check_codes_rows(rows, where)
    if "income_quintile" in rows:
        rows["income_quintile"] = rows["income_quintile"].fillna("unknown")
        _check_groups(rows, where)
    for name in CODES:
        levels.check_codes(rows[name], advice, where, test=name == "test_advice")
    return _finished(_cells(rows, rows["n"]), source, public=False, where=where)


def _check_codes_rows(rows: pd.DataFrame, where: str) -> None:
    """Raise DataError where rows of the layout codes would count a pupil more than once."""
    texts = rows.drop(columns=["cohort", "n"])
    totals = int(texts.apply(lambda column: column.str.lower().isin(TOTALS)).any(axis=1).sum())
    if totals:
        raise DataError(
            f"{where}: {totals} row(s) are a total ({', '.join(TOTALS)}); the layout codes has "
            "none, since its rows are added up. Leave them out."
        )
    doubled = int(rows.duplicated(list(rows.columns.drop("n"))).sum())
    if doubled:
        raise DataError(
            f"{where}: {doubled} row(s) stand twice for the same cohort, school, group and advices;"
            " each combination may stand once. Add such rows up, or leave the repeats out."
        )


def _check_groups(rows: pd.DataFrame, where: str) -> None:
    """Raise DataError where a delivered group is empty or not one that is known."""
    for name, groups in GROUPINGS.items():
        if name not in rows:
            continue
        wrong = int((~rows[name].isin([*groups, TOTAL])).sum())
        if wrong:
            raise DataError(
                f"{where}: column {name} is empty or not known in {wrong} row(s); allowed are "
                f"{listing([*groups, TOTAL], 20)}."
            )


def _typed(rows: pd.DataFrame, counts: list[str], where: str) -> pd.DataFrame:
    """Return the rows with whole numbers as such and empty text as missing."""
    rows = rows.astype(schemas.TEXT).replace("", pd.NA)
    for name in ["cohort", *counts]:
        wrong = rows[name].notna() & ~rows[name].str.fullmatch(r"[0-9]{1,9}", na=False)
        if wrong.any():
            raise DataError(
                f"{where}: column {name} holds {wrong.sum()} value(s) that aren't whole numbers; "
                "write digits only, without thousands separator, sign or decimals."
            )
        rows[name] = pd.to_numeric(rows[name]).astype("Int64")
    known = reference.read("regimes", {})["cohort"].astype(int)
    unknown = int((~rows["cohort"].isin(known)).sum())
    if unknown:
        raise DataError(
            f"{where}: column cohort holds {unknown} value(s) that are empty or not in "
            f"reference/regimes.csv; allowed are {known.min()} to {known.max()}, the first "
            "calendar year of the school year."
        )
    return rows


def _with_schools(rows: pd.DataFrame, where: str) -> pd.DataFrame:
    """Return the rows with every school named, or without the column where none is."""
    if "school_id" not in rows:
        return rows
    empty = int(rows["school_id"].isna().sum())
    if empty == len(rows):
        return rows.drop(columns="school_id")
    totals = int(rows["school_id"].str.lower().isin(TOTALS).sum())
    if empty or totals:
        raise DataError(
            f"{where}: column school_id is empty in {empty} row(s) and a total in {totals}, "
            "beside named schools; such rows would count pupils twice. Name every row's school, "
            "or none."
        )
    return rows


def _cells(
    rows: pd.DataFrame,
    n: pd.Series,
    eligible: bool | None = None,
    adjusted: bool | None = None,
) -> pd.DataFrame:
    """Return one cell a row, with n pupils and what is known of their reconsideration."""
    texts = {name: rows[name].array for name in ["school_id", *GROUPINGS, *CODES] if name in rows}
    return schemas.empty_columns(schemas.CELLS, len(rows)).assign(
        **texts,
        cohort=rows["cohort"].to_numpy(dtype="int64"),
        eligible=pd.array([eligible] * len(rows), dtype="boolean"),
        adjusted=pd.array([adjusted] * len(rows), dtype="boolean"),
        n=n.to_numpy(dtype="int64"),
    )


def _finished(cells: pd.DataFrame, source: str, public: bool, where: str) -> pd.DataFrame:
    # Published and delivered counts are unweighted: every pupil weighs 1.
    weights = cells["n"].astype(float)
    names = pd.array([source] * len(cells), dtype=schemas.TEXT)
    cells = cells.assign(source=names, public=public, w=weights, w2=weights)
    return schemas.validate(cells, schemas.CELLS, where)


def _check_margins(rows: pd.DataFrame, where: str) -> None:
    """Raise DataError where counts contradict each other, with how many rows do."""
    keys = [name for name in ["cohort", "school_id", *GROUPINGS] if name in rows]
    doubled = int(rows.duplicated(keys).sum())
    half = int((rows[ELIGIBLE[0]].isna() != rows[ELIGIBLE[1]].isna()).sum())
    empty = int(rows["n"].isna().sum())
    too_many = int((rows[ELIGIBLE].sum(axis="columns") > rows["n"]).sum())
    if doubled:
        raise DataError(
            f"{where}: {doubled} row(s) stand(s) twice for the same {', '.join(keys)}; each "
            "combination may stand once."
        )
    problems = [
        (empty, "lack(s) n"),
        (half, f"give(s) only one of {' and '.join(ELIGIBLE)}"),
        (too_many, f"give(s) more eligible pupils ({' + '.join(ELIGIBLE)}) than n"),
        *_margin_problems(rows, keys),
    ]
    found = [f"{n} row(s) {what}" for n, what in problems if n]
    if found:
        raise DataError(
            f"{where}: the counts don't add up: {'; '.join(found)}. Parts may be fewer than their "
            "total, never more; correct the file at its source."
        )


def _margin_problems(rows: pd.DataFrame, keys: list[str]) -> list[tuple[int, str]]:
    """Return, by grouping, how many parts lack a total row and how many totals are too small."""
    counts = ["n", *ELIGIBLE, "not_eligible"]
    rows = rows.assign(not_eligible=rows["n"] - rows[ELIGIBLE].sum(axis="columns", min_count=2))
    found = []
    for name in GROUPINGS:
        others = [key for key in keys if key != name]
        totals = rows[rows[name] == TOTAL].set_index(others)[counts]
        parts = rows[rows[name] != TOTAL].groupby(others, dropna=False)[counts].sum()
        shared = totals.index.intersection(parts.index)
        above = int((parts.loc[shared] > totals.loc[shared]).any(axis="columns").sum())
        found.append((len(parts) - len(shared), f"with {name} total is missing beside its parts"))
        found.append((above, f"with {name} total hold(s) fewer pupils than the parts together"))
    return found
