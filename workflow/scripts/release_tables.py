"""Release the planned tables: the numbers that may leave, and for the others that they may not."""

from pathlib import Path

import pandas as pd

from advieskloof import io, jobs
from advieskloof.disclosure import plan
from advieskloof.disclosure.outward import outward
from advieskloof.disclosure.protect import protect
from advieskloof.disclosure.rules import Rules

with jobs.logged(snakemake) as log:
    estimates = {Path(name).stem: io.read_parquet(name) for name in snakemake.input.estimates}
    planned = plan.planned(snakemake.params.tables, estimates)
    raw = [table[table["reference"].isna()] for table in estimates.values()]  # most rows are gaps
    estimates = pd.concat(raw, ignore_index=True)
    rules, unverified = Rules(**snakemake.params.rules), snakemake.params.unverified
    found = protect(planned, estimates, rules, unverified, models=snakemake.params.models)
    leaving = outward(found.table)
    for name in snakemake.output.tables:
        io.write_csv(leaving[leaving["table"] == Path(name).stem], name)
    io.write_parquet(found.table, snakemake.output.protected)
    io.write_csv(found.audit, snakemake.output.audit)
    log.info("%d rows planned, %d protected counts", len(planned), len(found.audit))
