"""Checkouts to run the workflow in, each a copy of this one in a folder of its own."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PUBLISHED = "config/published.yaml"
# The same counts as one table without a figure, for tests that are not about what is released:
# figures take a run half its time.
BRIEF = "config/brief.yaml"
UNDRAWN = "config/release/undrawn.yaml"
PARTS = [
    "Snakefile",
    "requirements.lock",
    "pyproject.toml",
    "src",
    "workflow",
    "config",
    "data",
    "docs",
]


@dataclass(frozen=True)
class Checkout:
    path: Path

    @property
    def env(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": "src", "PYTHONDONTWRITEBYTECODE": "1"}

    def copy(self, folder: Path) -> "Checkout":
        shutil.copytree(self.path, folder, symlinks=True)
        return Checkout(folder)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "advieskloof", *words]

    def call(self, *words: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            self.command(*words), cwd=self.path, env=self.env, capture_output=True, text=True
        )

    def run(self, config: str = PUBLISHED) -> subprocess.CompletedProcess:
        return self.call("run", "--config", config, "--cores", "2")

    def snakemake(self, *words: str, config: str = PUBLISHED) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "snakemake", "--configfile", config, *words]
        return subprocess.run(command, cwd=self.path, env=self.env, capture_output=True, text=True)

    def planned(self, config: str = PUBLISHED) -> list[str]:
        """The jobs that a run would do, as `jobs` tells them of one that was done."""
        dry = self.snakemake("-n", "--cores", "1", config=config)
        assert dry.returncode == 0, dry.stderr
        blocks = re.findall(r"^(?:local)?rule (\w+):\n((?:    .*\n)+)", dry.stdout, re.MULTILINE)
        found = [(rule, re.search(r"wildcards: \w+=(\S+)", block)) for rule, block in blocks]
        return [f"{rule} {value[1]}" if value else rule for rule, value in found]

    def results(self) -> dict[str, str]:
        """The hash of every file in results/ outside logs, by its path."""
        files = [
            p for p in (self.path / "results").rglob("*") if p.is_file() and "logs" not in p.parts
        ]
        return {
            str(p.relative_to(self.path)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files
        }

    def write(self, name: str, text: str) -> str:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return name

    def append(self, name: str, text: str) -> None:
        with open(self.path / name, "a", encoding="utf-8") as file:
            file.write(text)


def jobs(done: subprocess.CompletedProcess) -> list[str]:
    """The jobs that a run did, such as 'plot_figure reconsideration_by_cohort'."""
    return re.findall(r"^\[\d+/\d+\] (.*)$", done.stdout, re.MULTILINE)


def new_checkout(folder: Path) -> Checkout:
    for part in PARTS:
        source, target = ROOT / part, folder / part
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    checkout = Checkout(folder)
    _add_configs(checkout)
    return checkout


def _add_configs(checkout: Checkout) -> None:
    text = (checkout.path / PUBLISHED).read_text()
    checkout.write(BRIEF, text.replace("config/release/published.yaml", UNDRAWN))
    plan = (checkout.path / "config/release/first_look.yaml").read_text()
    checkout.write(UNDRAWN, plan.replace("figure: true", "figure: false"))
