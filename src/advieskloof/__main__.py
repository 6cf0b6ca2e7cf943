"""The command line: python -m advieskloof run | verify | clean | check-delivery | new-mapping."""

import argparse
import os
import sys

from advieskloof import deliveries, run
from advieskloof.errors import AdvieskloofError


def _cores(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} isn't allowed: give a whole number from 1")
    return int(text)


def main() -> int:
    """Carry out one command; return the exit code, 1 where something is for the user to mend."""
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
    drafting = commands.add_parser("new-mapping", help="draft a mapping from files' headers")
    drafting.add_argument("files", nargs="+", help="delivered files of one layout")
    words = parser.parse_args()
    try:
        match words.command:
            case "run":
                run.run(words.config, words.cores)
            case "verify":
                run.verify()
            case "clean":
                run.clean()
            case "check-delivery":
                return deliveries.check(words.mapping, words.files)
            case "new-mapping":
                deliveries.draft(words.files)
    except AdvieskloofError as error:
        print(f"advieskloof: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("advieskloof: stopped; the same command goes on from here", file=sys.stderr)
        return 130
    return 0


sys.exit(main())
