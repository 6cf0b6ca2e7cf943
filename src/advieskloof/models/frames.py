"""From PUPILS to the columns that a model is fitted to, one cohort or all together."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from advieskloof import positions, reference
from advieskloof.errors import DataError, listing
from advieskloof.indicators import coded
from advieskloof.indicators.advice import REFERENCES
from advieskloof.indicators.blocks import Measure
from advieskloof.indicators.clustered import secondary_clusters
from advieskloof.indicators.coded import MISSING, Pupils
from advieskloof.indicators.curves import AT_LEAST
from advieskloof.indicators.families import Prepared, prepare
from advieskloof.indicators.groups import UNKNOWN, Grouping, columns_of, grouping
from advieskloof.indicators.outcomes import DEFINITIONS, DIRECTIONS
from advieskloof.models import of_followed
from advieskloof.models.specification import ADVICE, CLASS, COHORT, PLACES, Model

SCHOOL, SECONDARY = "school_id", "vo_school_id"
# ASSUME: a scale of fewer of a cohort's pupils with a score says too little of its spline, and such
# a provider's schools are few and unlike others; its pupils are left out, whatever the outcome.
MINIMUM_SCALE, MINIMUM_SHARE = 100, 0.01
# A scale is the code of its provider times this, and its cohort's year.
YEARS = 10_000
COMPARED = ("equal", "under", "over")


@dataclass(frozen=True)
class Frames:
    """The pupils of a run, from which each model takes its own.

    types : classes and positions of secondary school (`positions.class_types`).
    """

    pupils: Pupils
    prepared: Prepared
    groupings: dict[str, Grouping]
    types: pd.DataFrame

    @property
    def cohorts(self) -> list[int]:
        """First calendar years of the cohorts."""
        return [cohort.year for cohort in self.pupils.cohorts]

    def why_not(self, model: Model, base: str, t: int) -> str:
        """Return why cohort t can't support a model, '' where it can."""
        needs = ["test_advice"] if model.needs_test_advice else []
        needs += ["score"] if model.needs_score else []
        measure = Measure("", model.definition, base, "modelled", "share", tuple(needs))
        reason = of_followed.why_not(self.pupils, t) if model.followed else ""
        reason = reason or self.prepared.why_not([measure])[t][0]
        lacking = [name for name in model.groupings if self.groupings[name].codes[t] is None]
        return reason or ("grouping_not_delivered" if lacking else "")

    def frame(self, model: Model, base: str, cohorts: Sequence[int]) -> pd.DataFrame:
        """Return a model's pupils of some cohorts (places in `cohorts`): outcome, terms, school.

        Of a model of followed pupils also the secondary school. Pupils are left out without an
        outcome, without a score where terms hold it, on a scale of few of them, or without a known
        place where terms hold one.
        """
        parts = [self._of_cohort(model, base, t) for t in cohorts]
        columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        frame = pd.DataFrame(columns, copy=False)
        for name in model.groupings:
            texts = [group for (group,) in self.groupings[name].groups]
            groups = pd.Categorical.from_codes(frame[name], texts)
            # Slopes, as gaps, are measured from the reference.
            frame[name] = groups.reorder_categories(
                sorted(texts, key=lambda text, name=name: text != REFERENCES.get(name))
            )
        if SECONDARY in frame:
            school = frame[SCHOOL].to_numpy()
            frame[SECONDARY] = secondary_clusters(school, frame[SECONDARY].to_numpy())
        if "scale" in frame:
            frame["scale"] = self._scales(frame["scale"])
        if COHORT in frame:
            frame[COHORT] = frame[COHORT].astype(str).astype("category")
        return frame

    def _of_cohort(self, model: Model, base: str, t: int) -> dict[str, np.ndarray]:
        cohort = self.pupils.cohorts[t]
        outcome, held = self._outcome(model, base, t)
        columns = {model.outcome: outcome, SCHOOL: cohort.school}
        if model.followed:
            columns[SECONDARY] = cohort.columns[SECONDARY]
        if model.needs_score:
            held &= self._on_a_large_scale(t)
            # In wide whole numbers: codes of providers are narrow.
            scale = cohort.provider.astype(np.int64) * YEARS + cohort.year
            columns |= {"score": cohort.score, "scale": scale}
        if COHORT in model.variables:
            columns[COHORT] = np.full(len(held), cohort.year)
        for name in model.groupings:
            codes = self.groupings[name].codes[t]
            groups = [group for (group,) in self.groupings[name].groups]
            if name in PLACES and UNKNOWN in groups:
                held &= codes != groups.index(UNKNOWN)
            columns[name] = codes
        return {name: values[held] for name, values in columns.items()}

    def _outcome(self, model: Model, base: str, t: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the outcome of each pupil of cohort t, and who has one."""
        if model.followed:
            return of_followed.outcome(self.pupils, t, model.kind, self.types)
        cohort, advice = self.pupils.cohorts[t], self.prepared.outcomes[t].by_base[base]
        if model.definition in DEFINITIONS:
            compared = advice.compared[model.definition][cohort.profile]
            return _compared(compared, model.outcome), ~np.isnan(compared)
        level = advice.level[cohort.profile]
        held = ~np.isnan(level)
        return (level >= AT_LEAST[model.outcome] if model.outcome in AT_LEAST else level), held

    def _on_a_large_scale(self, t: int) -> np.ndarray:
        """Mark the pupils of cohort t who have a score on a scale of enough pupils."""
        scored = self.prepared.stratum[t] != MISSING
        provider = self.pupils.cohorts[t].provider[scored]
        pupils = np.bincount(provider)
        large = (pupils >= MINIMUM_SCALE) & (pupils >= MINIMUM_SHARE * len(provider))
        scored[scored] = large[provider]
        return scored

    def _scales(self, scale: pd.Series) -> pd.Categorical:
        """Return scales as texts of provider and year."""
        codes, scales = pd.factorize(scale, sort=True)
        providers = self.pupils.texts["test_provider"]
        names = [f"{providers[scale // YEARS]}_{scale % YEARS}" for scale in scales]
        return pd.Categorical.from_codes(codes, names)


def _compared(compared: np.ndarray, outcome: str) -> np.ndarray:
    """Return -1, 0, +1 as an outcome: its own direction or not, or one of COMPARED."""
    if outcome in DIRECTIONS:
        return compared == DIRECTIONS[outcome]
    return np.select([compared < 0, compared > 0], [1, 2], 0)


def read(
    paths: Sequence[Path],
    models: Sequence[Model],
    unverified: reference.Unverified,
    spill: Path,
    followed: Path | None = None,
) -> Frames:
    """Return the pupils that models need, read once.

    followed : the Parquet file of FOLLOWED of the same pupils, which some models need.

    Raises DataError where a code isn't usable, a grouping isn't there or is too coarse, or what is
    known of followed pupils is asked of others.
    """
    names = list(dict.fromkeys(name for model in models for name in model.groupings))
    columns = _columns(names)
    of_others = sorted({*ADVICE, *CLASS} & set(columns))
    if followed is None and of_others:
        raise DataError(
            f"{listing(of_others)} is known of pupils who are followed after group 8, of whom no "
            "file is given; leave it out of the terms."
        )
    if any(model.followed for model in models):
        columns += [name for name in of_followed.COLUMNS if name not in columns]
    pupils = coded.read(paths, columns, spill, followed)
    prepared = prepare(pupils, True, unverified)
    groupings = {name: _grouping(pupils, name, unverified) for name in names}
    return Frames(pupils, prepared, groupings, positions.class_types(unverified))


def _columns(names: Sequence[str]) -> list[str]:
    """Return the columns of PUPILS and FOLLOWED that groupings are made of."""
    found = []
    for name in names:
        found += [name] if name in (*ADVICE, *CLASS) else columns_of([[name]])
    return list(dict.fromkeys(found))


def _grouping(pupils: Pupils, name: str, unverified: reference.Unverified) -> Grouping:
    """Return the pupils by one column; a column that wasn't delivered is in no cohort."""
    [column] = _columns([name])
    of_cohorts = (
        cohort.provider if column == "test_provider" else cohort.columns[column]
        for cohort in pupils.cohorts
    )
    if any((codes != MISSING).any() for codes in of_cohorts):
        return grouping(pupils, [name], unverified)
    return Grouping((name,), [], [None] * len(pupils.cohorts))
