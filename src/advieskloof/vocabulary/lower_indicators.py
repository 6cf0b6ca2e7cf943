"""What the indicators of the lower secondary years are called."""

from advieskloof.vocabulary import Words, both
from advieskloof.vocabulary.lower_years import CLASSES, OUTCOMES

_LANGUAGES = ("nl", "en")


def _of_each(
    kind: str, words: Words, indicator: str, phrases: dict[str, str], *left_out: str
) -> Words:
    """Return a label for each word of a kind: `indicator` and `phrases` have a place for it."""
    called = {
        key.removeprefix(f"{kind}:"): said
        for key, said in words.items()
        if key.startswith(f"{kind}:")
    }
    return {
        f"indicator:{indicator.format(name)}": {
            language: phrases[language].format(said[language]) for language in _LANGUAGES
        }
        for name, said in called.items()
        if name not in left_out
    }


START: Words = _of_each(
    "outcome",
    OUTCOMES,
    "start_{}_of_due",
    both("begin van het voortgezet onderwijs: {}", "start of secondary school: {}"),
    *("up", "same", "down", "repeating", "accelerated", "off_scale", "not_yet_observed"),
)
KINDS: Words = {
    **_of_each(
        "class_kind",
        CLASSES,
        "class_{}_of_placed",
        both("soort brugklas: {}", "kind of class in year 1: {}"),
        "unknown",
    ),
    "indicator:class_mixed_of_placed": both(
        "soort brugklas: dakpanklas of breed", "kind of class in year 1: more than one school type"
    ),
}
TYPES: Words = {
    **_of_each(
        "class_type",
        CLASSES,
        "in_{}_of_placed",
        both("brugklas: {}", "class in year 1: {}"),
        "unknown",
    ),
    **_of_each(
        "class_type",
        CLASSES,
        "in_{}_in_year_3_of_placed",
        both("derde jaar: {}", "third year: {}"),
        "unknown",
    ),
}
AGAINST: Words = {
    f"indicator:class_{way}_{than}_of_compared": both(
        f"brugklas {dutch} het {dutch_than}", f"class in year 1 {way} the {english_than}"
    )
    for way, dutch in (("below", "onder"), ("above", "boven"))
    for than, dutch_than, english_than in (
        ("advice", "advies", "advice"),
        ("test_advice", "toetsadvies", "test advice"),
    )
}
MOVES: Words = {
    **_of_each(
        "outcome",
        OUTCOMES,
        "{}_of_placed",
        both("{}, van wie in leerjaar 1 begon", "{}, of those who began in grade 1"),
        *("placed", "other_grade", "not_yet_observed"),
    ),
    **{
        f"indicator:{move}{of}": both(f"{dutch} {of_dutch}", f"{english} {of_english}")
        for move, dutch, english in (
            ("up", "opgestroomd", "moved up"),
            ("same", "zelfde niveau", "same level"),
            ("down", "afgestroomd", "moved down"),
        )
        for of, of_dutch, of_english in (
            (
                "_of_compared",
                "sinds leerjaar 1, van wie in het derde jaar te vergelijken is",
                "since grade 1, of those who can be compared in the third year",
            ),
            (
                "_from_advice_of_advised",
                "ten opzichte van het advies, van wie een advies heeft",
                "from the advice, of those with an advice",
            ),
            (
                "_from_advice_of_compared",
                "ten opzichte van het advies, van wie in het derde jaar te vergelijken is",
                "from the advice, of those who can be compared in the third year",
            ),
        )
    },
    "indicator:down_1_or_more_of_compared": both(
        "een niveau of meer omlaag", "a level or more down"
    ),
    "indicator:down_half_of_compared": both("een half niveau omlaag", "half a level down"),
    "indicator:no_difference_of_compared": both(
        "geen verschil in niveau", "no difference in level"
    ),
    "indicator:up_half_of_compared": both("een half niveau omhoog", "half a level up"),
    "indicator:up_1_or_more_of_compared": both("een niveau of meer omhoog", "a level or more up"),
    "indicator:switched_school_of_known_schools": both(
        "naar een andere vestiging", "at another school location"
    ),
    "indicator:stacked_of_vmbo_gt_4": both(
        "na vmbo-gt verder in havo of vwo", "on to havo or vwo after vmbo-gt"
    ),
}
_SIZES = (
    ("1_to_99", "1–99 leerlingen", "1–99 pupils"),
    ("100_to_199", "100–199 leerlingen", "100–199 pupils"),
    ("200_to_399", "200–399 leerlingen", "200–399 pupils"),
    ("400_or_more", "400 of meer leerlingen", "400 or more pupils"),
)
_DISTANCES = (
    ("far_below", "ver onder", "far below"),
    ("below", "onder", "below"),
    ("within", "rond", "around"),
    ("above", "boven", "above"),
    ("far_above", "ver boven", "far above"),
)
SCHOOLS: Words = {
    "indicator:points_of_scored": both("R1: punten per leerling", "R1: points per pupil"),
    "indicator:not_scored_of_advised": both("R1: zonder score", "R1: not scored"),
    "indicator:inferred_of_scored": both(
        "R1: score uit een afgeleide cel", "R1: score from an inferred cell"
    ),
    "indicator:up_of_grades_1_and_2": both(
        "R2: een leerjaar hoger dan een jaar eerder", "R2: a grade higher than a year before"
    ),
    "indicator:unknown_of_grades_1_and_2": both(
        "R2: een jaar later onbekend", "R2: unknown a year later"
    ),
    **{
        f"indicator:{name}_{place}_of_locations_{size}": both(
            f"{name.upper()} {where} de vergelijkbare vestigingen ({of})",
            f"{name.upper()} {where_en} comparable locations ({of_en})",
        )
        for name in ("r1", "r2")
        for place, where, where_en in _DISTANCES
        for size, of, of_en in _SIZES
    },
    **{f"size:{size}": both(of, of_en) for size, of, of_en in _SIZES},
}
DEFINITIONS: Words = {
    "definition:class": both("klas van leerjaar 1", "class of year 1"),
    "definition:interval": both("regel van het interval", "interval rule"),
    "definition:position": both("plaats in het derde jaar", "position in the third year"),
    "definition:stacked": both("stapelen", "stacking diplomas"),
    "definition:r1": both("R1", "R1"),
    "definition:r2": both("R2", "R2"),
    "definition:within_class_type_and_school": both(
        "binnen brugklas en vestiging", "within class type and location"
    ),
}
WORDS: Words = {
    **START,
    **KINDS,
    **TYPES,
    **AGAINST,
    **MOVES,
    **SCHOOLS,
    **DEFINITIONS,
    "indicator:score_spread_of_placed": both("spreiding van de scores", "spread of scores"),
}
