"""What models say in their rows: adjustments, and why there is no number."""

from itertools import combinations

from advieskloof.vocabulary import Words, both

_HELD = {
    "score": ("score", "score"),
    "advice": ("advies", "advice"),
    "class": ("brugklas", "class of year 1"),
    "pupils": ("leerlingen", "pupils"),
    "place": ("plaats", "place"),
}


def _enumerated(words: list[str], last: str) -> str:
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _holding(held: tuple[str, ...]) -> dict[str, str]:
    """Return the words for a model that holds these equal."""
    if not held:
        return both("volgens een model", "by a model")
    dutch, english = zip(*(_HELD[name] for name in held), strict=True)
    return both(
        f"volgens een model, bij gelijke {_enumerated(list(dutch), 'en')}",
        f"by a model, at equal {_enumerated(list(english), 'and')}",
    )


WORDS: Words = {
    "reason:grouping_not_delivered": both(
        "de bron geeft deze groepen niet", "the source does not give these groups"
    ),
    "reason:no_cohort_supports_it": both(
        "geen enkel cohort kan dit dragen", "no cohort can support it"
    ),
    "reason:model_collinear": both(
        "de groepen zijn in het model niet te onderscheiden",
        "the model cannot tell the groups apart",
    ),
    "reason:model_separated": both(
        "groepen of scores voorspellen de uitkomst volledig, dus geen schatting",
        "groups or scores predict the outcome fully, so no estimate",
    ),
    "reason:model_not_converged": both(
        "het model vond geen oplossing", "the model found no solution"
    ),
    "reason:model_one_outcome": both(
        "de uitkomst is voor iedereen gelijk", "the outcome is the same for everybody"
    ),
    "reason:model_too_few_pupils": both(
        "te weinig leerlingen voor dit model", "too few pupils for this model"
    ),
    "reason:model_one_school": both("minder dan twee scholen", "fewer than two schools"),
    "reason:no_error_of_a_variance": both(
        "een spreiding, zonder interval", "a spread, without an interval"
    ),
    **{
        "_".join(("adjustment:modelled", *held)): _holding(held)
        for size in range(len(_HELD) + 1)
        for held in combinations(_HELD, size)
    },
    "indicator:equal_of_placed": both(
        "advies gelijk aan toetsadvies", "advice equal to the test's"
    ),
    "indicator:level_variance_between_schools": both(
        "deel van de verschillen in niveau tussen scholen",
        "share of the differences in level between schools",
    ),
    "indicator:level_variance_between_regions": both(
        "deel van de verschillen in niveau tussen COROP-gebieden",
        "share of the differences in level between COROP areas",
    ),
    "indicator:level_spread_of_schools": both("spreiding van scholen", "spread of schools"),
    "indicator:level_spread_of_regions": both(
        "spreiding van COROP-gebieden", "spread of COROP areas"
    ),
    "indicator:level_spread_within_schools": both(
        "spreiding binnen scholen", "spread within schools"
    ),
    "indicator:not_compared_of_placed": both(
        "niet vergeleken: zittenblijven, versnellen, vertrek, vso of onbekend",
        "not compared: repeating, accelerated, left, vso or unknown",
    ),
    "indicator:at_least_havo_in_grade_3": both(
        "minstens havo in leerjaar 3", "at least havo in grade 3"
    ),
    "indicator:at_least_vwo_in_grade_3": both("vwo in leerjaar 3", "vwo in grade 3"),
    "adjustment:modelled_by_threshold": both(
        "volgens een model per drempel", "by a model for each threshold"
    ),
    "adjustment:modelled_within_schools": both(
        "volgens een model, binnen scholen", "by a model, within schools"
    ),
    "adjustment:modelled_between_schools": both(
        "volgens een model, tussen scholen", "by a model, between schools"
    ),
    "adjustment:modelled_shrunken": both(
        "volgens een model, naar het gemiddelde getrokken", "by a model, shrunken to the mean"
    ),
}
