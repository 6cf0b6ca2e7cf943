"""Attack the release of a finished run as a stranger would, and count what is lost.

    PYTHONPATH=src .venv/bin/python benchmarks/attack_release.py [results] [plan]

`results` (results/ unless told) holds release/, which alone the attacker of tests/attack reads, and
private/, beside which its findings are judged; `plan` is the release plan of that run. Prints how
many numbers were attacked and protected, how many protected ones were lost (0 is wanted), the
bounds that don't hold the true number (0 too, else the attacker is wrong), and time and memory.
"""

import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from attack.attacker import attack
from attack.judging import judged, private_truth


def main(results="results", plan="config/release.yaml"):
    started = time.process_time()
    findings, release = attack(Path(results) / "release")
    seconds = time.process_time() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    found = judged(findings, release, private_truth(results, plan))
    lost = found[found["lost"] != ""]
    wrong = ~found["sound"] & (found["method"] != "guess")
    print(
        f"{len(release.rows)} released rows, {len(found)} numbers attacked, "
        f"{(found['protected'] != '').sum()} protected, {len(lost)} lost "
        f"({(lost['lost'] == 'recovered').sum()} recovered), {wrong.sum()} wrong bounds; "
        f"{seconds:.0f} s of processor, {memory} MiB"
    )
    for (why, method), some in lost.groupby(["protected", "method"]):
        print(f"  {why}, by {method}: {len(some)}")
    return int(len(lost) > 0 or wrong.any())


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
