"""Apply the inclusion steps, and count every delivered row."""

from advieskloof import cohort, io, jobs

with jobs.logged(snakemake) as log:
    given, output, params = snakemake.input, snakemake.output, snakemake.params
    flow = cohort.select(
        cohort.Rows(
            {"pupils": given.delivered_pupils, "enrolments": given.delivered_enrolments},
            {"pupils": given.rejected_pupils, "enrolments": given.rejected_enrolments},
            {"pupils": given.sound_pupils, "enrolments": given.sound_enrolments},
        ),
        {"pupils": output.pupils, "enrolments": output.enrolments},
        cohort.Inclusion(**params.inclusion),
        params.max_rejected_share,
        params.unverified,
        params.spill,
    )
    agreement = cohort.compare_test_advice(output.pupils, params.unverified, params.spill)
    io.write_csv(flow, output.flow)
    io.write_csv(agreement, output.agreement)
    log.info("%s", flow.groupby("kind")["n"].sum().to_dict())
