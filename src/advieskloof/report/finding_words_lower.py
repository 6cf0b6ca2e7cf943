"""The findings about the lower secondary years, as those of `finding_words`."""

from advieskloof.report.finding_words import Finding
from advieskloof.vocabulary import Words, both

RAW = {"adjustment": "raw"}
GAP = {"parental_education_five": "le_mbo1", "reference": "minus parental_education_five=wo"}


def _vwo_class(dutch: str, english: str) -> Words:
    """Return the sentences on a class of vwo alone at 545, of pupils of parents with so much."""
    return {
        "value": both(
            "Van de leerlingen uit groep 8 van {year} met score 545 op de Centrale Eindtoets en "
            f"ouders met {dutch} begon {{value}} in een brugklas met alleen vwo ({{interval}}).",
            "Of the pupils from group 8 of {year} with score 545 on the Centrale Eindtoets and "
            f"parents with {english}, {{value}} began in a class of vwo alone ({{interval}}).",
        ),
        "lacking": both(
            f"Hoeveel leerlingen met score 545 en ouders met {dutch} in een brugklas met alleen "
            "vwo begonnen, is van {year} niet te zeggen ({why}).",
            f"How many pupils with score 545 and parents with {english} began in a class of vwo "
            "alone can't be told of {year} ({why}).",
        ),
    }


def _moved(dutch: str, english: str) -> Words:
    """Return the sentences on the share of all who began in grade 1 and moved so."""
    return {
        "value": both(
            f"Van wie na groep 8 ({{year}}) in leerjaar 1 begon, was {{value}} in het derde jaar "
            f"{dutch} ({{interval}}).",
            f"Of those who began grade 1 after group 8 ({{year}}), {{value}} had {english} by the "
            "third year ({interval}).",
        ),
        "lacking": both(
            f"Hoeveel leerlingen die na groep 8 ({{year}}) in leerjaar 1 begonnen in het derde "
            f"jaar {dutch} waren, is niet te zeggen ({{why}}).",
            f"How many pupils who began grade 1 after group 8 ({{year}}) had {english} by the "
            "third year can't be told ({why}).",
        ),
    }


def _moved_more(dutch: str, english: str) -> Words:
    """Return the sentences on the gap between low and high parental education in moving so."""
    who = "leerlingen van ouders met hoogstens mbo-1"
    who_english = "pupils of parents with mbo-1 or lower"
    return {
        "more": both(
            f"{who.capitalize()} waren in het derde jaar {{size}} vaker {dutch} dan leerlingen van "
            "ouders met wo, groep 8 van {year} ({interval}).",
            f"{who_english.capitalize()} had {english} by the third year {{size}} more often than "
            "pupils of parents with wo, group 8 of {year} ({interval}).",
        ),
        "less": both(
            f"{who.capitalize()} waren in het derde jaar {{size}} minder vaak {dutch} dan "
            "leerlingen van ouders met wo, groep 8 van {year} ({interval}).",
            f"{who_english.capitalize()} had {english} by the third year {{size}} less often than "
            "pupils of parents with wo, group 8 of {year} ({interval}).",
        ),
        "zero": both(
            f"Of {who} in het derde jaar vaker of minder vaak {dutch} waren dan leerlingen van "
            "ouders met wo, is van groep 8 in {year} niet te zeggen: het verschil is {value} en "
            "het interval omvat nul ({interval}).",
            f"Whether {who_english} had {english} by the third year more or less often than pupils "
            "of parents with wo can't be told of group 8 in {year}: the difference is {value} and "
            "its interval covers zero ({interval}).",
        ),
        "lacking": both(
            f"Of {who} in het derde jaar vaker of minder vaak {dutch} waren dan leerlingen van "
            "ouders met wo, is van groep 8 in {year} niet te zeggen ({why}).",
            f"Whether {who_english} had {english} by the third year more or less often than pupils "
            "of parents with wo can't be told of group 8 in {year} ({why}).",
        ),
    }


UP_FROM_LOW_ADVICE: Words = {
    "value": both(
        "Van wie een eerste advies had dat een niveau of meer onder het toetsadvies lag, zat "
        "{value} in het derde jaar hoger dan dat advies, groep 8 van {year} ({interval}).",
        "Of those with a first advice a level or more below the test advice, {value} were above "
        "that advice in the third year, group 8 of {year} ({interval}).",
    ),
    "lacking": both(
        "Hoe vaak een leerling met een eerste advies een niveau of meer onder het toetsadvies in "
        "het derde jaar hoger zat, is van groep 8 in {year} niet te zeggen ({why}).",
        "How often a pupil with a first advice a level or more below the test advice was above it "
        "in the third year can't be told of group 8 in {year} ({why}).",
    ),
}
UP, DOWN = ("opgestroomd", "moved up"), ("afgestroomd", "moved down")
AT_545 = {"indicator": "in_vwo_of_placed", "test_provider": "CET", "score": 545.0}

LOWER_FINDINGS = (
    *(
        Finding("vwo_class_by_education", {**RAW, **AT_545, "parental_education_five": group},
                _vwo_class(*called))
        for group, called in (
            ("wo", ("wo", "wo")),
            ("le_mbo1", ("hoogstens mbo-1", "mbo-1 or lower")),
        )
    ),
    *(
        Finding("moves_by_education", {**RAW, "indicator": f"{move}_of_placed", **of}, said(*words))
        for move, words in (("up", UP), ("down", DOWN))
        for of, said in (({}, _moved), ({**GAP, "unit": "share"}, _moved_more))
    ),
    Finding(
        "moves_by_discrepancy",
        {
            **RAW,
            "indicator": "up_from_advice_of_compared",
            "base": "initial",
            "discrepancy": "lower_by_1_or_more",
        },
        UP_FROM_LOW_ADVICE,
    ),
)  # fmt: skip
