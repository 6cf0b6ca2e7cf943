"""Estimate under- and over-advising by group, raw and at equal score."""

from pathlib import Path

from advieskloof import io, jobs, schemas
from advieskloof.indicators.advice import Request, advice

with jobs.logged(snakemake) as log:
    params = snakemake.params
    asked = Request(params.source, params.region_of, params.by, code_detail=params.code_detail)
    pupils = [Path(snakemake.input.pupils)]
    estimates = advice(pupils, asked, params.unverified, Path(params.spill))
    schemas.validate(estimates, schemas.ESTIMATES, "estimates of advice")
    io.write_parquet(estimates, snakemake.output.estimates)
    log.info("%d estimates", len(estimates))
