"""Collapse analysed pupils to cells."""

from advieskloof import cells, io, jobs

with jobs.logged(snakemake) as log:
    table = cells.collapse(
        snakemake.input.pupils,
        snakemake.params.source,
        snakemake.params.by,
        snakemake.params.spill,
        snakemake.params.unverified,
    )
    io.write_parquet(table, snakemake.output.cells)
    log.info("%d cells", len(table))
