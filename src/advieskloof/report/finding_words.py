"""The main findings: which released number each tells, and its sentences in Dutch and English.

A sentence is chosen by what the number says: `value` for a number by itself; for a difference
`more`, `less` or, where its interval covers zero, `zero`; `lacking` where it may not be told.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from advieskloof.vocabulary import Words, both


@dataclass(frozen=True)
class Finding:
    """One sentence about the latest cohort of a released table.

    table : the released table that holds the number. row : the values that pick it, by column;
    a grouping that isn't named is not split.
    words : the sentences, by case; `{year}`, `{value}`, `{size}` (without sign) and `{interval}`
    are filled in.
    """

    table: str
    row: Mapping[str, str | float]
    words: Words


RAW = {"adjustment": "raw"}
AT_EQUAL_SCORE = {"adjustment": "standardised"}
EDUCATION_GAP = {
    **AT_EQUAL_SCORE,
    "parental_education_five": "le_mbo1",
    "reference": "minus parental_education_five=wo",
}


def _below_test_advice(dutch: str, english: str) -> Words:
    """Return the sentences on the share whose first or final advice is below the test advice."""
    return {
        "value": both(
            "Bij {value} van de leerlingen met een advies en een toetsadvies was het "
            f"{dutch} advies in {{year}} een heel niveau of meer lager dan het toetsadvies "
            "({interval}).",
            f"In {{year}} the {english} advice of {{value}} of the pupils with an advice and a "
            "test advice was a whole level or more below the test advice ({interval}).",
        ),
        "lacking": both(
            f"Bij hoeveel leerlingen het {dutch} advies in {{year}} een heel niveau of meer lager "
            "was dan het toetsadvies, is niet te zeggen ({why}).",
            f"How many pupils had a {english} advice a whole level or more below the test advice "
            "in {year} can't be told ({why}).",
        ),
    }


def _urbanity(dutch: str, english: str) -> Words:
    """Return the sentences on the level of the first advice in areas of one class of urbanity."""
    return {
        "more": both(
            f"In {dutch} gebieden is het eerste advies bij gelijke toetsscore {{size}} niveau "
            "hoger dan gemiddeld, {year} ({interval}).",
            f"In {english} areas the first advice at equal test score is {{size}} of a level above "
            "the mean, {year} ({interval}).",
        ),
        "less": both(
            f"In {dutch} gebieden is het eerste advies bij gelijke toetsscore {{size}} niveau "
            "lager dan gemiddeld, {year} ({interval}).",
            f"In {english} areas the first advice at equal test score is {{size}} of a level below "
            "the mean, {year} ({interval}).",
        ),
        "zero": both(
            f"Of het eerste advies in {dutch} gebieden bij gelijke toetsscore van het gemiddelde "
            "afwijkt, is in {year} niet te zeggen: het verschil is {value} niveau en het interval "
            "omvat nul ({interval}).",
            f"Whether the first advice in {english} areas differs from the mean at equal test "
            "score can't be told in {year}: the difference is {value} of a level and its interval "
            "covers zero ({interval}).",
        ),
        "lacking": both(
            f"Of het eerste advies in {dutch} gebieden bij gelijke toetsscore van het gemiddelde "
            "afwijkt, is in {year} niet te zeggen ({why}).",
            f"Whether the first advice in {english} areas differs from the mean at equal test "
            "score can't be told in {year} ({why}).",
        ),
    }


LOW_ADVICE_AT_EQUAL_SCORE = {
    "more": both(
        "Bij gelijke toetsscore krijgen leerlingen van ouders met hoogstens mbo-1 {size} vaker een "
        "eerste advies dat een heel niveau of meer onder het toetsadvies ligt dan leerlingen van "
        "ouders met wo, {year} ({interval}).",
        "At equal test score pupils of parents with mbo-1 or lower get a first advice a whole "
        "level or more below the test advice {size} more often than pupils of parents with wo, "
        "{year} ({interval}).",
    ),
    "less": both(
        "Bij gelijke toetsscore krijgen leerlingen van ouders met hoogstens mbo-1 {size} minder "
        "vaak een eerste advies dat een heel niveau of meer onder het toetsadvies ligt dan "
        "leerlingen van ouders met wo, {year} ({interval}).",
        "At equal test score pupils of parents with mbo-1 or lower get a first advice a whole "
        "level or more below the test advice {size} less often than pupils of parents with wo, "
        "{year} ({interval}).",
    ),
    "zero": both(
        "Of leerlingen van ouders met hoogstens mbo-1 bij gelijke toetsscore vaker een eerste "
        "advies krijgen dat een heel niveau of meer onder het toetsadvies ligt dan leerlingen van "
        "ouders met wo, is in {year} niet te zeggen: het verschil is {value} en het interval omvat "
        "nul ({interval}).",
        "Whether pupils of parents with mbo-1 or lower get a first advice a whole level or more "
        "below the test advice more often than pupils of parents with wo, at equal test score, "
        "can't be told in {year}: the difference is {value} and its interval covers zero "
        "({interval}).",
    ),
    "lacking": both(
        "Of bij gelijke toetsscore een eerste advies dat een heel niveau of meer onder het "
        "toetsadvies ligt, vaker voorkomt bij ouders met hoogstens mbo-1 dan bij ouders met wo, is "
        "in {year} niet te zeggen ({why}).",
        "Whether, at equal test score, a first advice a whole level or more below the test advice "
        "is more frequent with parents with mbo-1 or lower than with parents with wo can't be told "
        "in {year} ({why}).",
    ),
}
LEVEL_AT_EQUAL_SCORE = {
    "more": both(
        "Het eerste advies van leerlingen van ouders met hoogstens mbo-1 is bij gelijke toetsscore "
        "gemiddeld {size} niveau hoger dan dat van leerlingen van ouders met wo, {year} "
        "({interval}).",
        "At equal test score the first advice of pupils of parents with mbo-1 or lower is on "
        "average {size} of a level above that of pupils of parents with wo, {year} ({interval}).",
    ),
    "less": both(
        "Het eerste advies van leerlingen van ouders met hoogstens mbo-1 is bij gelijke toetsscore "
        "gemiddeld {size} niveau lager dan dat van leerlingen van ouders met wo, {year} "
        "({interval}).",
        "At equal test score the first advice of pupils of parents with mbo-1 or lower is on "
        "average {size} of a level below that of pupils of parents with wo, {year} ({interval}).",
    ),
    "zero": both(
        "Of het eerste advies van leerlingen van ouders met hoogstens mbo-1 bij gelijke toetsscore "
        "verschilt van dat van leerlingen van ouders met wo, is in {year} niet te zeggen: het "
        "verschil is {value} niveau en het interval omvat nul ({interval}).",
        "Whether the first advice of pupils of parents with mbo-1 or lower differs, at equal test "
        "score, from that of pupils of parents with wo can't be told in {year}: the difference is "
        "{value} of a level and its interval covers zero ({interval}).",
    ),
    "lacking": both(
        "Of het eerste advies bij gelijke toetsscore verschilt tussen ouders met hoogstens mbo-1 "
        "en ouders met wo, is in {year} niet te zeggen ({why}).",
        "Whether the first advice differs, at equal test score, between parents with mbo-1 or "
        "lower and parents with wo can't be told in {year} ({why}).",
    ),
}
ELIGIBLE = {
    "value": both(
        "Van alle leerlingen met een eerste advies kwam {value} in {year} in aanmerking voor "
        "heroverweging ({interval}).",
        "Of all pupils with a first advice {value} were eligible for reconsideration in {year} "
        "({interval}).",
    ),
    "lacking": both(
        "Hoeveel leerlingen in {year} in aanmerking kwamen voor heroverweging, is niet te zeggen "
        "({why}).",
        "How many pupils were eligible for reconsideration in {year} can't be told ({why}).",
    ),
}
ADJUSTED = {
    "value": both(
        "Van de leerlingen die in {year} in aanmerking kwamen voor heroverweging, werd bij {value} "
        "het advies bijgesteld ({interval}).",
        "Of the pupils eligible for reconsideration in {year}, {value} had their advice adjusted "
        "({interval}).",
    ),
    "lacking": both(
        "Bij hoeveel leerlingen die in {year} in aanmerking kwamen voor heroverweging het advies "
        "werd bijgesteld, is niet te zeggen ({why}).",
        "How many of the pupils eligible for reconsideration in {year} had their advice adjusted "
        "can't be told ({why}).",
    ),
}
UNDER = {"indicator": "under_of_placed", "definition": "whole_level"}
LEVEL = {"indicator": "level_difference", "definition": "level"}

FINDINGS = (
    Finding(
        "advice_by_cohort",
        {**UNDER, **RAW, "base": "initial"},
        _below_test_advice("eerste", "first"),
    ),
    Finding(
        "advice_by_cohort",
        {**UNDER, **RAW, "base": "final"},
        _below_test_advice("definitieve", "final"),
    ),
    Finding(
        "education_gap_by_cohort",
        {**UNDER, **EDUCATION_GAP, "base": "initial"},
        LOW_ADVICE_AT_EQUAL_SCORE,
    ),
    Finding(
        "education_gap_by_cohort",
        {**LEVEL, **EDUCATION_GAP, "base": "initial"},
        LEVEL_AT_EQUAL_SCORE,
    ),
    Finding(
        "urbanity_by_cohort",
        {**LEVEL, **AT_EQUAL_SCORE, "base": "initial", "urbanity": "1"},
        _urbanity("zeer sterk stedelijke", "extremely urban"),
    ),
    Finding(
        "urbanity_by_cohort",
        {**LEVEL, **AT_EQUAL_SCORE, "base": "initial", "urbanity": "5"},
        _urbanity("niet-stedelijke", "non-urban"),
    ),
    Finding("reconsideration_by_cohort", {**RAW, "indicator": "eligible_of_all"}, ELIGIBLE),
    Finding("reconsideration_by_cohort", {**RAW, "indicator": "adjusted_of_eligible"}, ADJUSTED),
)
# What tells of many numbers at once: of how many the interval leaves out zero, and which way.
COUNTS = {
    "regions": both(
        "In {clear} van de {of} COROP-gebieden ligt het eerste advies bij gelijke toetsscore hoger "
        "({up}) of lager ({down}) dan in het hele land, met een 95%-interval zonder nul. De "
        "schattingen, naar het gemiddelde getrokken, lopen van {low} ({lowest}) tot {high} niveau "
        "({highest}), {year}; een rangorde volgt daar niet uit.",
        "In {clear} of the {of} COROP areas the first advice at equal test score is higher ({up}) "
        "or lower ({down}) than in the country, with a 95% interval that leaves out zero. The "
        "estimates, shrunken to the mean, run from {low} ({lowest}) to {high} of a level "
        "({highest}), {year}; they give no ranking.",
    ),
    "multiverse": both(
        "De kloof naar opleiding van de ouders is op {of} manieren berekend; bij {zero} daarvan "
        "omvat het interval nul.",
        "The gap by parental education was computed in {of} ways; in {zero} of them the interval "
        "covers zero.",
    ),
    "multiverse_none": both(
        "De kloof naar opleiding van de ouders is op {of} manieren berekend; bij geen daarvan "
        "omvat het interval nul.",
        "The gap by parental education was computed in {of} ways; in none of them does the "
        "interval cover zero.",
    ),
}
PARTS = {
    "interval": both("95%-interval {low} tot {high}", "95% interval {low} to {high}"),
    "no_interval": both("zonder interval", "without an interval"),
    "withheld": both(
        "In {withheld} gebieden is het niet te zeggen.",
        "In {withheld} areas it can't be told.",
    ),
}
