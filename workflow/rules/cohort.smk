"""From delivered pupils to those analysed, and to cells."""

if HAS_PUPILS:

    # A rule of its own: the rejected rows stay to be looked at where too many stop the run.
    rule reject_rows:
        input:
            pupils="results/private/delivered/pupils.parquet",
            enrolments="results/private/delivered/enrolments.parquet",
            code=code("reject_rows.py"),
        output:
            pupils="results/private/sound/pupils.parquet",
            enrolments="results/private/sound/enrolments.parquet",
            rejected_pupils="results/private/rejected/pupils.parquet",
            rejected_enrolments="results/private/rejected/enrolments.parquet",
        log:
            "results/logs/reject_rows.log",
        params:
            unverified=config["unverified"],
            spill=str(manifest.SPILL),
        script:
            "../scripts/reject_rows.py"

    rule select_cohort:
        input:
            delivered_pupils="results/private/delivered/pupils.parquet",
            delivered_enrolments="results/private/delivered/enrolments.parquet",
            rejected_pupils="results/private/rejected/pupils.parquet",
            rejected_enrolments="results/private/rejected/enrolments.parquet",
            sound_pupils="results/private/sound/pupils.parquet",
            sound_enrolments="results/private/sound/enrolments.parquet",
            code=code("select_cohort.py"),
        output:
            pupils="results/private/pupils.parquet",
            enrolments="results/private/enrolments.parquet",
            flow="results/private/flow.csv",
            agreement="results/private/test_advice_agreement.csv",
        log:
            "results/logs/select_cohort.log",
        params:
            inclusion=config["source"]["inclusion"],
            max_rejected_share=config["source"]["max_rejected_share"],
            unverified=config["unverified"],
            spill=str(manifest.SPILL),
        script:
            "../scripts/select_cohort.py"

    if HAS_PLACES:

        rule place_pupils:
            input:
                pupils="results/private/pupils.parquet",
                enrolments="results/private/enrolments.parquet",
                code=code("place_pupils.py"),
            output:
                places="results/private/places.parquet",
            log:
                "results/logs/place_pupils.log",
            params:
                as_of=AS_OF,
                unverified=config["unverified"],
                spill=str(manifest.SPILL),
            script:
                "../scripts/place_pupils.py"

    rule collapse_pupils:
        input:
            pupils="results/private/pupils.parquet",
            code=code("collapse_pupils.py"),
        output:
            cells="results/private/cells.parquet",
        log:
            "results/logs/collapse_pupils.log",
        params:
            source=synthetic.NAME if IS_SYNTHETIC else config["source"]["name"],
            by=sorted(
                {
                    name
                    for split in config["indicators"]["reconsideration"]["by"]
                    for name in split
                }
            ),
            unverified=config["unverified"],
            spill=str(manifest.SPILL),
        script:
            "../scripts/collapse_pupils.py"
