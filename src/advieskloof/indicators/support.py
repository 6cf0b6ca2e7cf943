"""Whether a cohort can support a measure, and why not."""

from dataclasses import dataclass

from advieskloof import reference
from advieskloof.indicators.blocks import Measure
from advieskloof.indicators.coded import Cohort
from advieskloof.indicators.outcomes import Outcomes
from advieskloof.indicators.strata import has_score

NO_TEST = "no_test"
# Under these an adjusted advice may be given, so that none at all means it wasn't delivered.
ADJUSTING = ("optional", "rule")


@dataclass(frozen=True)
class Delivered:
    """What a cohort has: whether anybody has an advice, a test advice, a score, ..."""

    regime: str
    advice: bool
    adjusted: bool
    test_advice: bool
    score: bool
    code_detail: bool


def regimes(unverified: reference.Unverified) -> dict[str, str]:
    """Return the regime of each cohort, by its first calendar year as text."""
    rows = reference.read("regimes", unverified)
    return dict(zip(rows["cohort"], rows["regime"], strict=True))


def delivered(cohort: Cohort, held: Outcomes, regime: str, code_detail: bool) -> Delivered:
    """Return what a cohort has; a column that is empty for everybody wasn't delivered."""
    return Delivered(
        regime,
        bool(held.by_base["initial"].given.any()),
        bool(cohort.profiles["adjusted_advice"].notna().any()),
        bool(held.tested.any()),
        bool(has_score(cohort.score, cohort.provider).any()),
        code_detail,
    )


def why_not_defined(measure: Measure, has: Delivered) -> str:
    """Return why a cohort can't support a measure, '' where it can; the first reason that holds."""
    reasons = {
        "no_test_that_year": bool(measure.needs) and has.regime == NO_TEST,
        "first_advice_not_delivered": not has.advice,
        "adjusted_advice_not_delivered": measure.base == "final"
        and not has.adjusted
        and has.regime in ADJUSTING,
        "test_advice_not_delivered": "test_advice" in measure.needs and not has.test_advice,
        "code_detail_missing": measure.definition == "kansenkaart" and not has.code_detail,
        "test_score_not_delivered": "score" in measure.needs and not has.score,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")
