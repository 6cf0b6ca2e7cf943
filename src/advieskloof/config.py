"""Reading and checking a run's configuration: one whole file, closed at every level."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import jsonschema

from advieskloof import io, reference
from advieskloof.errors import ConfigError, DataError, listing

SCHEMA = "workflow/schemas/config.schema.yaml"

# The split of the table that each figure draws (its module in advieskloof/figures).
NEEDED_SPLIT = {
    "reconsideration_by_cohort": [],
    "reconsideration_by_first_advice": ["first_advice_group"],
}


def load(path: Path) -> dict:
    """Return the configuration in a YAML file, checked.

    Raises ConfigError that names the key, its value and what is allowed.
    """
    try:
        config = io.read_yaml(path)
    except DataError as error:
        raise ConfigError(str(error)) from None
    check(config, str(path))
    return config


def check(config: object, name: str = "the config") -> None:
    """Raise ConfigError where a configuration breaks its schema or contradicts itself."""
    schema = io.read_yaml(io.CHECKOUT / SCHEMA)
    problems = [_in_words(error) for error in _schema_errors(schema, config)]
    # The cross-field checks may rely on the shape that the schema gives.
    problems = problems or list(_contradictions(config))
    if problems:
        raise ConfigError(f"{name}: " + "\n  ".join(problems))


def _schema_errors(schema: dict, config: object) -> list[jsonschema.ValidationError]:
    validator = jsonschema.Draft202012Validator(schema)
    errors = validator.iter_errors(config)
    return sorted(
        (leaf for error in errors for leaf in _leaves(error)), key=lambda error: error.json_path
    )


def _leaves(error: jsonschema.ValidationError) -> list[jsonschema.ValidationError]:
    """Return the errors of the branch of `oneOf` that was meant: the one whose `kind` fits."""
    if error.validator != "oneOf":
        return [error]
    kinds = [branch["properties"]["kind"]["const"] for branch in error.validator_value]
    kind = error.instance.get("kind") if isinstance(error.instance, Mapping) else None
    if kind not in kinds:
        error.message = f"a block is needed with kind one of {listing(kinds)}"
        return [error]
    meant = kinds.index(kind)
    return [inner for inner in error.context if inner.schema_path[0] == meant]


def _in_words(error: jsonschema.ValidationError) -> str:
    key = error.json_path.removeprefix("$").lstrip(".") or "(top level)"
    allowed, value = error.validator_value, error.instance
    match error.validator:
        case "additionalProperties":
            known = list(error.schema.get("properties", {}))
            unknown = [name for name in value if name not in known]
            return f"key {key}: {listing(unknown)} isn't known; allowed are {listing(known, 30)}."
        case "required":
            missing = [name for name in allowed if name not in value]
            return f"key {key}: {listing(missing)} is missing; give every key of the block."
        case "enum":
            return f"key {key}: {value!r} isn't allowed; choose one of {listing(allowed, 30)}."
        case "type":
            kind = type(value).__name__
            return f"key {key}: {value!r} is of type {kind}; {allowed} is needed."
        case "pattern":
            described = error.schema["description"]
            return f"key {key}: {value!r} isn't allowed: {described}"
        case "minimum":
            return f"key {key}: {value!r} is too small; at least {allowed} is allowed."
        case _:
            return f"key {key}: {value!r} isn't allowed: {error.message}."


def _contradictions(config: dict) -> Iterator[str]:
    split = config["indicators"]["reconsideration"]["by"]
    for figure in config["figures"]:
        if NEEDED_SPLIT[figure] not in split:
            yield (
                f"key figures: {figure} draws the split {NEEDED_SPLIT[figure]}, which isn't in "
                f"indicators.reconsideration.by: {split}; add it there or leave the figure out."
            )
    yield from _source_contradictions(config["source"], split)
    try:
        reference.unverified_rows(config["unverified"])
    except ConfigError as error:
        yield str(error)


def _source_contradictions(source: dict, split: list) -> Iterator[str]:
    if source["kind"] == "published":
        tables = set(reference.read_all("published_tables")["table"])
        if source["table"] not in tables:
            yield (
                f"key source.table: {source['table']!r} isn't a published table that ships here; "
                f"allowed are {listing(sorted(tables))}."
            )
        return
    if not Path(source["file"]).is_file():
        yield f"key source.file: {source['file']!r} isn't a file; give its path from the checkout."
    if len(split) > 1:
        yield (
            f"key indicators.reconsideration.by: {len(split)} splits of a source that isn't "
            "public, of which 1 is allowed: two tables over the same pupils give away by "
            "subtraction what one of them hides, and there is no secondary suppression yet."
        )
