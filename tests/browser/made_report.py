"""A release with a report to open, from small tables made by hand.

The pictures are blank and the downloads hold a word, since figures have tests of their own.
"""

import pandas as pd
from figure_tables import TABLES as OF_ADVICE
from figure_tables_lower import LOWER_TABLES
from releasing import released

from advieskloof import io
from advieskloof.indicators.reconsideration import reconsideration
from advieskloof.labels import LANGUAGES
from advieskloof.report import contents, pages
from advieskloof.sources import aggregates

TABLES = OF_ADVICE | LOWER_TABLES
BLANK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 400" width="720" height="400"/>'
RULES = {"minimum_pupils": 10, "minimum_schools": 3, "protection": 10}
COUNTS = [("contradiction", "rejected", 1010), ("repeater", "excluded", 20)]
FLOW = pd.DataFrame(
    [(str(cohort), *count) for cohort in range(2014, 2025) for count in COUNTS],
    columns=["cohort", "step", "kind", "n"],
)
FLOW.loc[8, "n"] = 990  # fewer by number, more by letters
COMPARED = pd.DataFrame(
    {
        "measure": "first_advice",
        "group": ["vmbo_k", "havo"],
        "cohort": "2015",
        "published": ["11.5", "20.0"],
        "synthetic": ["11.62", "29.0"],
        "difference": ["0.12", "9.0"],
        "tolerance": "1.0",
        "unit": "%",
        "within": ["True", "False"],
        "kind": "fitted",
        "source": "CBS",
        "note": "",
    }
)


RECONSIDERATION = ("reconsideration_by_cohort", "reconsideration_by_first_advice")


def names():
    """The tables of the release."""
    return [*TABLES, *RECONSIDERATION, "without_test"]


def release():
    """A release in which some numbers of each figure are withheld or absent."""
    cells = aggregates.published("cbs_84274NED", {})
    counts = released(reconsideration(cells, [[], ["first_advice_group"]], "school", {}))
    drawn = {name: lacking for name, (_, lacking) in TABLES.items()}
    drawn |= dict.fromkeys(RECONSIDERATION, counts)
    return pages.Release(
        tables={**drawn, "without_test": counts},
        figures=list(drawn),
        rules=RULES,
        unverified={"advice_levels": ["pro_vmbo_bb"]},
        compared=COMPARED,
        counted=FLOW,
        methods=io.read_text(io.CHECKOUT / "docs/methods.md"),
    )


def write(folder):
    """Write the release in a folder, as a run leaves it, and return the folder of the report."""
    made = release()
    for language in LANGUAGES:
        for name, html in pages.render(made, language).items():
            io.write_text(html, folder / "report" / name)
        for name in made.figures:
            for kind in ("svg", "bare.svg"):
                io.write_text(BLANK, folder / f"figures/{name}.{language}.{kind}")
            for kind in ("pdf", "png", "print.png", "csv"):
                io.write_text("here\n", folder / f"figures/{name}.{language}.{kind}")
        io.write_text("here\n", folder / contents.ANNEXES[language])
    for name, table in {**made.tables, "calibration": COMPARED, "flow": FLOW}.items():
        io.write_csv(table, folder / f"tables/{name}.csv")
    io.write_json({}, folder / "manifest.json")
    return folder / "report"
