"""Estimate a table beside the advice indicators: curves, regions, or a sensitivity."""

from pathlib import Path

from advieskloof import io, jobs, schemas
from advieskloof.indicators.asked import Asked
from advieskloof.indicators.further import FURTHER

with jobs.logged(snakemake) as log:
    params = snakemake.params
    asked = Asked(params.source, params.region_of, code_detail=params.code_detail)
    estimate = FURTHER[snakemake.wildcards.further]
    pupils = [Path(snakemake.input.pupils)]
    estimates = estimate(pupils, asked, params.unverified, Path(params.spill))
    schemas.validate(estimates, schemas.ESTIMATES, f"estimates of {snakemake.wildcards.further}")
    io.write_parquet(estimates, snakemake.output.estimates)
    log.info("%d estimates", len(estimates))
