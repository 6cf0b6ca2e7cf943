import copy

import pytest

from advieskloof import config, io
from advieskloof.errors import ConfigError

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
    for file in files:
        assert set(config.load(file)) >= {"source", "figures"}


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
        (["figures"], ["map"], ["figures[0]", "'map'", "reconsideration_by_cohort"]),
        (["figures"], "all", ["figures", "'all'", "array"]),
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


def test_a_source_that_is_not_public_gets_one_split_until_suppression_is_linked(good, tmp_path):
    counts = tmp_path / "counts.csv"
    counts.write_text("x")
    good["source"] = {
        "kind": "counts_file",
        "name": "mine",
        "file": str(counts),
        "layout": "codes",
        "separator": ";",
        "encoding": "utf-8",
    }
    assert "4 splits of a source that isn't public, of which 1 is allowed" in refused(good)
    good["indicators"]["reconsideration"]["by"] = [[]]
    good["figures"] = ["reconsideration_by_cohort"]
    config.check(good)


def test_the_needed_split_is_known_of_every_figure_that_may_be_asked_for():
    schema = io.read_yaml(io.CHECKOUT / config.SCHEMA)
    offered = set(schema["properties"]["figures"]["items"]["enum"])
    modules = {path.stem for path in (io.PACKAGE / "figures").glob("reconsideration_*.py")}
    assert offered == set(config.NEEDED_SPLIT) == modules


@pytest.mark.parametrize("content", ["", "- a\n- b\n", "text\n", "source: [1\n"])
def test_a_file_that_is_no_mapping_is_refused(tmp_path, content):
    file = tmp_path / "bad.yaml"
    file.write_text(content)
    with pytest.raises(ConfigError, match=r"bad\.yaml"):
        config.load(file)
