"""The commands on a delivery: what fits its mapping, a draft of one, and a synthetic one to try."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from advieskloof import config, jobs
from advieskloof.errors import AdvieskloofError, RunError
from advieskloof.sources import drafting, exports, mapped_files, mapping, synthetic


def check(mapping_file: str, files: Sequence[str], config_file: str | None = None) -> int:
    """Print what fits, what doesn't and what each indicator would lack; 1 if a run would stop.

    No row is written anywhere.

    Of reference rows those count as known that are verified, or that a config lists as usable
    though they aren't.
    """
    unverified = config.load(Path(config_file))["unverified"] if config_file else {}
    with _only_our_words():
        rules = mapping.load(Path(mapping_file))
        findings = mapped_files.describe(rules, _paths(files), unverified)
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


def export(file: str, cohort: int, size: float, seed: int) -> None:
    """Write a synthetic cohort as a delivery in the form that the file's ending says.

    Their school years after group 8 go in a second file, with `_enrolments` behind its name. A
    mapping that reads it is written beside each. Nobody in it is real (docs/synthetic.md).
    """
    path = Path(file)
    exports.form_of(path)
    numbers = synthetic.load()
    pupils = synthetic.generate(cohort, numbers, size, seed)
    years = synthetic.generate_enrolments(cohort, numbers, size, seed)
    later = path.with_stem(f"{path.stem}_enrolments")
    beside = exports.export(pupils, path, synthetic.NAME)
    print(f"{len(pupils)} synthetic pupils in {path}; the mapping that reads them is {beside}")
    beside = exports.export(years, later, f"{synthetic.NAME}_enrolments", "enrolments")
    print(f"{len(years)} school years of them in {later}; the mapping that reads them is {beside}")


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
