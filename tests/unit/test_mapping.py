import copy

import pytest
import yaml

from advieskloof import io, schemas
from advieskloof.errors import ConfigError
from advieskloof.sources import mapping

GOOD = {
    "delivery": "example",
    "format": {"kind": "csv", "separator": ";", "encoding": "cp1252", "decimal": ","},
    "missing": ["", "-"],
    "other_columns": "ignore",
    "advice_detail": "codes",
    "pupils": {
        "pupil_id": {"column": "ID"},
        "cohort": {"constant": 2022},
        "school_id": {"join": ["BRIN", "VEST"]},
        "school_type": {"column": "SOORT", "values": {"Bo": "bo", "Sbo": "sbo"}},
        "test_score": {"column": "SCORE", "missing": ["999"], "scale": 0.1},
        "test_status": {"derived": "test"},
        "initial_advice": {"column": "ADV", "pad": 2},
        "parental_education": {"highest_of": ["OPLPA", "OPLMA"], "values": {"1": "hbo"}},
    },
    "enrolments": [
        {
            "pupil_id": {"column": "ID"},
            "school_year": {"cohort_plus": 1},
            "grade": {"constant": 1},
            "position": {"column": "ONDERW_1"},
            "apcg": {"column": "APCG", "values": {"J": True, "N": False}},
            "status": {"derived": "place"},
        }
    ],
}


def changed(keys, value):
    content = copy.deepcopy(GOOD)
    block = content
    for key in keys[:-1]:
        block = block[key]
    if value is ...:
        del block[keys[-1]]
    else:
        block[keys[-1]] = value
    return content


def refusal(content):
    with pytest.raises(ConfigError) as caught:
        mapping.parse(content, "my.yaml")
    return str(caught.value)


def test_a_good_mapping_is_read_into_rules():
    read = mapping.parse(GOOD)
    assert read.form.separator == ";"
    assert read.missing == ("", "-")
    assert read.pupils["cohort"] == mapping.Rule("constant", constant=2022)
    assert read.pupils["test_score"].scale == 0.1
    assert read.pupils["school_id"].columns == ("BRIN", "VEST")
    assert read.enrolments[0]["apcg"].values == {"J": True, "N": False}


def test_the_columns_are_those_that_a_rule_uses_each_once():
    used = ["ID", "BRIN", "VEST", "SOORT", "SCORE", "ADV", "OPLPA", "OPLMA", "ONDERW_1", "APCG"]
    assert mapping.parse(GOOD).columns == used


def test_missing_texts_are_trimmed_as_those_of_the_file_are():
    assert mapping.parse(changed(["missing"], ["", " n.b. "])).missing == ("", "n.b.")
    read = mapping.parse(changed(["pupils", "test_score", "missing"], [" 999"]))
    assert read.pupils["test_score"].missing == ("999",)


def test_a_mapping_is_loaded_from_yaml(tmp_path):
    path = tmp_path / "my.yaml"
    path.write_text(yaml.safe_dump(GOOD))
    assert mapping.load(path) == mapping.parse(GOOD)


# Where the mapping is changed, into what, and the words of the message.
WRONG = [
    (["colour"], "red", ["colour", "delivery"]),
    (["delivery"], "My delivery", ["delivery", "'My delivery'"]),
    (["format", "kind"], "sas", ["format", "csv", "stata"]),
    (["format", "sheet"], "A", ["format", "sheet", "separator"]),
    (["format", "separator"], "/", ["format.separator", "'/'", ";"]),
    (["format", "encoding"], ..., ["format", "encoding"]),
    (["missing"], [999], ["missing[0]", "999", "string"]),
    (["other_columns"], "drop", ["other_columns", "'drop'", "refuse"]),
    (["pupils", "teacher"], {"column": "T"}, ["pupils", "teacher", "pupil_id"]),
    (["pupils", "cohort"], ..., ["pupils", "cohort is missing"]),
    (["pupils", "cohort"], {"constant": "2022"}, ["cohort.constant", "'2022'", "whole number"]),
    (["pupils", "cohort"], {"constant": 22}, ["cohort.constant", "22", "between 2000 and 2100"]),
    (["pupils", "cohort"], {"column": "J", "scale": 2}, ["cohort", "scale", "add"]),
    (["pupils", "cohort"], {"cohort_plus": 1}, ["cohort_plus is for school_year"]),
    (["pupils", "cohort"], {"join": ["A", "B"]}, ["join makes texts", "whole number"]),
    (["pupils", "cohort"], {}, ["pupils.cohort", "none given", "column"]),
    (["pupils", "cohort"], {"column": "J", "constant": 2022}, ["column, constant given"]),
    (["pupils", "pupil_id"], {"constant": "x"}, ["pupil_id", "one pupil"]),
    (["pupils", "sex"], {"derived": "test"}, ["derived: test is for test_status"]),
    (["pupils", "sex"], {"highest_of": ["A", "B"]}, ["highest_of is for parental_education"]),
    (["pupils", "sex"], {"constant": "m"}, ["sex.constant", "'m'", "boy, girl, unknown"]),
    (["pupils", "sex"], {"column": "G", "values": {"1": "m"}}, ["sex.values.1", "'m'", "boy"]),
    (["pupils", "sex"], {"column": "G", "values": {1: "boy"}}, ["sex.values", "quotes"]),
    (["pupils", "sex"], {"column": "G", "values": {"1": True}}, ["sex.values.1", "text"]),
    (["pupils", "sex"], {"column": ["G"]}, ["sex.column", "string"]),
    (["pupils", "sex"], {"column": "G", "colour": 1}, ["pupils.sex", "colour", "values"]),
    (["pupils", "test_advice"], {"column": "T", "values": {"a": "21"}}, ["'21'", "10, 11"]),
    (["pupils", "parental_education"], {"constant": "mbo"}, ["'mbo'", "le_mbo1"]),
    (["pupils", "weight"], {"constant": -1}, ["weight.constant", "-1", "at least 0"]),
    (["pupils", "weight"], {"column": "W", "values": {"a": "1"}}, ["weight", "values", "scale"]),
    (["pupils", "weight"], {"constant": float("nan")}, ["weight.constant", "nan", "a number"]),
    (["pupils", "test_score"], {"constant": float("inf")}, ["test_score.constant", "inf"]),
    (["pupils", "test_score", "scale"], 0, ["test_score.scale", "0", "above 0"]),
    (["pupils", "test_score", "scale"], -0.1, ["test_score.scale", "-0.1", "above 0"]),
    (["pupils", "test_score", "scale"], float("inf"), ["test_score.scale", "inf", "above 0"]),
    (["pupils", "test_score", "scale"], float("nan"), ["test_score.scale", "nan", "above 0"]),
    (["pupils", "cohort"], {"column": "J", "add": 10**30}, ["cohort.add", "9999"]),
    (["enrolments", 0, "status"], ..., ["enrolments[0]", "status is missing"]),
    (["enrolments", 0, "apcg"], {"constant": 1}, ["enrolments[0].apcg", "true or false"]),
    (["enrolments", 0, "school_year"], {"cohort_plus": 0}, ["cohort_plus", "at least 1"]),
]


ELEVEN = {"pro": "10", "bb": "20", "gt": "42", "havo": "60", "vwo": "70"}
FINER = ELEVEN | {"gl": "40"}


def with_detail(said, values=None):
    content = copy.deepcopy(GOOD)
    content["pupils"]["initial_advice"] = {
        "column": "ADV",
        **({"values": values} if values else {}),
    }
    return content | {"advice_detail": said}


@pytest.mark.parametrize(
    ("said", "values", "detail"),
    [
        ("codes", None, True),
        ("codes", FINER, True),
        ("categories", ELEVEN, False),
        ("categories", None, False),
    ],
)
def test_a_mapping_says_whether_advices_are_codes_in_full(said, values, detail):
    assert mapping.parse(with_detail(said, values)).code_detail is detail


def test_one_code_for_each_category_is_no_detail():
    with pytest.raises(ConfigError, match=r"advice_detail: codes, but .* say categories"):
        mapping.parse(with_detail("codes", ELEVEN))


def test_advices_without_word_of_their_detail_are_refused():
    content = copy.deepcopy(GOOD)
    del content["advice_detail"]
    with pytest.raises(ConfigError, match="advice_detail is missing"):
        mapping.parse(content)


def test_detail_of_advices_that_have_no_rule_is_refused():
    content = copy.deepcopy(GOOD)
    del content["pupils"]["initial_advice"]
    with pytest.raises(ConfigError, match="of advices that have no rule"):
        mapping.parse(content)


@pytest.mark.parametrize(("keys", "value", "words"), WRONG)
def test_a_refusal_names_file_key_value_and_what_is_allowed(keys, value, words):
    message = refusal(changed(keys, value))
    assert message.startswith("my.yaml: key")
    assert all(word in message for word in words), message


@pytest.mark.parametrize("key", GOOD)
def test_no_key_of_the_mapping_may_be_left_out(key):
    assert f"{key} is missing" in refusal(changed([key], ...))


def test_a_mapping_without_any_rule_is_refused():
    content = changed(["pupils"], {}) | {"enrolments": []}
    assert "both empty" in refusal(content)


def test_years_after_a_cohort_need_the_cohort():
    assert "needs the rule pupils.cohort" in refusal(changed(["pupils"], {}))


def test_fixed_width_fields_must_be_there_and_not_be_empty():
    content = changed(
        ["format"],
        {
            "kind": "fixed_width",
            "encoding": "cp1252",
            "decimal": ",",
            "fields": {"ID": [0, 9], "BRIN": [9, 9]},
        },
    )
    message = refusal(content)
    assert "fields.BRIN: [9, 9] is empty" in message
    assert "pupils.school_id: VEST isn't among format.fields" in message


def test_a_key_given_twice_is_refused(tmp_path):
    path = tmp_path / "my.yaml"
    path.write_text(yaml.safe_dump(GOOD) + "delivery: other\n")
    with pytest.raises(ConfigError, match="more than once"):
        mapping.load(path)


def test_a_mapping_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.yaml can't be read"):
        mapping.load(tmp_path / "none.yaml")


def test_the_schema_knows_the_columns_of_the_contracts():
    properties = io.read_yaml(io.CHECKOUT / mapping.SCHEMA)["properties"]
    pupils = properties["pupils"]["properties"]
    enrolments = properties["enrolments"]["items"]["properties"]
    assert list(pupils) == list(schemas.PUPILS.schema.columns)
    assert list(enrolments) == list(schemas.ENROLMENTS.schema.columns)
