"""Estimate how pupils start in secondary school, or where they are in the third year."""

from pathlib import Path

from advieskloof import io, jobs, schemas
from advieskloof.indicators.lower_years import Asked
from advieskloof.indicators.moves import moves
from advieskloof.indicators.placement import placement

with jobs.logged(snakemake) as log:
    given, params = snakemake.input, snakemake.params
    estimate = {"placement": placement, "moves": moves}[snakemake.wildcards.table]
    asked = Asked(params.source, params.region_of, **params.asked)
    files = Path(given.pupils), Path(given.followed)
    estimates = estimate(*files, asked, params.unverified, Path(params.spill))
    schemas.validate(estimates, schemas.ESTIMATES, f"estimates of {snakemake.wildcards.table}")
    io.write_parquet(estimates, snakemake.output.estimates)
    log.info("%d estimates", len(estimates))
