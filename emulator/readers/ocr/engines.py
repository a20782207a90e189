"""The two OCR engines: RapidOCR finds lines and reads digits and Latin letters, Tesseract reads Hangul."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import product
from typing import Any

import cv2
import numpy as np
import tesserocr  # type: ignore[import-untyped]  # it ships stubs, but no py.typed
from PIL import Image
from rapidocr import RapidOCR
from rapidocr.ch_ppocr_det import TextDetOutput

from emulator.data import TESSDATA, require_file
from emulator.readers.ocr.line import EMPTY_TEXT, Corners, Line, Picture, Text
from emulator.readers.ocr.page import Page

# This size is sufficient for line detection, and a third faster than the engine's default.
DETECTION_SIDE = 736
_SETTINGS = {
    "Global.log_level": "critical",  # the engine's messages might contain recognised text
    "Global.max_side_len": 4000,
    "Global.return_word_box": True,
    "Det.limit_type": "max",
    "Det.limit_side_len": DETECTION_SIDE,
    "Rec.rec_batch_num": 1,
    # Each worker uses one core; more threads would compete for it.
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}
# The best height for a line of Hangul is unknown, and so is the best margin around it: with one of them, the engine
# cannot read some clear lines at any height. The pictures of a line differ in both, until the confidence is sufficient.
_HANGUL_HEIGHTS, _HANGUL_MARGINS = (36, 48, 64, 42, 56), (12, 0)
# How much of the picture behind a line is examined for glare, in heights of the line.
_BEYOND = 1.3
# In lines lower than this (pixels), the engine confuses syllables that differ by one stroke.
_MIN_HANGUL_HEIGHT = 14
# The Latin engine can return 18,000 characters and sometimes confuses a letter with a similar one.
_CONFUSABLES = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕКМНОРСТУХІЅЈ∪∨", "ABEZHIKMNOPTYXABEKMHOPCTYXISJUV")
_CONFUSABLES |= {0xFEE0 + ascii_: ascii_ for ascii_ in range(0x21, 0x7F)}
_CONFUSABLES |= {accented: ord(unicodedata.normalize("NFD", chr(accented))[0]) for accented in range(0xC0, 0x180)}


class Engines:
    """Both engines with their models (0.9 GB).

    Raises
    ------
    FileNotFoundError
        The Korean data has not been fetched.
    """

    def __init__(self) -> None:
        cv2.setNumThreads(1)
        self._rapid = RapidOCR(params=_SETTINGS)
        require_file(TESSDATA / "kor.traineddata")
        self._tesseract = tesserocr.PyTessBaseAPI(path=str(TESSDATA), lang="kor", psm=tesserocr.PSM.SINGLE_LINE)

    def boxes(self, picture: Picture) -> list[Corners]:
        """Return the positions of the lines of a picture, from top to bottom."""
        # Always pass all flags: the engine keeps the last ones. Its angle classifier wrongly turns embossed digits.
        found = self._rapid(picture[:, :, ::-1], use_det=True, use_cls=False, use_rec=False)
        if not isinstance(found, TextDetOutput) or found.boxes is None:
            return []
        return [np.asarray(box, np.float32) for box in found.boxes]

    def page(self, picture: Picture, boxes: list[Corners]) -> Page:
        """Read the lines of a picture with the Latin engine and return them as a page."""
        crops = [_crop(picture, box) for box in boxes]
        lines = [Line(text, box, crop) for text, box, crop in zip(self.latin(crops), boxes, crops, strict=True)]
        return Page(lines, self._hangul, self._again, self._upside_down, lambda line: _beyond(picture, line.box))

    def latin(self, crops: list[Picture]) -> list[Text]:
        """Read pictures that each show one line."""
        if not crops:
            return []
        read = self._rapid.recognize_txt([crop[:, :, ::-1] for crop in crops])
        return [_text(text, word) for text, word in zip(read.txts or (), read.word_results, strict=True)]

    def _again(self, line: Line) -> list[Text]:
        """Read a line again, from two pictures with different contrast."""
        grey = cv2.cvtColor(line.crop, cv2.COLOR_RGB2GRAY)
        even = cv2.createCLAHE(3.0, (2, 8)).apply(grey)
        calm = cv2.GaussianBlur(grey, (0, 0), max(0.8, grey.shape[0] / 48))
        return self.latin([np.repeat(one[:, :, None], 3, axis=2) for one in (even, calm)])

    def _upside_down(self, line: Line) -> Text:
        return self.latin([np.ascontiguousarray(line.crop[::-1, ::-1])])[0]

    def _hangul(self, line: Line) -> Iterator[Text]:
        if line.height < _MIN_HANGUL_HEIGHT:
            return
        letters = Image.fromarray(line.crop).convert("L")
        for height, margin in product(_HANGUL_HEIGHTS, _HANGUL_MARGINS):
            sheet = _with_margin(letters, height, margin)
            self._tesseract.SetImage(sheet)
            read, conf = self._tesseract.GetUTF8Text().strip(), max(0, self._tesseract.MeanTextConf()) / 100
            yield Text(read, (conf,) * len(read), self._symbol_centres(read, sheet.width, margin))

    def _symbol_centres(self, read: str, width: int, margin: int) -> tuple[float, ...]:
        """Return the positions of the characters that were read last; those of spaces are interpolated."""
        known = [at for at, character in enumerate(read) if not character.isspace()]
        if not known:
            return ()
        symbols = tesserocr.iterate_level(self._tesseract.GetIterator(), tesserocr.RIL.SYMBOL)
        boxes = [symbol.BoundingBox(tesserocr.RIL.SYMBOL) for symbol in symbols]
        if len(boxes) != len(known):
            return _evenly_spaced(len(read))
        # Boxes begin where their syllable begins, but some end too late.
        usual = float(np.median([right - left for left, _, right, _ in boxes]))
        centres = [left + min(usual, right - left) / 2 - margin for left, _, right, _ in boxes]
        places = np.interp(range(len(read)), known, centres) / (width - 2 * margin)
        return tuple(float(min(max(place, 0.0), 1.0)) for place in places)


def _with_margin(letters: Image.Image, height: int, margin: int) -> Image.Image:
    """Return the line at a height, blurred against noise, with a margin in the background's colour."""
    width = max(1, round(letters.width * height / letters.height))
    sheet = Image.new("L", (width + 2 * margin, height + 2 * margin), int(np.median(np.asarray(letters))))
    sheet.paste(letters.resize((width, height), Image.Resampling.BICUBIC), (margin, margin))
    return Image.fromarray(cv2.GaussianBlur(np.asarray(sheet), (0, 0), 1.0))


def _text(read: str, words: Any) -> Text:
    """Return a text whose characters have the network's columns as positions; spaces are interpolated."""
    text = read.translate(_CONFUSABLES)
    columns = [column for word in words.word_cols for column in word]
    if not text.strip() or len(columns) != len(text) - sum(map(str.isspace, text)):
        return EMPTY_TEXT if not text.strip() else Text(text, (words.confs[0],) * len(text), _evenly_spaced(len(text)))
    known = [at for at, character in enumerate(text) if not character.isspace()]
    places = np.interp(range(len(text)), known, [(column + 0.5) / words.line_txt_len for column in columns])
    return Text(text, tuple(words.confs), tuple(float(min(place, 1.0)) for place in places))


def _evenly_spaced(count: int) -> tuple[float, ...]:
    return tuple((at + 0.5) / count for at in range(count))


def _beyond(picture: Picture, box: Corners) -> Picture:
    """Return the picture behind the end of a line, as far as it is inside."""
    along = (box[1] - box[0]) / max(1.0, float(np.linalg.norm(box[1] - box[0])))
    reach = along * _BEYOND * float(np.linalg.norm(box[3] - box[0]))
    beyond = np.array([box[1], box[1] + reach, box[2] + reach, box[2]], np.float32)
    height, width = picture.shape[:2]
    if beyond.min() < 0 or beyond[:, 0].max() > width or beyond[:, 1].max() > height:
        return picture[:0, :0]
    return _crop(picture, beyond)


def _crop(picture: Picture, box: Corners) -> Picture:
    """Return the line as an upright picture."""
    width = max(1, round(float(max(np.linalg.norm(box[0] - box[1]), np.linalg.norm(box[3] - box[2])))))
    height = max(1, round(float(max(np.linalg.norm(box[0] - box[3]), np.linalg.norm(box[1] - box[2])))))
    upright = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(box, upright)
    crop = cv2.warpPerspective(picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(crop, np.uint8)
