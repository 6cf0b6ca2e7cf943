"""The models of a run: one entry each in a file such as config/models.yaml, checked."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from advieskloof import io, wording
from advieskloof.errors import ConfigError, DataError, ModelError, listing
from advieskloof.models import formula

SCHEMA = "workflow/schemas/models.schema.yaml"
# What terms may be made of beside the columns of SPLITS.
SCORE = ("score", "scale")
COHORT = "cohort"


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
    cluster: str
    definition: str = "level"
    by: tuple[tuple[str, ...], ...] = ()
    thresholds: bool = False
    region: str = ""
    of: str = ""

    @property
    def formula(self) -> str:
        """The model's formula."""
        return f"{self.outcome} ~ {' + '.join(self.terms) or '1'}"

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of its terms, sorted."""
        _, asked = formula.parse(self.formula)
        return tuple(sorted({name for term in asked for name in term.variables}))

    @property
    def groupings(self) -> tuple[str, ...]:
        """Columns of SPLITS that it needs, those of its terms first."""
        own = [name for name in self.variables if name not in (*SCORE, COHORT)]
        return tuple(dict.fromkeys([*own, *([self.region] if self.region else [])]))

    @property
    def needs_score(self) -> bool:
        """Whether a pupil without a score is outside the model."""
        return any(name in self.variables for name in SCORE)


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


def _model(entry: dict) -> Model:
    lists = {"bases": tuple(entry["bases"]), "terms": tuple(entry["terms"])}
    if "by" in entry:
        lists["by"] = tuple(tuple(split) for split in entry["by"])
    return Model(**{**entry, **lists})


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
    if COHORT in held and model.cohorts == "each":
        yield f"key {key}.terms: cohort is a term and each cohort has a fit of its own."
