"""The calibration table for readers: published figures beside those of the synthetic cohort."""

import pandas as pd

from advieskloof import reference
from advieskloof.labels import decimal, group_label, school_year

TEXTS = {
    "nl": {
        "title": "Synthetische cohorten naast gepubliceerde cijfers",
        "made": (
            "Deze cijfers gaan niet over echte leerlingen. Zij komen uit een rekenmodel van een "
            "synthetisch land, dat is afgestemd op gepubliceerde cijfers. Een uitkomst hier volgt "
            "uit de aannames van dat model (docs/synthetic.md)."
        ),
        "within": (
            "Van de {fitted} cijfers waarop het model is afgestemd, vallen er {fitted_within} "
            "binnen de tolerantie; van de {predicted} voorspelde {predicted_within}."
        ),
        "missed": "Buiten de tolerantie",
        "not_made": "Niet te vergelijken in deze run: {n}.",
        "all": "Alle {n} vergeleken cijfers",
        "header": ["cijfer", "schooljaar", "gepubliceerd", "synthetisch", "verschil", "tolerantie"],
        "kind": "soort",
        "fitted": "afgestemd",
        "predicted": "voorspeld",
        "signs": {-1: "lager", 0: "gelijk", 1: "hoger"},
    },
    "en": {
        "title": "Synthetic cohorts beside published figures",
        "made": (
            "These numbers are not about real pupils. They come from a model of a synthetic "
            "country, calibrated to published figures. A finding here follows from the model's "
            "assumptions (docs/synthetic.md)."
        ),
        "within": (
            "Of the {fitted} figures that the model was fitted to, {fitted_within} are within "
            "tolerance; of the {predicted} predicted ones, {predicted_within}."
        ),
        "missed": "Outside tolerance",
        "not_made": "Not comparable in this run: {n}.",
        "all": "All {n} figures compared",
        "header": ["figure", "school year", "published", "synthetic", "difference", "tolerance"],
        "kind": "kind",
        "fitted": "fitted",
        "predicted": "predicted",
        "signs": {-1: "lower", 0: "equal", 1: "higher"},
    },
}
MEASURES = {
    "first_advice": {"nl": "eerste advies", "en": "first advice"},
    "eligible_of_tested": {
        "nl": "toetsadvies hoger dan eerste advies, van wie de toets maakte",
        "en": "test advice higher than first, of test takers",
    },
    "eligible_of_all": {
        "nl": "toetsadvies hoger dan eerste advies, van alle eerste adviezen",
        "en": "test advice higher than first, of all first advices",
    },
    "adjusted_of_all": {
        "nl": "bijgesteld, van alle eerste adviezen",
        "en": "adjusted, of all first advices",
    },
    "adjusted_of_eligible": {
        "nl": "bijgesteld, van wie in aanmerking kwam",
        "en": "adjusted, of those eligible",
    },
    "whole_level": {
        "nl": "eerste advies een niveau of meer anders dan toetsadvies",
        "en": "first advice a level or more from the test advice",
    },
    "below_vwo_at_549": {
        "nl": "definitief advies onder vwo bij CET 549",
        "en": "final advice below vwo at CET 549",
    },
    "cet": {"nl": "CET", "en": "CET"},
    "test_advice": {"nl": "toetsadvies", "en": "test advice"},
    "cet_test_advice": {"nl": "toetsadvies CET", "en": "test advice, CET"},
    "corop_side": {
        "nl": "advies gegeven de score, ten opzichte van het land",
        "en": "advice given the score, against the country",
    },
    "urban_side": {
        "nl": "dichtste min minst dichte stedelijkheid",
        "en": "densest minus least dense urbanity",
    },
    "urban_growth": {
        "nl": "groei van dat verschil sinds 2014",
        "en": "growth of that difference since 2014",
    },
    "truth": {"nl": "waarheid in het model", "en": "truth in the model"},
    "class_type": {"nl": "klas in leerjaar 1", "en": "class in year 1"},
    "position": {"nl": "onderwijspositie in leerjaar 3", "en": "position in year 3"},
    "moves": {
        "nl": "niveau in het derde jaar ten opzichte van de klas in leerjaar 1",
        "en": "level in the third year against the class of year 1",
    },
    "half_level": {
        "nl": "het derde jaar min de klas in leerjaar 1, in halve niveaus",
        "en": "third year minus the class of year 1, in half levels",
    },
    "moves_of_agreeing": {
        "nl": "niveau in het derde jaar waar eerste advies en toetsadvies gelijk zijn",
        "en": "level in the third year where first advice and test advice agree",
    },
    "vwo_ratio": {
        "nl": "kans op vwo in leerjaar 3: vwo-klas gedeeld door havo/vwo-klas, bij gelijke score",
        "en": "chance of vwo in year 3: vwo class over havo/vwo class, at equal score",
    },
    "class_at_550": {"nl": "klas in leerjaar 1 bij CET 550", "en": "class in year 1 at CET 550"},
    "class_at_gt": {
        "nl": "klas in leerjaar 1 bij toetsadvies vmbo-gt, CET",
        "en": "class in year 1 at test advice vmbo-gt, CET",
    },
    "vwo_class_at_545": {
        "nl": "vwo-klas in leerjaar 1 bij CET 545",
        "en": "vwo class in year 1 at CET 545",
    },
    "below_final": {
        "nl": "onderwijspositie in leerjaar 3 lager dan het definitieve advies",
        "en": "position in year 3 below the final advice",
    },
}
OF_CLASSES = ("class_type", "position", "class_at_550", "class_at_gt")
GROUPS = {
    "under": {"nl": "lager", "en": "lower"},
    "over": {"nl": "hoger", "en": "higher"},
    "double": {"nl": "dubbele adviezen", "en": "double advices"},
    "mean": {"nl": "gemiddelde", "en": "mean"},
    "at_550": {"nl": "maximale score 550", "en": "maximum score 550"},
    "wo": {"nl": "ouders wo", "en": "parents wo"},
    "le_mbo1": {"nl": "ouders ≤ mbo-1", "en": "parents ≤ mbo-1"},
    "level": {"nl": "niveau", "en": "level"},
    "measurement_error_share": {
        "nl": "deel van de kloof bij gelijke score dat meetfout is, wo min ≤ mbo-1",
        "en": "share of the gap at equal score that is measurement error, wo minus ≤ mbo-1",
    },
    "effective_reliability": {
        "nl": "effectieve betrouwbaarheid van de toets",
        "en": "effective reliability of the test",
    },
    "pro_vmbo_bb": {"nl": "pro/vmbo-b", "en": "pro/vmbo-b"},
    "vmbo_bb_kb": {"nl": "vmbo-b/k", "en": "vmbo-b/k"},
    "vmbo_kb_gt": {"nl": "vmbo-k/gt", "en": "vmbo-k/gt"},
    "same": {"nl": "gelijk", "en": "the same"},
    "up": {"nl": "hoger", "en": "higher"},
    "down": {"nl": "lager", "en": "lower"},
    "unknown": {"nl": "onbekend", "en": "unknown"},
    "whole": {"nl": "een niveau of meer", "en": "a level or more"},
    "raised": {"nl": "bijgestelde adviezen", "en": "raised advices"},
}


def readable(table: pd.DataFrame, language: str) -> dict:
    """Return the section's words and tables from a released calibration table.

    `summary` (sentence), `header` (cells), `missed` and `all` (rows: `figure`, `note` in English,
    and the other `cells`, of which the second to the fifth are numbers), `title`,
    `missed_title`, `all_title`, `not_made`.
    """
    words = TEXTS[language]
    numbers = ["published", "synthetic", "difference", "tolerance"]
    table = table.assign(**{name: pd.to_numeric(table[name]) for name in numbers})
    compared = table[table["synthetic"].notna()]
    missed = compared[compared["within"] == "False"]
    absent = len(table) - len(compared)
    return {
        "title": words["title"],
        "summary": words["within"].format(**_counts(compared)),
        "header": [*words["header"], words["kind"]],
        "missed_title": words["missed"],
        "missed": [_row(row, language) for row in missed.to_dict("records")],
        "all_title": words["all"].format(n=len(compared)),
        "all": [_row(row, language) for row in compared.to_dict("records")],
        "not_made": words["not_made"].format(n=absent) if absent else "",
    }


def _counts(compared: pd.DataFrame) -> dict[str, int]:
    counts = {}
    for kind in ("fitted", "predicted"):
        rows = compared[compared["kind"] == kind]
        counts |= {kind: len(rows), f"{kind}_within": int((rows["within"] == "True").sum())}
    return counts


def _row(row: dict, language: str) -> dict:
    kind = TEXTS[language][row["kind"]]
    return {
        "figure": f"{MEASURES[row['measure']][language]}: {_group(row, language)}".rstrip(": "),
        "note": ". ".join(text for text in (row["note"], row["source"]) if text) + ".",
        "cells": [school_year(row["cohort"]), *_numbers(row, language), kind],
    }


def _group(row: dict, language: str) -> str:
    group = row["group"]
    if group == "total":
        return ""
    if row["measure"] in OF_CLASSES:
        return group_label("class_type", group, language)
    if group in GROUPS:
        return GROUPS[group][language]
    if row["measure"] == "corop_side":
        return reference.read("corop", {}).set_index("code")["name"][group]
    return group_label("first_advice_group", group, language)


def _numbers(row: dict, language: str) -> list[str]:
    if row["unit"] == "direction":
        signs = TEXTS[language]["signs"]
        return [signs[int(row["published"])], signs[int(row["synthetic"])], "–", "–"]
    sign = "%" if row["unit"] == "%" else ""
    shown = [f"{decimal(row[name], language)}{sign}" for name in ("published", "synthetic")]
    return [
        *shown,
        decimal(row["difference"], language),
        f"± {decimal(row['tolerance'], language)}",
    ]
