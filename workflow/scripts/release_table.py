"""Release a table: the numbers that may leave, and for the others that they may not."""

from advieskloof import io, jobs
from advieskloof.disclosure.release import Rules, release

with jobs.logged(snakemake) as log:
    estimates = io.read_parquet(snakemake.input.estimates)
    table = release(estimates, Rules(**snakemake.params.rules))
    io.write_csv(table, snakemake.output.table)
    log.info("%s", table["status"].value_counts().to_dict())
