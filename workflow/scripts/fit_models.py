"""Fit all models, and write what they are asked to report."""

from pathlib import Path

from advieskloof import io, jobs, schemas
from advieskloof.models import specification
from advieskloof.models.fitting import Asked, fit_models

with jobs.logged(snakemake) as log:
    params, given = snakemake.params, snakemake.input
    models = specification.load(Path(given.models))
    estimates = fit_models(
        [Path(given.pupils)],
        models,
        Asked(params.source, params.region_of),
        params.unverified,
        Path(params.spill),
        followed=Path(given.followed) if given.followed else None,
        processes=snakemake.threads,
    )
    schemas.validate(estimates, schemas.ESTIMATES, "estimates of models")
    io.write_parquet(estimates, snakemake.output.estimates)
    log.info("%d estimates of %d models", len(estimates), len(models))
