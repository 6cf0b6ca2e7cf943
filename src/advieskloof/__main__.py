"""The command line: python -m advieskloof run | verify | clean, and what helps with deliveries:
check-delivery | new-mapping | export-synthetic.
"""

import argparse
import math
import os
import sys

from advieskloof import deliveries, run
from advieskloof.errors import AdvieskloofError
from advieskloof.sources.exports import FORMS
from advieskloof.sources.synthetic import COHORTS, SIZES


def _cores(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} isn't allowed: give a whole number from 1")
    return int(text)


def _size(text: str) -> float:
    low, high = SIZES
    try:
        size = float(text)
    except ValueError:
        size = math.nan
    if not low <= size <= high:
        raise argparse.ArgumentTypeError(f"{text!r} isn't allowed: give {low:g} to {high:g}")
    return size


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="advieskloof", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run", help="make every table, figure and report of a config")
    running.add_argument("--config", required=True, help="the run's config file")
    running.add_argument("--cores", type=_cores, default=os.cpu_count(), help="default: all")
    commands.add_parser("verify", help="compare results/ with what the last run wrote")
    commands.add_parser("clean", help="remove results/ and .snakemake/")
    checking = commands.add_parser("check-delivery", help="what of a delivery fits its mapping")
    checking.add_argument("mapping", help="the mapping, such as config/mappings/canonical_csv.yaml")
    checking.add_argument("files", nargs="+", help="the delivered files")
    checking.add_argument("--config", help="a run's config, for the `unverified` rows it allows")
    drafting = commands.add_parser("new-mapping", help="draft a mapping from files' headers")
    drafting.add_argument("files", nargs="+", help="delivered files of one layout")
    exporting = commands.add_parser("export-synthetic", help="write a made-up delivery to try")
    exporting.add_argument("file", help=f"its ending says the form: {', '.join(FORMS)}")
    exporting.add_argument("--cohort", type=int, choices=COHORTS, default=COHORTS[-1])
    exporting.add_argument("--size", type=_size, default=0.01, help="times the country's schools")
    exporting.add_argument("--seed", type=int, default=2014, help="the same seed, the same pupils")
    return parser


def _carry_out(words: argparse.Namespace) -> int:
    match words.command:
        case "run":
            run.run(words.config, words.cores)
        case "verify":
            run.verify()
        case "clean":
            run.clean()
        case "check-delivery":
            return deliveries.check(words.mapping, words.files, words.config)
        case "new-mapping":
            deliveries.draft(words.files)
        case "export-synthetic":
            deliveries.export(words.file, words.cohort, words.size, words.seed)
    return 0


def main() -> int:
    """Carry out one command; return the exit code, 1 where something is for the user to mend."""
    try:
        return _carry_out(_parser().parse_args())
    except AdvieskloofError as error:
        print(f"advieskloof: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("advieskloof: stopped; the same command goes on from here", file=sys.stderr)
        return 130


sys.exit(main())
