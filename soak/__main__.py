"""``python -m soak [SCENARIO …]``: runs all or the named scenarios in the long form."""

from __future__ import annotations

import argparse
import dataclasses
import shutil
import sys
import tempfile
import time
from pathlib import Path

from soak.checks.symmetric_keys import SymmetricKeys
from soak.harness.report import Report
from soak.harness.scale import SHORT, Scale
from soak.harness.testbed import SoakTestbed
from soak.harness.violation import GuaranteeViolation, describe
from soak.scenarios.registry import LONG, SCENARIOS, run


def main() -> int:
    """Run the scenarios one after the other, each in a testbed of its own.

    Returns
    -------
    int
        Exit code: 1 if a guarantee does not hold, 2 for an unknown scenario.
    """
    arguments = _parser().parse_args()
    given = {
        "uploads": arguments.uploads,
        "held_uploads": arguments.uploads,
        "deliveries": arguments.deliveries,
        "seed": arguments.seed,
    }
    scale = dataclasses.replace(
        SHORT if arguments.short else Scale(), **{name: value for name, value in given.items() if value is not None}
    )
    violated, keys = False, SymmetricKeys()
    wanted = arguments.scenario or list(SCENARIOS if arguments.short else LONG)
    if unknown := set(wanted) - LONG.keys():
        sys.stderr.write(f"there is no scenario {', '.join(sorted(unknown))}; there are {', '.join(LONG)}\n")
        return 2
    for name in wanted:
        folder = Path(tempfile.mkdtemp(prefix=f"soak-{name}-"))
        began = time.monotonic()
        try:
            with SoakTestbed(folder) as testbed:
                run(name, testbed, scale, Report(), keys)
        except (GuaranteeViolation, AssertionError) as error:
            violated = True
            sys.stdout.write(f"{name}: BROKEN: {describe(error)}\nthe output of all processes is in {folder}\n\n")
        else:
            shutil.rmtree(folder)
        sys.stdout.write(f"{name}: {time.monotonic() - began:.0f} s, seed {scale.seed}\n\n")
        sys.stdout.flush()
    return int(violated)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m soak", description="Soak tests of the design's guarantees.")
    parser.add_argument("scenario", nargs="*", metavar="SCENARIO", help=", ".join(LONG))
    parser.add_argument("--uploads", type=int, help="number of uploads")
    parser.add_argument("--deliveries", type=int, help="number of S3 records, repeats included")
    parser.add_argument("--seed", type=int, help="fixes the workload, not how processes interleave")
    parser.add_argument("--short", action="store_true", help="the short form that runs with the tests")
    return parser


if __name__ == "__main__":
    sys.exit(main())
