"""How a job of the workflow ends: its log, and the one message that a person needs.

An error that a person can mend goes out as its text. Of anything else only type, module and line
go out, because the texts of pandas and DuckDB hold values of rows.
"""

import io as streams
import json
import logging
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from advieskloof import io, ledger
from advieskloof.errors import AdvieskloofError

# A line on standard error that starts so carries the message of a failed job.
MARK = "advieskloof-message: "


class Job(Protocol):
    """What is used here of the object that Snakemake gives to a script."""

    log: Sequence[str]
    output: Sequence[str]


@contextmanager
def logged(job: Job) -> Iterator[logging.Logger]:
    """Run a job's body, given Snakemake's object of it: log it, and record what it wrote.

    A failure ends with its message and exit code 1.
    """
    logger = logging.getLogger("advieskloof")
    logger.setLevel(logging.INFO)
    lines = streams.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger.addHandler(handler)
    try:
        yield logger
        ledger.record(job.output)
    except Exception as error:
        message = in_words(error)
        logger.error(message)
        send(message)
        sys.exit(1)
    finally:
        logger.removeHandler(handler)
        _write(lines.getvalue(), job.log[0])


def in_words(error: Exception) -> str:
    """Return what may be told of an error: our own errors' text, else type, module and line."""
    if isinstance(error, AdvieskloofError):
        return str(error)
    if isinstance(error, OSError) and error.errno:
        return io.cannot_write(Path(error.filename or "a file"), error)
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if str(io.PACKAGE) in frame.filename] or frames
    place = Path(ours[-1].filename).name
    return (
        f"{type(error).__name__} in {place}, line {ours[-1].lineno}: a slip in the program. Its "
        "text is withheld since it may hold values of rows; please report type and line."
    )


def _write(text: str, log: str) -> None:
    try:
        io.write_text(text, Path(log))
    except AdvieskloofError as error:
        send(str(error))


def send(message: str) -> None:
    """Send a failed job's message to the run, on a line of its own.

    Jobs at once share one stream, and so does Snakemake: line ends go with the text in one write,
    since `print` may send them apart and let another's text in between.
    """
    sys.stderr.write(f"\n{MARK}{json.dumps(message)}\n")
    sys.stderr.flush()
