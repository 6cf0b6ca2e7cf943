"""How many delivered rows are in no table, and why, for readers."""

import pandas as pd

from advieskloof.labels import period, whole

WORDS = {
    "nl": {
        "sentence": (
            "Vooraf afgekeurd: {rejected} aangeleverde rijen; buiten beschouwing: {excluded} "
            "({year}, naar beneden afgerond)."
        ),
        "by_cohort": "Aangeleverde rijen die niet meetellen",
        "by_reason": "Waarom rijen niet meetellen, alle schooljaren samen",
        "cohort": "schooljaar",
        "header": ["reden", "rijen"],
    },
    "en": {
        "sentence": (
            "Rejected beforehand: {rejected} delivered rows; left out: {excluded} ({year}, rounded "
            "down)."
        ),
        "by_cohort": "Delivered rows that don't count",
        "by_reason": "Why rows don't count, all school years together",
        "cohort": "school year",
        "header": ["reason", "rows"],
    },
}
KINDS = {
    "rejected": {"nl": "afgekeurd", "en": "rejected"},
    "excluded": {"nl": "buiten beschouwing", "en": "left out"},
}
REASONS = {
    "identical_duplicate": {"nl": "afgekeurd: dubbele rij", "en": "rejected: the same row twice"},
    "differing_duplicate": {
        "nl": "afgekeurd: twee verschillende rijen van één leerling",
        "en": "rejected: differing rows of one pupil",
    },
    "off_scale": {"nl": "afgekeurd: score buiten de schaal", "en": "rejected: score off its scale"},
    "contradiction": {"nl": "afgekeurd: tegenstrijdig", "en": "rejected: contradictory"},
    "school_type": {
        "nl": "buiten beschouwing: soort school",
        "en": "left out: kind of school",
    },
    "vso_advice": {"nl": "buiten beschouwing: advies vso", "en": "left out: advice vso"},
    "no_advice": {"nl": "buiten beschouwing: geen advies", "en": "left out: no advice"},
    "no_test": {"nl": "buiten beschouwing: geen toets", "en": "left out: no test"},
    "exempt": {"nl": "buiten beschouwing: vrijgesteld", "en": "left out: exempt"},
    "repeater": {
        "nl": "buiten beschouwing: meer dan één keer in groep 8",
        "en": "left out: more than once in group 8",
    },
}


def sentence(flow: pd.DataFrame, cohorts: list[str], language: str) -> str:
    """Return how many delivered rows of these cohorts are in no table, in a sentence.

    Parameters
    ----------
    flow : as released: `cohort` (text), `step`, `kind`, `n`.
    cohorts : as in ESTIMATES, such as '2024', '2022-2024' or 'total'.
    """
    rows = flow[flow["cohort"].isin(_years(cohorts, flow))]
    counts = rows.groupby("kind")["n"].sum().reindex(KINDS, fill_value=0)
    first, last = rows["cohort"].min(), rows["cohort"].max()
    year = period(first if first == last else f"{first}-{last}", language)
    numbers = {kind: whole(int(n), language) for kind, n in counts.items()}
    return WORDS[language]["sentence"].format(year=year, **numbers)


def _years(cohorts: list[str], flow: pd.DataFrame) -> set[str]:
    if "total" in cohorts:
        return set(flow["cohort"])
    spans = [[int(year) for year in cohort.split("-")] for cohort in cohorts]
    return {str(year) for span in spans for year in range(span[0], span[-1] + 1)}


def by_cohort(flow: pd.DataFrame, language: str) -> dict:
    """Return the flow as a table for readers: a row a cohort, a column a kind of outcome."""
    sums = flow.pivot_table(index="cohort", columns="kind", values="n", aggfunc="sum", fill_value=0)
    counts = sums.reindex(columns=KINDS, fill_value=0)
    body = [
        [period(cohort, language), *[whole(int(n), language) for n in row]]
        for cohort, row in zip(counts.index, counts.to_numpy(), strict=True)
    ]
    header = [WORDS[language]["cohort"], *[words[language] for words in KINDS.values()]]
    return _table("by_cohort", header, body, language)


def by_reason(flow: pd.DataFrame, language: str) -> dict:
    """Return why rows of all cohorts were rejected or left out, the reasons that occur."""
    counts = flow.groupby("step")["n"].sum()
    body = [
        [words[language], whole(int(counts[step]), language)]
        for step, words in REASONS.items()
        if counts.get(step, 0)
    ]
    return _table("by_reason", WORDS[language]["header"], body, language)


def _table(caption: str, header: list[str], body: list[list[str]], language: str) -> dict:
    words = {"caption": WORDS[language][caption], "header": header, "body": body}
    return {**words, "numbers": len(header) - 1}
