"""Killed runs, runs at once, and results that somebody touched."""

import os
import signal
import subprocess
import time

import psutil
import pytest
from checkouts import PUBLISHED, jobs


def start(checkout):
    return subprocess.Popen(
        checkout.command("run", "--config", PUBLISHED, "--cores", "2"),
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


def killed_group(checkout, rule):
    process = start(checkout)
    wait_for_job(process, rule)
    time.sleep(0.7)  # in the middle of the jobs that follow
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    process.stderr.close()


@pytest.mark.parametrize("rule", ["read_counts", "compute_reconsideration", "release_tables"])
def test_a_first_run_killed_half_way_is_finished_by_the_same_command(fresh, good_results, rule):
    killed_group(fresh, rule)
    assert not (fresh.path / "results/release/manifest.json").exists()
    assert fresh.call("verify").returncode == 1
    done = fresh.run()
    assert done.returncode == 0, done.stderr
    assert fresh.results() == good_results
    assert fresh.call("verify").returncode == 0


def test_a_rerun_killed_half_way_is_finished_by_the_same_command(finished, good_results):
    module = finished.path / "src/advieskloof/sources/aggregates.py"
    text = module.read_text()
    module.write_text(text + "# edited\n")
    killed_group(finished, "compute_reconsideration")
    assert not (finished.path / "results/release/manifest.json").exists()
    done = finished.run()
    assert done.returncode == 0, done.stderr
    assert finished.results() == good_results


def test_jobs_that_outlive_their_killed_run_are_ended_by_the_next(fresh, good_results):
    process = start(fresh)
    wait_for_job(process, "read_counts")
    process.kill()  # the run alone: Snakemake and its job go on
    process.wait()
    process.stdout.close()
    process.stderr.close()
    orphans = of_checkout(fresh)
    assert orphans
    done = fresh.run()
    assert done.returncode == 0, done.stderr
    assert not any(process.is_running() for process in orphans)
    assert fresh.results() == good_results


def test_an_interrupted_run_leaves_nothing_running_and_is_gone_on_with(fresh, good_results):
    process = start(fresh)
    wait_for_job(process, "read_counts")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (
        130,
        "advieskloof: stopped; the same command goes on from here\n",
    )
    assert not of_checkout(fresh)
    assert fresh.run().returncode == 0
    assert fresh.results() == good_results


def test_of_two_runs_at_once_the_second_is_refused(fresh, good_results):
    first = start(fresh)
    wait_for_job(first, "read_counts")
    second = fresh.run()
    assert second.returncode == 1
    assert second.stderr.startswith("advieskloof: Another run is at work in this checkout")
    assert second.stderr.count("\n") == 1
    _, errors = first.communicate()
    assert (first.returncode, errors) == (0, "")
    assert fresh.results() == good_results


TABLE = "results/release/tables/reconsideration_by_cohort.csv"
FIGURE = "results/release/figures/reconsideration_by_cohort.nl.svg"
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


@pytest.mark.parametrize(
    ("harm", "name", "named"),
    [
        (changed, TABLE, f"{TABLE}: not what the run wrote"),
        (corrupted_unseen, TABLE, f"{TABLE}: not what the run wrote"),
        (corrupted_unseen, FIGURE, f"{FIGURE}: not what the run wrote"),
        (corrupted_unseen, CELLS, f"{CELLS}: not what the run wrote"),
        (corrupted_unseen, MANIFEST, f"{MANIFEST}: not what the run wrote"),
        (missing, TABLE, f"{TABLE}: written by a run and not there"),
        (folder_instead, TABLE, f"{TABLE}: written by a run and not there"),
        (missing, CELLS, f"{CELLS}: written by a run and not there"),
        (missing, MANIFEST, f"{MANIFEST}: not there: the last run did not finish"),
    ],
)
def test_verify_names_a_harmed_file_and_the_same_run_mends_it(
    finished, good_results, harm, name, named
):
    harm(finished.path / name)
    found = finished.call("verify")
    assert found.returncode == 1
    assert named in found.stderr
    mended = finished.run()
    assert mended.returncode == 0, mended.stderr
    assert finished.results() == good_results


def test_verify_names_what_is_not_of_a_run_and_the_next_run_removes_it(finished, good_results):
    names = ("private/mine.csv", "release/tables/old.csv", "release/deep/down/x.txt")
    strange = [*(f"results/{name}" for name in names), f"{TABLE}.partial"]
    for name in strange:
        foreign(finished.path / name)
    found = finished.call("verify")
    assert found.returncode == 1
    assert all(f"{name}: not of this run" in found.stderr for name in strange)
    assert finished.run().returncode == 0
    assert finished.results() == good_results
    assert not (finished.path / "results/release/deep").exists()


def test_after_mending_there_is_nothing_to_verify_or_to_do(finished):
    corrupted_unseen(finished.path / TABLE)
    assert finished.run().returncode == 0
    assert finished.call("verify").returncode == 0
    assert jobs(finished.run()) == []


def test_a_foreign_link_is_removed_and_what_it_points_to_is_not(finished, tmp_path):
    kept = tmp_path / "precious"
    kept.mkdir()
    (kept / "file").write_text("keep")
    (finished.path / "results/release/link").symlink_to(kept)
    assert "release/link: not of this run" in finished.call("verify").stderr
    assert finished.run().returncode == 0
    assert not (finished.path / "results/release/link").exists()
    assert (kept / "file").read_text() == "keep"


def test_what_another_config_left_in_the_release_is_removed(finished):
    text = (finished.path / PUBLISHED).read_text()
    plans = "config/release/published.yaml", "config/release/first_look.yaml"
    finished.write("config/one.yaml", text.replace(*plans))
    assert finished.run("config/one.yaml").returncode == 0
    left = [name for name in finished.results() if "by_first_advice" in name]
    assert left == []
    assert finished.call("verify").returncode == 0
