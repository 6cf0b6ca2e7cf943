"""What classes, outcomes and comparisons of the lower secondary years are called."""

from advieskloof.vocabulary import Words, alike, both

CLASSES: Words = {
    "class_kind": both("soort brugklas", "kind of class in year 1"),
    "class_kind:homogeneous": both("homogene klas", "one school type"),
    "class_kind:dakpan": both("dakpanklas", "two adjacent school types"),
    "class_kind:broad": both("brede brugklas", "more than two school types"),
    "class_kind:off_scale": both("buiten de schaal", "outside the scale"),
    "class_kind:unknown": both("niet geplaatst", "not placed"),
    "class_type": both("brugklas", "class in year 1"),
    "class_type:pro": both("praktijkonderwijs", "pro"),
    "class_type:vmbo_bb": both("vmbo-b", "vmbo-b"),
    "class_type:vmbo_bb_kb": both("vmbo-b/k", "vmbo-b/k"),
    "class_type:vmbo_kb": both("vmbo-k", "vmbo-k"),
    "class_type:vmbo_kb_gt": both("vmbo-k/gt", "vmbo-k/gt"),
    "class_type:vmbo_gt": both("vmbo-gt", "vmbo-gt"),
    "class_type:vmbo_gt_havo": both("vmbo-gt/havo", "vmbo-gt/havo"),
    "class_type:havo_vwo": both("havo/vwo", "havo/vwo"),
    **alike("class_type", "havo", "vwo"),
    "class_type:vmbo_bb_to_gt": both("vmbo, alle leerwegen", "vmbo, all tracks"),
    "class_type:vmbo_bb_to_havo": both("vmbo t/m havo", "vmbo to havo"),
    "class_type:vmbo_gt_to_vwo": both("vmbo-gt t/m vwo", "vmbo-gt to vwo"),
    "class_type:vmbo_bb_to_vwo": both("vmbo t/m vwo", "vmbo to vwo"),
    "class_type:off_scale": both("buiten de schaal", "outside the scale"),
    "class_type:unknown": both("niet geplaatst", "not placed"),
    "comparison_group": both("vergelijkbare vestigingen", "comparable locations"),
}
DISCREPANCY: Words = {
    "discrepancy": both("eerste advies tegenover toetsadvies", "first against test advice"),
    "discrepancy:lower_by_1_or_more": both("een niveau of meer lager", "lower by a level or more"),
    "discrepancy:lower_by_half": both("een half niveau lager", "lower by half a level"),
    "discrepancy:equal": both("gelijk", "equal"),
    "discrepancy:higher_by_half": both("een half niveau hoger", "higher by half a level"),
    "discrepancy:higher_by_1_or_more": both(
        "een niveau of meer hoger", "higher by a level or more"
    ),
    "discrepancy:unknown": both("onbekend", "unknown"),
}
OUTCOMES: Words = {
    "outcome:up": both("opgestroomd", "moved up"),
    "outcome:same": both("zelfde niveau", "same level"),
    "outcome:down": both("afgestroomd", "moved down"),
    "outcome:repeating": both("zittengebleven", "repeating"),
    "outcome:accelerated": both("versneld", "a grade ahead"),
    "outcome:left": both("uit het onderwijs", "left"),
    "outcome:vso": both("vso", "vso"),
    "outcome:unknown": both("onbekend", "unknown"),
    "outcome:off_scale": both("buiten de schaal", "outside the scale"),
    "outcome:placed": both("in leerjaar 1 geplaatst", "placed in grade 1"),
    "outcome:other_grade": both("in een ander leerjaar", "in another grade"),
    "outcome:not_yet_observed": both("nog niet bekend", "not yet observed"),
}
REASONS: Words = {
    "reason:not_yet_observed": both("nog niet bekend", "not yet observed"),
    "reason:no_enrolments_delivered": both(
        "geen inschrijvingen geleverd", "no enrolments were delivered"
    ),
    "reason:repeaters_not_delivered": both(
        "zonder zittenblijvers: het cohort ervoor is niet geleverd",
        "without repeaters: the cohort before wasn't delivered",
    ),
    "reason:all_locations_counted": both(
        "alle vestigingen geteld, dus geen interval", "all locations counted, so no interval"
    ),
}
WORDS: Words = {**CLASSES, **DISCREPANCY, **OUTCOMES, **REASONS}
