"""Release the planned tables: the numbers that may leave, and for the others that they may not."""

from pathlib import Path

import pandas as pd

from advieskloof import io, jobs
from advieskloof.disclosure import plan
from advieskloof.disclosure.release import Rules, release

with jobs.logged(snakemake) as log:
    estimates = {Path(name).stem: io.read_parquet(name) for name in snakemake.input.estimates}
    planned = plan.planned(snakemake.params.tables, estimates)
    released = release(planned, Rules(**snakemake.params.rules))
    for name in snakemake.output:
        io.write_csv(released[released["table"] == Path(name).stem], name)
    log.info("%s", pd.crosstab(released["table"], released["status"]).to_dict("index"))
