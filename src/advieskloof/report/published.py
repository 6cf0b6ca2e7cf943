"""Published figures beside the released ones, and why they differ or can't be compared."""

from collections.abc import Mapping

import pandas as pd

from advieskloof import reference
from advieskloof.labels import group_label, label, reasons
from advieskloof.report.readable import in_unit
from advieskloof.schemas import SPLITS, TOTAL

TEXTS = {
    "nl": {
        "lead": (
            "Wat anderen publiceerden naast wat deze run vrijgeeft, met wat de vergelijking in de "
            "weg staat. Cijfers die niet te vergelijken zijn, staan er met de reden bij."
        ),
        "fitted": (
            "Op een deel van deze cijfers is het model afgestemd, of zij waren bij het kiezen van "
            "aannames bekend; overeenkomst is dan geen toets."
        ),
        "header": ["indicator", "jaar", "gepubliceerd", "berekend", "opmerking"],
        "not_comparable": "niet te vergelijken",
        "not_released": "niet in deze run",
        "score": "score {score:.0f}",
    },
    "en": {
        "lead": (
            "What others published beside what this run releases, with what stands in the way of "
            "the comparison. Figures that can't be compared are listed with the reason."
        ),
        "fitted": (
            "The model was fitted to some of these figures, or assumptions were chosen with them "
            "in view; agreement is then no test."
        ),
        "header": ["indicator", "year", "published", "computed", "note"],
        "not_comparable": "not comparable",
        "not_released": "not in this run",
        "score": "score {score:.0f}",
    },
}
# By `why` in reference/published_figures.csv.
WHY = {
    "level_not_defined": {
        "nl": "De Staat zegt niet wat één niveau is; een heel niveau of meer is onze lezing.",
        "en": "The Staat does not say what one level is; a whole level or more is our reading.",
    },
    "population_not_stated": {
        "nl": "De bron zegt niet of het speciaal basisonderwijs meetelt.",
        "en": "The source does not say whether special primary schools count.",
    },
    "norming_error": {
        "nl": (
            "Vier toetsen hadden in 2018/19 een normeringsfout; de bron zegt niet of de herstelde "
            "toetsadviezen zijn geteld."
        ),
        "en": (
            "Four tests had a norming error in 2018/19; the source does not say whether the "
            "corrected test advices were counted."
        ),
    },
    "bo_only": {
        "nl": "Alleen basisscholen, zonder speciaal basisonderwijs.",
        "en": "Mainstream primary schools alone, without special ones.",
    },
    "complement_and_advice_not_named": {
        "nl": (
            "Gepubliceerd is het aandeel onder vwo, hier het overige; de bron zegt niet welk "
            "advies, en het gaat om enkele tientallen leerlingen."
        ),
        "en": (
            "Published is the share below vwo, here the rest; the source does not say which "
            "advice, and it is about a few dozen pupils."
        ),
    },
    "years_together": {
        "nl": "De bron neemt jaren met en zonder dubbele toetsadviezen samen en noemt ze niet.",
        "en": "The source pools years with and without double test advices, not saying which.",
    },
    "definition_not_published": {
        "nl": "De bron noemt geen definitie en geen noemer.",
        "en": "The source gives no definition and no denominator.",
    },
    "one_municipality": {
        "nl": "Eén gemeente, eigen indeling van opleiding en een andere definitie.",
        "en": "One municipality, its own classes of education and another definition.",
    },
}
# Of these the definition tells a reader nothing more.
WITHOUT_DEFINITION = ("eligible_", "adjusted_")
# What says which number it is.
NAMED = ("indicator", "definition", "base", "adjustment", "cohort", "unit")


def beside(tables: Mapping[str, pd.DataFrame], language: str) -> dict:
    """Return the page's words, and a row per figure of reference/published_figures.csv.

    Parameters
    ----------
    tables : ESTIMATES as released, by name; a published figure stands beside the first row that
        measures the same in the same cohort and group.

    Returns `lead`, `header` and `body` (cells of text, and the source as the last).
    """
    rows = reference.read("published_figures", {})
    everything = pd.concat(tables.values(), ignore_index=True)
    body = [_cells(row, everything, language) for row in rows.to_dict("records")]
    words = TEXTS[language]
    lead = [words["lead"]]
    if (everything["source"] == "synthetic").any():
        lead.append(words["fitted"])
    return {"lead": " ".join(lead), "header": words["header"], "body": body}


def _cells(published: dict, released: pd.DataFrame, language: str) -> list[str]:
    unit = {"unit": published["unit"], "reference": None}
    return [
        _named(published, language),
        published["years"].replace("-", "–"),
        in_unit(float(published["published"]), unit, language),
        _computed(published, released, language),
        WHY[published["why"]][language],
        published["source"],
    ]


def _named(published: dict, language: str) -> str:
    words = [label(f"indicator:{published['indicator']}", language)]
    if _has_definition(published):
        words.append(label(f"definition:{published['definition']}", language))
    if published["grouping"]:
        words.append(group_label(published["grouping"], published["group"], language))
    if published["score"]:
        score = TEXTS[language]["score"].format(score=float(published["score"]))
        words.append(f"{published['test_provider']}, {score}")
    return "; ".join(words)


def _has_definition(published: dict) -> bool:
    of_level = published["definition"] == "level"
    return not of_level and not published["indicator"].startswith(WITHOUT_DEFINITION)


def _computed(published: dict, released: pd.DataFrame, language: str) -> str:
    words = TEXTS[language]
    if published["comparable"] == "no":
        return words["not_comparable"]
    found = released[_is_same(published, released)]
    if found.empty:
        return words["not_released"]
    row = found.iloc[0]
    if row["status"] == "ok":
        return in_unit(row["estimate"], row.to_dict(), language)
    why = f" ({reasons(row['reason'], language)})" if pd.notna(row["reason"]) else ""
    return label(f"status:{row['status']}", language) + why


def _is_same(published: dict, released: pd.DataFrame) -> pd.Series:
    wanted = dict.fromkeys(SPLITS, TOTAL) | {name: published[name] for name in NAMED}
    if published["grouping"]:
        wanted[published["grouping"]] = published["group"]
    if published["test_provider"]:
        wanted["test_provider"] = published["test_provider"]
    same = released["reference"].isna()
    for name, value in wanted.items():
        same &= released[name] == value
    if published["score"]:
        return same & (released["score"] == float(published["score"]))
    return same & released["score"].isna()
