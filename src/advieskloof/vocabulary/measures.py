"""What indicators, definitions, bases, adjustments and units are called."""

from advieskloof.vocabulary import Words, both

RECONSIDERATION: Words = {
    "indicator:eligible_of_all": both(
        "komt in aanmerking, van alle leerlingen met een eerste advies",
        "eligible, of all pupils with a first advice",
    ),
    "indicator:eligible_of_tested": both(
        "komt in aanmerking, van de leerlingen met een toetsadvies",
        "eligible, of pupils with a test advice",
    ),
    "indicator:adjusted_of_all": both(
        "bijgesteld, van alle leerlingen met een eerste advies",
        "adjusted, of all pupils with a first advice",
    ),
    "indicator:adjusted_of_tested": both(
        "bijgesteld, van de leerlingen met een toetsadvies",
        "adjusted, of pupils with a test advice",
    ),
    "indicator:adjusted_of_eligible": both(
        "bijgesteld, van de leerlingen die in aanmerking komen",
        "adjusted, of pupils who are eligible",
    ),
}
ADVICE: Words = {
    "indicator:under_of_placed": both("onderadvisering", "under-advising"),
    "indicator:over_of_placed": both("overadvisering", "over-advising"),
    "indicator:mean_level": both("gemiddeld niveau van het advies", "mean level of the advice"),
    "indicator:level_difference": both(
        "verschil in niveau met alle leerlingen", "difference in level from all pupils"
    ),
    "indicator:difference_of_placed": both(
        "verschil met het verwachte advies", "difference from the expected advice"
    ),
    "indicator:mean_isled": both("gemiddeld advies op ISLED", "mean advice on ISLED"),
    "indicator:isled_difference": both(
        "verschil op ISLED met alle leerlingen", "difference on ISLED from all pupils"
    ),
    "indicator:isled_difference_of_placed": both(
        "verschil op ISLED met het verwachte advies",
        "difference on ISLED from the expected advice",
    ),
    "indicator:at_least_havo": both("advies havo of hoger", "advice havo or higher"),
    "indicator:at_least_vwo": both("advies vwo", "advice vwo"),
    "indicator:not_placed": both("niet te plaatsen", "not placed"),
    "indicator:not_placed_no_advice": both(
        "niet te plaatsen: geen advies", "not placed: no advice"
    ),
    "indicator:not_placed_no_test_advice": both(
        "niet te plaatsen: geen toetsadvies", "not placed: no test advice"
    ),
    "indicator:not_placed_no_score": both(
        "niet te plaatsen: geen toetsscore", "not placed: no test score"
    ),
    "indicator:not_placed_advice_outside": both(
        "niet te plaatsen: advies buiten de definitie",
        "not placed: advice outside the definition",
    ),
}
_TESTS: Words = {
    f"indicator:{measure}_regions_{name}": both(f"{dutch}: {of}", f"{english}: {of_english}")
    for measure, dutch, english in (
        ("under_of_placed", "onderadvisering", "under-advising"),
        ("over_of_placed", "overadvisering", "over-advising"),
        ("level_difference", "verschil in niveau", "difference in level"),
    )
    for name, of, of_english in (
        ("f", "toets of regio's verschillen (F)", "test whether regions differ (F)"),
        ("p", "toets of regio's verschillen (p)", "test whether regions differ (p)"),
        ("sd", "spreiding van regio's", "spread of regions"),
    )
}
TESTED: Words = {
    "indicator:without_test_of_all": both("zonder toets", "without a test"),
    "indicator:exempt_of_all": both("vrijgesteld van de toets", "exempt from the test"),
    "indicator:absent_of_all": both("afwezig bij de toets", "absent from the test"),
    "indicator:refused_by_school_of_all": both("school nam geen toets af", "school gave no test"),
    "indicator:unknown_status_of_all": both("onbekend of er een toets was", "test status unknown"),
}
_REFERENCE_LEVELS: Words = {
    f"indicator:{domain}_at_least_{level}": both(
        f"{dutch}: ten minste {level}", f"{english}: at least {level}"
    )
    for domain, dutch, english in (
        ("reading", "lezen", "reading"),
        ("language", "taalverzorging", "language"),
        ("maths", "rekenen", "maths"),
    )
    for level in ("1F", "1S", "2F")
}
DEFINITIONS: Words = {
    "definition:half_level": both("half niveau", "half a level"),
    "definition:whole_level": both("heel niveau", "whole level"),
    "definition:no_overlap": both("geen overlap", "no overlap"),
    "definition:kansenkaart": both("kansenkaart", "kansenkaart"),
    "definition:level": both("niveau van het advies", "level of the advice"),
    "definition:expected": both("verwacht advies", "expected advice"),
    "definition:isled": both("ISLED-schaal", "ISLED scale"),
    "definition:test_status": both("status van de toets", "status of the test"),
    "definition:reference_levels": both("referentieniveaus", "reference levels"),
}
# A definition in a sentence, for notes.
MEANINGS: Words = {
    "meaning:half_level": both(
        "advies en toetsadvies verschillen ten minste een half niveau",
        "advice and test advice differ by at least half a level",
    ),
    "meaning:whole_level": both(
        "advies en toetsadvies verschillen ten minste een heel niveau",
        "advice and test advice differ by at least a whole level",
    ),
    "meaning:no_overlap": both(
        "advies en toetsadvies raken elkaar niet", "advice and test advice do not touch"
    ),
    "meaning:kansenkaart": both(
        "volgens de tabel van kansenkaart.nl", "by the table of kansenkaart.nl"
    ),
}
OTHERS: Words = {
    "base:initial": both("eerste advies", "first advice"),
    "base:final": both("definitief advies", "final advice"),
    "adjustment:raw": both("ongecorrigeerd", "raw"),
    "adjustment:at_risk": both("van wie risico loopt", "of pupils at risk"),
    "adjustment:standardised": both("bij gelijke score", "at equal score"),
    "adjustment:shrunken": both("naar het gemiddelde getrokken", "shrunken to the mean of regions"),
    "adjustment:standardised_shrunken": both(
        "bij gelijke score, naar het gemiddelde getrokken",
        "at equal score, shrunken to the mean of regions",
    ),
    "adjustment:weighted": both("gewogen", "weighted"),
    "adjustment:bound_low": both("ondergrens", "lower bound"),
    "adjustment:bound_high": both("bovengrens", "upper bound"),
    "unit:share": both("aandeel", "share"),
    "unit:levels": both("niveaus", "levels"),
    "unit:points": both("punten", "points"),
    "unit:ratio": both("verhouding", "ratio"),
}
WORDS: Words = {
    **RECONSIDERATION,
    **ADVICE,
    **_TESTS,
    **TESTED,
    **_REFERENCE_LEVELS,
    **DEFINITIONS,
    **MEANINGS,
    **OTHERS,
}
