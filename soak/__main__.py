"""``python -m soak [SCENARIO …]``: everything, or what is named, in its long form; exit code 1 for a broken promise."""

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
from soak.harness.testbed import World
from soak.harness.violation import GuaranteeViolation
from soak.scenarios.registry import LONG, SCENARIOS, run


def main() -> int:
    """Run the scenarios one after the other, each in a world of its own."""
    arguments = _parser().parse_args()
    given = {"uploads": arguments.uploads, "deliveries": arguments.deliveries, "seed": arguments.seed}
    scale = dataclasses.replace(
        SHORT if arguments.short else Scale(), **{name: value for name, value in given.items() if value is not None}
    )
    broken, keys = False, SymmetricKeys()
    wanted = arguments.scenario or list(SCENARIOS if arguments.short else LONG)
    if unknown := set(wanted) - LONG.keys():
        sys.stderr.write(f"there is no scenario {', '.join(sorted(unknown))}; there are {', '.join(LONG)}\n")
        return 2
    for name in wanted:
        folder = Path(tempfile.mkdtemp(prefix=f"soak-{name}-"))
        began = time.monotonic()
        try:
            with World(folder) as world:
                run(name, world, scale, Report(), keys)
        except (GuaranteeViolation, AssertionError) as fault:
            broken = True
            sys.stdout.write(f"{name}: BROKEN: {fault}\nwhat the processes wrote is in {folder}\n\n")
        else:
            shutil.rmtree(folder)
        sys.stdout.write(f"{name}: {time.monotonic() - began:.0f} s, seed {scale.seed}\n\n")
        sys.stdout.flush()
    return int(broken)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m soak", description="The design's guarantees under fire.")
    parser.add_argument("scenario", nargs="*", metavar="SCENARIO", help=", ".join(LONG))
    parser.add_argument("--uploads", type=int, help="how many uploads the deliveries are of")
    parser.add_argument("--deliveries", type=int, help="S3's records in all, repeats included")
    parser.add_argument("--seed", type=int, help="fixes the mix, not how processes interleave")
    parser.add_argument("--short", action="store_true", help="the form that runs with the tests")
    return parser


if __name__ == "__main__":
    sys.exit(main())
