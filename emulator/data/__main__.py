"""Fetch the font and the Korean data into this folder: ``python -m emulator.data``."""

from __future__ import annotations

import gzip
import subprocess
import sys

from emulator.data import DATA_FOLDER, KOREAN_ARCHIVE, OCR_B, TESSDATA, require_file
from workstation.npm import install_packages


def fetch() -> None:
    """Install the packages of ``package-lock.json`` and unpack the Korean data.

    Raises
    ------
    subprocess.CalledProcessError
        npm failed.
    """
    install_packages(DATA_FOLDER)
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
