"""The methods for readers: docs/methods.md, which is tested, as a part of a page."""

import re

import markdown
from markdown.extensions import toc

EXTENSIONS = ("tables", "fenced_code")
# So many columns fit on a page of the usual width.
FITTING = 6
# Links out of the page lead to other docs, which don't leave with the report.
LINK_OUT = re.compile(r"\[([^\]]+)\]\((?!#)[^)]+\)")


def anchor(heading: str) -> str:
    """Return the name by which a heading is linked to: lower case, hyphens for spaces."""
    return toc.slugify(heading, "-")


def as_html(text: str) -> str:
    """Return Markdown as HTML whose headings start at the second level and can be linked to."""
    headings = toc.TocExtension(baselevel=2, slugify=toc.slugify)
    html = markdown.markdown(LINK_OUT.sub(r"\1", text), extensions=[*EXTENSIONS, headings])
    return re.sub("<table>.*?</table>", _scrolling, html, flags=re.DOTALL)


def _scrolling(table: re.Match) -> str:
    """Return a table that scrolls by itself, so that the page doesn't.

    Only a wide one is a stop for the keyboard: a stop for each would be a hundred.
    """
    stop = ' tabindex="0"' if table[0].count("<th>") > FITTING else ""
    return f'<div class="scroll"{stop}>{table[0]}</div>'
