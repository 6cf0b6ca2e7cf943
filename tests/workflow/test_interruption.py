"""Killed runs, runs at once, and results that somebody touched."""

import os
import signal
import subprocess
import time

import psutil
import pytest
from checkouts import BRIEF, PUBLISHED


def start(checkout, config=BRIEF):
    return subprocess.Popen(
        checkout.command("run", "--config", config, "--cores", "2"),
        cwd=checkout.path,
        env=checkout.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for_job(process, rule):
    for line in process.stdout:
        if rule in line:
            return
    pytest.fail(f"the run ended before {rule}: {process.stderr.read()}")


def of_checkout(checkout):
    """The processes that carry the mark of a run of this checkout."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("ADVIESKLOOF_CHECKOUT") == str(checkout.path):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def killed_group(checkout, rule, config=BRIEF):
    process = start(checkout, config)
    wait_for_job(process, rule)
    time.sleep(0.7)  # in the middle of the jobs that follow
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    process.stderr.close()


@pytest.mark.parametrize(
    ("rule", "config", "whole"),
    [("read_counts", BRIEF, "brief_results"), ("release_tables", PUBLISHED, "good_results")],
)
def test_a_first_run_killed_half_way_is_finished_by_the_same_command(
    fresh, rule, config, whole, request
):
    killed_group(fresh, rule, config)
    assert not (fresh.path / "results/release/manifest.json").exists()
    assert fresh.call("verify").returncode == 1
    done = fresh.run(config)
    assert done.returncode == 0, done.stderr
    assert fresh.results() == request.getfixturevalue(whole)
    assert fresh.call("verify").returncode == 0


def test_a_rerun_killed_half_way_is_finished_by_the_same_command(briefly, brief_results):
    module = briefly.path / "src/advieskloof/sources/aggregates.py"
    text = module.read_text()
    module.write_text(text + "# edited\n")
    killed_group(briefly, "compute_reconsideration")
    assert not (briefly.path / "results/release/manifest.json").exists()
    done = briefly.run(BRIEF)
    assert done.returncode == 0, done.stderr
    assert briefly.results() == brief_results


def test_jobs_that_outlive_their_killed_run_are_ended_by_the_next(fresh, brief_results):
    process = start(fresh)
    wait_for_job(process, "read_counts")
    process.kill()  # the run alone: Snakemake and its job go on
    process.wait()
    process.stdout.close()
    process.stderr.close()
    orphans = of_checkout(fresh)
    assert orphans
    done = fresh.run(BRIEF)
    assert done.returncode == 0, done.stderr
    assert not any(process.is_running() for process in orphans)
    assert fresh.results() == brief_results


@pytest.fixture
def interruptible():
    """A shell's background jobs don't hear SIGINT, nor does what they start."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_run_leaves_nothing_running_and_is_gone_on_with(fresh, brief_results):
    process = start(fresh)
    wait_for_job(process, "read_counts")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (
        130,
        "advieskloof: stopped; the same command goes on from here\n",
    )
    assert not of_checkout(fresh)
    assert fresh.run(BRIEF).returncode == 0
    assert fresh.results() == brief_results


def test_of_two_runs_at_once_the_second_is_refused(fresh, brief_results):
    first = start(fresh)
    wait_for_job(first, "read_counts")
    second = fresh.run(BRIEF)
    assert second.returncode == 1
    assert second.stderr.startswith("advieskloof: Another run is at work in this checkout")
    assert second.stderr.count("\n") == 1
    _, errors = first.communicate()
    assert (first.returncode, errors) == (0, "")
    assert fresh.results() == brief_results


TABLE = "results/release/tables/reconsideration_by_cohort.csv"
FIGURE = "results/release/figures/reconsideration_by_cohort.nl.svg"
ANNEX = "results/release/annex.xlsx"
CELLS = "results/private/cells.parquet"
MANIFEST = "results/release/manifest.json"


def changed(path):
    path.write_text(path.read_text().replace("0.36", "0.46"))


def corrupted_unseen(path):
    """Damage a file and keep its time, which Snakemake doesn't notice."""
    times = (path.stat().st_atime, path.stat().st_mtime)
    path.write_bytes(b"\x00" + path.read_bytes()[1:])
    os.utime(path, times)


def missing(path):
    path.unlink()


def foreign(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("left by hand")


def folder_instead(path):
    path.unlink()
    path.mkdir()


NAMED = {
    "changed": (changed, "not what the run wrote"),
    "corrupted unseen": (corrupted_unseen, "not what the run wrote"),
    "missing": (missing, "written by a run and not there"),
    "a folder instead": (folder_instead, "written by a run and not there"),
}


@pytest.mark.parametrize(("harm", "said"), NAMED.values(), ids=NAMED)
def test_verify_names_every_harmed_file(briefly, harm, said):
    names = (TABLE, CELLS) if harm in (missing, corrupted_unseen) else (TABLE,)
    for name in names:
        harm(briefly.path / name)
    found = briefly.call("verify")
    assert found.returncode == 1
    assert all(f"{name}: {said}" in found.stderr for name in names)


def test_verify_tells_a_damaged_manifest_from_none(briefly):
    corrupted_unseen(briefly.path / MANIFEST)
    assert f"{MANIFEST}: not what the run wrote" in briefly.call("verify").stderr
    missing(briefly.path / MANIFEST)
    said = briefly.call("verify").stderr
    assert f"{MANIFEST}: not there: the last run did not finish" in said


# Nothing tells Snakemake of these but the record, which has them removed: so what is missing is
# mended as well.
@pytest.mark.parametrize(
    ("harm", "name"),
    [
        (corrupted_unseen, TABLE),
        (corrupted_unseen, CELLS),
        (corrupted_unseen, MANIFEST),
        (folder_instead, ANNEX),
    ],
)
def test_the_same_run_mends_a_harmed_file_for_good(briefly, brief_results, harm, name):
    harm(briefly.path / name)
    mended = briefly.run(BRIEF)
    assert mended.returncode == 0, mended.stderr
    assert briefly.results() == brief_results
    assert briefly.call("verify").returncode == 0
    assert briefly.planned(BRIEF) == []


def test_the_same_run_draws_a_harmed_figure_again(finished, good_results):
    corrupted_unseen(finished.path / FIGURE)
    assert f"{FIGURE}: not what the run wrote" in finished.call("verify").stderr
    assert finished.run().returncode == 0
    assert finished.results() == good_results


def test_verify_names_what_is_not_of_a_run_and_the_next_run_removes_it(briefly, brief_results):
    names = ("private/mine.csv", "release/tables/old.csv", "release/deep/down/x.txt")
    strange = [*(f"results/{name}" for name in names), f"{TABLE}.partial"]
    for name in strange:
        foreign(briefly.path / name)
    found = briefly.call("verify")
    assert found.returncode == 1
    assert all(f"{name}: not of this run" in found.stderr for name in strange)
    assert briefly.run(BRIEF).returncode == 0
    assert briefly.results() == brief_results
    assert not (briefly.path / "results/release/deep").exists()


def test_a_foreign_link_is_removed_and_what_it_points_to_is_not(briefly, tmp_path):
    kept = tmp_path / "precious"
    kept.mkdir()
    (kept / "file").write_text("keep")
    (briefly.path / "results/release/link").symlink_to(kept)
    assert "release/link: not of this run" in briefly.call("verify").stderr
    assert briefly.run(BRIEF).returncode == 0
    assert not (briefly.path / "results/release/link").exists()
    assert (kept / "file").read_text() == "keep"


def test_what_another_config_left_in_the_release_is_removed(finished):
    assert finished.run(BRIEF).returncode == 0
    left = [name for name in finished.results() if "by_first_advice" in name]
    assert left == []
    assert finished.call("verify").returncode == 0
