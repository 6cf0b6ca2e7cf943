"""A rule's script without Snakemake around it: what it says and leaves, in a tenth of a second."""

import json
import runpy

import pytest
from checkouts import ROOT
from snakemake.iocontainers import Namedlist

from advieskloof import jobs


class Job:
    """What a script is given of its job, by name; the log is where the rule has it."""

    def __init__(self, name, **given):
        self.log = [f"results/logs/{name}.log"]
        for kind in ("input", "output", "params"):
            setattr(self, kind, Namedlist(fromdict=given.get(kind, {})))


def failed(name, capsys, **given):
    """Run a script that fails, in the working folder; return the one message that it sent."""
    script = ROOT / f"workflow/scripts/{name}.py"
    with pytest.raises(SystemExit, match=r"^1$"):
        runpy.run_path(script, init_globals={"snakemake": Job(name, **given)})
    said = capsys.readouterr()
    assert said.out == ""
    [line] = said.err.strip().splitlines()
    assert line.startswith(jobs.MARK)
    return json.loads(line.removeprefix(jobs.MARK))
