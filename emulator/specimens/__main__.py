"""Write specimens to a folder: ``python -m emulator.specimens OUTDIR [--kind KIND] [--count N] …``."""

from __future__ import annotations

import argparse
from pathlib import Path

from emulator.specimens.generate import DOCUMENTS, KINDS, draw


def main() -> None:
    """Write ``<kind>-<seed>.<png|jpg>`` for each requested kind, and print the paths."""
    options = _options()
    options.outdir.mkdir(parents=True, exist_ok=True)
    ending = {"png": "png", "jpeg": "jpg"}[options.format]
    for kind in [options.kind] if options.kind else DOCUMENTS:
        for seed in range(options.seed, options.seed + options.count):
            path = options.outdir / f"{kind}-{seed:04d}.{ending}"
            path.write_bytes(draw(kind, seed, fmt=options.format))
            print(path)  # noqa: T201 - the paths are the output of this command


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m emulator.specimens", description="Draw invented documents.")
    parser.add_argument("outdir", type=Path, help="folder for the images")
    parser.add_argument("--kind", choices=KINDS, help="draw only this kind (default: all four documents)")
    parser.add_argument("--count", type=int, default=1, help="number of images of each kind (default: 1)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first image (default: 0)")
    parser.add_argument("--format", choices=("png", "jpeg"), default="png", help="file format (default: png)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
