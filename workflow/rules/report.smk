"""The report, from released tables and figures only."""


rule render_report:
    input:
        tables=expand("results/release/tables/{table}.csv", table=TABLES),
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
        rules=RULES,
        unverified=config["unverified"],
    script:
        "../scripts/render_report.py"
