"""How the pages of docs/ become HTML: `make docs`. Nothing in them is fetched from elsewhere."""

from importlib.metadata import version as installed

project = "advieskloof"
author = copyright = "The advieskloof developers"
version = release = installed(project)

# The source is the whole checkout, since pages link to what stands beside docs/.
root_doc = "docs/index"
include_patterns = ["docs/*.md", "*.md", "data/README.md"]
exclude_patterns = [".venv", ".snakemake", "results", "src", "tests", "workflow"]
extensions = ["myst_parser"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "advieskloof"
html_copy_source = False
html_show_sphinx = False
