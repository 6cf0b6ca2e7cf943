"""What the report holds: its themes with their figures, and the pages that follow from a plan.

A new figure is a line under its theme: its name, and the heading of docs/methods.md about it.
"""

from collections.abc import Collection
from dataclasses import dataclass

from advieskloof.vocabulary import both


@dataclass(frozen=True)
class Theme:
    """A page about one subject.

    figures : by name, the heading of docs/methods.md that says how its numbers are made.
    tables : released tables without a figure that belong here, to download.
    """

    name: str
    title: dict[str, str]
    lead: dict[str, str]
    figures: dict[str, str]
    tables: tuple[str, ...] = ()


# In the report's order. A figure or table that a release plan lacks is left out, and so is a
# theme without any.
THEMES = (
    Theme(
        "advice",
        both("Advies en toetsadvies", "Advice and test advice"),
        both(
            "Hoe vaak is het advies van de basisschool lager of hoger dan het toetsadvies? Dat "
            "hangt af van wat verschil heet: vier definities staan naast elkaar, en waar een lijn "
            "breekt, veranderden de regels of de toets.",
            "How often is the advice of the primary school lower or higher than the test advice? "
            "That depends on what is called a difference: four definitions stand side by side, and "
            "where a line breaks, the rules or the test changed.",
        ),
        {"advice_by_cohort": "Under and over, of those whom a definition places"},
        ("without_test",),
    ),
    Theme(
        "education",
        both("Opleiding van de ouders", "Parental education"),
        both(
            "Krijgen leerlingen met dezelfde toetsscore hetzelfde advies, welke opleiding hun "
            "ouders ook hebben?",
            "Do pupils with the same test score get the same advice, whatever the education of "
            "their parents?",
        ),
        {
            "advice_by_education": "At equal score",
            "score_curves": "Score curves",
            "score_curves_percentile": "Score curves on the percentile",
            "adjusted_gaps": "The gap within and between schools",
        },
        ("advice_by_education_and_cohort", "education_gap_by_cohort", "curve_points_published"),
    ),
    Theme(
        "regions",
        both("Regio en stedelijkheid", "Region and urbanity"),
        both(
            "Maakt het bij dezelfde toetsscore uit waar een leerling op school zit?",
            "With the same test score, does it matter where a pupil goes to school?",
        ),
        {
            "corop_map": "Regions at equal score",
            "regions": "Shrunken regions",
            "urbanity_by_cohort": "Levels at equal score",
            "variance_shares": "Random effects of schools and regions",
        },
    ),
    Theme(
        "reconsideration",
        both("Heroverweging en bijstelling", "Reconsideration and adjustment"),
        both(
            "Wie een hoger toetsadvies haalt dan het eerste advies, komt in aanmerking voor "
            "heroverweging. Hoe vaak komt dat voor, en hoe vaak wordt het advies dan bijgesteld?",
            "Pupils whose test advice is higher than the first advice are eligible for "
            "reconsideration. How often is that so, and how often is the advice then adjusted?",
        ),
        {
            "reconsideration_by_cohort": "Eligible for reconsideration",
            "reconsideration_by_education": "Eligible for reconsideration",
            "reconsideration_by_first_advice": "Groups by first advice",
        },
        ("reconsideration_by_income",),
    ),
    Theme(
        "lower_years",
        both("De onderbouw", "The lower secondary years"),
        both(
            "In welke brugklas beginnen leerlingen met dezelfde score, en waar zijn zij in het "
            "derde jaar?",
            "In which class do pupils with the same score begin secondary school, and where are "
            "they in the third year?",
        ),
        {
            "placement_by_score": "How pupils start",
            "vwo_class_by_education": "How pupils start",
            "placement_by_cohort": "How pupils start",
            "moves_by_education": "Up, same and down from year 1 to year 3",
            "moves_by_discrepancy": "From the advice to year 3, by transition",
            "year_3_by_class_type": "From the advice to year 3, by transition",
            "r1_funnel": "R1: the position in grade 3 against the initial advice",
        },
        (
            "moves_by_education_and_cohort",
            "moves_bounds",
            "moves_by_class_kind",
            "adjusted_moves",
        ),
    ),
    Theme(
        "sensitivity",
        both("Hangt het van de definitie af?", "Does it depend on the definition?"),
        both(
            "Dezelfde kloof, op veel manieren berekend.",
            "The same gap, computed in many ways.",
        ),
        {"multiverse": "The education gap in every way"},
    ),
)
# The spreadsheets with all tables, beside the report's folder.
ANNEXES = {"nl": "annex.xlsx", "en": "annex.en.xlsx"}
# What frames the themes, by name.
TITLES = {
    "index": both("Belangrijkste bevindingen", "Main findings"),
    "published": both("Gepubliceerd naast berekend", "Published beside computed"),
    "synthetic": both("Synthetische cohorten", "Synthetic cohorts"),
    "about": both("Verantwoording", "About the numbers"),
    "methods": both("Methode", "Methods"),
    **{theme.name: theme.title for theme in THEMES},
}


def themes(tables: Collection[str]) -> list[Theme]:
    """Return the themes of which some released table is among these."""
    return [t for t in THEMES if not {*t.figures, *t.tables}.isdisjoint(tables)]


def pages(tables: Collection[str], *, synthetic: bool) -> list[str]:
    """Return the names of the pages of a report, in order.

    Parameters
    ----------
    tables : names of the released tables, of which some are drawn.
    synthetic : whether the pupils are made, which has a page of its own.
    """
    last = ["published", *(["synthetic"] if synthetic else []), "about", "methods"]
    return ["index", *[theme.name for theme in themes(tables)], *last]


def file(page: str, language: str) -> str:
    """Return the name of a page's file: 'regions.html' in Dutch, 'regions.en.html' in English."""
    return f"{page}.html" if language == "nl" else f"{page}.{language}.html"
