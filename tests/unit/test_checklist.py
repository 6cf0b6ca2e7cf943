import pandas as pd
import pytest

from advieskloof import schemas
from advieskloof.report import checklist
from advieskloof.report.checklist_words import WORDS

RULES = {
    "minimum_pupils": 10,
    "minimum_schools": 3,
    "protection": 10,
    "group_disclosure_below": 200,
}
AUDIT = pd.DataFrame({"lower": [0.0, 3.0], "upper": [40.0, 15.5], "width": [40.0, 12.5]})


def row(table="advice_by_cohort", **columns):
    known = {
        "source": "mine",
        "public": False,
        "table": table,
        "indicator": "under_of_placed",
        "definition": "whole_level",
        "base": "initial",
        "adjustment": "raw",
        "region_of": "school",
        "cohort": "2014",
        "unit": "share",
        "estimate": 0.16,
        "n": 1000,
        "k": 160,
        "n_schools": 40,
        "status": "ok",
        **dict.fromkeys(schemas.SPLITS, "total"),
    }
    made = schemas.empty_columns(schemas.ESTIMATES, 1).assign(**known | columns)
    return made.astype(schemas.empty_columns(schemas.ESTIMATES, 0).dtypes.to_dict())


def hidden(status, **columns):
    return row(status=status, estimate=None, n=None, k=None, n_schools=None, **columns)


TABLE = pd.concat(
    [
        row(),
        row(cohort="2015", n=300, k=280, estimate=280 / 300),
        hidden("suppressed_primary", cohort="2016"),
        hidden("suppressed_secondary", cohort="2017"),
        hidden("not_defined", cohort="2019", reason="no_test_that_year"),
        row("gaps", urbanity="1", k=None, unit="levels", n_schools=7),
    ],
    ignore_index=True,
)


def lines(page, name):
    _, _, rest = page.partition(f'<h3 id="{name}">')
    part = rest.partition("</table>")[0].replace("</th><td>", "|")
    return dict(
        line.replace('<tr><th scope="row">', "").replace("</td></tr>", "").split("|")
        for line in part.splitlines()
        if line.startswith("<tr>")
    )


def test_a_table_is_told_with_what_left_and_what_did_not():
    told = lines(checklist.render(TABLE, AUDIT, RULES, "en"), "advice_by_cohort")
    assert told["rows"] == "5"
    assert told["released numbers"] == "2"
    assert (told["primary suppressions"], told["secondary suppressions"]) == ("1", "1")
    assert told["without a number for another reason"] == "not defined: 1"
    assert told["smallest denominator"] == "300"
    assert told["smallest numerator"] == "160"
    assert told["smallest denominator less numerator"] == "20"
    assert told["smallest number of schools"] == "40"
    assert told["split by"] == "–"


def test_a_table_of_means_has_no_numerators():
    told = lines(checklist.render(TABLE, AUDIT, RULES, "nl"), "gaps")
    assert told["kleinste teller"] == told["kleinste verschil van noemer en teller"] == "–"
    assert told["uitgesplitst naar"] == "stedelijkheid"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", ["2 van 5 getallen (40,0%)", "2 beschermde aantallen", "12,5 leerlingen breed"]),
        ("en", ["2 of 5 numbers (40.0%)", "2 protected counts", "12.5 pupils wide (needed: 10)"]),
    ],
)
def test_the_whole_is_told_with_the_audit(language, words):
    page = checklist.render(TABLE, AUDIT, RULES, language)
    assert all(word in page for word in words)


def test_shares_of_nearly_everybody_are_counted():
    page = checklist.render(TABLE, AUDIT, RULES, "en")
    assert "1 are released; their smallest denominator is 300" in " ".join(page.split())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "alleen als verschil tussen twee groepen (`adjusted_gaps`, `adjusted_moves`)"),
        ("en", "only those that are a gap between two groups"),
    ],
)
def test_gaps_are_told_as_the_only_coefficients(language, words):
    assert words in " ".join(checklist.render(TABLE, AUDIT, RULES, language).split())


def test_nothing_protected_is_said():
    page = checklist.render(TABLE[:2], AUDIT[:0], RULES, "en")
    assert WORDS["en"]["nothing_protected"] in page


def test_both_languages_have_the_same_words_and_questions():
    assert WORDS["nl"].keys() == WORDS["en"].keys()
    assert len(WORDS["nl"]["answers"]) == len(WORDS["en"]["answers"]) == 8
