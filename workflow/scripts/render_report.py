"""Render the report in both languages from released tables and figures."""

from advieskloof import io, jobs, labels, report, schemas

with jobs.logged(snakemake):
    table = schemas.typed(io.read_csv(snakemake.input.table), schemas.ESTIMATES, "released table")
    compared = [io.read_csv(name) for name in snakemake.input.calibration]
    for language in labels.LANGUAGES:
        page = report.render(
            table,
            language,
            figures_shown=snakemake.params.figures,
            rules=snakemake.params.rules,
            unverified=snakemake.params.unverified,
            compared=compared[0] if compared else None,
        )
        io.write_text(page, snakemake.output[language])
