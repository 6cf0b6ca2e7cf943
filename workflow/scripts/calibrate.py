"""Compare the synthetic cohort with published figures."""

from advieskloof import calibration, io, jobs

with jobs.logged(snakemake) as log:
    table = calibration.calibration(
        io.read_cohort(snakemake.input.pupils, cohort) for cohort in snakemake.params.cohorts
    )
    io.write_csv(table, snakemake.output.table)
    log.info("%d of %d within tolerance", table["within"].sum(), len(table))
