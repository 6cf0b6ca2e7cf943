"""Sort delivered rows into rejected, excluded and analysed, and count them all."""

from advieskloof import cohort, io, jobs

with jobs.logged(snakemake) as log:
    output, params = snakemake.output, snakemake.params
    flow = cohort.select(
        {"pupils": [snakemake.input.pupils], "enrolments": [snakemake.input.enrolments]},
        cohort.Outputs(
            output.pupils, output.enrolments, output.rejected_pupils, output.rejected_enrolments
        ),
        cohort.Inclusion(**params.inclusion),
        params.max_rejected_share,
        params.unverified,
        params.spill,
    )
    agreement = cohort.compare_test_advice(output.pupils, params.unverified, params.spill)
    io.write_csv(flow, output.flow)
    io.write_csv(agreement, output.agreement)
    log.info("%s", flow.groupby("kind")["n"].sum().to_dict())
