"""Each protection switched off in turn: the attacker, beaten before, must then succeed."""

import re
import shutil
from pathlib import Path

import pytest
from attack.made_runs import (
    PLENTY,
    TABLE,
    MadeRun,
    draw,
    going_up,
    in_a_vwo_class,
    in_funnel,
    mean_levels,
    render,
    rows_of,
    shares,
    write_table,
)
from oracles import linked_systems as linked

from advieskloof import figures, schemas
from advieskloof.disclosure import boxes, outward, protect, relations, resting, rules, unsafe
from advieskloof.disclosure.attack import Ranges
from advieskloof.errors import DataError

FEW = PLENTY | {"mbo2": (250, 4)}
FEW_IN_WO = PLENTY | {"wo": (500, 4)}
# Of 1,800 pupils 3 had no advice at first.
LATER = PLENTY | {"mbo2": (253, 50)}


def gaps(counts):
    rows = rows_of(counts)
    return [*rows, *linked.gaps_of([row for row in rows if row[linked.EDUCATION] != "total"], "wo")]


def nested_groups(few):
    """Shares by education in five groups and in three, of which the five are parts."""
    mbo = [sum(part) for part in zip(few["mbo2"], few["mbo34"], strict=True)]
    higher = [sum(part) for part in zip(few["hbo"], few["wo"], strict=True)]
    three = {"low": few["le_mbo1"], "middle": tuple(mbo), "high": tuple(higher)}
    as_three = {linked.EDUCATION: "total"}
    coarse = [row | as_three | {"parental_education_three": row[linked.EDUCATION]}
              for row in rows_of(three)]  # fmt: skip
    return [*rows_of(few), *(row for row in coarse if row["parental_education_three"] != "total")]


# Six pupils of mbo2 are in a vwo class and stay; of any other group many are.
IN_VWO = {group: (n, 6 if group == "mbo2" else n // 2) for group, (n, _) in PLENTY.items()}
REACH = {group: (6 if group == "mbo2" else k - 20, 15) for group, (_, k) in IN_VWO.items()}
FUNNEL = {"far_below": 2, "below": 14, "within": 60, "above": 25, "far_above": 15}

RUNS = {
    "few pupils": shares(FEW),
    "a whole group": rows_of(PLENTY | {"mbo2": (250, 250)}),
    "few schools": shares(PLENTY, schools={"mbo2": {"k_schools": 2}}),
    "nearly nobody of a group": shares(PLENTY | {"mbo2": (150, 12)}, PLENTY | {"mbo2": (150, 50)}),
    "first and final advice": [*shares(PLENTY), *shares(LATER, LATER, base="final")],
    "gaps": [*gaps(FEW_IN_WO), *rows_of(PLENTY, indicator="over_of_placed")],
    "few pupils in one of two groupings": nested_groups(FEW | {"mbo34": (4000, 900)}),
    "few pupils with a level": mean_levels(
        {group: n for group, (n, _) in PLENTY.items()} | {"mbo2": 6}
    ),
    "few pupils in a class": in_a_vwo_class(IN_VWO, REACH),
    "few unknown pupils": going_up(PLENTY, {"mbo2": 4}),
    "few locations": in_funnel(FUNNEL),
}


@pytest.fixture(scope="module", params=RUNS, ids=lambda name: name.replace(" ", "_"))
def made(request):
    return MadeRun.of(RUNS[request.param])


def test_with_all_protections_on_nothing_is_lost(made, tmp_path):
    released = made.released()
    assert (released["status"] == "suppressed").any()
    write_table(tmp_path, released)
    assert made.lost(tmp_path).empty


def no_few_pupils(patch):
    patch.setattr(unsafe, "_of_count", lambda *_: "")


def no_few_others(patch):
    patch.setattr(unsafe, "_of_rest", lambda *_: "")


def no_few_schools(patch):
    patch.setitem(rules.LEAST, "minimum_schools", 0)
    return {"minimum_schools": 0}


def no_group_disclosure(patch):
    return {"group_disclosure_below": 0}


def no_differences(patch):
    patch.setattr(unsafe, "_of_differences", lambda *_: ())


def no_counts_between(patch):
    no_differences(patch)
    patch.setattr(unsafe, "_of_margins", lambda *_: ())


def no_partners(patch):
    def nothing_more(system, found, released, protection):
        wide = found.pupils + protection
        return Ranges(found.pupils, wide, wide > 0)

    patch.setattr(protect, "find_partners", nothing_more)


def no_other_sides(patch):
    patch.setattr(resting, "_compared", lambda reference: [])


def no_rows_at_equal_score(patch):
    side = resting.Rests._side

    def without_numerator(self, row, *others):
        found = side(self, row, *others)
        return found if row["adjustment"] == "raw" else found._replace(k=None)

    patch.setattr(resting.Rests, "_side", without_numerator)


def numbers_stay(*names, decimals=True):
    """Leave some numbers in withheld rows, which the schema doesn't allow either."""

    def switch(patch):
        left = tuple(name for name in schemas.NUMBERS if name not in names)
        patch.setattr(protect, "NUMBERS", left)
        patch.setattr(schemas, "validate", lambda table, *_: table)
        if not decimals:
            patch.setattr(outward, "DECIMALS", {})

    return switch


def classes_taken_for_groups(patch):
    patch.setattr(protect, "told_apart", lambda rows: rows)
    patch.setattr(protect, "related", lambda rows, planned: rows)


def locations_told_by_parts(patch):
    """Let bins of locations have nothing to do with the whole of their size."""
    patch.setattr(relations, "relations", lambda *_: [])


def reasons_stay(patch):
    patch.setattr(outward, "outward", lambda table: table)


MUTATIONS = {
    "few pupils are shown": ("few pupils", no_few_pupils),
    "it is shown that nobody is left of a group": ("a whole group", no_few_others),
    "few schools are shown": ("few schools", no_few_schools),
    "a share of nearly nobody is shown": ("nearly nobody of a group", no_group_disclosure),
    "close counts are shown": ("first and final advice", no_differences),
    "nothing is withheld beside a small count": ("few pupils", no_partners),
    "a gap stands without its other side": ("gaps", no_other_sides),
    "a share at equal score stands without the raw one": ("few pupils", no_rows_at_equal_score),
    "withheld rows keep their counts": ("few pupils", numbers_stay("n", "k")),
    "withheld rows keep their estimate": ("few pupils", numbers_stay("estimate")),
    "withheld rows keep errors of all digits": (
        "few pupils",
        numbers_stay("se", "deff", decimals=False),
    ),
    "those in a class are taken for other pupils": (
        "few pupils in a class",
        classes_taken_for_groups,
    ),
    "bounds stand beside what they bound": ("few unknown pupils", no_counts_between),
    "few locations are shown": ("few locations", no_few_pupils),
    "bins of locations are taken for unrelated": ("few locations", locations_told_by_parts),
    "it is told that a number is small itself": ("few pupils with a level", reasons_stay),
}


@pytest.mark.parametrize(("name", "switch_off"), MUTATIONS.values(), ids=MUTATIONS)
def test_the_attacker_succeeds_when(name, switch_off, tmp_path, monkeypatch):
    made = MadeRun.of(RUNS[name])
    thresholds = switch_off(monkeypatch) or {}
    write_table(tmp_path, made.released(**thresholds))
    assert not made.lost(tmp_path).empty


def test_groupings_that_arent_taken_as_parts_of_each_other_stop_the_release(monkeypatch):
    def apart(labels):
        return {label: frozenset({label}) for label in labels}

    monkeypatch.setattr(boxes, "_of_education", apart)
    with pytest.raises(DataError, match="relations between the counts of this run don't hold"):
        MadeRun.of(RUNS["few pupils in one of two groupings"]).released()


# Figures and report: made from released tables, and what if they weren't


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A run, and its released folder with figure and page."""
    made, folder = MadeRun.of(RUNS["few pupils"]), tmp_path_factory.mktemp("drawn")
    released = made.released()
    write_table(folder, released)
    draw(folder, released)
    render(folder, released)
    return made, folder


@pytest.fixture
def leaving(drawn, tmp_path):
    made, folder = drawn
    return made, Path(shutil.copytree(folder, tmp_path / "released"))


def test_figure_and_page_tell_no_more_than_their_table(leaving):
    made, folder = leaving
    assert made.lost(folder).empty


def marks_of_private_numbers(made, folder):
    kept = (folder / f"figures/{TABLE}.en.csv").read_bytes()
    path = draw(folder, made.estimates)
    (folder / f"figures/{TABLE}.en.csv").write_bytes(kept)
    for other in ("pdf", "png"):
        path.with_suffix(f".{other}").unlink()
    # The words beside the marks are left out here.
    path.write_text(
        re.sub(r"<dc:description>.*?</dc:description>", "", path.read_text(), flags=re.S)
    )


def alt_text_of_private_numbers(made, folder):
    caption, _ = figures.describe(TABLE, made.estimates, "en")
    page = folder / "report/index.en.html"
    page.write_text(f'<section id="{TABLE}"><img alt="{caption.alt}"></section>')


def page_of_private_numbers(made, folder):
    path = render(folder, made.estimates)
    path.write_text(re.sub(r'alt="[^"]*"', "", path.read_text()))


@pytest.mark.parametrize(
    "leak",
    [marks_of_private_numbers, alt_text_of_private_numbers, page_of_private_numbers],
    ids=lambda leak: leak.__name__,
)
def test_the_attacker_succeeds_by(leak, leaving):
    made, folder = leaving
    leak(made, folder)
    lost = made.lost(folder)
    assert {"form", "arithmetic"} & set(lost["method"])
    assert 4 in set(lost["true"])
