"""Set apart the delivered rows that can't be right."""

from advieskloof import jobs, rejection

with jobs.logged(snakemake) as log:
    given, output, params = snakemake.input, snakemake.output, snakemake.params
    rejection.reject(
        {"pupils": given.pupils, "enrolments": given.enrolments},
        {"pupils": output.pupils, "enrolments": output.enrolments},
        {"pupils": output.rejected_pupils, "enrolments": output.rejected_enrolments},
        params.unverified,
        params.spill,
    )
