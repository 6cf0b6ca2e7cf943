"""What models say in their rows: adjustments, and why there is no number."""

from advieskloof.vocabulary import Words, both

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
    "reason:model_one_school": both("minder dan twee scholen", "fewer than two schools"),
    "reason:no_error_of_a_variance": both(
        "een spreiding, zonder interval", "a spread, without an interval"
    ),
    "adjustment:modelled": both("volgens een model", "by a model"),
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
