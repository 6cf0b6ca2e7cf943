"""Reading and checking a run's configuration: one whole file, closed at every level."""

from collections.abc import Iterator
from pathlib import Path

from advieskloof import figures, io, reference, wording
from advieskloof.disclosure import plan
from advieskloof.errors import AdvieskloofError, ConfigError, DataError, listing
from advieskloof.models import specification
from advieskloof.sources import boundaries, mapping, synthetic

SCHEMA = "workflow/schemas/config.schema.yaml"

# Kinds of source that are pupils, not counts.
PUPILS = ("pupil_files", "synthetic")


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
    problems = wording.breaches(schema, config)
    # The cross-field checks may rely on the shape that the schema gives.
    problems = problems or list(_contradictions(config))
    if problems:
        raise ConfigError(f"{name}: " + "\n  ".join(problems))


def estimates(config: dict) -> dict[str, list[list[str]] | None]:
    """Return the splits of each table of estimates that a run makes; None where it has its own."""
    asked = config["indicators"]
    advice = {"advice": asked["advice"]["by"]} if asked["advice"]["by"] else {}
    further = dict.fromkeys(asked["advice"]["further"])
    models = {"models": None} if config["models"] else {}
    later = _of_lower_years(asked["lower_years"]) if asked["lower_years"] else {}
    return {
        "reconsideration": asked["reconsideration"]["by"],
        **advice,
        **further,
        **later,
        **models,
    }


def _of_lower_years(asked: dict) -> dict[str, list[list[str]] | None]:
    """Return the splits of the tables of the lower years; at a score they are by provider too."""
    at_scores = {
        table: [[*split, "test_provider"] for split in asked[table]["by_score"]]
        for table in ("placement", "moves")
    }
    splits = {table: asked[table]["by"] + more for table, more in at_scores.items()}
    return {**splits, "schools": None}


def code_detail(config: dict) -> bool:
    """Return whether the advices of a checked config's source are BRON codes in full.

    One delivery with the eleven categories alone makes it False: rows don't say which delivery
    they are of. The synthetic cohorts have codes.
    """
    deliveries = config["source"].get("deliveries", [])
    return all(mapping.load(delivery["mapping"]).code_detail for delivery in deliveries)


def _contradictions(config: dict) -> Iterator[str]:
    for key, asked in config["indicators"]["advice"].items():
        if asked and config["source"]["kind"] not in PUPILS:
            yield (
                f"key indicators.advice.{key}: a source of kind {config['source']['kind']} has no "
                "pupils to compare with their test advice; give []."
            )
    if config["indicators"]["lower_years"] and config["source"]["kind"] not in PUPILS:
        yield (
            f"key indicators.lower_years: a source of kind {config['source']['kind']} has no "
            "pupils to follow; give null."
        )
    yield from _model_problems(config)
    yield from _boundary_problems(config)
    yield from _source_contradictions(config["source"])
    yield from _plan_contradictions(config)
    try:
        reference.unverified_rows(config["unverified"])
    except ConfigError as error:
        yield str(error)


def _plan_contradictions(config: dict) -> Iterator[str]:
    name = config["release"]["plan"]
    try:
        tables = plan.load(name)
    except ConfigError as error:
        yield f"key release.plan: {error}"
        return
    for problem in plan.contradictions(tables, estimates(config), figures.NAMES):
        yield f"key release.plan: {name}: {problem}"


def _boundary_problems(config: dict) -> Iterator[str]:
    given = config["figures"]["boundaries"]
    for problem in boundaries.problems(given) if given else ():
        yield f"key figures.boundaries: {problem}"


def _model_problems(config: dict) -> Iterator[str]:
    """Return what is wrong with the models asked for, or with asking for them."""
    if not config["models"]:
        return
    if config["source"]["kind"] not in PUPILS:
        yield (
            f"key models: a source of kind {config['source']['kind']} has no pupils to fit models "
            "to; give []."
        )
        return
    try:
        models = specification.load(config["models"])
    except ConfigError as error:
        yield f"key models: {error}"
        return
    following = [model.name for model in models if model.followed]
    if following and not config["indicators"]["lower_years"]:
        yield (
            f"key models: {listing(following)} in {config['models']} need pupils who are followed "
            "after group 8; ask for indicators.lower_years, or leave these models out."
        )


def _source_contradictions(source: dict) -> Iterator[str]:
    if source["kind"] == "published":
        tables = set(reference.read_all("published_tables")["table"])
        if source["table"] not in tables:
            yield (
                f"key source.table: {source['table']!r} isn't a published table that ships here; "
                f"allowed are {listing(sorted(tables))}."
            )
        return
    if source["kind"] == "pupil_files":
        yield from _delivery_problems(source["deliveries"])
    if source["kind"] == "counts_file" and not Path(source["file"]).is_file():
        yield f"key source.file: {source['file']!r} isn't a file; give its path from the checkout."
    if source.get("name") == synthetic.NAME:
        yield (
            f"key source.name: {synthetic.NAME!r} is the name of the synthetic cohort; give the "
            "delivery another."
        )


def _delivery_problems(deliveries: list[dict]) -> Iterator[str]:
    for number, delivery in enumerate(deliveries):
        key = f"source.deliveries[{number}]"
        absent = [name for name in delivery["files"] if not Path(name).is_file()]
        if absent:
            yield (
                f"key {key}.files: {listing([repr(name) for name in absent])} isn't a file; give "
                "each file's path from the checkout."
            )
        try:
            mapping.load(delivery["mapping"])
        except AdvieskloofError as error:
            yield f"key {key}.mapping: {error}"
