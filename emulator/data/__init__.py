"""Files that come by npm: the OCR-B font and Tesseract's Korean data (fetched by ``python -m emulator.data``)."""

from __future__ import annotations

from pathlib import Path

DATA_FOLDER = Path(__file__).parent
OCR_B = DATA_FOLDER / "node_modules" / "@passport-mrz" / "renderer" / "assets" / "OCRB.ttf"
KOREAN_ARCHIVE = DATA_FOLDER / "node_modules" / "@tesseract.js-data" / "kor" / "4.0.0_best_int" / "kor.traineddata.gz"
TESSDATA = DATA_FOLDER / "tessdata"


def require_file(path: Path) -> Path:
    """Return the path, or raise FileNotFoundError with a sentence that says what to do."""
    if not path.exists():
        raise FileNotFoundError(f"{path.name} has not been fetched yet: run `python -m emulator.data`")
    return path
