"""The commands on a delivery: what fits its mapping, and a draft of one; no row is written."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from advieskloof import jobs
from advieskloof.errors import AdvieskloofError, RunError
from advieskloof.sources import drafting, mapped_files, mapping


def check(mapping_file: str, files: Sequence[str]) -> int:
    """Print what fits, what doesn't and what each indicator would lack; 1 if a run would stop.

    Nothing but reference rows that are verified counts as known: rows that a config lists as
    usable though unverified are reported as problems here.
    """
    with _only_our_words():
        findings = mapped_files.describe(mapping.load(Path(mapping_file)), _paths(files), {})
    for finding in findings:
        place = f"{finding.file}: " if finding.file else ""
        print(f"{finding.kind}: {place}{finding.text}")
    problems = sum(finding.kind == "problem" for finding in findings)
    print(f"{problems} problem(s): a run would {'stop' if problems else 'read this delivery'}")
    return int(problems > 0)


def draft(files: Sequence[str]) -> None:
    """Print a draft of a mapping for files of one layout, made from their header."""
    with _only_our_words():
        print(drafting.draft(_paths(files)), end="")


def _paths(files: Sequence[str]) -> list[Path]:
    return [Path(file) for file in files]


@contextmanager
def _only_our_words() -> Iterator[None]:
    """Turn an unforeseen error into type, module and line: its text may hold values of rows."""
    try:
        yield
    except AdvieskloofError:
        raise
    except Exception as error:
        raise RunError(jobs.in_words(error)) from None
