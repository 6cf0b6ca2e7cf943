"""Render the pages of the report in both languages from released tables and figures."""

from pathlib import Path

from advieskloof import io, jobs, labels, schemas
from advieskloof.report import pages

with jobs.logged(snakemake):
    given, params = snakemake.input, snakemake.params
    release = pages.Release(
        tables={
            Path(name).stem: schemas.typed(io.read_csv(name), schemas.ESTIMATES, "released table")
            for name in given.tables
        },
        figures=params.figures,
        rules=params.rules,
        unverified=params.unverified,
        compared=io.read_csv(given.calibration[0]) if given.calibration else None,
        counted=io.read_csv(given.flow[0]).astype({"n": int}) if given.flow else None,
        methods=io.read_text(given.methods),
    )
    for language in labels.LANGUAGES:
        for name, page in pages.render(release, language).items():
            io.write_text(page, Path(snakemake.output[language][0]).with_name(name))
