"""The attacker on numbers that are left out of a table and told in another form of it."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from attack.attacker import attack
from attack.judging import losses
from attack.made_releases import groups, put, released, truth, write
from openpyxl import Workbook

COUNTS = {"le_mbo1": (60, 24), "mbo2": (90, 21), "mbo34": (200, 40), "hbo": (150, 25)}
COUNTS |= {"wo": (120, 22), "unknown": (80, 13)}
HIDDEN = "mbo34"
# Nothing adds up to a total, so only another form can tell what is hidden.
ROWS = groups(COUNTS | {HIDDEN: (200, 3)}, hidden=[HIDDEN])
# They tell how many pupils there are, so that a share is enough.
OTHERS = groups(COUNTS, table="others", indicator="over_of_placed")


def percentages(*, leaky):
    """By group its share as text; that of the hidden one only where it leaks."""
    return [
        f"{100 * row['estimate']:.3f}" if leaky or not row["hidden"] else "suppressed"
        for row in ROWS
    ]


def alt_text(folder, *, leaky):
    said = ", ".join(f"{each}%" for each in percentages(leaky=leaky))
    page(folder, f'<img src="made.svg" alt="Under-advising by education: {said}.">')


def html_table(folder, *, leaky):
    cells = [
        f"<tr><th>{row['parental_education_five']}</th><td>{share}</td>"
        f"<td>{row['n'] if leaky or not row['hidden'] else ''}</td></tr>"
        for row, share in zip(ROWS, percentages(leaky=leaky), strict=True)
    ]
    page(folder, f"<table>{''.join(cells)}</table>")


def page(folder, inside):
    html = f'<html><body><section id="made">{inside}</section></body></html>'
    (folder / "index.en.html").write_text(html)


def spreadsheet(folder, *, leaky):
    book = Workbook()
    book.active.title = "made"
    for row, share in zip(ROWS, percentages(leaky=leaky), strict=True):
        book.active.append([row["parental_education_five"], share, row["n"]])
    book.save(folder / "annex.xlsx")


def drawing(draw):
    def made(folder, *, leaky):
        shares = [row["estimate"] if leaky or not row["hidden"] else np.nan for row in ROWS]
        figure, axes = plt.subplots()
        draw(axes, np.arange(len(shares)), np.array(shares))
        figure.savefig(folder / "made.en.svg")
        plt.close(figure)

    return made


def bars(axes, places, shares):
    there = ~np.isnan(shares)
    axes.barh(places[there], shares[there])


def dots(axes, places, shares):
    axes.plot(shares, places, linestyle="none", marker="o")


FORMS = {
    "alt text": alt_text,
    "a table of the report": html_table,
    "a spreadsheet": spreadsheet,
    "bars of a figure": drawing(bars),
    "dots of a figure": drawing(dots),
}
each_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)


@each_form
def test_a_hidden_number_is_read_off(tmp_path, form):
    form(write(tmp_path, ROWS + OTHERS), leaky=True)
    lost = losses(*attack(tmp_path), truth(ROWS + OTHERS))
    assert "few pupils in k" in set(lost["protected"])
    assert lost["true"].isin([3]).any()


@each_form
def test_a_form_of_what_is_released_tells_no_more(tmp_path, form):
    form(write(tmp_path, ROWS + OTHERS), leaky=False)
    assert losses(*attack(tmp_path), truth(ROWS + OTHERS)).empty


def test_a_figures_own_numbers_are_read(tmp_path):
    write(tmp_path, ROWS + OTHERS)
    put(tmp_path, released([row | {"hidden": False} for row in ROWS]), "figures/made.en.csv")
    lost = losses(*attack(tmp_path), truth(ROWS + OTHERS))
    assert set(lost["method"]) == {"displayed"}


def test_a_form_of_another_table_isnt_taken_for_this_ones(tmp_path):
    write(tmp_path, ROWS + OTHERS)
    alt_text(tmp_path, leaky=True)
    made = tmp_path / "index.en.html"
    made.write_text(made.read_text().replace('id="made"', 'id="other"'))
    assert losses(*attack(tmp_path), truth(ROWS + OTHERS)).empty
