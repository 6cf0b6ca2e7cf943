"""The order of the house: who may import whom, and who may open files."""

import ast
import re
import subprocess
import sys

import pytest

from advieskloof import io

# From the ground up; a module may import what stands above it in this list, and its own package.
ORDER = [
    "errors",
    "io",
    "database",
    "reference",
    "vocabulary",
    "labels",
    "levels",
    "positions",
    "education",
    "scores",
    "schemas",
    "wording",
    "sources",
    "rejection",
    "cohort",
    "places",
    "cells",
    "uncertainty",
    "indicators",
    "models",
    "calibration_years",
    "calibration",
    "disclosure",
    "figures",
    "tables",
    "report",
    "annex",
    "config",
    "ledger",
    "manifest",
    "jobs",
    "deliveries",
    "notebook",
    "dependencies",
    "run",
    "__main__",
]
MODULES = sorted(io.PACKAGE.rglob("*.py"))


def room(path):
    return path.relative_to(io.PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == "advieskloof" and parts[1] != "__version__":
                yield parts[1]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(io.PACKAGE)))
def test_a_module_imports_only_what_stands_before_it(path):
    if path == io.PACKAGE / "__init__.py":
        assert list(imported_rooms(path)) == []
        return
    assert room(path) in ORDER
    later = [
        name
        for name in imported_rooms(path)
        if name != room(path) and ORDER.index(name) >= ORDER.index(room(path))
    ]
    assert later == []


def test_only_io_opens_our_files():
    opening = re.compile(
        r"\bopen\(|\.read_text\(|\.read_bytes\(|\.write_text\(|read_csv\(|to_csv\("
    )
    opens = {
        str(path.relative_to(io.PACKAGE))
        for path in MODULES
        if opening.search(re.sub(r"\bio\.\w+\(", "", path.read_text()))
    }
    # run copies Snakemake's words to its log; dependencies reads the text of code; files reads
    # what others deliver, and exports writes it.
    others = {"sources/files.py", "sources/exports.py"}
    assert opens == {"io.py", "run.py", "dependencies.py", *others}


def test_scripts_read_call_and_write_and_define_nothing():
    scripts = sorted((io.CHECKOUT / "workflow/scripts").glob("*.py"))
    assert len(scripts) >= 6
    for script in scripts:
        tree = ast.parse(script.read_text())
        defined = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)]
        assert defined == [], script.name
        assert len(script.read_text().splitlines()) <= 25, script.name


def test_cells_and_estimates_load_no_plotting():
    code = (
        "import sys, advieskloof.indicators.reconsideration, advieskloof.disclosure.protect;"
        "print('matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_raw_names_of_deliveries_stay_in_sources():
    raw = re.compile(r"WPO[A-Z]|INSCHRWPOTAB|Totaal|test_higher")
    outside = [
        str(path.relative_to(io.PACKAGE))
        for path in MODULES
        if room(path) != "sources" and raw.search(path.read_text())
    ]
    assert outside == []
