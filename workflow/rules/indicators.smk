"""From cells to estimates, before disclosure control."""


rule compute_reconsideration:
    input:
        cells="results/private/cells.parquet",
        code=code("compute_reconsideration.py"),
    output:
        estimates="results/private/estimates/reconsideration.parquet",
    log:
        "results/logs/compute_reconsideration.log",
    params:
        by=config["indicators"]["reconsideration"]["by"],
        region_of=config["indicators"]["reconsideration"]["region_of"],
        unverified=config["unverified"],
    script:
        "../scripts/compute_reconsideration.py"
