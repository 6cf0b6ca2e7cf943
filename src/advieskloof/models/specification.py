"""The models of a run: one entry each in a file such as config/models.yaml, checked."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from advieskloof import io, wording
from advieskloof.errors import ConfigError, DataError, ModelError, listing
from advieskloof.indicators.groups import REGIONS
from advieskloof.indicators.outcomes import DEFINITIONS
from advieskloof.schemas import BASES

SCHEMA = "workflow/schemas/models.schema.yaml"
# What terms may be made of beside the columns of SPLITS.
SCORE = ("score", "scale")
COHORT = "cohort"
# ASSUME: models of place are about pupils whose place is known: an unknown region and an unknown
# urbanity are mostly the same pupils, whom no model can part.
PLACES = (*REGIONS, "urbanity")
ADVICE = ("first_advice_group", "discrepancy")
CLASS = ("class_type", "class_kind")
# Kinds of models of pupils who were placed in a class of year 1, and what their rows are
# defined by.
FOLLOWED = {"moves": "interval", "year_3": "position"}
# Columns of SPLITS that need a test advice.
OF_TEST_ADVICE = ("discrepancy",)
# A score, on a scale that enough of a cohort's pupils have.
SCALE = "scale"
# How the table of estimates of a model is called, and its name after it.
TABLE = "model_"


@dataclass(frozen=True)
class Model:
    """One model, as it is asked for; workflow/schemas/models.schema.yaml says what each key means.

    A key that the kind doesn't have is empty.
    """

    name: str
    why: str
    kind: str
    outcome: str
    bases: tuple[str, ...]
    terms: tuple[str, ...]
    cohorts: str
    cluster: str | tuple[str, ...]
    definition: str = "level"
    by: tuple[tuple[str, ...], ...] = ()
    thresholds: bool = False
    region: str = ""
    of: str = ""

    @property
    def table(self) -> str:
        """The table of estimates that its numbers are in."""
        return f"{TABLE}{self.name}"

    @property
    def formula(self) -> str:
        """The model's formula."""
        return f"{self.outcome} ~ {' + '.join(self.terms) or '1'}"

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of its terms, sorted."""
        # Loads formulaic, which a start of a run without models would wait for.
        from advieskloof.models import formula

        _, asked = formula.parse(self.formula)
        return tuple(sorted({name for term in asked for name in term.variables}))

    @property
    def groupings(self) -> tuple[str, ...]:
        """Columns of SPLITS that it needs, those of its terms first."""
        own = [name for name in self.variables if name not in (*SCORE, COHORT)]
        return tuple(dict.fromkeys([*own, *([self.region] if self.region else [])]))

    @property
    def followed(self) -> bool:
        """Whether its pupils are those placed in year 1 whose third year is due."""
        return self.kind in FOLLOWED

    @property
    def needs_score(self) -> bool:
        """Whether a pupil without a score is outside the model."""
        return any(name in self.variables for name in SCORE)

    @property
    def needs_test_advice(self) -> bool:
        """Whether a cohort without test advices can't support the model."""
        compared = self.definition in DEFINITIONS
        return compared or any(name in self.variables for name in OF_TEST_ADVICE)

    @property
    def needs(self) -> tuple[str, ...]:
        """What its pupils have beside an outcome: SCALE, and the PLACES that are known of them."""
        places = sorted(set(self.groupings) & set(PLACES))
        return (*places, *([SCALE] if self.needs_score else []))

    def adjustment(self, apart_from: Collection[str] = ()) -> str:
        """Return the adjustment of a number by groups: `modelled`, and what it holds equal.

        apart_from : the groups, which aren't held equal.
        """
        return "_".join(["modelled", *(name for name, _ in self._held(apart_from))])

    def steps(self) -> dict[str, tuple[str, ...]]:
        """Return the steps from a raw gap of `of` to all terms: by adjustment the variables held.

        Score, advice, class, other groups of pupils and place come in one after the other, as far
        as terms hold them.
        """
        found, names, held = {"raw": (self.of,)}, ["modelled"], [self.of]
        for name, variables in self._held([self.of]):
            names.append(name)
            held += variables
            found["_".join(names)] = tuple(held)
        return found

    def _held(self, apart_from: Collection[str]) -> list[tuple[str, Sequence[str]]]:
        """Return the kinds of variables that it holds equal, with these."""
        left = [name for name in self.variables if name not in (*apart_from, COHORT)]
        told = (*SCORE, *ADVICE, *CLASS, *PLACES)
        kinds = {
            "score": [name for name in left if name in SCORE],
            "advice": [name for name in left if name in ADVICE],
            "class": [name for name in left if name in CLASS],
            "pupils": [name for name in left if name not in told],
            "place": [name for name in left if name in PLACES],
        }
        return [(kind, held) for kind, held in kinds.items() if held]


def load(path: Path) -> list[Model]:
    """Return the models in a YAML file; `path` is from the checkout.

    Raises ConfigError that names the key, its value and what is allowed.
    """
    try:
        content = io.read_yaml(io.CHECKOUT / path)
    except DataError as error:
        raise ConfigError(str(error).replace(f"{io.CHECKOUT}/", "")) from None
    problems = wording.breaches(io.read_yaml(io.CHECKOUT / SCHEMA), content)
    problems = problems or list(_contradictions(content["models"]))
    if problems:
        raise ConfigError(f"{path}: " + "\n  ".join(problems))
    return [_model(entry) for entry in content["models"]]


def needs(models: Collection[Model]) -> dict[str, tuple[str, ...]]:
    """Return by table of estimates what the pupils of its model have (`Model.needs`)."""
    return {model.table: model.needs for model in models}


def _model(entry: dict) -> Model:
    told = {**entry, "terms": tuple(entry["terms"])}
    if entry["kind"] in FOLLOWED:
        told |= {"definition": FOLLOWED[entry["kind"]], "cluster": tuple(entry["cluster"])}
    # What doesn't start from an advice goes under the first one, as among the indicators.
    told["bases"] = tuple(entry.get("bases", BASES[:1]))
    if "by" in entry:
        told["by"] = tuple(tuple(split) for split in entry["by"])
    return Model(**told)


def _contradictions(entries: list[dict]) -> Iterator[str]:
    names = [entry["name"] for entry in entries]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        yield f"key models: {listing(twice)} stands more than once; give each model its own name."
    for number, entry in enumerate(entries):
        key = f"models[{number}]"
        try:
            model = _model(entry)
            held = model.variables
        except ModelError as error:
            yield f"key {key}.terms: {error}"
            continue
        yield from _contradictions_of(model, held, key)


def _contradictions_of(model: Model, held: tuple[str, ...], key: str) -> Iterator[str]:
    asked = [name for split in model.by for name in split] + ([model.of] if model.of else [])
    absent = sorted(set(asked) - set(held))
    if absent:
        yield (
            f"key {key}: {listing(absent)} isn't in the terms, which hold {listing(held, 30)}; "
            "what is reported by group needs a term with that group."
        )
    of_followed = sorted({*ADVICE, *CLASS} & set(held))
    if of_followed and not model.followed:
        yield (
            f"key {key}.terms: {listing(of_followed)} is known of pupils who are followed; choose "
            f"one of the kinds {listing(FOLLOWED)}, or leave it out."
        )
    if COHORT in held and model.cohorts != "together":
        yield f"key {key}.terms: cohort is a term and each cohort has a fit of its own."
