"""The boundary between results/private/ and results/release/, read off the workflow itself."""

import re

import pytest
from checkouts import BRIEF, new_checkout

PRIVATE, RELEASE = "results/private/", "results/release/"
BY = ("cohort", "first_advice", "income")


@pytest.fixture(scope="module")
def jobs(tmp_path_factory):
    """(rule, inputs, outputs) of every job of the published run, as a dry run tells them."""
    checkout = new_checkout(tmp_path_factory.mktemp("boundary") / "checkout")
    done = checkout.snakemake("-n", "--forceall", "--cores", "1")
    assert done.returncode == 0, done.stderr
    blocks = re.findall(
        r"^(?:local)?rule (\w+):\n    input: (.*)\n(?:    output: (.*)\n)?",
        done.stdout,
        re.MULTILINE,
    )
    found = [(rule, inputs.split(", "), outputs.split(", ")) for rule, inputs, outputs in blocks]
    assert len(found) == 10
    return found


@pytest.fixture(scope="module")
def edges(jobs):
    """(rule, inputs) by output, of every rule but `all`."""
    return {out: (rule, inputs) for rule, inputs, outs in jobs if rule != "all" for out in outs}


def test_only_the_release_rule_reads_private_and_writes_released(edges):
    crossing = {
        rule
        for output, (rule, inputs) in edges.items()
        if not output.startswith(PRIVATE) and any(name.startswith(PRIVATE) for name in inputs)
    }
    assert crossing == {"release_tables"}
    written = {output for output, (rule, _) in edges.items() if rule == "release_tables"}
    released = {output for output in written if output.startswith(RELEASE)}
    assert released == {f"{RELEASE}tables/reconsideration_by_{by}.csv" for by in BY}


def test_only_the_release_rule_writes_released_tables(edges):
    rules = {rule for output, (rule, _) in edges.items() if output.startswith(f"{RELEASE}tables/")}
    assert rules == {"release_tables"}


def test_every_output_is_private_or_released(edges):
    assert all(output.startswith((PRIVATE, RELEASE)) for output in edges)


def test_figures_report_and_annex_read_released_files_and_code_only(edges):
    for output, (_, inputs) in edges.items():
        if output.startswith((f"{RELEASE}figures/", f"{RELEASE}report/", f"{RELEASE}annex")):
            others = [name for name in inputs if not name.startswith((RELEASE, "src/"))]
            allowed = ("requirements.lock", "docs/methods.md")
            others = [name for name in others if name not in allowed]
            assert others == [], output


def test_all_names_every_output_of_every_rule(jobs, edges):
    [targets] = [inputs for rule, inputs, _ in jobs if rule == "all"]
    assert set(targets) == set(edges)


def test_every_rule_lists_the_package_files_behind_its_script(edges):
    needs = {
        "read_counts": "src/advieskloof/sources/aggregates.py",
        "compute_reconsideration": "src/advieskloof/reference/advice_levels.csv",
        "release_tables": "src/advieskloof/disclosure/protect.py",
        "write_checklist": "src/advieskloof/report/checklist.html",
        "plot_figure": "src/advieskloof/figures/house.mplstyle",
        "render_report": "src/advieskloof/report/frame.html",
        "write_annex": "src/advieskloof/annex/workbook.py",
        "write_manifest": "src/advieskloof/manifest.py",
    }
    seen = {rule for rule, _ in edges.values()}
    assert seen == set(needs)
    for rule, inputs in edges.values():
        assert needs[rule] in inputs
        assert {"src/advieskloof/__init__.py", "requirements.lock"} <= set(inputs)


def test_a_figures_own_module_is_among_its_inputs_and_another_figures_is_not(edges):
    _, inputs = edges[f"{RELEASE}figures/reconsideration_by_cohort.nl.svg"]
    assert "src/advieskloof/figures/reconsideration_by_cohort.py" in inputs
    assert "src/advieskloof/figures/reconsideration_by_first_advice.py" not in inputs


def test_snakemakes_lint_finds_nothing_but_the_shared_environment(fresh):
    done = fresh.snakemake("--lint", "--cores", "1")
    findings = set(re.findall(r"^    \* (.*?)[:.]", done.stdout + done.stderr, re.MULTILINE))
    assert findings == {"Specify a conda environment or container for each rule"}


def test_snakemakes_own_report_loads_nothing_and_is_no_foreign_file(briefly):
    done = briefly.snakemake("--report", "results/snakemake.html", config=BRIEF)
    assert done.returncode == 0, done.stderr
    page = (briefly.path / "results/snakemake.html").read_text()
    assert "release_tables" in page
    assert not re.search(r"""<(?:script|link|img)\b[^>]*\b(?:src|href)=["']?(?:https?:)?//""", page)
    assert briefly.call("verify").returncode == 0


def test_a_run_without_a_config_says_so(fresh):
    done = fresh.snakemake("-n", "--cores", "1", config="/dev/null")
    assert done.returncode == 1
