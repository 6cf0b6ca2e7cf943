"""What all rules share: the checked config, the names of results, and the code behind a script."""

import os

from advieskloof import config as run_config
from advieskloof import dependencies, figures, manifest
from advieskloof.disclosure import plan
from advieskloof.models import specification
from advieskloof.report import contents
from advieskloof.sources import synthetic

if not config:
    raise WorkflowError("No config given: add --configfile config/published.yaml")
run_config.check(config)

# Two linear-algebra threads change the last bits of a result, and slow small problems down.
for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

PLAN = plan.load(config["release"]["plan"])
RULES = {key: value for key, value in config["release"].items() if key != "plan"}
TABLES = list(PLAN)
FIGURES = [name for name, table in PLAN.items() if table["figure"]]
LANGUAGES = ["nl", "en"]

IS_SYNTHETIC = config["source"]["kind"] == "synthetic"
HAS_PUPILS = config["source"]["kind"] in run_config.PUPILS
HAS_ADVICE = bool(config["indicators"]["advice"]["by"])
FURTHER = config["indicators"]["advice"]["further"]
ESTIMATES = {
    name: f"results/private/estimates/{name}.parquet"
    for name in run_config.estimates(config)
}
LOWER_YEARS = config["indicators"]["lower_years"]
# The calibration table needs the places of pupils, whatever else is asked for.
HAS_PLACES = IS_SYNTHETIC or bool(LOWER_YEARS)
AS_OF = LOWER_YEARS["as_of"] if LOWER_YEARS else synthetic.LAST_SCHOOL_YEAR
HAS_MODELS = bool(config["models"])
CODE_DETAIL = run_config.code_detail(config)
MODELS = specification.load(config["models"]) if HAS_MODELS else []
MODELS_FOLLOW = any(model.followed for model in MODELS)
PUPIL_TABLES = [
    *expand(
        "results/private/{folder}{table}.parquet",
        folder=["delivered/", "rejected/", "sound/", ""],
        table=["pupils", "enrolments"],
    ),
    "results/private/flow.csv",
    "results/private/test_advice_agreement.csv",
]
LOWER_YEARS_TABLES = expand(
    "results/private/{table}.parquet", table=["followed", "schools"]
)
PRIVATE_TABLES = [
    *(PUPIL_TABLES if HAS_PUPILS else []),
    *(["results/private/calibration.csv"] if IS_SYNTHETIC else []),
    *(["results/private/places.parquet"] if HAS_PLACES else []),
    "results/private/cells.parquet",
    *ESTIMATES.values(),
    "results/private/disclosure/protected.parquet",
    "results/private/disclosure/audit.csv",
    "results/private/disclosure/checklist.html",
    "results/private/disclosure/checklist.en.html",
    *(LOWER_YEARS_TABLES if LOWER_YEARS else []),
]
FIGURE_FILES = expand(
    "results/release/figures/{figure}.{language}.{kind}",
    figure=FIGURES,
    language=LANGUAGES,
    kind=figures.ENDINGS,
)
CALIBRATION = ["results/release/tables/calibration.csv"] if IS_SYNTHETIC else []
FLOW = ["results/release/tables/flow.csv"] if HAS_PUPILS else []
PAGES = {
    language: [
        f"results/release/report/{contents.file(page, language)}"
        for page in contents.pages(TABLES, synthetic=IS_SYNTHETIC)
    ]
    for language in LANGUAGES
}
RELEASED = [
    *CALIBRATION,
    *FLOW,
    *expand("results/release/tables/{table}.csv", table=TABLES),
    *FIGURE_FILES,
    *PAGES["nl"],
    *PAGES["en"],
    "results/release/annex.xlsx",
    "results/release/annex.en.xlsx",
]


wildcard_constraints:
    figure="|".join(FIGURES) or "none",
    further="|".join(FURTHER) or "none",


def code(script):
    """What a result rests on besides data: the package files behind its script, and the lock."""
    return [*dependencies.behind(f"workflow/scripts/{script}"), "requirements.lock"]


def delivered_files(wildcards):
    """The files behind the source; a published table ships in the package (see `code`)."""
    source = config["source"]
    if source["kind"] == "pupil_files":
        return [name for delivery in source["deliveries"] for name in delivery["files"]]
    return [source["file"]] if source["kind"] == "counts_file" else []


def mapping_files(wildcards):
    """The mappings of the deliveries, and the schema that they are checked by."""
    mappings = [delivery["mapping"] for delivery in config["source"]["deliveries"]]
    return [*mappings, "workflow/schemas/mapping.schema.yaml"]


def figure_code(wildcards):
    """The files behind the script and behind the figure's own module, which it loads by name."""
    of_figure = f"src/advieskloof/figures/{wildcards.figure}.py"
    return [*code("plot_figure.py"), *dependencies.behind(of_figure)]


def boundary_file(wildcards):
    """The file with real boundaries, for a map and where the config gives one."""
    given = config["figures"]["boundaries"]
    return [given] if given and wildcards.figure in figures.MAPS else []


def code_with_figures(script):
    """The files behind a script that describes the figures shown, and behind their modules."""
    modules = [f"src/advieskloof/figures/{figure}.py" for figure in FIGURES]
    return [*code(script), *dependencies.behind(*modules)]
