"""Release the comparison of the synthetic cohort with published figures."""

from advieskloof import calibration, io, jobs

with jobs.logged(snakemake):
    table = calibration.released(io.read_csv(snakemake.input.table))
    io.write_csv(table, snakemake.output.table)
