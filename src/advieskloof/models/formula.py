"""A model's formula: its terms, the variables of each, and their columns on a table of levels.

A term is never laid out over pupils. Its columns are made once for each combination of its
variables that occurs (a *level* of the term), by formulaic.
"""

import ast
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from formulaic import Formula, ModelSpec
from formulaic.errors import FormulaicError
from scipy import sparse

from advieskloof.errors import ModelError, listing
from advieskloof.models.splines import PUPILS, ns

CONTEXT = {"ns": ns, "np": np}
FUNCTIONS = {*CONTEXT, "C", "I"}
# A table with fewer numbers that aren't zero is kept sparse.
DENSE = 0.25


@dataclass(frozen=True)
class Asked:
    """A term of a formula.

    name : as in the formula.
    variables : columns of the data that it is made of.
    margins : the formula of the term and of what is marginal to it, by which it is coded.
    """

    name: str
    variables: tuple[str, ...]
    margins: str


@dataclass(frozen=True)
class Coding:
    """A term whose columns, contrasts and knots are settled.

    columns : names, in order.
    """

    asked: Asked
    columns: tuple[str, ...]
    spec: ModelSpec

    def table(self, levels: pd.DataFrame) -> np.ndarray | sparse.csr_array:
        """Return the term's columns on combinations of its variables, (levels, columns)."""
        return _picked(self.spec.get_model_matrix(levels, context=CONTEXT), self.asked)


def parse(formula: str) -> tuple[str, list[Asked]]:
    """Return the outcome of `outcome ~ terms`, and the terms.

    A constant is never a term: thresholds or an intercept stand in its place. `outcome ~ 1` has
    no terms.

    Raises ModelError where the formula can't be read, hasn't one column as outcome, or uses a
    function other than `ns`, `C`, `I` and numpy's.
    """
    try:
        read = Formula(formula)
        outcomes, terms = [str(term) for term in read.lhs], list(read.rhs)
    except (FormulaicError, AttributeError, TypeError):
        raise ModelError(
            f"the formula {formula!r} can't be read; write it as 'level ~ education + "
            "ns(score, df=4)'.", "formula",
        ) from None  # fmt: skip
    kept = [term for term in terms if str(term) not in ("1", "0")]
    if len(outcomes) != 1 or not outcomes[0].isidentifier():
        raise ModelError(f"the formula {formula!r} needs one column as outcome.", "formula")
    return outcomes[0], [_asked(term, kept) for term in kept]


def _asked(term: object, terms: list[object]) -> Asked:
    mine = {factor.expr for factor in term.factors}
    margins = [str(each) for each in terms if {f.expr for f in each.factors} < mine]
    return Asked(str(term), _variables(mine), " + ".join(["1", *margins, str(term)]))


def _variables(expressions: set[str]) -> tuple[str, ...]:
    """Return the names in expressions that aren't functions, sorted."""
    found, called = set(), set()
    for expression in expressions:
        for node in ast.walk(ast.parse(expression, mode="eval")):
            if isinstance(node, ast.Call):
                called.add(ast.unparse(node.func).split(".")[0])
            elif isinstance(node, ast.Name):
                found.add(node.id)
    if called - FUNCTIONS or not found - FUNCTIONS:
        raise ModelError(
            f"{listing(sorted(expressions))} isn't a term that a formula may have; it is made of "
            f"columns, and of functions only {listing(sorted(FUNCTIONS))}.", "formula",
        )  # fmt: skip
    return tuple(sorted(found - FUNCTIONS))


def coded(asked: Asked, levels: pd.DataFrame, pupils: np.ndarray) -> tuple[Coding, object]:
    """Settle a term's columns on the levels that occur; return it and its table.

    levels : combinations of the term's variables, groups as categories of which the first is the
        reference.
    pupils : how many (or which weight) have each; quantiles of splines are taken over these.

    Raises ModelError where the term can't be made of these columns.
    """
    try:
        matrix = Formula(asked.margins).get_model_matrix(
            levels.assign(**{PUPILS: pupils}), context=CONTEXT
        )
    except (FormulaicError, TypeError, ValueError, KeyError) as error:
        raise ModelError(
            f"the term {asked.name} can't be made of {listing(asked.variables)} "
            f"({type(error).__name__}); are these columns groups where groups are meant, and "
            "numbers where numbers are?", "formula",
        ) from None  # fmt: skip
    places = _slice(matrix.model_spec, asked)
    names = tuple(str(name) for name in matrix.columns[places])
    return Coding(asked, names, matrix.model_spec), _picked(matrix, asked)


def _slice(spec: ModelSpec, asked: Asked) -> slice:
    mine = set(re.split(r":", asked.name))
    for term, places in spec.term_slices.items():
        if str(term) == asked.name or {factor.expr for factor in term.factors} == mine:
            return places
    raise AssertionError(f"formulaic made no columns for {asked.name}")


def _picked(matrix: pd.DataFrame, asked: Asked) -> np.ndarray | sparse.csr_array:
    values = np.asarray(matrix.iloc[:, _slice(matrix.model_spec, asked)], dtype=float)
    if np.count_nonzero(values) < DENSE * values.size:
        return sparse.csr_array(values)
    return np.ascontiguousarray(values)
