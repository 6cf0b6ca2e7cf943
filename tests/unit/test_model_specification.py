"""The file of models: what it may hold, and what is said of what it may not."""

import copy

import pytest
import yaml

from advieskloof import config, io, schemas
from advieskloof.errors import ConfigError
from advieskloof.models import specification

SHIPPED = io.CHECKOUT / "config" / "models.yaml"


@pytest.fixture
def good():
    return io.read_yaml(SHIPPED)


def refused(content, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(yaml.safe_dump(content))
    with pytest.raises(ConfigError) as caught:
        specification.load(file)
    return str(caught.value)


def entry(content, kind):
    return next(each for each in content["models"] if each["kind"] == kind)


def test_the_shipped_models_are_good_and_say_why():
    models = specification.load(SHIPPED)
    assert {model.kind for model in models} == {
        "ordered", "binary", "multinomial", "within", "random", "moves", "year_3",
    }  # fmt: skip
    for model in models:
        assert model.why.endswith("?")
        assert set(model.groupings) <= set(schemas.SPLITS)
    first = models[0]
    assert first.formula == ("level ~ parental_education_five + scale + ns(score, df=4, by=scale)")
    assert first.variables == ("parental_education_five", "scale", "score")
    assert first.needs_score
    without = next(model for model in models if model.name == "schools_without_terms")
    assert (without.formula, without.needs_score) == ("level ~ 1", False)
    assert without.groupings == ("corop",)


def test_the_schema_is_closed_at_every_level_and_every_key_of_a_kind_must_be_given():
    schema = io.read_yaml(io.CHECKOUT / specification.SCHEMA)
    blocks = [schema, *schema["properties"]["models"]["items"]["oneOf"]]
    assert len(blocks) == 8
    for block in blocks:
        assert block["additionalProperties"] is False
        assert set(block["required"]) == set(block["properties"])


@pytest.mark.parametrize(
    ("kind", "key", "value", "words"),
    [
        ("ordered", "kind", "probit", ["models[0]", "ordered, binary, multinomial"]),
        ("ordered", "outcome", "under", ["models[0].outcome", "'under'", "level"]),
        ("ordered", "terms", ["__import__('os')"], ["models[0].terms[0]", "Columns of ESTIMATES"]),
        ("ordered", "terms", [], ["models[0].terms", "non-empty"]),
        ("ordered", "by", [["sex"]], ["models[0]: sex isn't in the terms", "parental_education"]),
        ("ordered", "cohorts", "some", ["models[0].cohorts", "each, latest, together"]),
        ("ordered", "name", "My model", ["models[0].name", "small letters"]),
        ("ordered", "speed", 3, ["models[0]", "speed isn't known"]),
        ("within", "of", "sex", ["sex isn't in the terms"]),
        ("binary", "definition", "level", ["definition", "half_level, whole_level"]),
        ("random", "region", "province", ["region", "corop, municipality"]),
        ("moves", "outcome", "level", ["outcome", "'level'", "move"]),
        ("moves", "cluster", "school_id", ["cluster", "vo_school_id"]),
        ("ordered", "terms", ["class_type"], ["class_type is known of pupils who are followed"]),
    ],
)
def test_a_refusal_names_key_value_and_what_is_allowed(good, tmp_path, kind, key, value, words):
    entry(good, kind)[key] = value
    message = refused(good, tmp_path)
    assert all(word in message for word in words), message


@pytest.mark.parametrize(
    "kind", ["ordered", "binary", "multinomial", "within", "random", "moves", "year_3"]
)
def test_no_key_may_be_left_out(good, tmp_path, kind):
    for key in entry(good, kind):
        changed = copy.deepcopy(good)
        del entry(changed, kind)[key]
        assert key in refused(changed, tmp_path)


def test_names_are_given_once_and_a_cohort_is_no_term_of_its_own_fit(good, tmp_path):
    good["models"][1]["name"] = good["models"][0]["name"]
    assert "education_at_equal_score stands more than once" in refused(good, tmp_path)
    good["models"][1]["name"] = "other"
    good["models"][0]["terms"].append("cohort")
    assert "cohort is a term and each cohort has a fit" in refused(good, tmp_path)


@pytest.mark.parametrize("content", [[], {"models": []}, {"model": []}, "text"])
def test_what_is_no_file_of_models_is_refused(content, tmp_path):
    assert "mine.yaml" in refused(content, tmp_path)


def test_a_run_names_its_models_or_none_and_counts_have_none(tmp_path):
    made = io.read_yaml(io.CHECKOUT / "config" / "small.yaml")
    config.check(made)
    # The default plan releases numbers of models, which are then refused.
    without = {**made["release"], "plan": "config/release/first_look.yaml"}
    config.check({**made, "models": [], "release": without})
    with pytest.raises(ConfigError, match=r"key models: absent\.yaml can't be read"):
        config.check({**made, "models": "absent.yaml"})
    with pytest.raises(ConfigError, match="key models"):
        config.check({**made, "models": ["config/models.yaml"]})
    advice_alone = {**made, "indicators": {**made["indicators"], "lower_years": None}}
    with pytest.raises(ConfigError, match=r"moves_at_equal_score.* need pupils who are followed"):
        config.check({**advice_alone, "release": without})
    file = tmp_path / "advice_models.yaml"
    kept = io.read_yaml(SHIPPED)["models"][:2]
    file.write_text(yaml.safe_dump({"models": kept}))
    config.check({**advice_alone, "models": str(file), "release": without})
    counts = io.read_yaml(io.CHECKOUT / "config" / "published.yaml")
    with pytest.raises(ConfigError, match="kind published has no pupils to fit models to"):
        config.check({**counts, "models": "config/models.yaml"})
