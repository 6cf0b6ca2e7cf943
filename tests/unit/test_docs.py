"""The pages as HTML: every link holds, nothing is loaded from elsewhere, and pictures are true."""

import re
import subprocess
import sys

import pytest

from advieskloof import io

ROOT = io.CHECKOUT
# What makes a browser fetch something when a page opens; a link to follow is none.
LOADED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio)\b[^>]*\bsrc="([^"]+)"|<link\b[^>]*\bhref="([^"]+)"|"""
    r"""url\(["']?([^"')]+)|@import\s+["']([^"']+)|\b(?:fetch|import)\(["']([^"']+)"""
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Build as `make docs` does: a warning, such as a link to nothing, is an error."""
    folder = tmp_path_factory.mktemp("docs")
    words = ["-q", "-W", "--keep-going", "-c", "docs", "-d", str(folder / "doctrees")]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *words, ".", str(folder / "html")],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "html"


def test_every_page_is_built_and_reached_from_the_contents(pages):
    contents = (pages / "docs/index.html").read_text()
    for page in (ROOT / "docs").glob("*.md"):
        assert (pages / f"docs/{page.stem}.html").is_file()
        assert page.stem == "index" or f'href="{page.stem}.html"' in contents


def test_no_page_loads_anything_from_the_network(pages):
    files = [path for path in pages.rglob("*") if path.suffix in (".html", ".css")]
    loaded = {
        next(filter(None, found)) for path in files for found in LOADED.findall(path.read_text())
    }
    assert len(loaded) > 5
    assert [each for each in loaded if re.match(r"(?:\w+:)?//", each)] == []


def test_the_picture_of_the_rules_is_what_snakemake_tells(tmp_path):
    drawn = tmp_path / "rules.svg"
    subprocess.run([sys.executable, "docs/draw_rulegraph.py", str(drawn)], cwd=ROOT, check=True)
    kept = (ROOT / "docs/images/rulegraph.svg").read_text()
    assert "release_tables &gt; plot_figure" in kept
    assert drawn.read_text() == kept, "renew it with: make rulegraph"


def test_the_page_on_set_up_names_what_uv_knows():
    """Of uv's settings an unknown one is passed over in silence."""
    page = (ROOT / "docs/offline.md").read_text() + (ROOT / "docs/running.md").read_text()
    named = set(re.findall(r"\bUV_\w+", page))
    told = subprocess.run(
        [sys.executable, "-m", "uv", "pip", "sync", "--help"], capture_output=True, text=True
    ).stdout
    assert len(named) == 2
    assert [name for name in named if not re.search(rf"\[env: {name}\b", told)] == []
