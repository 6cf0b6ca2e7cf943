"""Estimate who is eligible for reconsideration, and who is adjusted."""

from advieskloof import io, jobs, schemas
from advieskloof.indicators.reconsideration import reconsideration

with jobs.logged(snakemake) as log:
    estimates = reconsideration(
        schemas.validate(io.read_parquet(snakemake.input.cells), schemas.CELLS, "cells"),
        by=snakemake.params.by,
        region_of=snakemake.params.region_of,
        unverified=snakemake.params.unverified,
    )
    schemas.validate(estimates, schemas.ESTIMATES, "estimates of reconsideration")
    io.write_parquet(estimates, snakemake.output.estimates)
    log.info("%d estimates", len(estimates))
