"""The boundary: the only rule that reads results/private/ and writes results/release/."""


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
