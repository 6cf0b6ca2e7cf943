"""From pupils to fitted models, all in one job: what they say as estimates, before disclosure."""

if HAS_MODELS:

    rule fit_models:
        input:
            pupils="results/private/pupils.parquet",
            # Some models are of pupils who are followed after group 8.
            followed="results/private/followed.parquet" if MODELS_FOLLOW else [],
            models=config["models"],
            schema="workflow/schemas/models.schema.yaml",
            code=code("fit_models.py"),
        output:
            estimates="results/private/estimates/models.parquet",
        log:
            "results/logs/fit_models.log",
        threads: 2
        params:
            source=synthetic.NAME if IS_SYNTHETIC else config["source"]["name"],
            region_of=config["indicators"]["region_of"],
            unverified=config["unverified"],
            spill=str(manifest.SPILL),
        script:
            "../scripts/fit_models.py"
