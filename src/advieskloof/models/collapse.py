"""From pupils, or cells of them, to the unique rows that a likelihood needs.

A *row* is a combination of covariates that occurs, a *cell* a row and an outcome. A likelihood of
cells is that of the pupils, so nothing is lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from advieskloof.errors import ModelError, listing
from advieskloof.models import formula as formulas
from advieskloof.models.design import Design, Term

LARGEST = 2**62
# Possible keys for each that is there, up to which they are looked up in a table.
FEW = 4


@dataclass(frozen=True)
class Collapsed:
    """What a likelihood needs of the data.

    design : the unique rows.
    outcome_name, outcomes : the outcome's column, and its values that occur, in order.
    row, outcome, weight : of cells, in the order of rows and outcomes, (cells,).
    cell : of each row of the data with a weight above zero, (data,).
    data_weight : of these, (data,).
    clusters : by name, codes of these and how many clusters there are.
    n : rows of the data with a weight above zero.
    """

    design: Design
    outcome_name: str
    outcomes: np.ndarray
    row: np.ndarray
    outcome: np.ndarray
    weight: np.ndarray
    cell: np.ndarray
    data_weight: np.ndarray
    clusters: tuple[tuple[str, np.ndarray, int], ...]

    @property
    def n(self) -> int:
        """Rows of the data that count."""
        return len(self.cell)

    @property
    def row_weight(self) -> np.ndarray:
        """Sum of weights of each row of the design, (rows,)."""
        return np.bincount(self.row, self.weight, self.design.n_rows)


def collapse(
    formula: str, data: pd.DataFrame, weights: str | None, clusters: Sequence[str]
) -> Collapsed:
    """Return data as unique rows and cells of a formula's variables.

    Parameters
    ----------
    formula : `outcome ~ terms`.
    data : a row per pupil, or per cell of alike pupils with their number as weight. Groups are
        categories (the first that occurs is the reference) or texts (in alphabetical order).
    weights : column of weights, at least 0; every row weighs 1 without it. A row that weighs 0
        counts for nothing.
    clusters : columns whose values are clusters.

    Raises ModelError, with counts, where a column is absent or a value is missing, a weight is
    negative, or nothing is left.
    """
    outcome, asked = formulas.parse(formula)
    variables = sorted({name for term in asked for name in term.variables})
    needed = [outcome, *variables, *clusters, *([weights] if weights else [])]
    _check(data, list(dict.fromkeys(needed)))
    weight = _weights(data, weights)
    held = slice(None) if weight.all() else np.flatnonzero(weight)
    weight = weight[held]
    coded = {name: _codes(data[name].iloc[held]) for name in {outcome, *variables, *clusters}}
    outcome_code, outcomes = coded[outcome]
    row, first = _unique([coded[name] for name in variables], len(weight))
    cell, of_cell = _unique([(row, first), coded[outcome]], len(weight))
    of_cell, cell = _in_order(row[of_cell] * len(outcomes) + outcome_code[of_cell], of_cell, cell)
    n_rows = len(first)
    values = {name: (coded[name][0][first], coded[name][1]) for name in variables}
    by_row = np.bincount(row, weight, n_rows)
    return Collapsed(
        Design(tuple(_term(each, values, by_row) for each in asked), n_rows),
        outcome,
        np.asarray(outcomes),
        row[of_cell],
        outcome_code[of_cell],
        np.bincount(cell, weight, len(of_cell)),
        cell,
        weight,
        tuple((name, coded[name][0], len(coded[name][1])) for name in clusters),
    )


def named(cluster: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the names of clusters, none, one or two.

    Raises ModelError where there are more.
    """
    names = () if cluster is None else (cluster,) if isinstance(cluster, str) else tuple(cluster)
    if len(names) > 2:
        raise ModelError(f"clusters are {len(names)} ways; one or two are possible.", "columns")
    return names


def _check(data: pd.DataFrame, needed: list[str]) -> None:
    absent = [name for name in needed if name not in data]
    if absent:
        raise ModelError(
            f"the data lack the column(s) {listing(absent)}; add or rename them.", "columns"
        )
    missing = data[needed].isna().sum()
    missing = missing[missing > 0]
    if len(missing):
        counts = [f"{name} ({n})" for name, n in missing.items()]
        raise ModelError(
            f"values are missing in {listing(counts)} of {len(data)} rows; give them a value such "
            "as `unknown`, or leave these rows out beforehand and say so.", "missing",
        )  # fmt: skip


def _weights(data: pd.DataFrame, weights: str | None) -> np.ndarray:
    weight = np.ones(len(data)) if weights is None else data[weights].to_numpy(dtype=float)
    wrong = int((~np.isfinite(weight) | (weight < 0)).sum())
    if wrong:
        raise ModelError(
            f"{wrong} of {len(weight)} weights in {weights} are negative or not finite; a weight "
            "is 0 or more.", "weights",
        )  # fmt: skip
    if not weight.any():
        raise ModelError("no row has a weight above zero, so there is nothing to fit.", "empty")
    return weight


def _codes(values: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """Return codes from 0 of the values that occur, and these in order."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        used = np.bincount(values.cat.codes, minlength=len(values.cat.categories)) > 0
        place = np.cumsum(used) - 1
        kept = values.cat.categories[used]
        return place[values.cat.codes.to_numpy()], pd.CategoricalIndex(kept, categories=kept)
    codes, found = pd.factorize(values, sort=True)
    found = pd.Index(found)
    if not pd.api.types.is_numeric_dtype(found) or pd.api.types.is_bool_dtype(found):
        found = pd.CategoricalIndex(found, categories=found)
    return codes, found


def _unique(columns: Sequence[tuple[np.ndarray, object]], n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the combination of codes that each of n units has, and where each occurs first."""
    key, size = np.zeros(n, dtype=np.int64), 1
    for codes, values in columns:
        if size * len(values) > LARGEST:
            key, found = pd.factorize(key)
            size = len(found)
        key, size = key * len(values) + codes, size * len(values)
    place, n_places = _places(key, size)
    first = np.empty(n_places, dtype=np.int64)
    # Backwards, so that the first occurrence is written last.
    first[place[::-1]] = np.arange(len(place))[::-1]
    return place, first


def _places(key: np.ndarray, size: int) -> tuple[np.ndarray, int]:
    """Return keys below `size` numbered from 0 without gaps, and how many there are."""
    if size > FEW * len(key):
        place, found = pd.factorize(key)
        return place, len(found)
    # Where most keys may occur a table of them is several times faster than a hash.
    occurs = np.zeros(size, dtype=bool)
    occurs[key] = True
    return (np.cumsum(occurs) - 1)[key], int(occurs.sum())


def _in_order(
    key: np.ndarray, first: np.ndarray, place: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the cells in the order of a key, and each unit's cell in that order."""
    order = np.argsort(key)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return first[order], rank[place]


def _term(
    asked: formulas.Asked, values: dict[str, tuple[np.ndarray, pd.Index]], by_row: np.ndarray
) -> Term:
    """Return a term on the unique rows."""
    mine = [values[name] for name in asked.variables]
    code, first = _unique(mine, len(by_row))
    levels = pd.DataFrame(
        {
            name: held.take(codes[first])
            for name, (codes, held) in zip(asked.variables, mine, strict=True)
        }
    )
    coding, table = formulas.coded(asked, levels, np.bincount(code, by_row, len(first)))
    return Term(coding, levels, table, code)


def on_rows(design: Design, data: pd.DataFrame) -> tuple[Design, np.ndarray]:
    """Return a fitted design on new data: its unique rows, and the row of each row of the data.

    Raises ModelError, with counts, where a column is absent, or a value is missing or wasn't
    fitted.
    """
    variables = sorted({name for term in design.terms for name in term.levels})
    _check(data, variables)
    kinds = {name: term.levels[name].dtype for term in design.terms for name in term.levels}
    codes = {name: _known_codes(data[name], kinds[name]) for name in variables}
    row, first = _unique([codes[name] for name in variables], len(data))
    terms = []
    for term in design.terms:
        mine = [(codes[name][0][first], codes[name][1]) for name in term.levels]
        code, level = _unique(mine, len(first))
        levels = pd.DataFrame(
            {
                name: held.take(places[level])
                for name, (places, held) in zip(term.levels, mine, strict=True)
            }
        )
        terms.append(Term(term.coding, levels, term.coding.table(levels), code))
    return Design(tuple(terms), len(first)), row


def _known_codes(values: pd.Series, kind: object) -> tuple[np.ndarray, pd.Index]:
    if not isinstance(kind, pd.CategoricalDtype):
        return _codes(values.astype(float))
    known = values.isin(kind.categories)
    if not known.all():
        raise ModelError(
            f"{int((~known).sum())} of {len(values)} values of {values.name} weren't among those "
            f"fitted: {listing(kind.categories, 40)}.", "columns",
        )  # fmt: skip
    codes = pd.Categorical(values, categories=kind.categories).codes.astype(np.int64)
    return codes, pd.CategoricalIndex(kind.categories, categories=kind.categories)
