"""Breaches of a JSON schema in words: the key, its value and what is allowed."""

from collections.abc import Mapping

import jsonschema

from advieskloof.errors import listing


def breaches(schema: dict, content: object) -> list[str]:
    """Return one sentence for each breach of a schema, by key; an empty list where it is kept."""
    errors = jsonschema.Draft202012Validator(schema).iter_errors(content)
    leaves = [leaf for error in errors for leaf in _leaves(error)]
    return [_in_words(error) for error in sorted(leaves, key=lambda error: error.json_path)]


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
            described = error.schema.get("description", error.message)
            return f"key {key}: {value!r} isn't allowed: {described}"
        case "minimum":
            return f"key {key}: {value!r} is too small; at least {allowed} is allowed."
        case "maximum":
            return f"key {key}: {value!r} is too large; at most {allowed} is allowed."
        case _:
            return f"key {key}: {value!r} isn't allowed: {error.message}."
