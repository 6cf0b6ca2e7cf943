"""Fit all models, and write what they are asked to report."""

from pathlib import Path

from advieskloof import io, jobs, schemas
from advieskloof.models import specification
from advieskloof.models.fitting import Asked, fit_models

with jobs.logged(snakemake) as log:
    params = snakemake.params
    models = specification.load(Path(snakemake.input.models))
    asked = Asked(params.source, params.region_of)
    pupils = [Path(snakemake.input.pupils)]
    estimates = fit_models(pupils, models, asked, params.unverified, Path(params.spill))
    schemas.validate(estimates, schemas.ESTIMATES, "estimates of models")
    io.write_parquet(estimates, snakemake.output.estimates)
    log.info("%d estimates of %d models", len(estimates), len(models))
