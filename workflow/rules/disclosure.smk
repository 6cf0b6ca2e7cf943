"""The boundary: the only rules that read results/private/ and write results/release/."""


# One job: what one table hides may follow from another.
rule release_tables:
    input:
        estimates=list(ESTIMATES.values()),
        code=code("release_tables.py"),
    output:
        tables=expand("results/release/tables/{table}.csv", table=TABLES),
        protected="results/private/disclosure/protected.parquet",
        audit="results/private/disclosure/audit.csv",
    log:
        "results/logs/release_tables.log",
    params:
        tables=PLAN,
        rules=RULES,
        unverified=config["unverified"],
        models=specification.needs(MODELS),
    script:
        "../scripts/release_tables.py"


# Private, since it tells what was too small from what was withheld beside it.
rule write_checklist:
    input:
        protected="results/private/disclosure/protected.parquet",
        audit="results/private/disclosure/audit.csv",
        code=code("write_checklist.py"),
    output:
        nl="results/private/disclosure/checklist.html",
        en="results/private/disclosure/checklist.en.html",
    log:
        "results/logs/write_checklist.log",
    params:
        rules=RULES,
    script:
        "../scripts/write_checklist.py"


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


if HAS_PUPILS:

    # Who is in no table, in counts too coarse to tell of anybody.
    rule release_flow:
        input:
            flow="results/private/flow.csv",
            code=code("release_flow.py"),
        output:
            flow="results/release/tables/flow.csv",
        log:
            "results/logs/release_flow.log",
        params:
            width=RULES["protection"],
        script:
            "../scripts/release_flow.py"
