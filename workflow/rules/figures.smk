"""One figure from one released table, in both languages."""


rule plot_figure:
    input:
        table="results/release/tables/{figure}.csv",
        boundaries=boundary_file,
        code=figure_code,
    output:
        expand(
            "results/release/figures/{{figure}}.{language}.{kind}",
            language=LANGUAGES,
            kind=figures.ENDINGS,
        ),
    log:
        "results/logs/plot_figure/{figure}.log",
    script:
        "../scripts/plot_figure.py"
