"""Estimate R1 and R2 of the country and of secondary school locations."""

from pathlib import Path

from advieskloof import io, jobs, schemas
from advieskloof.indicators.schools import schools

with jobs.logged(snakemake) as log:
    given, output, params = snakemake.input, snakemake.output, snakemake.params
    files = Path(given.pupils), Path(given.enrolments)
    spill = Path(params.spill)
    found = schools(*files, params.as_of, params.source, params.unverified, spill)
    schemas.validate(found[0], schemas.ESTIMATES, "estimates of schools")
    schemas.validate(found[1], schemas.SCHOOLS, "secondary schools")
    io.write_parquet(found[0], output.estimates)
    io.write_parquet(found[1], output.schools)
    log.info("%d estimates, %d locations and years", *map(len, found))
