"""Render the report in both languages from released tables and figures."""

from pathlib import Path

from advieskloof import io, jobs, labels, report, schemas

with jobs.logged(snakemake):
    tables = {
        Path(name).stem: schemas.typed(io.read_csv(name), schemas.ESTIMATES, "released table")
        for name in snakemake.input.tables
    }
    compared = [io.read_csv(name) for name in snakemake.input.calibration]
    for language in labels.LANGUAGES:
        page = report.render(
            tables,
            language,
            figures_shown=snakemake.params.figures,
            rules=snakemake.params.rules,
            unverified=snakemake.params.unverified,
            compared=compared[0] if compared else None,
        )
        io.write_text(page, snakemake.output[language])
