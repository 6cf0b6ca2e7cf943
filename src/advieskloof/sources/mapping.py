"""A mapping: the YAML file that says how a delivery becomes PUPILS and ENROLMENTS.

What each key means and allows: workflow/schemas/mapping.schema.yaml.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from advieskloof import io, reference, wording
from advieskloof.errors import ConfigError, DataError, listing
from advieskloof.sources import targets
from advieskloof.sources.files import Format
from advieskloof.sources.targets import Target

SCHEMA = "workflow/schemas/mapping.schema.yaml"
# What `advice_detail` says where a delivery has one code for each category.
CATEGORIES = "categories"

# Where a column comes from: exactly one of these keys stands in a rule.
_ORIGINS = ("column", "constant", "join", "highest_of", "derived", "cohort_plus")
# By option: the kinds of columns that take it, and the origins that it goes with.
_OPTIONS = {
    "add": (("whole",), ("column",)),
    "scale": (("number",), ("column",)),
    "pad": (("text",), ("column", "join", "highest_of")),
    "values": (("text", "flag"), ("column", "highest_of")),
    "missing": (("text", "whole", "number", "flag"), ("column", "join", "highest_of")),
}
# Origins that only these columns take.
_ONLY = {
    ("highest_of", None): "parental_education",
    ("derived", "test"): "test_status",
    ("derived", "place"): "status",
    ("cohort_plus", None): "school_year",
}
_TYPES = {"text": str, "whole": int, "number": int | float, "flag": bool}
_TYPE_WORDS = {
    "text": "a text (in quotes)",
    "whole": "a whole number",
    "number": "a number",
    "flag": "true or false",
}


@dataclass(frozen=True)
class Rule:
    """How one column is made: from `columns` of the file, or as `constant` says.

    `origin` is one of column, constant, join, highest_of, derived (then `constant` is the name of
    the derivation) and cohort_plus (then `constant` is the number of years).
    """

    origin: str
    columns: tuple[str, ...] = ()
    constant: object = None
    add: int = 0
    scale: float = 1
    pad: int = 0
    missing: tuple[str, ...] = ()
    values: Mapping[str, object] | None = None


Rules = Mapping[str, Rule]


@dataclass(frozen=True)
class DeliveryMapping:
    """A mapping, checked: its rules fit the contracts and name each column's origin.

    code_detail : whether its advices are BRON codes in full; True where it has none.
    """

    delivery: str
    code_detail: bool
    form: Format
    missing: tuple[str, ...]
    refuses_others: bool
    pupils: Rules
    enrolments: tuple[Rules, ...]

    @property
    def columns(self) -> list[str]:
        """The columns of the file that a rule uses, in the order of their first use."""
        rules = [rule for block in (self.pupils, *self.enrolments) for rule in block.values()]
        return list(dict.fromkeys(name for rule in rules for name in rule.columns))


def load(path: Path) -> DeliveryMapping:
    """Return the mapping in a YAML file, checked.

    Raises ConfigError that names the file, the key, its value and what is allowed.
    """
    try:
        content = io.read_yaml(path)
    except DataError as error:
        raise ConfigError(str(error)) from None
    return parse(content, str(path))


def parse(content: object, name: str = "the mapping") -> DeliveryMapping:
    """Return a mapping from the content of its YAML file; `name` is for the reader of errors.

    Raises ConfigError where it breaks its schema, contradicts itself or the contracts.
    """
    problems = wording.breaches(io.read_yaml(io.CHECKOUT / SCHEMA), content)
    # The other checks may rely on the shape that the schema gives.
    problems = problems or list(_contradictions(content))
    if problems:
        raise ConfigError(f"{name}: " + "\n  ".join(problems))
    return DeliveryMapping(
        delivery=content["delivery"],
        code_detail=content.get("advice_detail") != CATEGORIES,
        form=_form(content["format"]),
        missing=_trimmed(content["missing"]),
        refuses_others=content["other_columns"] == "refuse",
        pupils=_rules(content["pupils"]),
        enrolments=tuple(_rules(block) for block in content["enrolments"]),
    )


def _form(block: dict) -> Format:
    fields = {name: tuple(ends) for name, ends in block.get("fields", {}).items()}
    return Format(**{**block, "fields": fields})


def _rules(block: dict) -> Rules:
    return {column: _rule(rule) for column, rule in block.items()}


def _rule(rule: dict) -> Rule:
    origin = _origins(rule)[0]
    options = {name: rule[name] for name in ("add", "scale", "pad", "values") if name in rule}
    if origin in ("column", "join", "highest_of"):
        named = rule[origin]
        columns = (named,) if isinstance(named, str) else tuple(named)
        return Rule(origin, columns, missing=_trimmed(rule.get("missing", ())), **options)
    return Rule(origin, constant=rule[origin])


def _trimmed(texts: Sequence[str]) -> tuple[str, ...]:
    # The texts of a file are trimmed before they are compared with these.
    return tuple(text.strip() for text in texts)


def _origins(rule: dict) -> list[str]:
    return [origin for origin in _ORIGINS if origin in rule]


# Checks -----------------------------------------------------------------------------------------


def _contradictions(content: dict) -> Iterator[str]:
    if not content["pupils"] and not content["enrolments"]:
        yield "keys pupils and enrolments are both empty; give rules for one of them at least."
    yield from _detail_problems(content)
    blocks = [("pupils", "pupils", content["pupils"])] if content["pupils"] else []
    blocks += [
        (f"enrolments[{i}]", "enrolments", block) for i, block in enumerate(content["enrolments"])
    ]
    for key, table, block in blocks:
        yield from _block_problems(key, targets.of(table), block)
        if _uses_cohort(block) and "cohort" not in content["pupils"]:
            yield f"key {key}.school_year: cohort_plus needs the rule pupils.cohort; give it."
    if content["format"]["kind"] == "fixed_width":
        yield from _field_problems(content["format"]["fields"], blocks)


def _detail_problems(content: dict) -> Iterator[str]:
    said, rule = content.get("advice_detail"), content["pupils"].get("initial_advice")
    if rule is None:
        if said:
            yield f"key advice_detail: {said}, of advices that have no rule; leave it out."
    elif not said:
        yield (
            "key advice_detail is missing; say whether advices are BRON codes in full (codes) or "
            "the eleven categories alone (categories)."
        )
    elif said != CATEGORIES and _one_code_each(rule):
        yield (
            f"key advice_detail: {said}, but pupils.initial_advice.values has one code for each "
            f"category, so that no more than categories comes out; say {CATEGORIES}."
        )


def _one_code_each(rule: dict) -> bool:
    """Whether a rule translates advices, and into one code for each category alone."""
    codes = reference.read_all("advice_codes").set_index("bron_code")["category"]
    given = codes.reindex(sorted(set(map(str, rule.get("values", {}).values())))).dropna()
    return len(given) > 0 and given.is_unique


def _uses_cohort(block: dict) -> bool:
    return "cohort_plus" in block.get("school_year", {})


def _field_problems(fields: dict, blocks: list[tuple[str, str, dict]]) -> Iterator[str]:
    for name, (start, end) in fields.items():
        if start >= end:
            yield f"key format.fields.{name}: [{start}, {end}] is empty; end must be above start."
    for key, _, block in blocks:
        for column, rule in block.items():
            unknown = [name for name in _named(rule) if name not in fields]
            if unknown:
                yield (
                    f"key {key}.{column}: {listing(unknown)} isn't among format.fields; allowed "
                    f"are {listing(fields, 60)}."
                )


def _named(rule: dict) -> list[str]:
    named = [rule[origin] for origin in ("column", "join", "highest_of") if origin in rule]
    return [name for names in named for name in ([names] if isinstance(names, str) else names)]


def _block_problems(key: str, columns: dict[str, Target], block: dict) -> Iterator[str]:
    missing = [name for name, column in columns.items() if column.needed and name not in block]
    if missing:
        yield f"key {key}: {listing(missing)} is missing; every row needs it, so give it a rule."
    for name, rule in block.items():
        yield from _rule_problems(f"{key}.{name}", columns[name], rule)


def _rule_problems(key: str, target: Target, rule: dict) -> Iterator[str]:
    origins = _origins(rule)
    if len(origins) != 1:
        yield (
            f"key {key}: {listing(origins) or 'none'} given; exactly one of {listing(_ORIGINS)} "
            "is needed."
        )
        return
    (origin,) = origins
    yield from _origin_problems(key, target, origin, rule[origin])
    yield from _option_problems(key, target, origin, rule)
    if origin == "constant":
        yield from _value_problems(f"{key}.constant", target, rule["constant"])
    yield from _values_problems(key, target, rule)
    if not 0 < rule.get("scale", 1) < math.inf:
        yield f"key {key}.scale: {rule['scale']!r} isn't allowed; a number above 0 is needed."


def _origin_problems(key: str, target: Target, origin: str, given: object) -> Iterator[str]:
    owner = _ONLY.get((origin, given if origin == "derived" else None))
    if owner and owner != target.name:
        what = f"{origin}: {given}" if origin == "derived" else origin
        yield f"key {key}: {what} is for {owner} only; give {listing(_ORIGINS[:3])}."
    if origin == "join" and target.kind != "text":
        yield f"key {key}: join makes texts, and this column is {_TYPE_WORDS[target.kind]}."
    if origin == "constant" and target.name == "pupil_id":
        yield f"key {key}: constant would make all records one pupil; name a column."


def _option_problems(key: str, target: Target, origin: str, rule: dict) -> Iterator[str]:
    for option, (kinds, origins) in _OPTIONS.items():
        if option not in rule:
            continue
        if target.kind not in kinds or origin not in origins:
            fitting = [
                name for name, (k, o) in _OPTIONS.items() if target.kind in k and origin in o
            ]
            yield (
                f"key {key}: {option} doesn't go with {origin} here; allowed are "
                f"{listing(fitting) or 'no options'}."
            )


def _values_problems(key: str, target: Target, rule: dict) -> Iterator[str]:
    for text, value in rule.get("values", {}).items():
        if not isinstance(text, str):
            # YAML reads an unquoted 01 as the number 1, and NO as false.
            yield f"key {key}.values: {text!r} is no text; put it in quotes."
        else:
            yield from _value_problems(f"{key}.values.{text}", target, value)


def _value_problems(key: str, target: Target, value: object) -> Iterator[str]:
    # In Python True is a number.
    is_flag = isinstance(value, bool)
    is_endless = isinstance(value, float) and not math.isfinite(value)
    fits = isinstance(value, _TYPES[target.kind]) and is_flag == (target.kind == "flag")
    if not fits or is_endless:
        yield f"key {key}: {value!r} isn't allowed; {_TYPE_WORDS[target.kind]} is needed."
        return
    known = targets.known_codes(target)
    if known and value not in known:
        yield f"key {key}: {value!r} isn't allowed; choose one of {listing(known, 60)}."
    too_low = target.low is not None and value < target.low
    too_high = target.high is not None and value > target.high
    if too_low or too_high:
        yield f"key {key}: {value!r} isn't allowed; {target.says}."
