"""What a finished run left behind, so that it can be checked and mended later.

Two manifests: one in results/release/ names the files of the release bundle and what they were
made of, one in results/private/ names every private table and the release manifest.
"""

import importlib.metadata
import subprocess
from dataclasses import dataclass
from pathlib import Path

from advieskloof import io
from advieskloof.errors import DataError

RELEASE = Path("results/release")
PRIVATE = Path("results/private")
MANIFEST = "manifest.json"
LIBRARIES = ("numpy", "pandas", "scipy", "statsmodels", "matplotlib", "snakemake")


@dataclass(frozen=True)
class Problem:
    """One way in which results differ from their manifest; `kind` is in KINDS."""

    path: Path
    kind: str


KINDS = {
    "missing": "named in the manifest and not there",
    "changed": "not what the run wrote",
    "foreign": "not of this run",
    "unfinished": "half-written",
    "no manifest": "no readable manifest: the last run did not finish",
}


def hashes(files: list[str]) -> dict[str, str]:
    """Return the SHA-256 of each file by its path, as given, relative to the checkout."""
    return {Path(file).as_posix(): io.sha256(Path(file)) for file in files}


def code_state() -> dict[str, str | bool | None]:
    """Return the code's commit and whether it was changed since; None without git."""
    is_ours = _git("rev-parse", "--show-toplevel") == str(io.CHECKOUT)
    commit = _git("rev-parse", "HEAD") if is_ours else ""
    changes = _git("status", "--porcelain")
    return {"commit": commit or None, "changed_since": bool(changes) if commit else None}


def _git(*words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=io.CHECKOUT, capture_output=True, text=True)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def without_paths(config: dict) -> dict:
    """Return a config for the manifest, with a delivered file by its name alone.

    The folder it lies in is of a machine, and may say more than should leave.
    """
    source = dict(config["source"])
    if "file" in source:
        source["file"] = Path(source["file"]).name
    return {**config, "source": source}


def versions() -> dict[str, str]:
    """Return the versions of this package and of the libraries that make the numbers."""
    return {name: importlib.metadata.version(name) for name in ("advieskloof", *LIBRARIES)}


def verify() -> list[Problem]:
    """Compare results/ with its manifests.

    Returns the problems found: a file missing or changed (in release and private), a file in
    results/release/ that the manifest doesn't name, a half-written file, or no manifest.
    """
    problems = [Problem(path, "unfinished") for path in _unfinished()]
    for folder in (RELEASE, PRIVATE):
        named = _named(folder)
        if named is None:
            problems.append(Problem(folder / MANIFEST, "no manifest"))
            continue
        problems += _differences(named)
        if folder == RELEASE:
            problems += [Problem(path, "foreign") for path in foreign()]
    return problems


def _named(folder: Path) -> dict[str, str] | None:
    try:
        files = io.read_json(folder / MANIFEST)["files"]
    except (OSError, DataError, KeyError, TypeError):
        return None
    return files if isinstance(files, dict) else None


def _differences(named: dict[str, str]) -> list[Problem]:
    found = []
    for name, digest in sorted(named.items()):
        path = Path(name)
        if not path.is_file():
            found.append(Problem(path, "missing"))
        elif io.sha256(path) != digest:
            found.append(Problem(path, "changed"))
    return found


def _unfinished() -> list[Path]:
    return sorted(Path("results").rglob(f"*{io.PARTIAL}"))


def foreign() -> list[Path]:
    """Return what stands in results/release/ and isn't named by its manifest."""
    named = _named(RELEASE)
    if named is None:
        return []
    own = {Path(name) for name in named} | {RELEASE / MANIFEST}
    folders = {parent for path in own for parent in path.parents}
    return sorted(p for p in RELEASE.rglob("*") if p not in own and p not in folders)


def remove_foreign() -> list[Path]:
    """Remove from results/release/ what its manifest doesn't name; return what was removed."""
    removed = foreign()
    _remove(removed)
    return removed


def mend() -> list[Problem]:
    """Remove what a run must make anew, and return it: what no manifest vouches for.

    That is a changed, half-written or foreign file; everything in a folder whose manifest can't
    be read; and, where a run didn't finish, everything in results/release/ (private tables stay,
    so that it can go on where it stopped).
    """
    wanted = [
        problem for problem in verify() if problem.kind in ("changed", "unfinished", "foreign")
    ]
    for folder in (RELEASE, PRIVATE):
        unfinished_release = folder == RELEASE and not (folder / MANIFEST).exists()
        if _named(folder) is None and ((folder / MANIFEST).exists() or unfinished_release):
            wanted += [Problem(path, "no manifest") for path in sorted(folder.rglob("*"))]
    _remove([problem.path for problem in wanted])
    return wanted


def forget() -> None:
    """Remove both manifests, so that they stand only when a run has finished."""
    for folder in (RELEASE, PRIVATE):
        (folder / MANIFEST).unlink(missing_ok=True)


def _remove(paths: list[Path]) -> None:
    """Remove files, and folders after what is in them; never what a link points to."""
    for path in sorted(set(paths), key=lambda path: len(path.parts), reverse=True):
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
