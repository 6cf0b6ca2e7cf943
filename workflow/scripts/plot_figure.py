"""Draw a figure in both languages from its released table."""

from pathlib import Path

from advieskloof import figures, io, jobs, labels, schemas
from advieskloof.sources import boundaries

with jobs.logged(snakemake):
    table = schemas.typed(io.read_csv(snakemake.input.table), schemas.ESTIMATES, "released table")
    given = snakemake.input.boundaries
    shapes = boundaries.read(given[0]) if given else None
    folder = Path(snakemake.output[0]).parent
    for language in labels.LANGUAGES:
        figures.make(snakemake.wildcards.figure, table, language, folder, shapes)
