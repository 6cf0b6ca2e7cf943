import re
from pathlib import Path

import pytest

from advieskloof import dependencies, figures, io
from advieskloof.dependencies import UnresolvedDependency

SCRIPTS = io.CHECKOUT / "workflow" / "scripts"


def behind(text, tmp_path):
    script = tmp_path / f"script{len(list(tmp_path.iterdir()))}.py"  # files are read once
    script.write_text(text)
    return {name.removeprefix("src/advieskloof/") for name in dependencies.behind(script)}


def test_a_module_is_followed_with_its_package_and_what_it_imports(tmp_path):
    assert behind("from advieskloof.disclosure.outward import outward", tmp_path) == {
        "__init__.py",
        "disclosure/__init__.py",
        "disclosure/outward.py",
        "errors.py",
        "schemas.py",
    }


def test_every_form_of_import_is_followed(tmp_path):
    forms = [
        "import advieskloof.database",
        "import advieskloof.database as d",
        "from advieskloof import database",
        "from advieskloof.database import connection",
        "def late():\n    from advieskloof import database",
    ]
    assert {frozenset(behind(form, tmp_path)) for form in forms} == {
        frozenset({"__init__.py", "database.py", "errors.py"})
    }


def test_a_packages_init_is_followed_for_the_names_it_defines(tmp_path):
    found = behind("from advieskloof.figures import make", tmp_path)
    assert {"figures/__init__.py", "figures/save.py", "figures/house.mplstyle"} <= found
    assert "figures/reconsideration_by_cohort.py" not in found


def test_reference_tables_and_package_files_are_named_by_the_code_that_reads_them(tmp_path):
    text = "from advieskloof import io, reference\nreference.read('regimes', {})\n"
    assert "reference/regimes.csv" in behind(text, tmp_path)
    text = "from advieskloof import io\nio.package_file('report/page.css')\n"
    assert "report/page.css" in behind(text, tmp_path)


def test_naming_the_unverified_rows_rests_on_every_table(tmp_path):
    found = behind("from advieskloof import reference\nreference.unverified_rows({})", tmp_path)
    tables = {f"reference/{path.name}" for path in (io.PACKAGE / "reference").glob("*.csv")}
    assert tables <= found


def test_foreign_imports_are_not_followed(tmp_path):
    assert behind("import os, pandas\nfrom pathlib import Path", tmp_path) == set()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("from . import cells", "a relative import can't be followed"),
        ("from .cells import margin", "a relative import can't be followed"),
        ("from advieskloof import nowhere", "advieskloof has no module or name nowhere"),
        (
            "from advieskloof.cells import nothing",
            "advieskloof.cells has no module or name nothing",
        ),
        ("import advieskloof.nowhere", "there is no module advieskloof.nowhere"),
        ("from advieskloof import reference\nreference.read(name, {})", "needs a literal name"),
        ("from advieskloof import io\nio.package_file(f'{x}')", "needs a literal name"),
    ],
)
def test_what_cannot_be_followed_is_an_error(tmp_path, text, said):
    with pytest.raises(UnresolvedDependency, match=said):
        behind(text, tmp_path)


def test_every_file_found_exists_and_every_script_imports_the_package():
    for script in SCRIPTS.glob("*.py"):
        found = dependencies.behind(script)
        assert "src/advieskloof/__init__.py" in found, script.name
        assert all((io.CHECKOUT / name).is_file() for name in found), script.name


def test_every_package_file_is_behind_some_script_or_part_of_the_run_itself():
    """A file that nothing rests on would be dead, or its changes would go unnoticed."""
    drawn = [io.PACKAGE / f"figures/{name}.py" for name in figures.NAMES]
    found = {io.CHECKOUT / name for name in dependencies.behind(*SCRIPTS.glob("*.py"), *drawn)}
    runs_itself = {
        "__main__.py",
        "run.py",
        "deliveries.py",
        "config.py",
        "dependencies.py",
        "drafting.py",
        "exports.py",
        "fitting.py",
        "fitting_careers.py",
        "make_truth.py",
    }
    # What notebooks call stands on its own.
    notebook = set((io.PACKAGE / "notebook").glob("*.py"))
    rest = {p for p in io.PACKAGE.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    # What people call from a notebook, and no rule yet.
    called = {"bootstrap.py", "two_way.py", "secondary_pupils.py"}
    assert {path.name for path in rest - found - notebook} == runs_itself | called


def test_package_files_are_opened_through_io_by_literal_name():
    """Other ways to a package file would escape `behind`."""
    pattern = re.compile(r"__file__|importlib\.resources|PackageLoader")
    using = {
        path.relative_to(io.PACKAGE).as_posix()
        for path in io.PACKAGE.rglob("*.py")
        if pattern.search(path.read_text())
    }
    # io defines PACKAGE by its own file; style finds the font package's folder.
    assert using == {"io.py", "figures/fonts.py"}
    assert Path(io.__file__).parent == io.PACKAGE
