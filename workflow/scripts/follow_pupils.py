"""Compare pupils' places in the years after group 8 with each other and with their advice."""

from pathlib import Path

from advieskloof import jobs
from advieskloof.indicators.followed import follow

with jobs.logged(snakemake):
    given, params = snakemake.input, snakemake.params
    files = Path(given.pupils), Path(given.places)
    spill, output = Path(params.spill), Path(snakemake.output.followed)
    follow(*files, params.as_of, params.unverified, spill, output)
