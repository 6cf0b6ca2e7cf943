"""Every notebook runs from top to bottom on the public names, and is kept without its outputs."""

import re

import nbformat
import pytest
from nbclient import NotebookClient

import advieskloof as ak
from advieskloof import io

NOTEBOOKS = sorted((io.CHECKOUT / "notebooks").glob("*.ipynb"))
# A reader sees a plot at least once in so many cells of code.
PLOT_EVERY = 5


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


def test_there_are_notebooks():
    assert len(NOTEBOOKS) >= 6


def test_a_notebook_runs_warns_of_nothing_draws_and_leaves_no_file(path, tmp_path, monkeypatch):
    work, own = tmp_path / "work", tmp_path / "own"
    work.mkdir()
    for name in ("TMPDIR", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR"):
        (own / name).mkdir(parents=True)
        monkeypatch.setenv(name, str(own / name))
    book = nbformat.read(path, as_version=4)
    NotebookClient(book, timeout=60, resources={"metadata": {"path": str(work)}}).execute()
    assert list(work.iterdir()) == []
    assert list((own / "TMPDIR").iterdir()) == []
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    shown = [output for cell in code for output in cell.outputs]
    assert [each.text for each in shown if each.get("name") == "stderr"] == []
    drawn = [any("image/png" in output.get("data", {}) for output in cell.outputs) for cell in code]
    runs = "".join("x" if plot else "." for plot in drawn).split("x")
    assert max(map(len, runs)) < PLOT_EVERY


def test_a_notebook_is_kept_without_outputs_in_one_layout(path):
    book = nbformat.read(path, as_version=4)
    for cell in book.cells:
        assert cell.metadata == {}
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)
    assert [cell.id for cell in book.cells] == [
        f"cell-{i:02d}" for i in range(1, len(book.cells) + 1)
    ]
    assert path.read_text() == nbformat.writes(book) + "\n"


def test_a_notebook_imports_only_the_public_names_and_defines_little(path):
    book = nbformat.read(path, as_version=4)
    code = "\n".join(cell.source for cell in book.cells if cell.cell_type == "code")
    assert "import advieskloof as ak" in code
    assert not re.search(r"from advieskloof|import advieskloof\.", code)
    assert set(re.findall(r"\bak\.(\w+)", code)) <= set(ak.__all__)
    bodies = re.findall(r"^def .*\n((?: {4}.*\n|\n(?= {4}))*)", code, re.MULTILINE)
    assert all(len(body.splitlines()) <= 6 for body in bodies)


def test_a_notebook_ends_with_something_to_try_and_links_to_what_exists(path):
    book = nbformat.read(path, as_version=4)
    assert re.search(r"## Try\n\n\* ", book.cells[-1].source)
    text = "\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert (path.parent / target).exists(), target
