"""The boundary: the only rules that read results/private/ and write results/release/."""


rule release_table:
    input:
        estimates="results/private/estimates/{table}.parquet",
        code=code("release_table.py"),
    output:
        table="results/release/tables/{table}.csv",
    log:
        "results/logs/release_table/{table}.log",
    params:
        rules=config["release"],
    script:
        "../scripts/release_table.py"


if IS_SYNTHETIC:

    # National figures of pupils who don't exist, beside published ones: nothing to protect.
    rule release_calibration:
        input:
            table="results/private/calibration.csv",
            code=code("release_calibration.py"),
        output:
            table="results/release/tables/calibration.csv",
        log:
            "results/logs/release_calibration.log",
        script:
            "../scripts/release_calibration.py"
