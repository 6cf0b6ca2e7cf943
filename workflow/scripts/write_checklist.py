"""Write the checklist for whoever checks what leaves, in both languages."""

import pandas as pd

from advieskloof import io, jobs, labels
from advieskloof.report import checklist

with jobs.logged(snakemake):
    table = io.read_parquet(snakemake.input.protected)
    audit = io.read_csv(snakemake.input.audit)
    audit["width"] = pd.to_numeric(audit["width"])
    for language in labels.LANGUAGES:
        page = checklist.render(table, audit, snakemake.params.rules, language)
        io.write_text(page, snakemake.output[language])
