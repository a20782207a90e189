"""One image of each kind, read from its pixels in a worker process like that of the service."""

from __future__ import annotations

import asyncio
import io

import pytest
from PIL import Image

from emulator.domain.key_pairs import KeyService
from emulator.domain.readings import Box, DocumentReading
from emulator.readers.pool import ReaderPool
from emulator.specimens import DocumentKind, Specimen, draw, extract

SEED = 77
SERVICES: dict[str, KeyService] = {"credit-card": "credit-card"}


def read(pool: ReaderPool, picture: Image.Image, service: KeyService, fmt: str = "PNG") -> DocumentReading | None:
    """Read the picture after saving it without metadata."""
    file = io.BytesIO()
    picture.save(file, fmt)
    assert extract(file.getvalue()) is None
    return asyncio.run(pool.read(file.getvalue(), service))[1]


def specimen(kind: DocumentKind, variant: str) -> tuple[Image.Image, Specimen]:
    image = draw(kind, SEED, variant=variant)
    expected = extract(image)
    assert expected is not None
    return Image.open(io.BytesIO(image)), expected


def overlap(one: Box, other: Box) -> float:
    """Return the intersection over union of two upright boxes."""
    (left, top), _, (right, low), _ = one
    (other_left, other_top), _, (other_right, other_low), _ = other
    across = max(0, min(right, other_right) - max(left, other_left))
    down = max(0, min(low, other_low) - max(top, other_top))
    both = (right - left) * (low - top) + (other_right - other_left) * (other_low - other_top)
    return across * down / (both - across * down)


@pytest.mark.parametrize(
    ("kind", "variant", "fmt"),
    [
        ("credit-card", "embossed", "PNG"),
        ("credit-card", "vertical", "JPEG"),
        ("resident", "standard", "PNG"),
        ("driver", "old", "JPEG"),
        ("passport", "standard", "PNG"),
    ],
)
def test_fields_are_read_with_their_boxes(pool: ReaderPool, kind: DocumentKind, variant: str, fmt: str) -> None:
    picture, expected = specimen(kind, variant)
    reading = read(pool, picture, SERVICES.get(kind, "id-card"), fmt)
    assert reading is not None
    assert reading.document == kind
    printed = [field for field in expected.fields if field.value and (field.key, field.value) != ("condition", "none")]
    assert sorted((field.key, field.value) for field in reading.fields) == sorted((f.key, f.value) for f in printed)
    boxes = iter([field.box for field in reading.fields if field.key == "cardNum"])
    found = {field.key: field.box for field in reading.fields}
    for field in printed:
        box = next(boxes) if field.key == "cardNum" else found[field.key]
        assert not field.box or overlap(box, field.box) > 0.3, field.key
    assert all(0.3 < field.conf <= 1 for field in reading.fields)


def test_a_rotated_card_is_read_with_its_boxes(pool: ReaderPool) -> None:
    picture, expected = specimen("credit-card", "flat")
    numbers = [field.value for field in expected.fields if field.key == "cardNum"]
    for turn, corner in ((Image.Transpose.ROTATE_180, (0.92, 0.4)), (Image.Transpose.ROTATE_90, (0.6, 0.92))):
        turned = picture.transpose(turn)
        reading = read(pool, turned, "credit-card")
        assert reading is not None
        groups = [field for field in reading.fields if field.key == "cardNum"]
        assert [group.value for group in groups] == numbers
        x, y = groups[0].box[0]
        assert (x / turned.width, y / turned.height) == pytest.approx(corner, abs=0.06)


def test_a_mirrored_photograph_is_read_by_its_exif_orientation_and_refused_without_it(pool: ReaderPool) -> None:
    picture, expected = specimen("credit-card", "flat")
    numbers = [field.value for field in expected.fields if field.key == "cardNum"]
    turns = {2: None, 4: Image.Transpose.ROTATE_180, 5: Image.Transpose.ROTATE_90, 7: Image.Transpose.ROTATE_270}
    for orientation, turn in turns.items():
        mirrored = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        mirrored = mirrored.transpose(turn) if turn is not None else mirrored
        exif = Image.Exif()
        exif[0x0112] = orientation
        file = io.BytesIO()
        mirrored.save(file, "PNG", exif=exif)
        reading = asyncio.run(pool.read(file.getvalue(), "credit-card"))[1]
        assert reading is not None
        groups = [field for field in reading.fields if field.key == "cardNum"]
        assert [group.value for group in groups] == numbers
        if orientation == 2:
            first, field = groups[0].box, next(field for field in expected.fields if field.key == "cardNum")
            for (x, y), (left, top) in zip(first, field.box, strict=True):
                assert (picture.width - x, y) == pytest.approx((left, top), abs=20)
    assert read(pool, picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT), "credit-card") is None


def test_a_small_card_in_a_photograph_is_read_with_its_boxes(pool: ReaderPool) -> None:
    picture, expected = specimen("resident", "standard")
    table = Image.new("RGB", (picture.width * 6, picture.height * 6), (92, 84, 76))
    table.paste(picture, (2300, 1700))
    reading = read(pool, table, "id-card")
    assert reading is not None
    printed = {field.key: field for field in expected.fields}
    assert {field.key: field.value for field in reading.fields} == {key: field.value for key, field in printed.items()}
    for field in reading.fields:
        expected_box = tuple((x + 2300, y + 1700) for x, y in printed[field.key].box)
        assert overlap(field.box, expected_box) > 0.3, field.key


def test_a_cut_off_line_is_not_read(pool: ReaderPool) -> None:
    picture, expected = specimen("resident", "standard")
    (left, _), (right, _), *_ = next(field.box for field in expected.fields if field.key == "issueDate")
    reading = read(pool, picture.crop((0, 0, left + (right - left) * 4 // 5, picture.height)), "id-card")
    assert reading is not None
    assert {field.key for field in reading.fields} == {"name", "residentNumber"}


@pytest.mark.parametrize("variant", ["blank", "receipt", "cut-off"])
def test_images_without_a_document_are_refused(pool: ReaderPool, variant: str) -> None:
    image = draw("negative", SEED, variant=variant)
    assert asyncio.run(pool.read(image, "id-card"))[1] is None
    assert asyncio.run(pool.read(image, "credit-card"))[1] is None


def test_a_document_of_the_other_service_is_refused(pool: ReaderPool) -> None:
    card, _ = specimen("credit-card", "flat")
    resident, _ = specimen("resident", "standard")
    assert read(pool, card, "id-card") is None
    assert read(pool, resident, "credit-card") is None
