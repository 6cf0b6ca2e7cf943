"""Make the delivery of a synthetic country, cohort by cohort."""

from advieskloof import jobs
from advieskloof.sources import synthetic
from advieskloof.sources.synthetic import truth

with jobs.logged(snakemake) as log:
    output, params = snakemake.output, snakemake.params
    truth.check_truth()
    planted = synthetic.deliver(
        params.cohorts,
        synthetic.load(),
        params.size,
        params.seed,
        output.pupils,
        output.enrolments,
    )
    for table, counts in planted.items():
        log.info("faults planted in %s: %s", table, counts.to_dict())
