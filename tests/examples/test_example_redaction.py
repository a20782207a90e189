"""The numbers are gone from the copy, and the rest still reads: the emulator's reader looks at its pixels."""

from __future__ import annotations

import io
import itertools
from typing import Any

import numpy as np
import pytest
from number_boxes import CannotRedact
from PIL import Image, PngImagePlugin
from redaction import redact

from emulator.api.results import build_result
from emulator.domain.image_properties import inspect_image
from emulator.domain.responses import EncryptedValue
from emulator.readers.ocr.reader import OcrReader
from emulator.readers.specimen import SpecimenReader
from emulator.specimens import DocumentKind, draw, extract

SEED = 5
RESIDENT_NUMBERS = {"residentNumber", "personalNo"}
NUMBERS = RESIDENT_NUMBERS | {"driverLicenseNumber", "serialNum", "passportNo", "MRZ2"}


@pytest.fixture(scope="module")
def reader() -> OcrReader:
    return OcrReader()


def plain(value: Any) -> Any:
    if isinstance(value, EncryptedValue):
        return value.text
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def result_of(image: bytes, kind: DocumentKind) -> Any:
    """Return the result as the message has it."""
    reading = SpecimenReader().read(image, "credit-card" if kind == "credit-card" else "id-card")
    assert reading
    return plain(build_result(inspect_image(image), reading))


def text_on(reader: OcrReader, image: bytes) -> str:
    """Return the letters and digits of every line, as both engines read them, without what is between them.

    The reader itself takes no card without a number.
    """
    engines = reader._engines
    with Image.open(io.BytesIO(image)) as file:
        picture = np.asarray(file.convert("RGB"))
    page = engines.page(picture, engines.boxes(picture))
    return "\n".join(letters(text) for line in page.lines for text in (line.text, page.hangul(line).text))


def letters(text: str) -> str:
    # In a line of letters and digits, the engine may take one of these for the other.
    return "".join(filter(str.isalnum, text)).replace("O", "0")


def with_exif(image: bytes, orientation: int) -> bytes:
    """Return the image as a camera stores it that was held in another way: it is upright once EXIF is followed."""
    turned = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x8769] = orientation, "a camera", {0x9003: "2026:11:26 10:00:00"}
    written = io.BytesIO()
    picture = Image.open(io.BytesIO(image)).convert("RGB")
    picture.transpose(turned[orientation]).save(written, "JPEG", quality=95, exif=exif, comment=b"taken at home")
    return written.getvalue()


def box_when_stored(box: Any, orientation: int, width: int, height: int) -> Any:
    """Return a box of the upright picture of ``width`` x ``height`` in the pixels that the file holds."""
    place = {
        3: lambda x, y: (width - x, height - y),
        6: lambda x, y: (y, width - x),
        8: lambda x, y: (height - y, x),
    }[orientation]
    corners = [place(box[f"x{n}"], box[f"y{n}"]) for n in range(1, 5)]
    return {
        f"{axis}{n}": value for n, corner in enumerate(corners, 1) for axis, value in zip("xy", corner, strict=True)
    }


def test_an_id_card_shows_no_number_and_the_rest_still_reads(reader: OcrReader) -> None:
    image = draw("resident", SEED)
    result = result_of(image, "resident")
    before, after = text_on(reader, image), text_on(reader, redact(image, result))
    fields = {field["key"]: letters(field["value"]) for field in result["keyValues"] if letters(field["value"])}
    rest = {key for key in fields.keys() - NUMBERS if fields[key] in before}
    assert len(rest) >= len(fields) / 2
    assert {key for key in rest if fields[key] in after} == rest
    # The date of birth stays.
    assert fields["residentNumber"][:6] in after
    assert_gone(before, after, [fields["residentNumber"][-7:]])


def test_a_payment_card_shows_its_last_four_digits_alone(reader: OcrReader) -> None:
    image = draw("credit-card", SEED)
    result = result_of(image, "credit-card")
    *hidden, last = (group["value"] for group in result["cardNums"])
    before, after = text_on(reader, image), text_on(reader, redact(image, result))
    assert last in after
    assert_gone(before, after, hidden)


def assert_gone(before: str, after: str, hidden: list[str]) -> None:
    """Assert that most of the numbers can be read on the image, and no four characters of any on the copy."""
    assert sum(number in before for number in hidden) > len(hidden) / 2
    assert not [part for part in map(parts_of_four, hidden) if any(each in after for each in part)]


def parts_of_four(number: str) -> list[str]:
    return [number[at : at + 4] for at in range(len(number) - 3)]


def test_of_a_longer_last_group_four_digits_stay() -> None:
    box = {"x1": 0, "y1": 40, "x2": 100, "y2": 40, "x3": 100, "y3": 60, "x4": 0, "y4": 60}
    image = io.BytesIO()
    Image.new("RGB", (300, 100), "white").save(image, "PNG")
    boxes = [{**box, **{f"x{n}": box[f"x{n}"] + at for n in range(1, 5)}} for at in (0, 100, 200)]
    groups = [{"value": value} for value in ("3782", "822463", "10005")]
    copy = Image.open(io.BytesIO(redact(image.getvalue(), {"cardNums": groups, "cardNumBoxes": boxes})))
    line = [copy.getpixel((x, 50)) == (0, 0, 0) for x in range(300)]
    assert [(black, len([*run])) for black, run in itertools.groupby(line)] == [(True, 221), (False, 79)]


@pytest.mark.parametrize("kind", ["resident", "driver", "passport"])
def test_every_number_is_black_and_nothing_else(kind: DocumentKind) -> None:
    image = draw(kind, SEED)
    result = result_of(image, kind)
    copy = Image.open(io.BytesIO(redact(image, result)))
    black = {
        field["key"]: {copy.getpixel((x, (field["bbox"]["y1"] + field["bbox"]["y3"]) // 2)) for x in columns(field)}
        == {(0, 0, 0)}
        for field in result["keyValues"]
        if "bbox" in field
    }
    assert {key for key, is_black in black.items() if is_black} == NUMBERS & black.keys()


def columns(field: Any) -> range:
    """Return those of the last half of a resident number, and all of another field."""
    left, right = field["bbox"]["x1"], field["bbox"]["x2"]
    return range((left + right) // 2 if field["key"] in RESIDENT_NUMBERS else left, right + 1)


@pytest.mark.parametrize("follows_exif", [False, True])
@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_the_copy_is_upright_and_its_number_black_wherever_boxes_are_counted_from(
    orientation: int, follows_exif: bool
) -> None:
    upright = draw("resident", SEED)
    result, image = result_of(upright, "resident"), with_exif(upright, orientation)
    width, height = Image.open(io.BytesIO(upright)).size
    (number,) = (field for field in result["keyValues"] if field["key"] == "residentNumber")
    box = number["bbox"]
    if not follows_exif:
        number["bbox"] = box_when_stored(box, orientation, width, height)
    copy = Image.open(io.BytesIO(redact(image, result)))
    assert copy.size == (width, height)
    across, middle = box["x2"] - box["x1"], (box["y1"] + box["y3"]) // 2
    hidden: Any = [copy.getpixel((box["x1"] + round(across * share), middle)) for share in (0.45, 0.6, 0.8, 0.99)]
    assert all(max(pixel) < 30 for pixel in hidden)


def test_the_copy_has_no_metadata() -> None:
    image = draw("resident", SEED)
    assert extract(image)
    result = result_of(image, "resident")
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "an applicant")
    png = io.BytesIO()
    Image.open(io.BytesIO(image)).save(png, "PNG", pnginfo=notes, icc_profile=b"profile", dpi=(300, 300))
    for source in (image, png.getvalue(), with_exif(image, 6)):
        copy = redact(source, result)
        opened = Image.open(io.BytesIO(copy))
        opened.load()
        assert extract(copy) is None
        assert not opened.getexif()
        assert {*opened.info} <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        for note in (b"an applicant", b"profile", b"a camera", b"taken at home"):
            assert note not in copy


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "I;16", "1", "CMYK"])
def test_every_mode_keeps_its_look(mode: str) -> None:
    upright = Image.open(io.BytesIO(draw("resident", SEED)))
    picture = (
        upright.convert("L").point(lambda value: value * 256, "I").convert("I;16")
        if mode == "I;16"
        else upright.convert(mode)
    )
    if mode in {"LA", "RGBA"}:
        # Transparent paper, as a scanner's software leaves it: its black must not become the copy's.
        picture.paste(0, (0, 0, 60, 60))
    image = io.BytesIO()
    picture.save(image, "JPEG" if mode == "CMYK" else "PNG")
    copy = Image.open(io.BytesIO(redact(image.getvalue(), result_of(draw("resident", SEED), "resident"))))
    corner = copy.getpixel((30, 30))
    assert corner == (255, 255, 255) if mode in {"LA", "RGBA"} else True
    was, now = (float(np.asarray(each.convert("L")).mean()) for each in (upright, copy))
    assert abs(was - now) < 25


ID = {"idType": "resident", "keyValues": [{"key": "residentNumber", "value": "900101-1234567"}]}
BOX = {"x1": 0, "y1": 0, "x2": 9, "y2": 0, "x3": 9, "y3": 9, "x4": 0, "y4": 9}


def field(key: str, value: str | None = "900101-1234567", box: Any = BOX) -> dict[str, Any]:
    return {"key": key, "value": value, "bbox": box}


@pytest.mark.parametrize(
    "result",
    [
        {},
        {"idType": "library"},
        {"idType": "resident", "keyValues": None},
        {"idType": "resident", "keyValues": [None, field("name")]},
        {"idType": "resident", "keyValues": [field("residentNumber", None)]},
        {"idType": "resident", "keyValues": [field("residentNumber", "")]},
        {"idType": "resident", "keyValues": [field("residentNumber", box=None)]},
        {"idType": "resident", "keyValues": [field("residentNumber", box={"x1": 0})]},
        {"idType": "resident", "keyValues": [field("residentNumber", box=BOX | {"y4": None})]},
        {"idType": "driver", "keyValues": [field("residentNumber")]},
        {"idType": "driver", "keyValues": [field("residentNumber"), field("driverLicenseNumber", box=None)]},
        {"idType": "passport", "keyValues": [field("passportNo")]},
        {"cardNums": None, "cardNumBoxes": None},
        {"cardNums": [{"value": "3530"}] * 4, "cardNumBoxes": [BOX] * 3},
        {"cardNums": [{"value": "3530"}] * 4, "cardNumBoxes": [BOX, BOX, BOX, None]},
        {"cardNums": [{"value": "3530"}, None, *[{"value": "3530"}] * 2], "cardNumBoxes": [BOX] * 4},
        {"cardNums": [{"value": "3530"}] * 2, "cardNumBoxes": [BOX] * 2},
    ],
)
def test_an_image_is_refused_if_a_number_may_stay_visible(result: dict[str, Any]) -> None:
    with pytest.raises(CannotRedact) as refused:
        redact(draw("resident", SEED), result)
    assert "1234567" not in str(refused.value)
    assert "3530" not in str(refused.value)


@pytest.mark.parametrize("value", ["90010-1234567", "900101-123456", "9001011234", "성춘향"])
def test_a_misread_resident_number_is_black_as_a_whole(value: str) -> None:
    image = io.BytesIO()
    Image.new("RGB", (100, 20), "white").save(image, "PNG")
    box = {"x1": 20, "y1": 5, "x2": 80, "y2": 5, "x3": 80, "y3": 15, "x4": 20, "y4": 15}
    result = {"idType": "resident", "keyValues": [field("residentNumber", value, box)]}
    copy = Image.open(io.BytesIO(redact(image.getvalue(), result)))
    assert {copy.getpixel((x, 10)) for x in range(19, 81)} == {(0, 0, 0)}


@pytest.mark.parametrize("image", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"<svg/>"])
def test_a_broken_image_is_refused(image: bytes) -> None:
    with pytest.raises(CannotRedact, match="cannot be read"):
        redact(image, {"idType": "resident", "keyValues": [field("residentNumber")]})
