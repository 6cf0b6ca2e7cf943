"""Reading what was delivered or published: pupil records, or counts that are cells already."""

if IS_SYNTHETIC:

    rule generate_pupils:
        input:
            code=code("generate_pupils.py"),
        output:
            pupils="results/private/delivered/pupils.parquet",
            enrolments="results/private/delivered/enrolments.parquet",
        log:
            "results/logs/generate_pupils.log",
        params:
            cohorts=config["source"]["cohorts"],
            size=config["source"]["size"],
            seed=config["source"]["seed"],
        script:
            "../scripts/generate_pupils.py"

    rule calibrate:
        input:
            pupils="results/private/pupils.parquet",
            places="results/private/places.parquet",
            code=code("calibrate.py"),
        output:
            table="results/private/calibration.csv",
        log:
            "results/logs/calibrate.log",
        params:
            cohorts=config["source"]["cohorts"],
        script:
            "../scripts/calibrate.py"

elif HAS_PUPILS:

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
