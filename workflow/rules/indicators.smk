"""From cells and pupils to estimates, before disclosure control."""


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
        region_of=config["indicators"]["region_of"],
        unverified=config["unverified"],
    script:
        "../scripts/compute_reconsideration.py"


if HAS_ADVICE:

    rule compute_advice:
        input:
            pupils="results/private/pupils.parquet",
            code=code("compute_advice.py"),
        output:
            estimates="results/private/estimates/advice.parquet",
        log:
            "results/logs/compute_advice.log",
        params:
            source=synthetic.NAME if IS_SYNTHETIC else config["source"]["name"],
            by=config["indicators"]["advice"]["by"],
            region_of=config["indicators"]["region_of"],
            code_detail=CODE_DETAIL,
            unverified=config["unverified"],
            spill=str(manifest.SPILL),
        script:
            "../scripts/compute_advice.py"


if FURTHER:

    rule compute_further:
        input:
            pupils="results/private/pupils.parquet",
            code=code("compute_further.py"),
        output:
            estimates="results/private/estimates/{further}.parquet",
        log:
            "results/logs/compute_further/{further}.log",
        params:
            source=synthetic.NAME if IS_SYNTHETIC else config["source"]["name"],
            region_of=config["indicators"]["region_of"],
            code_detail=CODE_DETAIL,
            unverified=config["unverified"],
            spill=str(manifest.SPILL),
        script:
            "../scripts/compute_further.py"
