"""Read published or delivered counts as cells."""

from advieskloof import io, jobs
from advieskloof.sources import aggregates

with jobs.logged(snakemake) as log:
    cells = aggregates.read(snakemake.params.source, snakemake.params.unverified)
    io.write_parquet(cells, snakemake.output.cells)
    log.info("%d cells", len(cells))
