"""A run from the outside: what it makes, what it makes again, and what it leaves alone."""

import csv
import re
import shutil
import subprocess
import sys

import pytest
from checkouts import BRIEF, ROOT, jobs, new_checkout

OF_THE_REPORT = ["render_report", "write_manifest", "all"]
AFTER_A_FIGURE = ["write_annex", *OF_THE_REPORT]
OF_THE_RELEASE = ["release_tables", "write_checklist"]
BOTH_FIGURES = [
    "plot_figure reconsideration_by_cohort",
    "plot_figure reconsideration_by_first_advice",
]


BY = ("cohort", "first_advice", "income")


def released(checkout, by):
    with open(checkout.path / f"results/release/tables/reconsideration_by_{by}.csv") as file:
        return list(csv.DictReader(file))


def test_a_first_run_makes_every_file_that_the_readme_promises(finished):
    figures = [
        f"results/release/figures/reconsideration_by_{by}.{language}.{kind}"
        for by in ("cohort", "first_advice")
        for language in ("nl", "en")
        for kind in ("svg", "pdf", "png", "print.png", "bare.svg", "csv")
    ]
    assert set(finished.results()) == {
        *figures,
        "results/private/cells.parquet",
        "results/private/estimates/reconsideration.parquet",
        *[
            f"results/private/disclosure/{name}"
            for name in ("audit.csv", "checklist.html", "checklist.en.html", "protected.parquet")
        ],
        "results/release/annex.en.xlsx",
        "results/release/annex.xlsx",
        "results/release/manifest.json",
        *[
            f"results/release/report/{page}{ending}.html"
            for page in ("index", "reconsideration", "published", "about", "methods")
            for ending in ("", ".en")
        ],
        *[f"results/release/tables/reconsideration_by_{by}.csv" for by in BY],
    }


@pytest.mark.parametrize(
    ("indicator", "cohort", "group", "published"),
    [
        ("eligible_of_all", "2020", "total", 36.4),
        ("eligible_of_all", "2021", "total", 36.4),
        ("eligible_of_all", "2022", "total", 33.7),
        ("adjusted_of_eligible", "2020", "total", 26.5),
        ("adjusted_of_eligible", "2021", "total", 27.0),
        ("adjusted_of_eligible", "2022", "total", 28.9),
        ("eligible_of_all", "2022", "vmbo_b_k", 34.1),
        ("eligible_of_all", "2022", "vmbo_k", 58.9),
        ("eligible_of_all", "2022", "vmbo_k_gt", 25.2),
        ("eligible_of_all", "2022", "vmbo_gt", 47.9),
    ],
)
def test_the_released_table_and_the_drawn_numbers_hold_what_cbs_published(
    finished, indicator, cohort, group, published
):
    wanted = {
        "indicator": indicator,
        "cohort": cohort,
        "first_advice_group": group,
        "income_quintile": "total",
    }
    figure = "cohort" if group == "total" else "first_advice"
    found = [row for row in released(finished, figure) if wanted.items() <= row.items()]
    assert [round(100 * float(row["estimate"]), 1) for row in found] == [published]
    for language in ("nl", "en"):
        path = f"results/release/figures/reconsideration_by_{figure}.{language}.csv"
        with open(finished.path / path) as file:
            drawn = [row for row in csv.DictReader(file) if wanted.items() <= row.items()]
        assert drawn == found


def test_a_second_run_runs_no_job(finished):
    before = finished.results()
    done = finished.run()
    assert (done.returncode, jobs(done), done.stderr) == (0, [], "")
    assert "nothing to do" in done.stdout
    assert finished.results() == before


def test_no_absolute_path_stands_outside_the_work_folder(finished):
    written = [p for p in finished.path.rglob("*") if p.is_file() and ".snakemake" not in p.parts]
    assert len(written) > 50
    folder = str(finished.path.parent).encode()
    assert [p.name for p in written if folder in p.read_bytes()] == []
    assert not list(finished.path.rglob("__pycache__"))


def test_a_run_in_another_folder_gives_the_same_bytes_and_tells_a_line_a_rule(fresh, good_results):
    done = fresh.run()
    assert fresh.results() == good_results
    assert re.fullmatch(r"(\[\d+/10\] \w+( \w+)?\n){10}", done.stdout)
    assert done.stderr == ""
    assert "Finished jobid" in (fresh.path / "results/logs/snakemake.log").read_text()


@pytest.mark.parametrize(
    ("edited", "first", "after"),
    [
        (
            "src/advieskloof/figures/reconsideration_by_cohort.py",
            [BOTH_FIGURES[0]],
            AFTER_A_FIGURE,
        ),
        ("src/advieskloof/report/page.css", ["write_checklist"], OF_THE_REPORT),
        ("src/advieskloof/labels.py", ["write_checklist", *BOTH_FIGURES], AFTER_A_FIGURE),
        (
            "src/advieskloof/disclosure/protect.py",
            [*OF_THE_RELEASE, *BOTH_FIGURES],
            AFTER_A_FIGURE,
        ),
        (
            "src/advieskloof/indicators/reconsideration.py",
            ["compute_reconsideration", *OF_THE_RELEASE, *BOTH_FIGURES],
            AFTER_A_FIGURE,
        ),
        (
            "src/advieskloof/sources/aggregates.py",
            [
                "read_counts",
                "compute_reconsideration",
                *OF_THE_RELEASE,
                *BOTH_FIGURES,
            ],
            AFTER_A_FIGURE,
        ),
    ],
)
def test_an_edited_module_reruns_the_rules_that_import_it_and_those_after(
    finished, edited, first, after
):
    comment = "/* edited */\n" if edited.endswith(".css") else "# edited\n"
    finished.append(edited, comment)
    assert sorted(finished.planned()) == sorted([*first, *after])


def test_an_edited_reference_table_reruns_what_reads_it(finished):
    finished.append("src/advieskloof/reference/published_tables.csv", "x,x,x,x,x,VERIFIED\n")
    assert sorted(finished.planned()) == sorted([*BOTH_FIGURES, *AFTER_A_FIGURE])


def test_what_is_planned_is_what_a_run_does(finished):
    finished.append("src/advieskloof/report/words.py", "# edited\n")
    planned = finished.planned()
    assert sorted(jobs(finished.run())) == sorted(planned) == sorted(OF_THE_REPORT)


def test_another_lock_remakes_everything(finished):
    """The manifest names the versions that made the files."""
    finished.append("requirements.lock", "# another version\n")
    assert len(finished.planned()) == 10


def test_results_without_bookkeeping_are_made_anew(briefly, brief_results):
    """Copied without hidden folders, they would pass for those of any config."""
    shutil.rmtree(briefly.path / ".snakemake")
    done = briefly.run(BRIEF)
    assert len(jobs(done)) == 8
    assert "made anew, since it isn't what a run wrote" in done.stdout
    assert briefly.results() == brief_results


@pytest.mark.parametrize("cores", ["0", "-1", "two"])
def test_no_cores_are_refused_at_once(fresh, cores):
    done = fresh.call("run", "--config", "config/published.yaml", "--cores", cores)
    assert done.returncode == 2
    assert "give a whole number from 1" in done.stderr


def test_clean_leaves_what_a_link_points_to(fresh, tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/notes.txt").write_text("mine")
    (fresh.path / "results").symlink_to(tmp_path / "kept")
    assert "results is a link" in fresh.call("clean").stderr
    assert (tmp_path / "kept/notes.txt").read_text() == "mine"


def test_a_touched_module_reruns_nothing(finished):
    (finished.path / "src/advieskloof/levels.py").touch()
    assert finished.planned() == []


def test_a_changed_threshold_reruns_the_release_and_no_estimate(finished):
    text = (finished.path / "config/published.yaml").read_text()
    finished.write("config/strict.yaml", text.replace("minimum_pupils: 10", "minimum_pupils: 30"))
    planned = finished.planned("config/strict.yaml")
    assert "release_tables" in planned
    assert "compute_reconsideration" not in planned


def test_a_config_outside_the_checkout_works(finished, tmp_path):
    config = tmp_path / "mine.yaml"
    config.write_text((finished.path / "config/published.yaml").read_text())
    done = finished.run(str(config))
    assert (done.returncode, jobs(done)) == (0, [])


def test_clean_names_and_removes_what_runs_made_and_nothing_else(finished):
    mine = finished.write("data/mine.csv", "a\n")
    done = finished.call("clean")
    assert done.stdout == "removing results/\nremoving .snakemake/\n"
    assert not list((finished.path / "results").glob("*"))
    assert [p.name for p in (finished.path / ".snakemake").iterdir()] == ["advieskloof.lock"]
    assert (finished.path / mine).read_text() == "a\n"
    assert (finished.path / "src/advieskloof/run.py").exists()


def test_a_path_with_a_space_is_refused_in_one_sentence(tmp_path):
    checkout = new_checkout(tmp_path / "my checkout")
    done = checkout.run()
    assert done.returncode == 1
    assert re.fullmatch(r"advieskloof: The folder's path holds a space[^\n]*\n", done.stderr)
    assert not (checkout.path / "results").exists()


def test_the_installed_package_is_this_checkouts(tmp_path):
    # The tests' copies rely on PYTHONPATH winning over the installed package.
    checkout = new_checkout(tmp_path / "copy")
    words = [sys.executable, "-c", "from advieskloof import io; print(io.CHECKOUT)"]
    for folder, env in ((checkout.path, checkout.env), (ROOT, None)):
        done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True)
        assert done.stdout.strip() == str(folder)


def test_the_readme_shows_the_figure_as_a_run_draws_it(finished):
    name = "reconsideration_by_first_advice.en.svg"
    shown = (ROOT / "docs/images" / name).read_bytes()
    assert shown == (finished.path / "results/release/figures" / name).read_bytes()
