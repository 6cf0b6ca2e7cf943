"""The report and the spreadsheet annex: released tables and figures, and the docs of the methods."""


rule render_report:
    input:
        tables=expand("results/release/tables/{table}.csv", table=TABLES),
        calibration=CALIBRATION,
        flow=FLOW,
        figures=FIGURE_FILES,
        methods="docs/methods.md",
        code=code_with_figures("render_report.py"),
    output:
        nl=PAGES["nl"],
        en=PAGES["en"],
    log:
        "results/logs/render_report.log",
    params:
        figures=FIGURES,
        rules=RULES,
        unverified=config["unverified"],
    script:
        "../scripts/render_report.py"


rule write_annex:
    input:
        tables=expand("results/release/tables/{table}.csv", table=TABLES),
        code=code_with_figures("write_annex.py"),
    output:
        nl="results/release/annex.xlsx",
        en="results/release/annex.en.xlsx",
    log:
        "results/logs/write_annex.log",
    params:
        figures=FIGURES,
    script:
        "../scripts/write_annex.py"
