"""Why a number is absent, or what to know of it: statuses, and the reasons beside them."""

from advieskloof.vocabulary import Words, both

STATUSES: Words = {
    "status:not_defined": both("niet te bepalen", "not defined"),
    "status:not_possible": both("niet mogelijk", "not possible"),
    "status:not_supported": both("onvoldoende dekking", "not supported"),
    "status:suppressed": both("onderdrukt", "suppressed"),
    "status:suppressed_primary": both("onderdrukt", "suppressed"),
    "status:suppressed_secondary": both("onderdrukt", "suppressed"),
}
NOT_DELIVERED: Words = {
    "reason:no_test_that_year": both("dat jaar geen toets", "no test that year"),
    "reason:no_reconsideration_that_year": both(
        "dat jaar geen heroverweging", "no reconsideration that year"
    ),
    "reason:test_advice_not_delivered": both(
        "de bron zegt niet of het toetsadvies hoger was",
        "the source does not say whether the test advice was higher",
    ),
    "reason:first_advice_not_delivered": both(
        "de bron geeft geen eerste advies", "the source gives no first advice"
    ),
    "reason:adjusted_advice_not_delivered": both(
        "de bron geeft geen bijgesteld advies", "the source gives no adjusted advice"
    ),
    "reason:test_takers_unknown": both(
        "de bron zegt niet wie de toets maakte", "the source does not say who took the test"
    ),
    "reason:test_score_not_delivered": both(
        "de bron geeft geen toetsscore", "the source gives no test score"
    ),
    "reason:code_detail_missing": both(
        "de bron geeft de adviezen niet in volledige codes",
        "the source does not give advices in full codes",
    ),
    "reason:parental_education_not_delivered": both(
        "de bron geeft de opleiding van de ouders niet",
        "the source does not give parental education",
    ),
    "reason:region_not_delivered": both("de bron geeft geen regio", "the source gives no region"),
    "reason:test_status_not_delivered": both(
        "de bron zegt niet wie de toets maakte en waarom anderen niet",
        "the source does not say who took the test and why others did not",
    ),
    "reason:reference_levels_not_delivered": both(
        "de bron geeft geen referentieniveaus", "the source gives no reference levels"
    ),
    "reason:weights_not_delivered": both(
        "de bron geeft geen gewichten", "the source gives no weights"
    ),
}
NOT_TO_BE_HAD: Words = {
    "reason:nothing_above_vwo": both(
        "boven vwo is geen hoger toetsadvies", "no test advice is higher than vwo"
    ),
    "reason:nobody_in_denominator": both("niemand in de noemer", "nobody in the denominator"),
    "reason:coverage_below_90_percent": both(
        "te weinig van de scores komt in de groep voor (minder dan 90%)",
        "too few of the scores occur in the group (below 90%)",
    ),
    "reason:ratio_with_zero": both("verhouding met nul", "ratio with zero"),
    "reason:not_in_all_cohorts": both(
        "niet in alle schooljaren te bepalen", "not defined in every school year"
    ),
    "reason:all_pupils_left_out": both(
        "alle leerlingen van dat jaar zijn weggelaten", "all pupils of that year are left out"
    ),
    "reason:not_both_educations": both(
        "de laagste of de hoogste opleiding komt niet voor",
        "the lowest or the highest education does not occur",
    ),
    "reason:fewer_than_3_regions": both("minder dan drie regio's", "fewer than three regions"),
    "reason:no_error_to_shrink_by": both(
        "zonder standaardfout, dus niet naar het gemiddelde te trekken",
        "no standard error, so it cannot be shrunken",
    ),
}
INTERVALS: Words = {
    "reason:schools_unknown": both(
        "aantal scholen onbekend, dus geen interval", "number of schools unknown, so no interval"
    ),
    "reason:fewer_than_10_schools": both("minder dan tien scholen", "fewer than ten schools"),
    "reason:no_interval_with_one_school": both(
        "één school, dus geen interval", "one school, so no interval"
    ),
    "reason:no_interval_at_0_or_1": both("geen interval bij 0 of 100%", "no interval at 0 or 100%"),
    "reason:no_interval_without_differences": both(
        "scholen verschillen niet, dus geen interval", "schools do not differ, so no interval"
    ),
    "reason:expectation_by_score_band": both(
        "verwacht advies per scoreband, omdat er weinig leerlingen per score zijn",
        "advice expected by score band, as there are few pupils per score",
    ),
}
# Why a number is withheld doesn't leave (disclosure/outward.py).
DISCLOSURE: Words = {
    "reason:disclosure_control": both("statistische beveiliging", "disclosure control"),
}
WORDS: Words = {**STATUSES, **NOT_DELIVERED, **NOT_TO_BE_HAD, **INTERVALS, **DISCLOSURE}
