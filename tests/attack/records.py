"""Numbers that stand elsewhere than in a table of ESTIMATES: texts, HTML tables, sheets, figures.

A record is what one row of a table, one number of a text or one mark of a figure says: a tuple of
(value, half its last digit), in the order in which it stands. A per cent sign plays no part.
Figures say by their file, and the report by its sections, of which released table they are.
"""

import re
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
from attack.released_folder import half_a_digit, sheets
from PIL import Image

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
# School years and years say when, not how many.
WHEN = re.compile(r"\b\d{4}/\d{2,4}\b|\b(?:19|20)\d{2}\b")
NUMBER = re.compile(r"[-−]?\d+(?:[.,]\d+)*")
# Groups of a panel that hold its data.
DRAWN = ("line2d", "patch", "PathCollection", "LineCollection", "PolyCollection")
# Of an axis, what a coordinate may be off.
FINE = 1e-5


def records(folder):
    """Yield (form, name of its table, records) of each text, table, sheet and panel in a folder."""
    for path in sorted(folder.rglob("*")):
        form = str(path.relative_to(folder))
        for number, (about, found) in enumerate(READERS.get(path.suffix, _nothing)(path)):
            yield f"{form}#{number}", about, list(found)


def _nothing(path):
    return []


def _named_by_file(path):
    return path.name.partition(".")[0]


def numbers(text, dutch):
    """The numbers in a text, each (value, half its last digit)."""
    thousands, point = (".", ",") if dutch else (",", ".")
    plain = {ord("−"): "-", ord(thousands): None, ord(point): "."}
    texts = [number.translate(plain) for number in NUMBER.findall(WHEN.sub(" ", text))]
    return [(float(number), half_a_digit(number)) for number in texts]


def _is_dutch(path):
    return ".en." not in path.name


def _of_text(path, text):
    """A record a number; whole numbers are left out, since a reason may say `fewer than 10`."""
    return [(number,) for number in numbers(text, _is_dutch(path)) if number[1] < 0.5]


class _Page(HTMLParser):
    """The tables of a page, rows of cells of text, and its alternative texts, each by section."""

    def __init__(self):
        super().__init__()
        self.tables, self.alts, self.cell, self.section = [], [], None, ""

    def handle_starttag(self, tag, attrs):
        if tag == "section":
            self.section = dict(attrs).get("id", "")
        elif tag == "table":
            self.tables.append((self.section, []))
        elif tag == "tr" and self.tables:
            self.tables[-1][1].append([])
        elif tag in ("td", "th"):
            self.cell = ""
        said = [value for name, value in attrs if name in ("alt", "aria-label", "title") and value]
        self.alts += [(self.section, text) for text in said]

    def handle_endtag(self, tag):
        if tag in ("td", "th") and self.cell is not None and self.tables and self.tables[-1][1]:
            self.tables[-1][1][-1].append(self.cell.strip())
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data


def _of_page(path):
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    for section, table in page.tables:
        yield section, [_of_cells(row, _is_dutch(path)) for row in table if row]
    for section, alt in page.alts:
        yield section, _of_text(path, alt)


def _of_cells(cells, dutch):
    """The number with which each cell begins, NaN where it doesn't begin with one."""
    found = [numbers(cell, dutch) if re.match(r"[-−]?\d", cell) else [] for cell in cells]
    return tuple(each[0] if each else (np.nan, np.nan) for each in found)


def _of_book(path):
    for name, rows in sheets(path):
        yield name, [_of_cells(row, dutch=False) for row in rows]


def _of_picture(path):
    with Image.open(path) as picture:
        texts = [text for text in picture.info.values() if isinstance(text, str)]
    for text in texts:
        yield _named_by_file(path), _of_text(path, text)


def _of_pdf(path):
    """What the document says of itself; its words are glyphs and its marks those of the SVG."""
    data = path.read_bytes()
    for found in re.findall(rb"/(?:Subject|Title|Keywords|Alt)\s*\(((?:\\.|[^()\\])*)\)", data):
        text = found.decode("utf-16" if found.startswith(b"\xfe\xff") else "latin-1")
        yield _named_by_file(path), _of_text(path, re.sub(r"\\(.)", r"\1", text))


def _of_drawing(path):
    tree = ElementTree.fromstring(
        path.read_text(encoding="utf-8"),
        ElementTree.XMLParser(target=ElementTree.TreeBuilder(insert_comments=True)),
    )
    for description in tree.iter():
        if str(description.tag).endswith(("}description", "}desc")) and description.text:
            yield _named_by_file(path), _of_text(path, description.text)
    for axes in tree.iter(f"{SVG}g"):
        if axes.get("id", "").startswith("axes_"):
            for marks in _of_panel(axes, _is_dutch(path)):
                yield _named_by_file(path), marks


def _of_panel(axes, dutch):
    """The marks of a panel in units of its axes, markers and bars apart, by each axis."""
    for at, axis in ((0, "x"), (1, "y")):
        scale = _scale(axes, axis, at, dutch)
        if scale is None:
            continue
        slope, start = scale
        for places in (_markers(axes), _bars(axes)):
            values = [slope * place[at] + start for place in places]
            reach = np.ptp(values) if len(values) > 1 else 1.0
            yield [((value, FINE * (reach or 1.0)),) for value in values]


def _scale(axes, axis, at, dutch):
    """(slope, start) from coordinates to the numbers at the ticks; None without two of them."""
    ticks = []
    for tick in axes.iter(f"{SVG}g"):
        if tick.get("id", "").startswith(f"{axis}tick_"):
            texts = [str(node.text) for node in tick.iter() if node.tag is ElementTree.Comment]
            said = [number for text in texts for number in numbers(text, dutch)]
            where = [
                *_used(tick),
                *(point for path in tick.iter(f"{SVG}path") for point in _points(path)),
            ]
            if len(said) == 1 and where:
                ticks.append((where[0][at], said[0][0]))
    if len({place for place, _ in ticks}) < 2:
        return None
    places, values = zip(*ticks, strict=True)
    slope, start = np.polyfit(places, values, 1)
    return float(slope), float(start)


def _drawn(axes):
    """The groups of a panel that aren't its ticks and words."""
    for group in axes:
        name = group.get("id", "") if group.tag == f"{SVG}g" else ""
        if name.startswith(
            ("line2d", "patch", "PathCollection", "LineCollection", "PolyCollection")
        ):
            yield group


def _used(group):
    return [
        (float(mark.get("x")), float(mark.get("y")))
        for mark in group.iter(f"{SVG}use")
        if mark.get("x") and mark.get(HREF)
    ]


def _points(path):
    found = [float(number) for number in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", path.get("d", ""))]
    return list(zip(found[::2], found[1::2], strict=False))


def _markers(axes):
    return [place for group in _drawn(axes) for place in _used(group)]


def _bars(axes):
    """The far ends of rectangles: of each, right and top, less those of the panel itself."""
    found = []
    for group in _drawn(axes):
        for path in group.iter(f"{SVG}path"):
            points = _points(path)
            if len(points) == 4 and _is_box(points) and path.get("d", "").strip().endswith("z"):
                xs, ys = zip(*points, strict=True)
                found.append((max(xs), min(ys)))
    return found


def _is_box(points):
    steps = [(abs(a[0] - b[0]) < 1e-6) != (abs(a[1] - b[1]) < 1e-6) for a, b in pairwise(points)]
    return all(steps)


READERS = {
    ".html": _of_page,
    ".svg": _of_drawing,
    ".png": _of_picture,
    ".pdf": _of_pdf,
    ".xlsx": _of_book,
}
