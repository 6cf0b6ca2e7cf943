"""The report, from released tables and figures only."""


rule render_report:
    input:
        table="results/release/tables/reconsideration.csv",
        calibration=CALIBRATION,
        figures=FIGURE_FILES,
        code=report_code,
    output:
        nl="results/release/report/index.html",
        en="results/release/report/index.en.html",
    log:
        "results/logs/render_report.log",
    params:
        figures=FIGURES,
        rules=config["release"],
        unverified=config["unverified"],
    script:
        "../scripts/render_report.py"
