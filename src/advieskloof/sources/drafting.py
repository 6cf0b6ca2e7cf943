"""A draft of a mapping from a file's header; a person chooses where it says `# choose`."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow.compute as pc

from advieskloof.errors import DataError, listing
from advieskloof.sources import files, targets
from advieskloof.sources.files import Format
from advieskloof.sources.targets import ADVICES, Target

# By column: names that deliveries give it, most telling first; compared without case and marks.
_NAMES = {
    "pupil_id": ("pupil_id", "RINPERSOON", "PGN", "leerling_id", "leerlingnummer", "id"),
    "cohort": ("cohort", "schooljaar", "jaar", "PEILJAAR"),
    "school_id": ("school_id", "BRIN6", "WPOBRIN_crypt", "WPOBRIN", "BRIN_NUMMER", "BRIN"),
    "board_id": ("board_id", "BEVOEGD_GEZAG_NUMMER", "bevoegd_gezag"),
    "school_type": ("school_type", "WPOTYPEPO", "SOORT_PO", "TYPE_PO"),
    "test_provider": ("test_provider", "WPOCODEEINDTOETS", "toetssoort", "aanbieder"),
    "test_score": ("test_score", "WPOUITSLAGEINDTOETS", "WPOUITSLEINDT", "toetsscore", "score"),
    "test_score_se": ("test_score_se", "meetfout"),
    "test_status": ("test_status", "toetsstatus"),
    "test_advice": ("test_advice", "WPOTOETSADVIES", "WPOTOETSADV", "toetsadvies"),
    "initial_advice": ("initial_advice", "WPOADVIESVO", "schooladvies", "advies"),
    "adjusted_advice": ("adjusted_advice", "WPOADVIESHERZ", "herzien_advies", "bijgesteld_advies"),
    "parental_education": ("parental_education", "opleiding_ouders"),
    "sex": ("sex", "GESLACHT", "GBAGESLACHT"),
    "migration_background": ("migration_background", "ETHGRP", "herkomst"),
    "income_quintile": ("income_quintile", "inkomenskwintiel"),
    "school_weight": ("school_weight", "schoolweging"),
    "corop": ("corop", "coropgebied", "corop_code"),
    "municipality": ("municipality", "GEMEENTECODE", "GEMEENTENUMMER", "gemeente"),
    "urbanity": ("urbanity", "STEDGEM", "stedelijkheid"),
    "level_reading": ("level_reading", "WPOTAALLV"),
    "level_language": ("level_language", "WPOTAALTV"),
    "level_maths": ("level_maths", "WPOREKENEN"),
    "weight": ("weight", "gewicht"),
    "school_year": ("school_year",),
    "grade": ("grade", "VOLEERJAAR", "leerjaar"),
    "vo_school_id": ("vo_school_id",),
    "class_code": ("class_code", "ONDERW_1"),
    "position": ("position", "ONDERW_3", "onderwijspositie"),
    "status": ("status",),
    "apcg": ("apcg",),
    "lateral_entry": ("lateral_entry", "zij_instroom"),
}
# What stands beside the number of a school for its location.
_LOCATIONS = ("WPOBRINVEST", "VESTIGINGSNUMMER", "BRINVEST", "VEST")
# What to look at in a column that was recognised by its name.
_HINTS = {
    "cohort": "first calendar year of the school year; add: -1 where it is the last",
    "school_year": "first calendar year of the school year; add: -1 where it is the last",
    "parental_education": "codes of reference/parental_education.csv; translate with values",
    **dict.fromkeys(ADVICES, "BRON codes of two digits; pad: 2 where zeros were lost"),
}
_WITHOUT = {
    "pupil_id": "{ column: CHOOSE } # choose: the pupil's pseudonym",
    "cohort": "{ constant: 2022 } # choose: first calendar year of the group-8 school year",
    "school_id": "{ column: CHOOSE } # choose: the school's location; join for number and location",
    "school_type": "{ constant: bo } # choose: bo, sbo, so, vso",
    "test_status": "{ derived: test }",
    "parental_education": "{ constant: unknown } # choose: see reference/parental_education.csv",
    "status": "{ derived: place }",
}


def draft(paths: Sequence[Path]) -> str:
    """Return a mapping in YAML for files with one header, with `# choose` where a person decides.

    Format, separator, encoding and decimal mark are guessed from the first file, columns by their
    names. No value of the files is shown.

    Raises DataError where a file can't be read, has no header, or another than the first.
    """
    form = _guessed_form(Path(paths[0]))
    names = [name for name in files.header(Path(paths[0]), form) if name]
    if files.may_hold_data(Path(paths[0]), form, names) or not _are_known(names):
        raise DataError(
            f"{paths[0]}: the first row holds no name that is known here, or what may be a pupil's "
            "data, so it may be no header. Put the columns' names in the first row, or write the "
            "mapping after one of config/mappings/."
        )
    for path in paths[1:]:
        if [name for name in files.header(Path(path), form) if name] != names:
            raise DataError(
                f"{path} has another header than {paths[0]}; draft a mapping for each of them."
            )
    lines = [
        "# A draft: look at every line, first at those with `# choose`.",
        f"# Columns of the file: {listing(names, 200)}.",
        "",
        f"delivery: {_delivery_name(Path(paths[0]))}",
        "",
        *_form_lines(form),
        "",
        'missing: ["", "-", "<5"] # choose: texts that mean not known, in every column',
        "other_columns: ignore # or refuse",
        _detail_line(names),
        "",
        *_pupil_lines(names),
        "",
        *_enrolment_lines(names),
    ]
    return "\n".join(lines) + "\n"


def _detail_line(names: list[str]) -> str:
    if _likely(_NAMES["initial_advice"], names):
        return "advice_detail: codes # choose: or categories, the eleven alone with one code each"
    return "# advice_detail: codes # choose: codes or categories, with a rule for initial_advice"


def _are_known(names: list[str]) -> bool:
    return any(_likely(known, names) for known in _NAMES.values())


def _delivery_name(path: Path) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", path.stem.lower()).strip("_")
    return name if re.match(r"[a-z]", name) else f"delivery_{name}".rstrip("_")


# The format -------------------------------------------------------------------------------------


def _guessed_form(path: Path) -> Format:
    kind = files.kind_by_first_bytes(path)
    if kind in ("parquet", "spss", "stata"):
        return Format(kind)
    if kind == "excel":
        return Format("excel", sheet=files.sheets(path)[0])
    if kind:
        # Its header can't be read, and the reader says why.
        files.header(path, Format("csv"))
    encoding = "cp1252" if files.is_utf8(path) is False else "utf-8"
    line = files.first_line(path, encoding)
    separator = max(files.SEPARATORS, key=line.count)
    if not line.count(separator):
        raise DataError(
            f"{path} has no separator in its first line. Fixed width has no header to draft from: "
            "copy config/mappings/cbs_schooladvies_asc.yaml and give the fields."
        )
    return _with_decimal(path, Format("csv", separator=separator, encoding=encoding))


def _with_decimal(path: Path, form: Format) -> Format:
    names = [name for name in files.header(path, form) if name]
    chunk = next(files.chunks(path, form, names, rows=10_000))
    counts = {
        mark: sum(
            pc.sum(pc.match_substring_regex(column, rf"^\s*-?\d+\{mark}\d+\s*$")).as_py() or 0
            for column in chunk.columns
        )
        for mark in (".", ",")
    }
    mark = max(counts, key=counts.get)
    return Format("csv", separator=form.separator, encoding=form.encoding, decimal=mark)


def _form_lines(form: Format) -> Iterator[str]:
    yield "format:"
    yield f"  kind: {form.kind}"
    if form.kind == "csv":
        yield f"  separator: {json.dumps(form.separator)}"
        yield f"  encoding: {form.encoding} # choose: utf-8 or cp1252"
    if form.kind in ("spss", "stata"):
        yield "  values: codes # choose: codes, or labels to read labels in their place"
    if form.kind == "excel":
        yield f"  sheet: {json.dumps(form.sheet, ensure_ascii=False)}"
    if form.kind in ("csv", "excel"):
        yield f"  decimal: {json.dumps(form.decimal)} # choose: the mark in numbers"


# The rules --------------------------------------------------------------------------------------


def _pupil_lines(names: list[str]) -> Iterator[str]:
    yield "pupils:"
    for target in targets.of("pupils").values():
        yield _rule_line(target, names)


def _rule_line(target: Target, names: list[str]) -> str:
    found = _likely(_NAMES[target.name], names)
    location = _likely(_LOCATIONS, names) if target.name == "school_id" else None
    if found and location and found != "school_id":
        joined = f"[{_quoted(found)}, {_quoted(location)}]"
        return f"  {target.name}: {{ join: {joined}, pad: 2 }} # choose"
    if found:
        return f"  {target.name}: {{ column: {_quoted(found)} }}{_hint(target)}"
    if target.needed:
        return f"  {target.name}: {_WITHOUT[target.name]}"
    return f"  # {target.name}: {{ column: … }} # choose, or leave out"


def _likely(known: Sequence[str], names: list[str]) -> str | None:
    """Return the first of the known names that the header has, as the header writes it."""
    plain = {_plain(name): name for name in reversed(names)}
    return next((plain[_plain(name)] for name in known if _plain(name) in plain), None)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_]\w{2,}", name) else json.dumps(name, ensure_ascii=False)


def _hint(target: Target) -> str:
    says = f"{target.says}; translate with values" if target.allowed else ""
    hint = _HINTS.get(target.name, says)
    return f" # choose: {hint}" if hint else ""


def _enrolment_lines(names: list[str]) -> Iterator[str]:
    columns = targets.of("enrolments")
    own = [name for name in columns if name != "pupil_id" and _likely(_NAMES[name], names)]
    if not {"class_code", "position", "vo_school_id"} & set(own):
        yield "enrolments: [] # choose: blocks for school years after group 8, if the file has them"
        return
    yield "enrolments: # choose: a block for each school year in a record"
    mark = "  - "
    for name, target in columns.items():
        if name == "school_year" and name not in own:
            yield f"{mark}{name}: {{ cohort_plus: 1 }} # choose: years after group 8"
        elif target.needed or name in own:
            yield mark + _rule_line(target, names).strip()
        mark = "    "
