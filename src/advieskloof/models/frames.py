"""From PUPILS to the columns that a model is fitted to, one cohort or all together."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from advieskloof import reference
from advieskloof.indicators import coded
from advieskloof.indicators.advice import REFERENCES
from advieskloof.indicators.blocks import Measure
from advieskloof.indicators.coded import MISSING, Pupils
from advieskloof.indicators.curves import AT_LEAST
from advieskloof.indicators.families import Prepared, prepare
from advieskloof.indicators.groups import UNKNOWN, Grouping, columns_of, grouping
from advieskloof.indicators.outcomes import DIRECTIONS
from advieskloof.models.specification import COHORT, PLACES, Model

SCHOOL = "school_id"
# ASSUME: a scale of fewer of a cohort's pupils with a score says too little of its spline, and such
# a provider's schools are few and unlike others; its pupils are left out, whatever the outcome.
MINIMUM_SCALE, MINIMUM_SHARE = 100, 0.01
# A scale is the code of its provider times this, and its cohort's year.
YEARS = 10_000
COMPARED = ("equal", "under", "over")


@dataclass(frozen=True)
class Frames:
    """The pupils of a run, from which each model takes its own."""

    pupils: Pupils
    prepared: Prepared
    groupings: dict[str, Grouping]

    @property
    def cohorts(self) -> list[int]:
        """First calendar years of the cohorts."""
        return [cohort.year for cohort in self.pupils.cohorts]

    def why_not(self, model: Model, base: str, t: int) -> str:
        """Return why cohort t can't support a model, '' where it can."""
        needs = [*(["test_advice"] if model.definition != "level" else [])]
        needs += ["score"] if model.needs_score else []
        measure = Measure("", model.definition, base, "modelled", "share", tuple(needs))
        reason = self.prepared.why_not([measure])[t][0]
        lacking = [name for name in model.groupings if self.groupings[name].codes[t] is None]
        return reason or ("grouping_not_delivered" if lacking else "")

    def frame(self, model: Model, base: str, cohorts: Sequence[int]) -> pd.DataFrame:
        """Return a model's pupils of some cohorts (places in `cohorts`): outcome, terms, school.

        Pupils are left out without an outcome, without a score where terms hold it, on a scale
        of few of them, or without a known place where terms hold one.
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
        if "scale" in frame:
            frame["scale"] = self._scales(frame["scale"])
        if COHORT in frame:
            frame[COHORT] = frame[COHORT].astype(str).astype("category")
        return frame

    def _of_cohort(self, model: Model, base: str, t: int) -> dict[str, np.ndarray]:
        cohort = self.pupils.cohorts[t]
        outcome, held = self._outcome(model, base, t)
        columns = {model.outcome: outcome, SCHOOL: cohort.school}
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
        cohort, advice = self.pupils.cohorts[t], self.prepared.outcomes[t].by_base[base]
        if model.definition != "level":
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
    paths: Sequence[Path], models: Sequence[Model], unverified: reference.Unverified, spill: Path
) -> Frames:
    """Return the pupils that models need, read once.

    Raises DataError where a code isn't usable, or a grouping isn't there or is too coarse.
    """
    names = list(dict.fromkeys(name for model in models for name in model.groupings))
    pupils = coded.read(paths, columns_of([[name] for name in names]), spill)
    prepared = prepare(pupils, True, unverified)
    return Frames(pupils, prepared, {name: _grouping(pupils, name, unverified) for name in names})


def _grouping(pupils: Pupils, name: str, unverified: reference.Unverified) -> Grouping:
    """Return the pupils by one column; a column that wasn't delivered is in no cohort."""
    [column] = columns_of([[name]])
    of_cohorts = (
        cohort.provider if column == "test_provider" else cohort.columns[column]
        for cohort in pupils.cohorts
    )
    if any((codes != MISSING).any() for codes in of_cohorts):
        return grouping(pupils, [name], unverified)
    return Grouping((name,), [], [None] * len(pupils.cohorts))
