# make help lists what there is.
.DEFAULT_GOAL := help
.PHONY: help setup report test verify clean benchmark truth lock dictionary lab docs wheelhouse rulegraph

CONFIG ?= config/config.yaml
RUN = .venv/bin/python -m advieskloof
# This checkout's code, whatever else is installed; compiled code would hold absolute paths.
export PYTHONPATH = src
export PYTHONDONTWRITEBYTECODE = 1

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 17

setup:
	@PYTHON="$(PYTHON)" sh workflow/setup.sh

report: setup ## set up, then make tables, figures and report (CONFIG=path for your own)
	@$(RUN) run --config "$(CONFIG)"

test: setup ## set up, then check style and run all tests
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .
	@.venv/bin/snakefmt --check Snakefile workflow/rules
	@.venv/bin/python -m pytest

lab: setup ## open JupyterLab with the notebooks (installs it the first time)
	@.venv/bin/python -m uv pip install --python .venv/bin/python --require-hashes --quiet \
	  -r requirements-lab.lock
	@.venv/bin/python -m jupyterlab notebooks \
	  --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate --LabApp.news_url=None

docs: setup ## make results/docs/docs/index.html of docs/
	@.venv/bin/python -m sphinx -q -W --keep-going -c docs -d .venv/doctrees . results/docs
	@echo "open results/docs/docs/index.html"

wheelhouse: setup ## download what set-up needs into wheelhouse/, for a machine without internet
	@sh workflow/wheelhouse.sh

rulegraph: setup ## renew docs/images/rulegraph.svg from the rules
	@.venv/bin/python docs/draw_rulegraph.py docs/images/rulegraph.svg

verify: setup ## compare results/ with what the last run wrote
	@$(RUN) verify

clean: setup ## remove results/ and .snakemake/ (not .venv/, not data/)
	@$(RUN) clean

benchmark: setup ## time and memory of reading, cohorts, indicators, disclosure control and models
	@.venv/bin/python benchmarks/read_delivery.py
	@.venv/bin/python benchmarks/synthetic_cohorts.py
	@.venv/bin/python benchmarks/advice_indicators.py
	@.venv/bin/python benchmarks/disclosure.py
	@.venv/bin/python benchmarks/models.py
	@.venv/bin/python benchmarks/lower_years.py

truth: setup ## make the truth of the synthetic cohorts anew, after a change of their numbers
	@.venv/bin/python -m advieskloof.sources.synthetic.make_truth

COMPILE = .venv/bin/python -m uv pip compile pyproject.toml --extra test --extra docs --extra setup \
  --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
  --no-header --no-annotate --no-emit-index-url --quiet
lock: setup ## renew both locks from pyproject.toml (needs the package index)
	@$(COMPILE) --upgrade -o requirements.lock
	@$(COMPILE) --extra lab -c requirements.lock -o requirements-lab.lock

dictionary: setup ## renew docs/data-dictionary.md from the schemas
	@.venv/bin/python -c "from advieskloof import io, schemas; \
	  io.write_text(schemas.data_dictionary(), io.CHECKOUT / 'docs/data-dictionary.md')"
