"""Every word, number and date that a reader sees, in Dutch (nl) and English (en)."""

from collections.abc import Iterable

LANGUAGES = ("nl", "en")

# A key is 'kind:value'; figure and report texts that occur once stand beside their code.
LABELS = {
    "total": {"nl": "totaal", "en": "total"},
    "source:synthetic": {
        "nl": "synthetische cohorten van advieskloof, geen echte leerlingen",
        "en": "synthetic cohorts of advieskloof, no real pupils",
    },
    "first_advice_group": {"nl": "eerste advies", "en": "first advice"},
    "first_advice_group:vso_pro_vmbo_b": {"nl": "vso, pro of vmbo-b", "en": "vso, pro or vmbo-b"},
    "first_advice_group:vmbo_b_k": {"nl": "vmbo-b/k", "en": "vmbo-b/k"},
    "first_advice_group:vmbo_k": {"nl": "vmbo-k", "en": "vmbo-k"},
    "first_advice_group:vmbo_k_gt": {"nl": "vmbo-k/gt", "en": "vmbo-k/gt"},
    "first_advice_group:vmbo_gt": {"nl": "vmbo-gt", "en": "vmbo-gt"},
    "first_advice_group:vmbo_gt_havo": {"nl": "vmbo-gt/havo", "en": "vmbo-gt/havo"},
    "first_advice_group:havo": {"nl": "havo", "en": "havo"},
    "first_advice_group:havo_vwo": {"nl": "havo/vwo", "en": "havo/vwo"},
    "first_advice_group:vwo": {"nl": "vwo", "en": "vwo"},
    "first_advice_group:other": {"nl": "ander advies", "en": "another advice"},
    "income_quintile": {"nl": "inkomen ouders", "en": "parental income"},
    "income_quintile:1": {"nl": "1e 20% (laag)", "en": "1st 20% (low)"},
    "income_quintile:2": {"nl": "2e 20%", "en": "2nd 20%"},
    "income_quintile:3": {"nl": "3e 20%", "en": "3rd 20%"},
    "income_quintile:4": {"nl": "4e 20%", "en": "4th 20%"},
    "income_quintile:5": {"nl": "5e 20% (hoog)", "en": "5th 20% (high)"},
    "income_quintile:unknown": {"nl": "onbekend", "en": "unknown"},
    "kind:single": {"nl": "enkel advies", "en": "single advice"},
    "kind:double": {"nl": "dubbel advies", "en": "double advice"},
    "indicator:eligible_of_all": {
        "nl": "komt in aanmerking, van alle leerlingen met een eerste advies",
        "en": "eligible, of all pupils with a first advice",
    },
    "indicator:eligible_of_tested": {
        "nl": "komt in aanmerking, van de leerlingen met een toetsadvies",
        "en": "eligible, of pupils with a test advice",
    },
    "indicator:adjusted_of_all": {
        "nl": "bijgesteld, van alle leerlingen met een eerste advies",
        "en": "adjusted, of all pupils with a first advice",
    },
    "indicator:adjusted_of_tested": {
        "nl": "bijgesteld, van de leerlingen met een toetsadvies",
        "en": "adjusted, of pupils with a test advice",
    },
    "indicator:adjusted_of_eligible": {
        "nl": "bijgesteld, van de leerlingen die in aanmerking komen",
        "en": "adjusted, of pupils who are eligible",
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
    "status:not_defined": {"nl": "niet te bepalen", "en": "not defined"},
    "status:not_possible": {"nl": "niet mogelijk", "en": "not possible"},
    "status:not_supported": {"nl": "onvoldoende dekking", "en": "not supported"},
    "status:suppressed_primary": {"nl": "onderdrukt", "en": "suppressed"},
    "status:suppressed_secondary": {"nl": "onderdrukt", "en": "suppressed"},
    "reason:no_test_that_year": {"nl": "dat jaar geen toets", "en": "no test that year"},
    "reason:no_reconsideration_that_year": {
        "nl": "dat jaar geen heroverweging",
        "en": "no reconsideration that year",
    },
    "reason:test_advice_not_delivered": {
        "nl": "de bron zegt niet of het toetsadvies hoger was",
        "en": "the source does not say whether the test advice was higher",
    },
    "reason:first_advice_not_delivered": {
        "nl": "de bron geeft geen eerste advies",
        "en": "the source gives no first advice",
    },
    "reason:adjusted_advice_not_delivered": {
        "nl": "de bron geeft geen bijgesteld advies",
        "en": "the source gives no adjusted advice",
    },
    "reason:test_takers_unknown": {
        "nl": "de bron zegt niet wie de toets maakte",
        "en": "the source does not say who took the test",
    },
    "reason:nothing_above_vwo": {
        "nl": "boven vwo is geen hoger toetsadvies",
        "en": "no test advice is higher than vwo",
    },
    "reason:nobody_in_denominator": {
        "nl": "niemand in de noemer",
        "en": "nobody in the denominator",
    },
    "reason:schools_unknown": {
        "nl": "aantal scholen onbekend, dus geen interval",
        "en": "number of schools unknown, so no interval",
    },
    "reason:fewer_than_10_schools": {
        "nl": "minder dan tien scholen",
        "en": "fewer than ten schools",
    },
    "reason:no_interval_with_one_school": {
        "nl": "één school, dus geen interval",
        "en": "one school, so no interval",
    },
    "reason:no_interval_at_0_or_1": {
        "nl": "geen interval bij 0 of 100%",
        "en": "no interval at 0 or 100%",
    },
    "reason:no_interval_without_differences": {
        "nl": "scholen verschillen niet, dus geen interval",
        "en": "schools do not differ, so no interval",
    },
    "reason:too_few_pupils": {"nl": "te weinig leerlingen", "en": "too few pupils"},
    "reason:too_few_schools": {"nl": "te weinig scholen", "en": "too few schools"},
    "reason:linked_to_suppressed": {
        "nl": "hangt samen met een onderdrukt getal",
        "en": "linked to a suppressed number",
    },
    "reason:another_split_released": {
        "nl": "een andere uitsplitsing staat in de tabel",
        "en": "another split stands in the table",
    },
}


def label(key: str, language: str) -> str:
    """Return the reader's words for a key of LABELS.

    Raises KeyError for a key or language that is not there: a missing label is a slip of ours.
    """
    return LABELS[key][language]


def group_label(variable: str, value: str, language: str) -> str:
    """Return the reader's words for one value of a grouping variable, or for its total."""
    return label("total" if value == "total" else f"{variable}:{value}", language)


def decimal(value: float, language: str, digits: int = 1) -> str:
    """Return a number with a decimal comma in Dutch and a point in English."""
    text = f"{value:z.{digits}f}"
    return text.replace(".", ",") if language == "nl" else text


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


def enumeration(parts: Iterable[str], language: str) -> str:
    """Return 'a, b en c' in Dutch and 'a, b and c' in English."""
    parts = list(parts)
    last = {"nl": " en ", "en": " and "}[language]
    return last.join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)
