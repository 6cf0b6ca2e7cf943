"""Place pupils in the first and the third year after group 8."""

from pathlib import Path

from advieskloof import jobs, places

with jobs.logged(snakemake) as log:
    given, params = snakemake.input, snakemake.params
    files = Path(given.pupils), Path(given.enrolments)
    spill, output = Path(params.spill), Path(snakemake.output.places)
    counted = places.place(*files, params.as_of, params.unverified, spill, output)
    log.info("%d pupils", sum(counted.values()))
