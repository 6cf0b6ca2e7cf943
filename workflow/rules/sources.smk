"""Reading what was delivered or published."""


rule read_counts:
    input:
        delivered=delivered_file,
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
