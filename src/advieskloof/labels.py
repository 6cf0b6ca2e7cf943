"""Every word, number and date that a reader sees, in Dutch (nl) and English (en)."""

from collections.abc import Iterable
from functools import cache

from advieskloof import reference
from advieskloof.vocabulary import groups, lower_indicators, lower_years, measures, models
from advieskloof.vocabulary import reasons as reasons_in_words

LANGUAGES = ("nl", "en")

# A key is 'kind:value'; figure and report texts that occur once stand beside their code.
LABELS = {
    "total": {"nl": "totaal", "en": "total"},
    "everybody": {"nl": "alle leerlingen", "en": "all pupils"},
    "cohort:total": {"nl": "alle schooljaren", "en": "all school years"},
    "source:synthetic": {
        "nl": "synthetische cohorten van advieskloof, geen echte leerlingen",
        "en": "synthetic cohorts of advieskloof, no real pupils",
    },
    "regime:test_first": {"nl": "toets vóór advies", "en": "test before advice"},
    "regime:optional": {"nl": "bijstellen mag", "en": "adjusting is optional"},
    "regime:no_test": {"nl": "geen toets", "en": "no test"},
    "regime:rule": {"nl": "bijstellen, tenzij", "en": "adjusting is the rule"},
    "break:2013": {
        "nl": "laatste jaar met de toets vóór het advies",
        "en": "last year with the test before the advice",
    },
    "break:2014": {
        "nl": "advies leidend, overgangsjaar",
        "en": "the advice decides, transition year",
    },
    "break:2017": {
        "nl": "andere vrijstellingsregels",
        "en": "other rules of exemption",
    },
    "break:2018": {
        "nl": "toetsadvies van acht naar zes categorieën, normeringsfout bij vier toetsen",
        "en": "test advice from eight to six categories, norming error at four tests",
    },
    "break:2019": {"nl": "geen toets", "en": "no test"},
    "break:2020": {
        "nl": "schaal van de Centrale Eindtoets verlaagd",
        "en": "scale of the Centrale Eindtoets lowered",
    },
    "break:2023": {
        "nl": "nieuwe wet, toets en adviesmoment",
        "en": "new law, test and moment of advice",
    },
    "population:cbs_84274NED": {
        "nl": "leerlingen in groep 8 van het basisonderwijs met een eerste advies",
        "en": "pupils in group 8 of mainstream primary schools with a first advice",
    },
    "population": {
        "nl": "leerlingen in groep 8 met een eerste advies",
        "en": "pupils in group 8 with a first advice",
    },
    "population:followed": {
        "nl": "leerlingen uit groep 8, gevolgd in het voortgezet onderwijs",
        "en": "pupils from group 8, followed in secondary school",
    },
    "population:locations": {
        "nl": "vestigingen voor voortgezet onderwijs met een leerjaar 3",
        "en": "secondary school locations with a grade 3",
    },
    **groups.WORDS,
    **lower_indicators.WORDS,
    **lower_years.WORDS,
    **measures.WORDS,
    **models.WORDS,
    **reasons_in_words.WORDS,
}


# Groupings whose groups have no words of ours.
AS_DELIVERED = ("municipality", "migration_background")


def label(key: str, language: str) -> str:
    """Return the reader's words for a key of LABELS.

    Raises KeyError for a key or language that is not there: a missing label is a slip of ours.
    """
    return LABELS[key][language]


def group_label(variable: str, value: str, language: str) -> str:
    """Return the reader's words for one value of a grouping variable, or for its total.

    A COROP area has its Dutch name; what is a delivery's own, such as an origin, is shown as it is.
    """
    if variable == "corop" and value in _areas():
        return _areas()[value]
    if variable in AS_DELIVERED and value != "total":
        return value
    return label("total" if value == "total" else f"{variable}:{value}", language)


@cache
def _areas() -> dict[str, str]:
    areas = reference.read("corop", {})
    return dict(zip(areas["code"], areas["name"], strict=True))


def capitalised(words: str) -> str:
    """Return words with their first letter as a capital, and the others as they are."""
    return words[:1].upper() + words[1:]


def decimal(value: float, language: str, digits: int = 1) -> str:
    """Return a number, a true minus below zero, with a decimal comma in Dutch: '−0,1'."""
    text = f"{value:z.{digits}f}".replace("-", "−")
    return text.replace(".", ",") if language == "nl" else text


def signed(value: float, language: str, digits: int = 2) -> str:
    """Return a difference with its sign, a true minus below zero: '+0,12', '−0,12', '0,00'."""
    text = decimal(value, language, digits)
    is_zero = not text.strip("−+0,.")
    return text if is_zero or value < 0 else f"+{text}"


def p_value(p: float, language: str) -> str:
    """Return a p value to three decimals: '0,012'; '< 0,001' below the least of them."""
    least = 0.001
    return f"<\u00a0{decimal(least, language, 3)}" if p < least else decimal(p, language, 3)


def percentage(share: float, language: str, digits: int = 1) -> str:
    """Return a share in 0-1 as a percentage: 0.364 becomes '36,4%' in Dutch."""
    return f"{decimal(100 * share, language, digits)}%"


def whole(value: int, language: str) -> str:
    """Return a count with thousands separated: a point in Dutch, a comma in English."""
    text = f"{value:,}"
    return text.replace(",", ".") if language == "nl" else text


def school_year(cohort: int | str) -> str:
    """Return the school year that begins in a cohort's calendar year: 2020 becomes '2020/21'."""
    return f"{int(cohort)}/{(int(cohort) + 1) % 100:02d}"


def period(cohort: str, language: str) -> str:
    """Return the school years of a cohort in ESTIMATES: one, several together, or all."""
    if cohort == "total":
        return label("cohort:total", language)
    return "–".join(school_year(year) for year in cohort.split("-"))


def reasons(joined: str, language: str) -> str:
    """Return the words for the reasons of a row, which may be several: 'a; b'."""
    return "; ".join(label(f"reason:{reason}", language) for reason in joined.split("; "))


def enumeration(parts: Iterable[str], language: str) -> str:
    """Return 'a, b en c' in Dutch and 'a, b and c' in English."""
    parts = list(parts)
    last = {"nl": " en ", "en": " and "}[language]
    return last.join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)
