"""Draw a figure in both languages from its released table."""

from pathlib import Path

from advieskloof import figures, io, jobs, labels, schemas

with jobs.logged(snakemake):
    table = schemas.typed(io.read_csv(snakemake.input.table), schemas.ESTIMATES, "released table")
    for language in labels.LANGUAGES:
        figures.make(snakemake.wildcards.figure, table, language, Path(snakemake.output[0]).parent)
