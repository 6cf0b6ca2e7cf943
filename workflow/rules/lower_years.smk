"""From pupils and their enrolments to where they are in the lower secondary years."""

if LOWER_YEARS:

    rule follow_pupils:
        input:
            pupils="results/private/pupils.parquet",
            places="results/private/places.parquet",
            code=code("follow_pupils.py"),
        output:
            followed="results/private/followed.parquet",
        log:
            "results/logs/follow_pupils.log",
        params:
            as_of=AS_OF,
            unverified=config["unverified"],
            spill=str(manifest.SPILL),
        script:
            "../scripts/follow_pupils.py"

    rule compute_lower_years:
        input:
            pupils="results/private/pupils.parquet",
            followed="results/private/followed.parquet",
            code=code("compute_lower_years.py"),
        output:
            estimates="results/private/estimates/{table}.parquet",
        log:
            "results/logs/compute_lower_years/{table}.log",
        wildcard_constraints:
            table="placement|moves",
        params:
            source=synthetic.NAME if IS_SYNTHETIC else config["source"]["name"],
            region_of=config["indicators"]["region_of"],
            asked=lambda wildcards: LOWER_YEARS[wildcards.table],
            unverified=config["unverified"],
            spill=str(manifest.SPILL),
        script:
            "../scripts/compute_lower_years.py"

    rule compute_schools:
        input:
            # Locations are judged on everybody, also on pupils who aren't analysed.
            pupils="results/private/sound/pupils.parquet",
            enrolments="results/private/enrolments.parquet",
            code=code("compute_schools.py"),
        output:
            estimates="results/private/estimates/schools.parquet",
            schools="results/private/schools.parquet",
        log:
            "results/logs/compute_schools.log",
        params:
            source=synthetic.NAME if IS_SYNTHETIC else config["source"]["name"],
            as_of=AS_OF,
            unverified=config["unverified"],
            spill=str(manifest.SPILL),
        script:
            "../scripts/compute_schools.py"
