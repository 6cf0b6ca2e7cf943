import copy
import shutil
from pathlib import Path

import pytest
import yaml

from advieskloof import config, figures, io, schemas
from advieskloof.errors import ConfigError, listing
from advieskloof.indicators import further, groups
from advieskloof.sources import synthetic

PUBLISHED = io.CHECKOUT / "config" / "published.yaml"


@pytest.fixture
def good():
    return io.read_yaml(PUBLISHED)


def refused(changed):
    with pytest.raises(ConfigError) as caught:
        config.check(changed, "my.yaml")
    return str(caught.value)


def test_every_shipped_config_is_good():
    files = sorted((io.CHECKOUT / "config").glob("*.yaml"))
    assert PUBLISHED in files
    files.remove(io.CHECKOUT / "config" / "models.yaml")
    for file in files:
        if file.name != "release.yaml":
            assert set(config.load(file)) >= {"source", "release"}


def test_the_example_lacks_nothing_but_its_files(tmp_path, monkeypatch):
    shutil.copytree(io.CHECKOUT / "config", tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    example = Path("config/examples/pupil_files.yaml")
    deliveries = io.read_yaml(example)["source"]["deliveries"]
    with pytest.raises(ConfigError) as caught:
        config.load(example)
    assert str(caught.value).count("isn't a file") == len(deliveries)
    for name in (name for delivery in deliveries for name in delivery["files"]):
        io.write_text("header\n", Path(name))
    assert config.load(example)["source"]["kind"] == "pupil_files"


@pytest.fixture
def made():
    return io.read_yaml(io.CHECKOUT / "config" / "config.yaml")


@pytest.mark.parametrize(
    ("keys", "value", "words"),
    [
        (["size"], 0, ["source.size", "0 is too small", "at least 0.01"]),
        (["size"], 11, ["source.size", "11 is too large", "at most 10"]),
        (["cohorts"], [2013], ["source.cohorts[0]", "at least 2014"]),
        (["cohorts"], [2014, 2014], ["source.cohorts", "unique"]),
        (["cohorts"], [], ["source.cohorts", "non-empty"]),
        (["seed"], -1, ["source.seed", "at least 0"]),
        (["name"], "mine", ["source", "name isn't known"]),
    ],
)
def test_a_refusal_of_a_synthetic_source_names_key_and_what_is_allowed(made, keys, value, words):
    made["source"][keys[0]] = value
    message = refused(made)
    assert all(word in message for word in words), message


def test_synthetic_cohorts_have_codes_in_full(made):
    assert config.code_detail(made)


@pytest.mark.parametrize(
    ("details", "found"), [(["codes", "codes"], True), (["codes", "categories"], False)]
)
def test_one_delivery_with_categories_alone_decides_for_the_run(details, found, made, tmp_path):
    ready = io.read_yaml(io.CHECKOUT / "config" / "mappings" / "canonical_csv.yaml")
    paths = [tmp_path / f"{number}.yaml" for number in range(len(details))]
    for path, detail in zip(paths, details, strict=True):
        io.write_text(yaml.safe_dump(ready | {"advice_detail": detail}), path)
    made["source"] = {"deliveries": [{"mapping": str(path), "files": []} for path in paths]}
    assert config.code_detail(made) is found


def test_advice_may_be_split_by_whatever_pupils_can_be(made):
    asked = {name for split in made["indicators"]["advice"]["by"] for name in split}
    splits = [name for name in schemas.SPLITS if name not in groups.NOT_IN_PUPILS]
    made["indicators"]["advice"]["by"] += [[name] for name in splits if name not in asked]
    config.check(made)
    made["indicators"]["advice"]["by"] += [["first_advice_group"]]
    assert listing(splits, 30) in refused(made)


def test_every_further_table_can_be_asked_for_and_has_its_function(made):
    made["indicators"]["advice"]["further"] = list(further.FURTHER)
    config.check(made)
    made["indicators"]["advice"]["further"] = ["map"]
    assert listing(further.FURTHER, 30) in refused(made)


def test_counts_give_no_advice_indicators(good):
    good["indicators"]["advice"]["by"] = [[]]
    assert "a source of kind published has no pupils" in refused(good)


def test_places_may_be_split_by_whatever_pupils_and_their_places_can_be(made):
    splits = [name for name in schemas.SPLITS if name != "comparison_group"]
    for table in ("placement", "moves"):
        made["indicators"]["lower_years"][table] = {
            "by": [[each] for each in splits],
            "by_score": [],
        }
    # The plan asks for rows at scores, which aren't made here.
    made["release"]["plan"] = "config/release/first_look.yaml"
    config.check(made)
    made["indicators"]["lower_years"]["moves"]["by"] = [["comparison_group"]]
    assert "'comparison_group'" in refused(made)


def test_counts_have_nobody_to_follow(good, made):
    good["indicators"]["lower_years"] = made["indicators"]["lower_years"]
    assert "key indicators.lower_years: a source of kind published" in refused(good)


def test_the_cohorts_of_the_schema_are_those_of_the_model(made):
    assert tuple(made["source"]["cohorts"]) == synthetic.COHORTS
    made["source"]["cohorts"] = [synthetic.COHORTS[-1] + 1]
    assert f"at most {synthetic.COHORTS[-1]}" in refused(made)


def test_a_delivery_cannot_pass_for_the_synthetic_cohort(tmp_path, good):
    good["source"] = {
        "kind": "counts_file",
        "name": "synthetic",
        "file": str(PUBLISHED),
        "layout": "codes",
        "separator": ",",
        "encoding": "utf-8",
    }
    assert "'synthetic' is the name of the synthetic cohort" in refused(good)


def test_the_schema_is_closed_at_every_level_and_describes_every_value():
    def blocks(node):
        if isinstance(node, dict):
            if node.get("type") == "object":
                yield node
            for value in node.values():
                yield from blocks(value)
        elif isinstance(node, list):
            for value in node:
                yield from blocks(value)

    found = list(blocks(io.read_yaml(io.CHECKOUT / config.SCHEMA)))
    assert len(found) >= 7
    for block in found:
        closed = block["additionalProperties"]
        # `unverified` takes any table; that it exists is checked in the package.
        assert closed is False or closed == {"type": "array", "items": {"type": "string"}}
        if closed is False:
            assert set(block["required"]) == set(block["properties"])


@pytest.mark.parametrize(
    ("keys", "value", "words"),
    [
        (["release", "minimum_pupils"], 9, ["release.minimum_pupils", "9", "at least 10"]),
        (["release", "minimum_schools"], 2, ["release.minimum_schools", "2", "at least 3"]),
        (["release", "minimum_pupils"], "10", ["release.minimum_pupils", "'10'", "integer"]),
        (["release", "minimum_pupils"], True, ["release.minimum_pupils", "True", "integer"]),
        (["release", "plan"], "no.yaml", ["release.plan: no.yaml can't be read"]),
        (["release", "plan"], 1, ["release.plan", "1", "string"]),
        (["source", "table"], 1, ["source.table", "1", "string"]),
        (["source", "public"], True, ["key source", "public", "allowed are kind, table"]),
        (["source", "kind"], "pupils", ["source", "published", "counts_file"]),
        (["indicators", "reconsideration", "by"], [["sex"]], ["by[0][0]", "'sex'", "income"]),
        (["unverified"], {"advice": ["1"]}, ["unverified", "'advice'", "advice_levels"]),
        (["unverified"], {"regimes": ["2020"]}, ["unverified.regimes", "2020", "none"]),
    ],
)
def test_a_refusal_names_key_value_and_what_is_allowed(good, keys, value, words):
    block = good
    for key in keys[:-1]:
        block = block[key]
    block[keys[-1]] = value
    message = refused(good)
    assert message.startswith("my.yaml: ")
    assert all(word in message for word in words), message


def keys_of(block, path=()):
    for name, value in block.items():
        yield (*path, name)
        if isinstance(value, dict):
            yield from keys_of(value, (*path, name))


@pytest.mark.parametrize("path", list(keys_of(io.read_yaml(PUBLISHED))), ids=".".join)
def test_no_key_may_be_left_out(good, path):
    changed = copy.deepcopy(good)
    block = changed
    for key in path[:-1]:
        block = block[key]
    del block[path[-1]]
    message = refused(changed)
    assert path[-1] in message or "kind" in message


@pytest.fixture
def pupils(good, tmp_path):
    """A good config of pupil files."""
    file = tmp_path / "pupils.csv"
    file.write_text("x")
    good["source"] = {
        "kind": "pupil_files",
        "name": "mine",
        "deliveries": [
            {
                "mapping": str(io.CHECKOUT / "config/mappings/canonical_csv.yaml"),
                "files": [str(file)],
            }
        ],
        "max_rejected_share": 0.01,
        "inclusion": {
            "school_types": ["bo", "sbo"],
            "exclude_vso_advice": False,
            "exclude_no_advice": False,
            "exclude_statuses": [],
            "repeaters": "last",
        },
    }
    return good


@pytest.mark.parametrize(
    ("keys", "value", "words"),
    [
        (["max_rejected_share"], 1.5, ["source.max_rejected_share", "1.5", "at most 1"]),
        (["max_rejected_share"], -0.1, ["source.max_rejected_share", "-0.1", "at least 0"]),
        (["inclusion", "repeaters"], "none", ["inclusion.repeaters", "last, first, both"]),
        (["inclusion", "school_types"], ["vo"], ["inclusion.school_types[0]", "bo, sbo, so, vso"]),
        (["inclusion", "exclude_statuses"], ["taken"], ["exclude_statuses[0]", "exempt, absent"]),
        (["inclusion", "speed"], 9, ["source.inclusion", "speed isn't known"]),
        (["deliveries"], [], ["source.deliveries", "non-empty"]),
        (["deliveries", 0, "files"], ["no.csv"], ["deliveries[0].files: 'no.csv' isn't a file"]),
        (["deliveries", 0, "mapping"], "no.yaml", ["deliveries[0].mapping: no.yaml can't be read"]),
        (["deliveries", 0, "mapping"], str(PUBLISHED), ["deliveries[0].mapping", "published.yaml"]),
    ],
)
def test_a_refusal_of_pupil_files_names_key_and_what_is_allowed(pupils, keys, value, words):
    block = pupils["source"]
    for key in keys[:-1]:
        block = block[key]
    block[keys[-1]] = value
    message = refused(pupils)
    assert all(word in message for word in words), message


def test_a_plan_may_not_ask_for_what_the_run_does_not_make(good):
    good["indicators"]["reconsideration"]["by"] = [[]]
    message = refused(good)
    assert "key release.plan: config/release/published.yaml: key tables." in message
    assert "doesn't split 'reconsideration' by ['first_advice_group']" in message
    good["release"]["plan"] = "config/release.yaml"
    assert "makes no estimates 'advice'; allowed are reconsideration" in refused(good)


def test_every_figure_has_its_module_and_every_module_its_figure():
    modules = (io.PACKAGE / "figures").glob("*.py")
    drawing = {path.stem for path in modules if "\ndef draw(" in path.read_text()}
    assert drawing == set(figures.NAMES)


@pytest.mark.parametrize("content", ["", "- a\n- b\n", "text\n", "source: [1\n"])
def test_a_file_that_is_no_mapping_is_refused(tmp_path, content):
    file = tmp_path / "bad.yaml"
    file.write_text(content)
    with pytest.raises(ConfigError, match=r"bad\.yaml"):
        config.load(file)


def test_boundaries_that_are_not_there_are_refused_before_anything_is_run(good):
    good["figures"]["boundaries"] = "nowhere.gpkg"
    assert "figures.boundaries: 'nowhere.gpkg' isn't a file" in refused(good)


def test_boundaries_are_one_file_or_none(good):
    good["figures"]["boundaries"] = ["corop.gpkg"]
    assert "figures.boundaries" in refused(good)
