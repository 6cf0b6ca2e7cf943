import openpyxl
import pandas as pd
import pyreadstat
import pytest
import yaml

from advieskloof.errors import DataError
from advieskloof.sources import drafting, mapping, targets

SECRET = "Jansen123456782"
REGISTER = ["RINPERSOON", "WPOBRIN_crypt", "WPOBRINVEST", "WPOTYPEPO", "WPOADVIESVO"]
REGISTER += ["WPOADVIESHERZ", "WPOTOETSADVIES", "WPOCODEEINDTOETS", "WPOUITSLAGEINDTOETS"]


def drafted(tmp_path, text, encoding="utf-8", name="Leerlingen 2022.csv"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    draft = drafting.draft([path])
    assert "Jansen" not in draft
    return draft, mapping.parse(yaml.safe_load(draft))


def test_canonical_names_are_recognised(tmp_path):
    names = list(targets.of("pupils"))
    row = ",".join([SECRET] * len(names))
    draft, read = drafted(tmp_path, ",".join(names) + f"\n{row}\n")
    assert {name: rule.columns for name, rule in read.pupils.items()} == {
        name: (name,) for name in names
    }
    assert read.enrolments == ()
    assert "# choose" in draft


def test_the_names_of_the_register_are_recognised(tmp_path):
    text = ";".join(REGISTER) + "\n" + ";".join([SECRET] * len(REGISTER)) + "\n"
    read = drafted(tmp_path, text)[1].pupils
    assert read["pupil_id"].columns == ("RINPERSOON",)
    assert read["school_id"].columns == ("WPOBRIN_crypt", "WPOBRINVEST")
    assert read["initial_advice"].columns == ("WPOADVIESVO",)
    assert read["adjusted_advice"].columns == ("WPOADVIESHERZ",)
    assert read["test_advice"].columns == ("WPOTOETSADVIES",)
    assert read["test_score"].columns == ("WPOUITSLAGEINDTOETS",)
    assert read["cohort"].constant == 2022
    assert read["parental_education"].constant == "unknown"


def test_a_draft_asks_whether_advices_are_codes_or_categories(tmp_path):
    draft, read = drafted(tmp_path, "ID,initial_advice\n1,60\n")
    assert "advice_detail: codes # choose" in draft
    assert read.code_detail
    # Without advices the key would be refused.
    assert "\n# advice_detail: codes # choose" in drafted(tmp_path, "ID,score\n1,2\n")[0]


def test_which_year_names_a_school_year_is_for_a_person_to_say(tmp_path):
    draft = drafted(tmp_path, "ID,schooljaar,school_year,position\n1,2022,2023,4\n")[0]
    assert draft.count("# choose: first calendar year of the school year; add: -1") == 2


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize(("encoding", "guess"), [("utf-8", "utf-8"), ("cp1252", "cp1252")])
def test_separator_encoding_and_decimal_are_guessed(tmp_path, separator, encoding, guess):
    rows = [["id", "naam", "score"], ["1", "Zoë", '"538,5"'], ["2", "x", '"7,25"']]
    text = "\n".join(separator.join(row) for row in rows) + "\n"
    form = drafted(tmp_path, text, encoding)[1].form
    assert (form.separator, form.encoding, form.decimal) == (separator, guess, ",")


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path):
    read = drafted(tmp_path, "id;score\n1;7.5\n", "utf-8-sig")[1]
    assert read.pupils["pupil_id"].columns == ("id",)
    assert read.form.decimal == "."


def test_a_delivery_is_named_after_its_file(tmp_path):
    assert drafted(tmp_path, "id;x\n1;2\n")[1].delivery == "leerlingen_2022"
    assert drafted(tmp_path, "id;x\n1;2\n", name="2022.csv")[1].delivery == "delivery_2022"


def test_names_that_yaml_would_misread_are_quoted(tmp_path):
    read = drafted(tmp_path, "id;Geslacht\n1;boy\n")[1]
    assert read.pupils["sex"].columns == ("Geslacht",)
    assert drafting._quoted("no") == '"no"'
    assert drafting._quoted("a: b") == '"a: b"'


def test_places_after_group_8_become_a_block(tmp_path):
    read = drafted(tmp_path, "RINPERSOON;ONDERW_1;VOLEERJAAR\n1;2;3\n")[1]
    (block,) = read.enrolments
    assert block["class_code"].columns == ("ONDERW_1",)
    assert block["grade"].columns == ("VOLEERJAAR",)
    assert block["school_year"].constant == 1
    assert block["status"].origin == "derived"


def test_other_kinds_are_told_by_their_first_bytes(tmp_path):
    frame = pd.DataFrame({"RINPERSOON": ["1"], "sex": ["boy"]})
    pyreadstat.write_sav(frame, tmp_path / "a.sav")
    pyreadstat.write_dta(frame, tmp_path / "a.dta")
    frame.to_parquet(tmp_path / "a.parquet")
    book = openpyxl.Workbook()
    book.active.title = "Blad één"
    for row in [list(frame), ["1", "boy"]]:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    kinds = {"sav": "spss", "dta": "stata", "parquet": "parquet", "xlsx": "excel"}
    for suffix, kind in kinds.items():
        read = mapping.parse(yaml.safe_load(drafting.draft([tmp_path / f"a.{suffix}"])))
        assert read.form.kind == kind
        assert read.pupils["sex"].columns == ("sex",)
    assert mapping.parse(yaml.safe_load(drafting.draft([tmp_path / "a.xlsx"]))).form.sheet


def test_files_of_different_headers_are_refused(tmp_path):
    for name, text in (("a.csv", "id;x\n1;2\n"), ("b.csv", "id;y\n1;2\n")):
        (tmp_path / name).write_text(text)
    with pytest.raises(DataError, match=r"b\.csv has another header"):
        drafting.draft([tmp_path / "a.csv", tmp_path / "b.csv"])


def test_what_has_no_header_is_refused_without_a_value(tmp_path):
    for text, words in (
        (f"{SECRET}\n", "no separator"),
        ("", "is empty"),
        (f"{SECRET};20\nb;22\n", "may be no header"),
        (f"{SECRET};bo\n{SECRET};sbo\n", "may be no header"),
    ):
        with pytest.raises(DataError) as caught:
            drafted(tmp_path, text)
        assert words in str(caught.value)
        assert "Jansen" not in str(caught.value)
