"""Release how many delivered rows of pupils are in no table, and why."""

from advieskloof import io, jobs
from advieskloof.disclosure import flow

with jobs.logged(snakemake):
    counted = flow.released(io.read_csv(snakemake.input.flow), snakemake.params.width)
    io.write_csv(counted, snakemake.output.flow)
