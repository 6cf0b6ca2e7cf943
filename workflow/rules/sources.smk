"""Reading what was delivered or published: pupil records, or counts that are cells already."""

if HAS_PUPILS:

    rule read_pupils:
        input:
            delivered=delivered_files,
            mappings=mapping_files,
            code=code("read_pupils.py"),
        output:
            pupils="results/private/delivered/pupils.parquet",
            enrolments="results/private/delivered/enrolments.parquet",
        log:
            "results/logs/read_pupils.log",
        params:
            deliveries=config["source"]["deliveries"],
            delivered=manifest.delivered(config),
            unverified=config["unverified"],
        script:
            "../scripts/read_pupils.py"

else:

    rule read_counts:
        input:
            delivered=delivered_files,
            code=code("read_counts.py"),
        output:
            cells="results/private/cells.parquet",
        log:
            "results/logs/read_counts.log",
        params:
            source=config["source"],
            delivered=manifest.delivered(config),
            unverified=config["unverified"],
        script:
            "../scripts/read_counts.py"
