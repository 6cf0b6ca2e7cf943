"""How long the eleven synthetic cohorts take to generate and write as Parquet, and how much memory.

    PYTHONPATH=src .venv/bin/python benchmarks/synthetic_cohorts.py [size]

All cohorts are made one after the other in one process of their own.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from advieskloof.sources import synthetic

# For the country (size 1), on two cores.
SECONDS, PEAK = 30.0, 2048
SEED = 1


def measure(size):
    """Print wall seconds by cohort, peak memory in MiB and bytes as JSON; in a child process."""
    numbers = synthetic.load()
    seconds, written = {}, 0
    with tempfile.TemporaryDirectory() as folder:
        for cohort in synthetic.COHORTS:
            path = Path(folder) / f"{cohort}.parquet"
            start = time.perf_counter()
            synthetic.deliver(cohort, numbers, float(size), SEED, path)
            seconds[cohort] = time.perf_counter() - start
            written += path.stat().st_size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak": peak, "bytes": written}))


def main(size):
    command = [sys.executable, __file__, "--measure", str(size)]
    text = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    found = json.loads(text)
    for cohort, seconds in found["seconds"].items():
        print(f"{cohort} {seconds:>6.2f} s")
    total = sum(found["seconds"].values())
    print(f"all  {total:>6.2f} s, peak {found['peak']:.0f} MiB, {found['bytes'] / 2**20:.0f} MiB")
    missed = []
    if size <= 1 and total > SECONDS:
        missed.append(f"more than {SECONDS:g} s")
    if size <= 1 and found["peak"] > PEAK:
        missed.append(f"more than {PEAK} MiB")
    sys.exit("; ".join(missed) or None)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2])
    else:
        main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0)
