"""What each job wrote, by hash: the record that results/ is checked against.

Snakemake doesn't notice a result that somebody changed, nor one that a killed job left half-done.
Every job ends by recording the hash of what it wrote; a run removes first what no record vouches
for, so that Snakemake makes it anew. The record lies beside Snakemake's own bookkeeping: where
that is gone nothing is vouched for, and everything is made anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from advieskloof import io

RECORDS = Path(".snakemake/advieskloof")
RELEASE = Path("results/release")
PRIVATE = Path("results/private")
KINDS = {
    "changed": "not what the run wrote",
    "foreign": "not of this run",
    "missing": "written by a run and not there",
    "no manifest": "not there: the last run did not finish",
}


@dataclass(frozen=True)
class Problem:
    """One way in which results differ from the record; `kind` is in KINDS."""

    path: Path
    kind: str


def record(outputs: Iterable[str]) -> None:
    """Record the hash of files that a job has just written."""
    for output in outputs:
        io.write_text(io.sha256(Path(output)), _record_of(Path(output)))


def _record_of(path: Path) -> Path:
    return RECORDS / path.as_posix().replace("/", "+")


def recorded() -> dict[Path, str]:
    """Return the hash of every file on record, by its path from the checkout."""
    records = RECORDS.glob("results+*")
    return {Path(entry.name.replace("+", "/")): io.read_text(entry) for entry in records}


def problems() -> list[Problem]:
    """Return what in results/release/ and results/private/ differs from the record."""
    known = recorded()
    homes = {parent for path in known for parent in path.parents}
    found = [Problem(path, "missing") for path in known if not path.is_file()]
    for path in _everything():
        if path in known and path.is_file() and not path.is_symlink():
            found += [Problem(path, "changed")] if io.sha256(path) != known[path] else []
        elif path not in homes or path.is_symlink():
            found.append(Problem(path, "foreign"))
    return sorted(found, key=lambda problem: problem.path)


def _everything() -> list[Path]:
    return [path for folder in (RELEASE, PRIVATE) for path in folder.rglob("*")]


def mend() -> list[Path]:
    """Remove what the record doesn't vouch for, and records of what is gone; return the former."""
    found = problems()
    for problem in found:
        _record_of(problem.path).unlink(missing_ok=True)
    unvouched = [problem.path for problem in found if problem.kind != "missing"]
    remove(unvouched)
    return unvouched


def remove(paths: Iterable[Path]) -> None:
    """Remove files, and folders after what is in them; never what a link points to."""
    for path in sorted(set(paths), key=lambda path: len(path.parts), reverse=True):
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
        _record_of(path).unlink(missing_ok=True)
