"""The manifest of a release: its files by hash, and what they were made of.

It stands only when a run has finished, so a release without it is not a release.
"""

import importlib.metadata
import shutil
import subprocess
from pathlib import Path

from advieskloof import io, ledger
from advieskloof.disclosure import plan
from advieskloof.errors import DataError
from advieskloof.ledger import PRIVATE, RELEASE, Problem

MANIFEST = RELEASE / "manifest.json"
# What DuckDB spills; gone at the end of each job that isn't killed.
SPILL = PRIVATE / "tmp"
LIBRARIES = (
    "numpy",
    "pandas",
    "pyarrow",
    "pyreadstat",
    "duckdb",
    "scipy",
    "statsmodels",
    "matplotlib",
    "snakemake",
)
CODE = ("src", "workflow", "Snakefile", "docs/methods.md", "requirements.lock")


def hashes(files: list[str]) -> dict[str, str]:
    """Return the SHA-256 of each file by its path, as given, relative to the checkout."""
    return {Path(file).as_posix(): io.sha256(Path(file)) for file in files}


def delivered(config: dict) -> dict[str, str]:
    """Return the SHA-256 of each delivered file and mapping by its name; none for published counts.

    Rules that read a delivery take this as parameter: Snakemake goes by a file's time, and a
    replaced delivery may be older than the one before. The folder of a file isn't told: it is of
    a machine, and may say more than should leave.
    """
    source = config["source"]
    files = [source["file"]] if "file" in source else []
    for delivery in source.get("deliveries", []):
        files += [delivery["mapping"], *delivery["files"]]
    return {Path(file).name: io.sha256(Path(file)) for file in files}


def without_paths(config: dict) -> dict:
    """Return a config for the manifest: files by their names alone, the release plan in full."""
    source = dict(config["source"])
    release = {**config["release"], "plan": plan.load(config["release"]["plan"])}
    if "file" in source:
        source["file"] = Path(source["file"]).name
    if "deliveries" in source:
        source["deliveries"] = [
            {
                "mapping": Path(delivery["mapping"]).name,
                "files": [Path(file).name for file in delivery["files"]],
            }
            for delivery in source["deliveries"]
        ]
    models, boundaries = (Path(name).name if name else [] for name in _beside(config))
    own = {"source": source, "release": release, "models": models}
    return {**config, **own, "figures": {"boundaries": boundaries}}


def beside(config: dict) -> dict[str, str]:
    """Return the SHA-256 of the files of models and of boundaries by name, where they are given."""
    return {Path(name).name: io.sha256(Path(name)) for name in _beside(config) if name}


def _beside(config: dict) -> tuple[str | list, str | list]:
    return config["models"], config["figures"]["boundaries"]


def code_state() -> dict[str, str | bool | None]:
    """Return the commit of the code and whether the code differs from it; None without git."""
    is_ours = _git("rev-parse", "--show-toplevel") == str(io.CHECKOUT)
    commit = _git("rev-parse", "HEAD") if is_ours else ""
    changes = _git("status", "--porcelain", "--", *CODE)
    return {"commit": commit or None, "changed_since": bool(changes) if commit else None}


def _git(*words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=io.CHECKOUT, capture_output=True, text=True)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def versions() -> dict[str, str]:
    """Return the versions of this package and of the libraries that make the numbers."""
    return {name: importlib.metadata.version(name) for name in ("advieskloof", *LIBRARIES)}


def verify() -> list[Problem]:
    """Return in what results/ differs from the last run's: see ledger.KINDS."""
    unfinished = [] if MANIFEST.is_file() else [Problem(MANIFEST, "no manifest")]
    return [p for p in ledger.problems() if p.path != MANIFEST or MANIFEST.exists()] + unfinished


def remove_foreign() -> list[Path]:
    """Remove from results/release/ what the manifest doesn't name; return what was removed."""
    own = {Path(name) for name in _named()} | {MANIFEST}
    folders = {parent for path in own for parent in path.parents}
    foreign = sorted(p for p in RELEASE.rglob("*") if p not in own and p not in folders)
    ledger.remove(foreign)
    return foreign


def _named() -> dict[str, str]:
    files = io.read_json(MANIFEST)
    if not isinstance(files, dict) or not isinstance(files.get("files"), dict):
        raise DataError(f"{MANIFEST} isn't a manifest: remove it and run again.")
    return files["files"]


def forget() -> None:
    """Remove the manifest, so that it stands only when a run has finished."""
    MANIFEST.unlink(missing_ok=True)


def clear_spill() -> None:
    """Remove what a killed job spilled."""
    shutil.rmtree(SPILL, ignore_errors=True)
