"""Write the released tables as a workbook in each language."""

from pathlib import Path

from advieskloof import annex, io, jobs, labels, schemas

with jobs.logged(snakemake):
    tables = {
        Path(name).stem: schemas.typed(io.read_csv(name), schemas.ESTIMATES, "released table")
        for name in snakemake.input.tables
    }
    for language in labels.LANGUAGES:
        content = annex.workbook(tables, language, figures_shown=snakemake.params.figures)
        io.write_bytes(content, snakemake.output[language])
