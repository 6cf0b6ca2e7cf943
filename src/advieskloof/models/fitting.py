"""All models of a run: each fitted to its pupils, and read off as ESTIMATES."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from advieskloof import reference
from advieskloof.errors import ModelError
from advieskloof.indicators.advice import REFERENCES
from advieskloof.indicators.asked import Asked
from advieskloof.indicators.curves import AT_LEAST
from advieskloof.models import effects, estimates, of_followed, workers
from advieskloof.models.binary import fit_binary
from advieskloof.models.counts import counts
from advieskloof.models.estimates import BY_THRESHOLD, About
from advieskloof.models.frames import COMPARED, SCHOOL, Frames, read
from advieskloof.models.means import group_means
from advieskloof.models.multinomial import fit_multinomial
from advieskloof.models.ordered import OrderedFit, fit_ordered
from advieskloof.models.proportional import at_threshold
from advieskloof.models.random_effects import fit_random
from advieskloof.models.results import Fit
from advieskloof.models.specification import CLASS, Model
from advieskloof.models.within import within_between

# Pupils beyond the parameters of a fit: with fewer it says more of these pupils than of others.
LEAST_LEFT = 10
FITTED = {
    "ordered": fit_ordered,
    "binary": fit_binary,
    "multinomial": fit_multinomial,
    "moves": fit_multinomial,
    "year_3": fit_ordered,
}


def fit_models(
    paths: Sequence[Path],
    models: Sequence[Model],
    asked: Asked,
    unverified: reference.Unverified,
    spill: Path,
    followed: Path | None = None,
    processes: int = 1,
) -> pd.DataFrame:
    """Fit models to PUPILS, and read off what they are asked to report.

    Parameters
    ----------
    paths : Parquet files of PUPILS, analysed.
    models : as `specification.load` gives them.
    asked : what stands in every row: source, and region_of, 'school' or 'home'.
    unverified : the config's list of reference rows that may be used unverified.
    spill : a private folder for what doesn't fit in memory; gone at the end.
    followed : the Parquet file of FOLLOWED of the same pupils, for models of kinds `moves` and
        `year_3`.
    processes : how many fit at once; the numbers don't depend on it.

    Returns
    -------
    ESTIMATES : in the table `model_<name>`, per base and cohort (or `total` for all together):
        standardised probabilities by group and gaps (adjustment `modelled_` and what is held equal,
        such as `modelled_score`; shares 0-1), the same with a fit for each threshold
        (`modelled_by_threshold`), mean levels and gaps in levels, raw and in steps to within
        schools, shares of variance, and shrunken regions (`modelled_shrunken`). Models of kind
        `moves` give the chance of each outcome of all placed in year 1 (`of_followed.OUTCOMES`),
        those of kind `year_3` of at least havo and of vwo among those with a position in grade 3. A
        cohort that can't support a model has rows `not_defined`, one in which it has no maximum
        rows `not_supported`.

    Raises
    ------
    DataError : a code isn't usable, or a grouping is too coarse.
    """
    frames = read(paths, models, unverified, spill, followed)
    wanted = [fit for model in models for base in model.bases for fit in _fits(model, base, frames)]
    found = workers.each(_rows, wanted, frames, processes)
    rows = [row for rows in found for row in rows]
    return estimates.table(rows, asked.source, asked.region_of)


def _fits(model: Model, base: str, frames: Frames) -> Iterator[tuple[About, list[int]]]:
    """Give what is fitted, with the places of its cohorts; together without unsupported ones."""
    places = range(len(frames.cohorts))
    supported = [t for t in places if not frames.why_not(model, base, t)]
    if model.cohorts == "together":
        yield About(model, base, "total"), supported
        return
    for t in supported[-1:] or places[-1:] if model.cohorts == "latest" else places:
        yield About(model, base, str(frames.cohorts[t])), [t]


def _rows(frames: Frames, wanted: tuple[About, list[int]]) -> list[dict[str, object]]:
    """Return the rows of one fit, to the pupils of the cohorts at some places."""
    about, places = wanted
    model = about.model
    reasons = [frames.why_not(model, about.base, t) for t in places] or ["no_cohort_supports_it"]
    if any(reasons):
        return estimates.without_numbers(about, *_first(model), "not_defined", reasons[0])
    frame = frames.frame(model, about.base, places)
    try:
        return READ[model.kind](about, frame)
    except ModelError as error:
        return estimates.without_numbers(about, *_first(model), "not_supported", error.reason)


def _first(model: Model) -> tuple[list[str], str]:
    """Return the indicators, and their unit, under which a model without numbers is told."""
    if model.kind in FITTED:
        return list(_events(model, np.zeros(0))), "share"
    if model.kind == "random":
        return estimates.variances(model), "share"
    return ["mean_level"], "levels"


def _events(model: Model, outcome: np.ndarray) -> dict[str, np.ndarray]:
    """Return by indicator which outcomes count: pupils' own, or the outcomes of a fit."""
    if model.kind == "moves":
        names = of_followed.OUTCOMES
        return {f"{name}_of_placed": outcome == k for k, name in enumerate(names)}
    if model.kind == "year_3":
        return {f"{name}_in_grade_3": outcome >= lowest for name, lowest in AT_LEAST.items()}
    if model.outcome == "level":
        return {name: outcome >= lowest for name, lowest in AT_LEAST.items()}
    if model.outcome == "compared":
        return {f"{name}_of_placed": outcome == k for k, name in enumerate(COMPARED)}
    placed = "" if model.definition == "level" else "_of_placed"
    return {f"{model.outcome}{placed}": outcome == 1}


def _categorical(about: About, frame: pd.DataFrame) -> list[dict[str, object]]:
    """Return the rows of an ordered, binary or multinomial logit."""
    model = about.model
    fit = _fitted(model, frame)
    _check_left(fit.n - len(fit.names))
    marks = _events(model, frame[model.outcome].to_numpy())
    rows = _read_off(about, fit, frame, marks, _events(model, fit.outcomes))
    if model.thresholds:
        for name, mark in marks.items():
            rows += _at_one_threshold(about, fit, frame, (name, mark))
    return rows


def _fitted(model: Model, frame: pd.DataFrame) -> Fit:
    fit = FITTED[model.kind]
    of_class = [name for name in CLASS if name in model.variables]
    if model.kind == "moves" and of_class:
        # From the highest class nobody goes up.
        fit = partial(fit, zeros_by=of_class[0])
    return fit(model.formula, frame, cluster=model.cluster)


def _read_off(
    about: About,
    fit: Fit,
    frame: pd.DataFrame,
    marks: dict[str, np.ndarray],
    events: dict[str, np.ndarray],
    adjustment: str = "",
) -> list[dict[str, object]]:
    """Return the standardised probabilities and gaps of all splits.

    adjustment : of these rows; without it, by what the model holds equal.
    """
    rows, df = [], fit.covariance.df
    for split in about.model.by:
        found = effects.adjusted(fit, split, events)
        parts = [found]
        if REFERENCES.get(split[0]) in effects.groups_of(fit, split[0]):
            parts.append(effects.gaps(fit, found, split[0], REFERENCES[split[0]]))
        named = adjustment or about.model.adjustment(split)
        for part in parts:
            rows += estimates.of_effects(about, part, frame, marks, df, named)
    return rows


def _at_one_threshold(
    about: About, fit: OrderedFit, frame: pd.DataFrame, marked: tuple[str, np.ndarray]
) -> list[dict[str, object]]:
    """Return what a binary logit says of one event, without proportional odds.

    marked : the event, and which pupils have it.
    """
    name, mark = marked
    above = next((each for each in fit.outcomes if each >= AT_LEAST[name]), None)
    try:
        alone = at_threshold(fit, above)
    except ModelError as error:
        told = estimates.without_numbers(about, [name], "share", "not_supported", error.reason)
        return [{**row, "adjustment": BY_THRESHOLD} for row in told]
    events = {name: np.array([False, True])}
    return _read_off(about, alone, frame, {name: mark}, events, BY_THRESHOLD)


def _within(about: About, frame: pd.DataFrame) -> list[dict[str, object]]:
    """Return the rows of a gap: mean levels, and the gap in steps, within and between schools."""
    model = about.model
    found = within_between(model.formula, frame, school=SCHOOL, steps=model.steps())
    _check_left(found.n - found.n_columns)
    reference = REFERENCES[model.of]
    rests_on = counts(frame, [model.of], np.zeros(len(frame), dtype=bool))
    means = group_means(frame, model.of, model.outcome, rests_on)
    rows = estimates.of_means(about, means, model.of, rests_on)
    # Slopes are against the first group; the gap is against the reference.
    for group in frame[model.of].cat.categories:
        column = f"{model.of}[T.{group}]"
        rows += estimates.of_parts(
            about, found.table, column, (model.of, group, reference), rests_on
        )
    return rows


def _random(about: About, frame: pd.DataFrame) -> list[dict[str, object]]:
    """Return the rows of a model with random effects of schools, and of regions if asked."""
    model = about.model
    fit = fit_random(model.formula, frame, school=SCHOOL, region=model.region or None)
    _check_left(len(frame) - len(fit.products.names))
    nobody = np.zeros(len(frame), dtype=bool)
    regions = counts(frame, [model.region], nobody) if model.region else None
    return estimates.of_random(about, fit, counts(frame, [], nobody), regions)


def _check_left(left: int) -> None:
    """Raise ModelError where a fit has too few pupils beyond its parameters."""
    if left < LEAST_LEFT:
        raise ModelError(
            f"there are {left} pupils beyond the parameters of the model, and {LEAST_LEFT} are "
            "needed; leave terms out, or fit cohorts together.", "model_too_few_pupils",
        )  # fmt: skip


READ: dict[str, Callable[[About, pd.DataFrame], list[dict[str, object]]]] = {
    **dict.fromkeys(FITTED, _categorical),
    "within": _within,
    "random": _random,
}
