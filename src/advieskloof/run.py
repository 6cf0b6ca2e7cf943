"""One run of the workflow: start Snakemake, show a line a rule, end with one message.

Snakemake keeps its own log in results/logs/. One run at a time may work in a checkout; what a
killed run left going is ended before the next one starts.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import filelock
import psutil

from advieskloof import config, io, jobs, ledger, manifest
from advieskloof.errors import RunError, listing

WORK = Path(".snakemake")
LOCK = WORK / "advieskloof.lock"
LOG = Path("results/logs/snakemake.log")
# An environment variable that every process of a run carries, with its checkout as value.
MARK = "ADVIESKLOOF_CHECKOUT"


def run(config_file: str, cores: int) -> None:
    """Make everything that a config asks for, and nothing that is already made.

    Raises an AdvieskloofError whose text is all that the user needs.
    """
    path = _config_path(config_file)
    _check_place()
    with _disk_errors_in_words(), _only_run():
        config.load(path)
        _tell("made anew, since it isn't what a run wrote", ledger.mend())
        _snakemake(path, cores)
        if not manifest.MANIFEST.exists():
            # A start forgets the manifest; this run's work may not have called for a new one.
            _snakemake(path, cores)
        _tell("removed, since it isn't of this run", manifest.remove_foreign())


def _tell(what: str, paths: list[Path]) -> None:
    if paths:
        print(f"{what}: {listing(paths, 4)}", flush=True)


def _config_path(config_file: str) -> str:
    """Return the config's path from the checkout, and go there: all paths in it are from there."""
    path = Path(config_file).resolve()
    os.chdir(io.CHECKOUT)
    return os.path.relpath(path) if path.is_relative_to(io.CHECKOUT) else str(path)


def _check_place() -> None:
    if re.search(r"\s", str(io.CHECKOUT)):
        raise RunError(
            "The folder's path holds a space, which Snakemake's scripts can't handle: move the "
            "checkout to a path without spaces."
        )
    if not Path("Snakefile").is_file():
        raise RunError(
            "The package isn't installed from a checkout (there is no Snakefile above it): run it "
            "from a checkout, installed with pip install -e."
        )
    for folder in (Path("results"), ledger.RELEASE, ledger.PRIVATE, LOG.parent, WORK):
        if folder.exists() and not folder.is_dir():
            raise RunError(f"{folder} is a file where a folder is needed: move or remove it.")


@contextmanager
def _disk_errors_in_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RunError(io.cannot_write(Path(error.filename or "results"), error)) from None


@contextmanager
def _only_run() -> Iterator[None]:
    """Hold the checkout's lock; the system frees it however a run ends."""
    WORK.mkdir(exist_ok=True)
    lock = filelock.FileLock(LOCK)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise RunError(
            "Another run is at work in this checkout: wait for it to end, or end it, and run again."
        ) from None
    try:
        _end_left_over()
        yield
    finally:
        lock.release()


def _end_left_over() -> None:
    """End processes of a run of this checkout that is over, which might still write."""
    family = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    left = [p for p in psutil.process_iter() if p.pid not in family and _is_of_this_checkout(p)]
    for process in left:
        process.kill()
    psutil.wait_procs(left, timeout=30)


def _is_of_this_checkout(process: psutil.Process) -> bool:
    try:
        return process.environ().get(MARK) == str(io.CHECKOUT)
    except (psutil.Error, OSError):
        return False  # gone, or somebody else's


def _snakemake(config_file: str, cores: int) -> None:
    command = [sys.executable, "-m", "snakemake", "--configfile", config_file]
    # Our lock stands in for Snakemake's, which outlives a killed run.
    command += ["--cores", str(cores), "--rerun-incomplete", "--nolock", "--nocolor"]
    LOG.parent.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        command,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    try:
        with open(LOG, "w", encoding="utf-8") as log:
            messages = _follow(process.stdout, log)
    except BaseException:
        # Asked to end, Snakemake may wait for ever for a lock that it holds; a killed run is
        # taken up by the next.
        _end_left_over()
        raise
    finally:
        process.wait()
    if process.returncode:
        # Jobs at once may fail of one cause; the log holds every message.
        raise RunError(messages[0])


def _environment() -> dict[str, str]:
    work = io.CHECKOUT / WORK
    return {
        **os.environ,
        MARK: str(io.CHECKOUT),
        "PYTHONPATH": str(io.CHECKOUT / "src"),
        # Compiled code, caches and fonts hold absolute paths: they stay out of the tree.
        "PYTHONDONTWRITEBYTECODE": "1",
        "XDG_CACHE_HOME": str(work / "cache"),
        "MPLCONFIGDIR": str(work / "matplotlib"),
    }


def _follow(lines: Iterator[str], log: TextIO) -> list[str]:
    """Copy Snakemake's words to its log, print a line a finished rule, return what failed."""
    messages: list[str] = []
    last: deque[str] = deque(maxlen=60)
    progress = _Progress()
    for raw in lines:
        line = raw.replace(f"{io.CHECKOUT}/", "").replace(str(io.CHECKOUT), ".")
        log.write(line)
        log.flush()
        last.append(line)
        if line.startswith(jobs.MARK):
            messages.append(json.loads(line.removeprefix(jobs.MARK)))
        elif words := progress.after(line):
            print(words, flush=True)
    return messages or [_own_words("".join(last))]


class _Progress:
    """What Snakemake's log says of jobs, as one line a finished job."""

    def __init__(self) -> None:
        self.wildcards: dict[str, str] = {}
        self.job = self.rule = ""

    def after(self, line: str) -> str:
        """Take in a line of the log; return what to show, mostly nothing."""
        if found := re.match(r"    jobid: (\d+)", line):
            self.job = found[1]
        elif found := re.match(r"    wildcards: (.*)", line):
            values = [pair.partition("=")[2] for pair in found[1].split(", ")]
            self.wildcards[self.job] = " " + " ".join(values)
        elif found := re.match(r"Finished jobid: (\d+) \(Rule: (\w+)\)", line):
            self.job, self.rule = found[1], found[2]
        elif found := re.match(r"(\d+) of (\d+) steps \(", line):
            return f"[{found[1]}/{found[2]}] {self.rule}{self.wildcards.get(self.job, '')}"
        elif line.startswith("Nothing to be done"):
            return "nothing to do: all results are up to date"
        return ""


def _own_words(text: str) -> str:
    """Return what Snakemake itself stopped at."""
    if "No space left on device" in text or "Disk quota exceeded" in text:
        return "results can't be written: the disk is full. Free some space and run again."
    missing = re.search(
        r"Missing input files for rule (\w+):.*?affected files:\s+(\S+)", text, re.S
    )
    if missing:
        return f"{missing[2]}, which rule {missing[1]} reads, isn't there."
    return f"The workflow stopped; its log is {LOG}."


def clean() -> None:
    """Remove what runs made: results/ and .snakemake/. The environment and data/ stay."""
    os.chdir(io.CHECKOUT)
    _check_place()
    with _disk_errors_in_words(), _only_run():
        for folder in filter(Path.is_dir, (Path("results"), WORK)):
            _remove_tree(folder)


def _remove_tree(folder: Path) -> None:
    if folder.is_symlink():
        raise RunError(f"{folder} is a link: remove it, or what it points to, by hand.")
    print(f"removing {folder}/", flush=True)
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path != LOCK:  # held until the end
            path.unlink()


def verify() -> None:
    """Compare results/ with what the last run wrote; raise RunError naming each difference."""
    os.chdir(io.CHECKOUT)
    _check_place()
    problems = manifest.verify()
    if problems:
        lines = [f"{problem.path}: {ledger.KINDS[problem.kind]}" for problem in problems]
        raise RunError("\n".join([*lines, "The same run command mends this."]))
    print("results are as the last run wrote them")
