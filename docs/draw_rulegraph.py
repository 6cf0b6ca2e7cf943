"""Draw the rules of the default run as Snakemake tells them: python docs/draw_rulegraph.py FILE."""

import re
import subprocess
import sys
from collections import defaultdict
from functools import cache
from statistics import mean

from matplotlib.figure import Figure

from advieskloof import io
from advieskloof.figures.style import BAND, INK, REST, house

COMMAND = ["-m", "snakemake", "--configfile", "config/config.yaml", "--rulegraph", "mermaid-js"]


def edges() -> set[tuple[str, str]]:
    """Return which rule reads what another makes, without what follows from other edges."""
    told = subprocess.run(
        [sys.executable, *COMMAND, "--forceall"],
        cwd=io.CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    name = dict(re.findall(r"(id\d+)\[(\w+)\]", told))
    found = {(name[a], name[b]) for a, b in re.findall(r"(id\d+) --> (id\d+)", told)}
    found = {(a, b) for a, b in found if b != "all"}
    after = defaultdict(set)
    for a, b in found:
        after[a].add(b)

    def reaches(a: str, b: str) -> bool:
        return b in after[a] or any(reaches(each, b) for each in after[a])

    return {(a, b) for a, b in found if not any(reaches(c, b) for c in after[a] - {b})}


def places(drawn: set[tuple[str, str]]) -> dict[str, tuple[float, float]]:
    """Return a place for each rule: below all that it reads, and in the middle of these."""
    before = defaultdict(set)
    for a, b in drawn:
        before[b].add(a)

    @cache
    def depth(rule: str) -> int:
        return max((depth(each) + 1 for each in before[rule]), default=0)

    rules = sorted({rule for edge in drawn for rule in edge})
    at: dict[str, tuple[float, float]] = {}
    for row in range(max(map(depth, rules)) + 1):
        middles = {
            rule: mean([at[each][0] for each in before[rule]] or [0])
            for rule in rules
            if depth(rule) == row
        }
        at |= {rule: (x, -row) for rule, x in apart(middles).items()}
    return at


def apart(wanted: dict[str, float]) -> dict[str, float]:
    """Return places at least 1 apart in the order of those wanted, and with their mean."""
    found: dict[str, float] = {}
    for rule, x in sorted(wanted.items(), key=lambda each: each[1]):
        found[rule] = max(x, max(found.values(), default=x - 1) + 1)
    shift = mean(found.values()) - mean(wanted.values())
    return {rule: x - shift for rule, x in found.items()}


def draw(drawn: set[tuple[str, str]]) -> Figure:
    """Draw rules as boxes and edges as lines."""
    at = places(drawn)
    figure = Figure(figsize=(9, 6))
    axes = figure.add_axes((0, 0, 1, 1))
    for a, b in sorted(drawn):
        axes.plot(*zip(at[a], at[b], strict=True), color=REST, linewidth=0.9, zorder=1)
    for rule, (x, y) in at.items():
        box = {"boxstyle": "round,pad=0.5", "facecolor": BAND, "edgecolor": REST}
        axes.text(x, y, rule, size=9, color=INK, ha="center", va="center", bbox=box, zorder=2)
    axes.margins(0.1, 0.06)
    axes.set_axis_off()
    return figure


if __name__ == "__main__":
    rules = edges()
    with house():
        said = "; ".join(f"{a} > {b}" for a, b in sorted(rules))
        metadata = {"Title": "Rules", "Description": said, "Date": None, "Creator": None}
        draw(rules).savefig(sys.argv[1], format="svg", metadata=metadata)
