"""Files from npm: the OCR-B font and Tesseract's Korean data. ``python -m emulator.data`` fetches them."""

from __future__ import annotations

from pathlib import Path

DATA_FOLDER = Path(__file__).parent
OCR_B = DATA_FOLDER / "node_modules" / "@passport-mrz" / "renderer" / "assets" / "OCRB.ttf"
KOREAN_ARCHIVE = DATA_FOLDER / "node_modules" / "@tesseract.js-data" / "kor" / "4.0.0_best_int" / "kor.traineddata.gz"
TESSDATA = DATA_FOLDER / "tessdata"


def require_file(path: Path) -> Path:
    """Return the path of an existing file.

    Raises
    ------
    FileNotFoundError
        The file has not been fetched. The message says how to fetch it.
    """
    if not path.exists():
        raise FileNotFoundError(f"{path.name} has not been fetched yet: run `python -m emulator.data`")
    return path
