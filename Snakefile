"""The workflow: from pupil records or counts to released tables, figures and a report.

Run it with `make report` or `python -m advieskloof run --config …`, which also see to locks,
messages and clean-up. A run's config is one whole file: there is no default to fall back on.
"""


include: "workflow/rules/common.smk"
include: "workflow/rules/sources.smk"
include: "workflow/rules/cohort.smk"
include: "workflow/rules/indicators.smk"
include: "workflow/rules/lower_years.smk"
include: "workflow/rules/models.smk"
include: "workflow/rules/disclosure.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/manifest.smk"


# Every output of every rule: Snakemake doesn't remake a missing intermediate while the targets
# behind it stand, so a failed run would otherwise report success when given again.
rule all:
    default_target: True
    input:
        PRIVATE_TABLES,
        RELEASED,
        "results/release/manifest.json",


# The manifest stands only when a run has finished.
onstart:
    manifest.forget()
    manifest.clear_spill()
