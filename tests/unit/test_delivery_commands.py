"""check-delivery, new-mapping and export-synthetic, as somebody at the keyboard meets them."""

import os
import re
import runpy
import subprocess
import sys

import pandas as pd
import pytest
import yaml
from pupil_files import PUPIL_RULES, PUPILS, SUFFIXES, Given, leaks

from advieskloof import deliveries, io
from advieskloof.sources import exports, mapped_files, mapping, synthetic

NAMED = ["csv", "parquet", "spss", "stata", "excel"]


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """Carry out a command in a folder of its own: its exit code, output and errors."""
    monkeypatch.chdir(tmp_path)

    def carry_out(*words):
        monkeypatch.setattr(sys, "argv", ["advieskloof", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            runpy.run_module("advieskloof", run_name="__main__")
        said = capsys.readouterr()
        assert not leaks(said.out + said.err)
        return ended.value.code, said.out, said.err

    return carry_out


def placed(folder, delivery):
    """Write a delivery with its mapping; return the mapping's name and the files of pupils."""
    paths, _ = delivery.write(folder)
    (folder / "mine.yaml").write_text(yaml.safe_dump(delivery.rules_of_files()[0]))
    return ["mine.yaml", *[path.name for path in paths]]


# check-delivery ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", SUFFIXES)
def test_a_good_delivery_fits_and_is_told_what_it_lacks(command, tmp_path, kind):
    code, said, errors = command("check-delivery", *placed(tmp_path, Given(kind)))
    assert (code, errors) == (0, "")
    assert said.splitlines() == [
        f"note: p.{SUFFIXES[kind]}: 6 records give 6 pupils and 0 enrolments.",
        "note: pupils.test_provider is missing or unknown in 1 rows (16.7%).",
        "note: pupils.test_score is missing or unknown in 1 rows (16.7%).",
        "note: pupils.test_advice is missing or unknown in 1 rows (16.7%).",
        "note: pupils.parental_education is missing or unknown in 1 rows (16.7%).",
        "note: Not possible without adjusted_advice: reconsideration.",
        "note: Not possible without sex: split by sex.",
        "note: Not possible without migration_background: split by migration background.",
        "note: Not possible without income_quintile: split by income.",
        "note: Not possible without corop: split by region.",
        "note: Not possible without urbanity: split by urbanity.",
        "note: Not possible without class_code: first place in secondary school.",
        "note: Not possible without grade, class_code, position: moves up and down.",
        "note: Not possible without vo_school_id: change of school.",
        "0 problem(s): a run would read this delivery",
    ]


@pytest.mark.parametrize(("what", "columns"), mapped_files.NEEDS.items())
def test_each_indicator_is_named_with_the_columns_that_it_lacks(command, tmp_path, what, columns):
    every = {name: {"constant": value} for name, value in CONSTANTS.items()}
    delivery = Given(rules={"pupils": every})
    content = delivery.rules_of_files()[0]
    words = placed(tmp_path, delivery)
    assert f": {what}." not in command("check-delivery", *words)[1]
    for name in columns:
        content["pupils"].pop(name)
        if name == "initial_advice":
            content.pop("advice_detail")
        # The contract wants a rule for it, so what it lacks is its values.
        if name == "parental_education":
            content["pupils"][name] = {"constant": "unknown"}
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(content))
    code, said, _ = command("check-delivery", *words)
    assert code == 0
    assert f"note: Not possible without {', '.join(columns)}: {what}." in said.splitlines()


CONSTANTS = {
    "adjusted_advice": "34",
    "sex": "girl",
    "migration_background": "NL",
    "income_quintile": "1",
    "corop": "CR01",
    "urbanity": "1",
}


def test_a_bad_delivery_is_told_all_its_problems(command, tmp_path):
    delivery = Given(more_pupils=[[PUPILS[0][1:], PUPILS[1][1:]]])
    delivery.set("score", "geheim", "531.4711")
    delivery.set("first", "99")
    code, said, errors = command("check-delivery", *placed(tmp_path, delivery), "none.csv")
    assert (code, errors) == (1, "")
    problems = [line for line in said.splitlines() if line.startswith("problem: ")]
    assert len(problems) == 5
    assert "q.csv lacks 1 column(s) that the mapping names: pupil." in problems[0]
    assert "none.csv doesn't exist" in problems[1]
    assert "holds 1 value(s) with a '.'" in problems[2]
    assert "holds 1 value(s) that aren't numbers" in problems[3]
    assert "99 (1 rows)" in problems[4]
    assert said.splitlines()[-1] == "5 problem(s): a run would stop"


def test_a_bad_mapping_ends_with_one_message(command, tmp_path):
    words = placed(tmp_path, Given(form={"separator": ":"}))
    code, said, errors = command("check-delivery", *words)
    assert (code, said) == (1, "")
    assert errors.startswith("advieskloof: mine.yaml: key format.separator: ':' isn't allowed")


def test_a_mapping_that_is_not_there_ends_with_one_message(command):
    code, said, errors = command("check-delivery", "none.yaml", "p.csv")
    assert (code, said, errors.count("\n")) == (1, "", 1)
    assert "none.yaml can't be read" in errors


def test_an_unforeseen_error_tells_no_value(command, tmp_path, monkeypatch):
    words = placed(tmp_path, Given())

    def stumble(*_):
        raise KeyError("geheim-1")

    monkeypatch.setattr(deliveries.mapped_files, "describe", stumble)
    monkeypatch.setattr(deliveries.drafting, "draft", stumble)
    for name, rest in (("check-delivery", words), ("new-mapping", words[1:])):
        code, said, errors = command(name, *rest)
        assert (code, said) == (1, "")
        assert errors.startswith("advieskloof: KeyError in ")


@pytest.mark.parametrize("name", ["check-delivery", "new-mapping"])
def test_the_commands_write_nothing_anywhere(tmp_path, name):
    words = placed(tmp_path, Given())
    home = tmp_path / "home"
    home.mkdir()
    before = sorted(tmp_path.rglob("*"))
    stated = {path: path.stat().st_mtime_ns for path in before}
    places = dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME"), str(home))
    env = os.environ | places | {"PYTHONPATH": str(io.PACKAGE.parent)}
    env["PYTHONDONTWRITEBYTECODE"] = "1"
    words = words if name == "check-delivery" else words[1:]
    done = subprocess.run(
        [sys.executable, "-m", "advieskloof", name, *words],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
    )
    assert (done.stderr, leaks(done.stdout)) == ("", False)
    assert sorted(tmp_path.rglob("*")) == before
    assert {path: path.stat().st_mtime_ns for path in before} == stated


# new-mapping, and back ---------------------------------------------------------------------------

# As a register calls them, in the order of PUPILS; the cohort isn't in the file.
NAMES = ["RINPERSOON", "x", "BRIN", "SOORT_PO", "aanbieder", "toetsscore", "toetsstatus"]
NAMES += ["toetsadvies", "schooladvies", "opleiding_ouders", "ONDERW_1", "VOLEERJAAR"]
CHOSEN = {
    "cohort": "{ constant: 2021 }",
    "school_type": "{ column: SOORT_PO, values: { Bo: bo, Sbo: sbo } }",
    "parental_education": "{ column: opleiding_ouders, values: { 'HBO': hbo, 'MBO 2': mbo2 } }",
    "initial_advice": "{ column: schooladvies, pad: 2 }",
}


def register(kind):
    """A delivery under other names and codes, of one cohort, with the place a year later."""
    rows = [[*row, "hv", "1"] for row in PUPILS[1:4]]
    for row, education, advice in zip(rows, ["HBO", "MBO 2", ""], ["30", "34", "1"], strict=True):
        row[3], row[8], row[9] = row[3].capitalize(), advice, education
    return Given(kind, [NAMES, *rows])


def filled_in(draft):
    """A draft with somebody's choices in the lines that ask for one."""
    for name, rule in CHOSEN.items():
        draft, n = re.subn(rf"^  {name}: .*# choose.*$", f"  {name}: {rule}", draft, flags=re.M)
        assert n == 1, name
    return draft


@pytest.mark.parametrize("kind", NAMED)
def test_a_draft_reads_its_file_once_the_choices_are_made(command, tmp_path, kind):
    (path, *_), _ = register(kind).write(tmp_path)
    code, draft, errors = command("new-mapping", path.name)
    assert (code, errors) == (0, "")
    (tmp_path / "mine.yaml").write_text(filled_in(draft))
    code, said, _ = command("check-delivery", "mine.yaml", path.name)
    assert (code, said.splitlines()[-1]) == (0, "0 problem(s): a run would read this delivery")

    out = tmp_path / "out_p.parquet", tmp_path / "out_e.parquet"
    mapped_files.read_deliveries([(mapping.load(tmp_path / "mine.yaml"), [path])], *out, {})
    pupils, enrolments = map(io.read_parquet, out)
    found = pupils[list(PUPIL_RULES)].astype(object).to_numpy().tolist()
    assert found == [
        ["geheim-1", 2021, "é-geheim-1", "bo", "CET", 531.4711, "taken", "34", "30", "hbo"],
        ["geheim-2", 2021, "é-geheim-1", "bo", "CET", 532.4711, "taken", "34", "34", "mbo2"],
        ["geheim-3", 2021, "é-geheim-2", "sbo", "CET", 533.4711, "taken", "44", "01", "unknown"],
    ]
    columns = ["pupil_id", "school_year", "grade", "class_code", "status"]
    assert enrolments[columns].astype(object).to_numpy().tolist() == [
        [f"geheim-{i}", 2022, 1, "hv", "enrolled"] for i in (1, 2, 3)
    ]


@pytest.mark.parametrize("kind", ["csv", "excel"])
def test_a_draft_of_a_file_without_a_header_is_refused(command, tmp_path, kind):
    delivery = register(kind)
    delivery.pupils = [[row[3], row[0]] for row in delivery.pupils[1:]]
    (path, *_), _ = delivery.write(tmp_path)
    code, said, errors = command("new-mapping", path.name)
    assert (code, said, errors.count("\n")) == (1, "", 1)
    assert "may be no header" in errors


# export-synthetic -------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", exports.FORMS)
def test_an_exported_cohort_is_read_by_the_mapping_beside_it(command, tmp_path, suffix):
    code, said, errors = command("export-synthetic", f"made{suffix}", "--cohort", 2018)
    assert (code, errors) == (0, "")
    assert f"synthetic pupils in made{suffix}; the mapping that reads them is made.yaml" in said
    assert (
        f"in made_enrolments{suffix}; the mapping that reads them is made_enrolments.yaml" in said
    )
    # pro/vmbo-bb has a level by inference alone, so its code needs a config that lists it.
    assert command("check-delivery", "made.yaml", f"made{suffix}")[0] == 1
    config = io.CHECKOUT / "config" / "config.yaml"
    code, said, _ = command("check-delivery", "made.yaml", f"made{suffix}", "--config", config)
    assert (code, said.splitlines()[-1]) == (0, "0 problem(s): a run would read this delivery")
    tables = [tmp_path / f"{name}.parquet" for name in ("pupils", "enrolments")]
    deliveries_made = [
        (mapping.load(tmp_path / f"{name}.yaml"), [tmp_path / f"{name}{suffix}"])
        for name in ("made", "made_enrolments")
    ]
    mapped_files.read_deliveries(deliveries_made, *tables, {"advice_levels": ["pro_vmbo_bb"]})
    for path, make in zip(tables, (synthetic.generate, synthetic.generate_enrolments), strict=True):
        made = make(2018, synthetic.load(), 0.01, 2014)
        back = io.read_parquet(path).drop(columns=["file", "row"])
        pd.testing.assert_frame_equal(back, made)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["made.doc"], "made.doc doesn't end in a form that can be written; allowed are .csv"),
        (["made.csv", "--size", "0"], "'0' isn't allowed: give 0.01 to 10"),
        (["made.csv", "--size", "half"], "'half' isn't allowed: give 0.01 to 10"),
        (["made.csv", "--cohort", "2013"], "invalid choice: 2013"),
    ],
)
def test_an_export_that_cannot_be_made_says_why(command, tmp_path, words, message):
    code, said, errors = command("export-synthetic", *words)
    assert code
    assert message in errors
    assert said == ""
    assert list(tmp_path.iterdir()) == []
