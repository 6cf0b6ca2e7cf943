"""The boundary: the only rules that read results/private/ and write results/release/."""


# One job: what one table hides may follow from another.
rule release_tables:
    input:
        estimates=list(ESTIMATES.values()),
        code=code("release_tables.py"),
    output:
        expand("results/release/tables/{table}.csv", table=TABLES),
    log:
        "results/logs/release_tables.log",
    params:
        tables=PLAN,
        rules={key: value for key, value in config["release"].items() if key != "plan"},
    script:
        "../scripts/release_tables.py"


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
