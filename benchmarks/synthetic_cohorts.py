"""How long eleven synthetic cohorts, pupils and their later school years, take to make and write.

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
    """Print wall seconds, peak memory in MiB and MiB written as JSON; in a child process."""
    with tempfile.TemporaryDirectory() as folder:
        tables = [Path(folder) / f"{name}.parquet" for name in ("pupils", "enrolments")]
        start = time.perf_counter()
        synthetic.deliver(synthetic.COHORTS, synthetic.load(), float(size), SEED, *tables)
        seconds = time.perf_counter() - start
        written = sum(table.stat().st_size for table in tables) / 2**20
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak": peak, "written": written}))


def main(size):
    command = [sys.executable, __file__, "--measure", str(size)]
    text = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    found = json.loads(text)
    total = found["seconds"]
    print(f"size {size:g}: {total:.1f} s, peak {found['peak']:.0f} MiB, "
          f"{found['written']:.0f} MiB written")  # fmt: skip
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
