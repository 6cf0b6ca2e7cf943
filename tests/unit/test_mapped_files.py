import copy

import pandas as pd
import pytest

from advieskloof import io, schemas
from advieskloof.errors import DataError
from advieskloof.sources import mapped_files, mapping

SECRET = "Jansen123456782"
BASE = {
    "delivery": "example",
    "format": {"kind": "csv", "separator": ";", "encoding": "utf-8", "decimal": ","},
    "missing": ["", "-", "<5"],
    "other_columns": "ignore",
    "pupils": {
        "pupil_id": {"column": "ID"},
        "cohort": {"constant": 2022},
        "school_id": {"constant": "00AB00"},
        "school_type": {"constant": "bo"},
        "test_status": {"derived": "test"},
        "parental_education": {"constant": "unknown"},
    },
    "enrolments": [],
}
PLACE = {
    "pupil_id": {"column": "ID"},
    "school_year": {"cohort_plus": 1},
    "status": {"derived": "place"},
}


def made(pupils=None, enrolments=(), **changes):
    content = copy.deepcopy(BASE) | changes
    content["pupils"] |= pupils or {}
    content |= {"advice_detail": "codes"} if "initial_advice" in content["pupils"] else {}
    content["enrolments"] = list(enrolments)
    return mapping.parse(content)


def deliver(tmp_path, text, name="p.csv"):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


class Result:
    def __init__(self, tmp_path, read, paths, unverified):
        out = tmp_path / "out"
        self.paths = out / "pupils.parquet", out / "enrolments.parquet"
        self.counts = mapped_files.read_deliveries([(read, paths)], *self.paths, unverified)
        self.pupils, self.enrolments = map(io.read_parquet, self.paths)


def result(tmp_path, read, text, unverified=None):
    return Result(tmp_path, read, [deliver(tmp_path, text)], unverified or {})


def column(tmp_path, name, rule, *values, **changes):
    """The values of a PUPILS column that a rule makes of column X; None where missing."""
    text = "ID;X\n" + "".join(f"{i};{value}\n" for i, value in enumerate(values))
    pupils = result(tmp_path, made({name: rule}, **changes), text).pupils
    return [None if pd.isna(value) else value for value in pupils[name]]


def refusal(tmp_path, read, *texts, unverified=None):
    paths = [deliver(tmp_path, text, f"p{i}.csv") for i, text in enumerate(texts)]
    with pytest.raises(DataError) as caught:
        Result(tmp_path, read, paths, unverified or {})
    message = str(caught.value)
    assert "Jansen" not in message
    assert not list((tmp_path / "out").iterdir())
    return message


def refused(tmp_path, name, rule, *values, **changes):
    text = "ID;X\n" + "".join(f"{i};{value}\n" for i, value in enumerate(values))
    return refusal(tmp_path, made({name: rule}, **changes), text)


X = {"column": "X"}

# Rules ------------------------------------------------------------------------------------------


def test_the_tables_keep_their_contracts_with_file_and_row_in_front(tmp_path):
    read = made(enrolments=[PLACE | {"position": X}])
    found = result(tmp_path, read, "ID;X\na;1\nb;\nc;3\n")
    for table, contract in (
        (found.pupils, schemas.PUPILS),
        (found.enrolments, schemas.ENROLMENTS),
    ):
        assert list(table)[:2] == ["file", "row"]
        schemas.validate(table.drop(columns=["file", "row"]), contract, "what was read")
    assert found.pupils["row"].tolist() == [1, 2, 3]
    assert found.enrolments["row"].tolist() == [1, 3]
    assert set(found.pupils["file"]) == {"p.csv"}


def test_texts_are_trimmed_and_missing_texts_are_missing(tmp_path):
    values = column(tmp_path, "board_id", X, " a ", "", "-", "<5", "99")
    assert values == ["a", None, None, None, "99"]
    rule = {"column": "X", "missing": ["99"]}
    assert column(tmp_path, "board_id", rule, "99", "-", "a") == [None, None, "a"]


def test_numbers_have_the_decimal_mark_of_the_delivery(tmp_path):
    assert column(tmp_path, "test_score", X, "538,5", "7", "-0,25", "<5") == [538.5, 7, -0.25, None]
    point = BASE["format"] | {"decimal": "."}
    assert column(tmp_path, "test_score", X, "538.5", "1e-2", format=point) == [538.5, 0.01]


def test_a_number_that_means_not_known_is_missing_however_it_is_written(tmp_path):
    rule = {"column": "X", "missing": ["999", "-1,5"], "scale": 10}
    values = ["999", "999,0", "0999,00", "9,99e2", "-1,50", "99,9", "1,5"]
    assert column(tmp_path, "test_score", rule, *values) == [None] * 5 + [999, 15]
    rule = {"column": "X", "missing": ["0"], "add": -1}
    read = made(enrolments=[PLACE | {"position": {"column": "ID"}, "grade": X | rule}])
    found = result(tmp_path, read, "ID;X\na;0,0\nb;00\nc;2\n").enrolments
    assert found["grade"].tolist() == [pd.NA, pd.NA, 1]


def test_numbers_are_scaled_without_crumbs(tmp_path):
    rule = {"column": "X", "scale": 0.1}
    assert column(tmp_path, "test_score", rule, "5351", "5353") == [535.1, 535.3]
    assert column(tmp_path, "test_score", {"column": "X", "scale": 10}, "3,5") == [35]


def test_whole_numbers_are_added_to(tmp_path):
    assert column(tmp_path, "cohort", {"column": "X", "add": -1}, "2023", "2022,0") == [2022, 2021]


def test_codes_are_padded_and_double_zero_is_no_advice(tmp_path):
    rule = {"column": "X", "pad": 2}
    assert column(tmp_path, "initial_advice", rule, "1", "20", "0", "") == ["01", "20", "0", None]
    assert column(tmp_path, "initial_advice", X, "00", "0") == ["0", "0"]


def test_values_are_translated(tmp_path):
    rule = {"column": "X", "values": {"M": "boy", "V": "girl"}}
    assert column(tmp_path, "sex", rule, "M", "V", "-", "M") == ["boy", "girl", None, "boy"]


def test_padding_comes_before_translation_and_missing_before_both(tmp_path):
    rule = {"column": "X", "pad": 2, "missing": ["9"], "values": {"01": "boy", "02": "girl"}}
    assert column(tmp_path, "sex", rule, "1", "02", "9") == ["boy", "girl", None]


def test_a_text_that_means_not_known_is_missing_also_when_it_lost_its_zeros(tmp_path):
    rule = {"column": "X", "pad": 4, "missing": ["0000"]}
    assert column(tmp_path, "board_id", rule, "0", "0000", "12") == [None, None, "0012"]


def test_each_part_of_a_joined_text_is_padded(tmp_path):
    read = made({"board_id": {"join": ["X", "Y"], "pad": 2}})
    found = result(tmp_path, read, "ID;X;Y\na;12;3\nb;1;23\nc;00AB;0\nd;00AB;\n").pupils
    assert found["board_id"].fillna("?").tolist() == ["1203", "0123", "00AB00", "?"]


def test_joined_texts_are_missing_where_a_part_is(tmp_path):
    read = made({"board_id": {"join": ["X", "Y"]}})
    found = result(tmp_path, read, "ID;X;Y\na;00AB;01\nb;00AB;-\nc; 12EF ;00\n").pupils
    assert found["board_id"].fillna("?").tolist() == ["00AB01", "?", "12EF00"]


def test_the_highest_parental_education_counts(tmp_path):
    education = {"highest_of": ["X", "Y"], "values": {"1": "mbo2", "2": "hbo", "9": "unknown"}}
    text = "ID;X;Y\na;1;2\nb;2;1\nc;-;1\nd;-;-\ne;9;1\nf;9;-\n"
    found = result(tmp_path, made({"parental_education": education}), text).pupils
    assert found["parental_education"].tolist() == [
        "hbo",
        "hbo",
        "mbo2",
        "unknown",
        "mbo2",
        "unknown",
    ]


def test_one_parent_with_a_university_degree_is_enough(tmp_path):
    text = "ID;X;Y\na;3113;3211\nb;3211;3113\nc;3112;3211\n"
    found = result(tmp_path, made({"parental_education": {"highest_of": ["X", "Y"]}}), text).pupils
    assert found["parental_education"].tolist() == ["3113", "3113", "3211"]


def test_a_needed_text_that_is_missing_is_unknown_where_that_is_a_word(tmp_path):
    assert column(tmp_path, "parental_education", X, "hbo", "") == ["hbo", "unknown"]
    assert column(tmp_path, "test_status", X, "taken", "-") == ["taken", "unknown"]


def test_the_test_status_follows_from_score_advice_and_cohort(tmp_path):
    read = made({"cohort": {"column": "J"}, "test_score": X, "test_advice": {"column": "T"}})
    text = "ID;J;X;T\na;2022;538;\nb;2022;;20\nc;2022;;\nd;2019;;\ne;2019;538;\n"
    found = result(tmp_path, read, text).pupils
    expected = ["taken", "taken", "unknown", "no_test_that_year", "taken"]
    assert found["test_status"].tolist() == expected


def test_a_record_gives_a_row_of_each_enrolment_block_that_it_fills(tmp_path):
    first = PLACE | {"grade": {"constant": 1}, "class_code": {"column": "C1"}}
    third = PLACE | {"school_year": {"cohort_plus": 3}, "grade": {"column": "G3"}}
    third |= {"vo_school_id": {"join": ["B", "V"]}}
    text = "ID;C1;G3;B;V\na;x;3;11AA;00\nb;;;;\nc;y;;11AA;\nd;;2;;\n"
    found = result(tmp_path, made(enrolments=[first, third]), text)
    columns = ["pupil_id", "school_year", "grade", "vo_school_id", "class_code", "status"]
    rows = found.enrolments[columns].astype(object)
    assert sorted(map(tuple, rows.where(rows.notna(), "?").to_numpy())) == [
        ("a", 2023, 1, "?", "x", "enrolled"),
        ("a", 2025, 3, "11AA00", "?", "enrolled"),
        ("c", 2023, 1, "?", "y", "enrolled"),
        ("d", 2025, 2, "?", "?", "unknown"),
    ]
    assert found.counts.to_dict("records") == [
        {"file": "p.csv", "rows": 4, "pupils": 4, "enrolments": 4}
    ]


def test_a_status_in_the_file_is_an_enrolment_too(tmp_path):
    block = PLACE | {"school_year": {"column": "J"}, "status": X, "position": {"column": "P"}}
    content = BASE | {"pupils": {}, "enrolments": [block]}
    found = result(tmp_path, mapping.parse(content), "ID;J;P;X\na;2023;;left\nb;;;\nc;2023;4;\n")
    assert found.enrolments["pupil_id"].tolist() == ["a", "c"]
    assert found.enrolments["status"].tolist() == ["left", "unknown"]
    assert len(found.pupils) == 0


def test_flags_are_read_and_translated(tmp_path):
    block = PLACE | {"position": {"column": "ID"}, "apcg": X}
    text = "ID;X\na;True\nb;0\nc;\n"
    found = result(tmp_path, made(enrolments=[block]), text).enrolments
    assert found["apcg"].tolist() == [True, False, pd.NA]
    block["apcg"] = {"column": "X", "values": {"J": True, "N": False}}
    found = result(tmp_path, made(enrolments=[block]), "ID;X\na;J\nb;N\n").enrolments
    assert found["apcg"].tolist() == [True, False]


def test_a_column_without_any_value_is_missing_in_every_row(tmp_path):
    """In Parquet, SPSS, Stata and Excel missing is null, and a chunk may hold nothing else."""
    listed = {"column": "X", "values": {"1": "boy"}}
    education = {"highest_of": ["X", "X"], "values": {"1": "mbo2"}}
    place = PLACE | {"position": {"column": "ID"}, "grade": X, "apcg": X}
    place |= {"lateral_entry": {"column": "X", "values": {"J": True}}}
    read = made(
        {"sex": listed, "parental_education": education, "test_score": X, "initial_advice": X},
        [place],
        format={"kind": "parquet"},
    )
    path = tmp_path / "p.parquet"
    pd.DataFrame({"ID": ["a", "b"], "X": pd.Series([None, None], dtype="str")}).to_parquet(path)
    found = Result(tmp_path, read, [path], {})
    assert found.pupils["parental_education"].tolist() == ["unknown", "unknown"]
    assert found.pupils[["sex", "test_score", "initial_advice"]].isna().all(axis=None)
    assert found.enrolments[["grade", "apcg", "lateral_entry"]].isna().all(axis=None)


def test_files_of_a_delivery_follow_each_other_and_count_their_own_rows(tmp_path):
    paths = [deliver(tmp_path, f"ID\n{i}a\n{i}b\n", f"p{i}.csv") for i in (1, 2)]
    found = Result(tmp_path, made(), paths, {})
    assert found.pupils["pupil_id"].tolist() == ["1a", "1b", "2a", "2b"]
    assert found.pupils["row"].tolist() == [1, 2, 1, 2]
    assert found.counts["file"].tolist() == ["p1.csv", "p2.csv"]


def test_files_of_one_name_are_told_apart_by_their_folder(tmp_path):
    paths = [deliver(tmp_path, f"ID\n{i}\n", f"{i}/p.csv") for i in (1, 2)]
    assert Result(tmp_path, made(), paths, {}).counts["file"].tolist() == list(map(str, paths))


def test_deliveries_of_different_form_become_one_table(tmp_path):
    other = made({"cohort": {"column": "J"}})
    deliveries = [
        (made(), [deliver(tmp_path, "ID\na\n", "a.csv")]),
        (other, [deliver(tmp_path, "J;ID\n2021;b\n", "b.csv")]),
    ]
    out = tmp_path / "pupils.parquet"
    mapped_files.read_deliveries(deliveries, out, tmp_path / "e.parquet", {})
    assert io.read_parquet(out)["cohort"].tolist() == [2022, 2021]


# What is refused --------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1, 1000])
def test_a_number_without_end_is_refused(tmp_path, scale):
    message = refused(tmp_path, "weight", {"column": "X", "scale": scale}, "1e999", "1", "-2e307")
    n = {1: 1, 1000: 2}[scale]
    assert f"weight (from X) holds {n} value(s) that are too large to be numbers" in message


def test_text_that_is_no_number_is_counted_by_column(tmp_path):
    read = made({"test_score": X, "cohort": {"column": "J"}})
    message = refusal(tmp_path, read, f"ID;J;X\na;2022;{SECRET}\nb;{SECRET};{SECRET}\nc;2022;1\n")
    assert "column test_score (from X) holds 2 value(s) that aren't numbers" in message
    assert "column cohort (from J) holds 1 value(s) that aren't whole numbers" in message
    assert "is empty" not in message


@pytest.mark.parametrize("value", ["10-nov", "1-jan-23", "2023-05-01", "1-5-2023", "jan-05"])
@pytest.mark.parametrize("name", ["test_score", "board_id", "cohort"])
def test_values_that_excel_turned_into_dates_are_counted(tmp_path, name, value):
    message = refused(tmp_path, name, X, value, "2022")
    assert "holds 1 value(s) that Excel turned into dates" in message
    assert value not in message


@pytest.mark.parametrize("name", ["pupil_id", "school_id", "migration_background"])
def test_codes_that_excel_turned_into_errors_are_counted(tmp_path, name):
    failed = ["#N/A", "#N/B", "#VALUE!", "#WAARDE!", "#REF!", "#DIV/0!", "#DEEL/0!", "#NAAM?"]
    message = refused(tmp_path, name, X, *failed, "#12", "A#1!")
    assert "holds 8 value(s) that Excel turned into errors" in message


def test_unknown_codes_are_counted_over_all_files(tmp_path):
    read = made({"initial_advice": X})
    first, second = "ID;X\na;99\nb;20\nc;99\n", f"ID;X\nd;99\ne;98\nf;{SECRET}\n"
    message = refusal(tmp_path, read, first, second)
    assert "example (p0.csv, p1.csv): initial_advice holds 5 value(s)" in message
    assert "98 (1 rows), 99 (3 rows), other (1 rows)" in message


def test_a_test_advice_must_be_one_that_is_registered(tmp_path):
    assert "21 (1 rows)" in refused(tmp_path, "test_advice", X, "20", "21")


def test_codes_that_are_not_verified_can_be_listed(tmp_path):
    read = made({"initial_advice": X})
    assert "24 (1 rows)" in refusal(tmp_path, read, "ID;X\na;24\n")
    listed = {"advice_codes": ["24"], "advice_levels": ["vmbo_bb_to_gt"]}
    assert result(tmp_path, read, "ID;X\na;24\n", listed).pupils["initial_advice"].tolist() == [
        "24"
    ]


# A column, a value that it may not hold, and what the message says is allowed.
OUTSIDE = {
    "school_type": "bo, sbo, so, vso",
    "sex": "boy, girl, unknown",
    "corop": "CR01, CR02",
    "urbanity": "1, 2, 3, 4, 5, unknown",
    "income_quintile": "1, 2, 3, 4, 5, unknown",
    "test_provider": "CET, IEP",
    "test_status": "taken, exempt",
    "level_reading": "below_1F, 1F",
    "parental_education": "unknown, le_mbo1",
}


@pytest.mark.parametrize(("name", "allowed"), OUTSIDE.items())
def test_a_category_outside_the_contract_is_counted_with_what_is_allowed(tmp_path, name, allowed):
    message = refused(tmp_path, name, X, SECRET, SECRET)
    assert f"column {name} (from X) holds 2 value(s) that aren't" in message
    assert allowed in message


def test_a_text_that_the_values_do_not_list_is_counted(tmp_path):
    rule = {"column": "X", "values": {"M": "boy", "V": "girl"}}
    message = refused(tmp_path, "sex", rule, "M", SECRET, "m")
    assert "holds 2 value(s) that its `values` don't list; listed are M, V" in message


def test_education_codes_that_are_not_verified_need_listing(tmp_path):
    read = made({"parental_education": X})
    message = refusal(tmp_path, read, "ID;X\na;2111\n")
    assert "holds 1 value(s) that aren't usable codes" in message
    found = result(tmp_path, read, "ID;X\na;2111\n", {"parental_education": ["2111"]})
    assert found.pupils["parental_education"].tolist() == ["2111"]


def test_a_constant_code_must_be_usable_too(tmp_path):
    read = made({"parental_education": {"constant": "2111"}, "test_advice": {"constant": "11"}})
    message = refusal(tmp_path, read, "ID\na\nb\n")
    assert "column parental_education holds 2 value(s) that aren't usable" in message
    assert "11 (2 rows)" in message


def test_education_of_two_systems_has_no_order(tmp_path):
    message = refused(tmp_path, "parental_education", X, "hbo", "3112")
    assert "mixes the systems five, soi" in message


@pytest.mark.parametrize("name", ["pupil_id", "school_id", "school_type", "cohort"])
def test_an_empty_needed_value_is_counted(tmp_path, name):
    good = {"cohort": "2022", "school_type": "bo"}.get(name, "a")
    message = refused(tmp_path, name, X, good, "", "-")
    assert f"column {name} (from X) is empty in 2 row(s)" in message


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("cohort", "22", "between 2000 and 2100"),
        ("weight", "-1", "at least 0"),
        ("test_score_se", "-0,1", "at least 0"),
    ],
)
def test_a_number_out_of_range_is_counted(tmp_path, name, value, allowed):
    message = refused(tmp_path, name, X, value)
    assert "holds 1 value(s) that are out of range; allowed is " + allowed in message
    assert "Correct them, or list them under `missing`." in message


def test_a_grade_0_is_out_of_range(tmp_path):
    read = made(enrolments=[PLACE | {"grade": X}])
    message = refusal(tmp_path, read, "ID;X\na;0\nb;1\n")
    assert "grade (from X) holds 1 value(s) that are out of range; allowed is at least 1" in message


def test_a_fault_in_the_last_file_leaves_nothing_behind(tmp_path):
    message = refusal(tmp_path, made({"sex": X}), "ID;X\na;boy\n", f"ID;Y\nb;{SECRET}\n")
    assert "p1.csv lacks 1 column(s)" in message


def test_a_former_result_stays_when_a_delivery_does_not_fit(tmp_path):
    former = result(tmp_path, made(), "ID\na\n")
    with pytest.raises(DataError):
        result(tmp_path, made({"sex": X}), "ID;X\na;x\n")
    assert io.read_parquet(former.paths[0])["pupil_id"].tolist() == ["a"]


# check-delivery ---------------------------------------------------------------------------------


def findings(tmp_path, read, *texts):
    paths = [deliver(tmp_path, text, f"p{i}.csv") for i, text in enumerate(texts)]
    found = mapped_files.describe(read, paths, {})
    assert "Jansen" not in str(found)
    return [(f.kind, f.file, f.text) for f in found]


def test_all_problems_of_a_delivery_are_found_at_once(tmp_path):
    read = made({"sex": X, "test_score": {"column": "S"}, "initial_advice": {"column": "A"}})
    found = findings(
        tmp_path,
        read,
        f"ID;X;S;A\na;{SECRET};x;99\n",
        "ID;X\na;boy\n",
        "ID;X;S;A\nb;boy;1,5;99\n",
    )
    problems = [(file, text) for kind, file, text in found if kind == "problem"]
    assert [file for file, _ in problems] == ["p1.csv", "p0.csv", "p0.csv", ""]
    texts = "\n".join(text for _, text in problems)
    assert "lacks 2 column(s)" in texts
    assert "sex (from X) holds 1 value(s)" in texts
    assert "test_score (from S) holds 1 value(s) that aren't numbers" in texts
    assert "99 (2 rows)" in texts


def test_a_delivery_that_fits_is_described(tmp_path):
    read = made({"sex": X, "initial_advice": {"column": "A"}})
    found = findings(tmp_path, read, "ID;X;A;Y\na;boy;20;1\nb;;22;1\n")
    assert {kind for kind, _, _ in found} == {"note"}
    texts = [text for _, _, text in found]
    assert "2 records give 2 pupils and 0 enrolments." in texts
    assert "1 column(s) are not used: Y." in texts
    assert "pupils.sex is missing or unknown in 1 rows (50.0%)." in texts
    assert "Not possible without test_advice, adjusted_advice: reconsideration." in texts
    assert "Not possible without parental_education: split by parental education." in texts
    assert "Not possible without corop: split by region." in texts
    assert not any("split by sex" in text for text in texts)


def test_a_column_without_any_value_is_absent(tmp_path):
    found = findings(tmp_path, made({"sex": X}), "ID;X\na;\nb;-\n")
    assert ("note", "", "Not possible without sex: split by sex.") in found


def test_a_block_without_a_rule_for_a_column_misses_it_in_its_rows(tmp_path):
    block = PLACE | {"position": {"column": "ID"}}
    read = made(enrolments=[block | {"class_code": X}, block | {"school_year": {"cohort_plus": 3}}])
    texts = [text for _, _, text in findings(tmp_path, read, "ID;X\na;\nb;\n")]
    assert "enrolments.class_code is missing or unknown in 4 rows (100.0%)." in texts
    assert "Not possible without class_code: first place in secondary school." in texts
    assert not any("enrolments.apcg" in text for text in texts)


def test_every_need_names_columns_of_the_contracts():
    for needs, contract in (
        (mapped_files.NEEDS, schemas.PUPILS),
        (mapped_files.NEEDS_OF_ENROLMENTS, schemas.ENROLMENTS),
    ):
        assert {name for names in needs.values() for name in names} <= set(contract.schema.columns)
