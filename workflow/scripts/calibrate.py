"""Compare the synthetic cohort with published figures."""

from advieskloof import calibration, io, jobs

with jobs.logged(snakemake) as log:
    tables = (snakemake.input.pupils, snakemake.input.places)
    table = calibration.calibration(
        tuple(io.read_cohort(path, cohort) for path in tables)
        for cohort in snakemake.params.cohorts
    )
    io.write_csv(table, snakemake.output.table)
    log.info("%d of %d within tolerance", table["within"].sum(), len(table))
