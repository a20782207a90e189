from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.specimens import Field, Specimen, draw, embed, extract
from emulator.specimens.metadata import KEYWORD, PNG_SIGNATURE, jpeg_comment, png_chunk

SPECIMEN = Specimen("resident", (Field("name", "홍길동", ((1, 2), (30, 2), (30, 9), (1, 9))), Field("issuer", "")))
FILES = {fmt: draw("negative", 1, variant="blank", fmt=fmt, scale=0.1) for fmt in ("png", "jpeg")}
MARKED = {fmt: embed(image, SPECIMEN) for fmt, image in FILES.items()}


@pytest.mark.parametrize("fmt", FILES)
def test_embedded_metadata_is_extracted(fmt: str) -> None:
    assert extract(MARKED[fmt]) == SPECIMEN
    assert extract(FILES[fmt]) is None


@pytest.mark.parametrize("fmt", FILES)
def test_the_text_can_be_read_by_other_programs(fmt: str) -> None:
    assert "홍길동".encode() in MARKED[fmt]


@pytest.mark.parametrize("fmt", FILES)
@given(data=st.data())
def test_a_damaged_file_never_raises(fmt: str, data: st.DataObject) -> None:
    image = bytearray(MARKED[fmt])
    for _ in range(data.draw(st.integers(1, 6))):
        image[data.draw(st.integers(0, 400))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(image)))
    assert isinstance(extract(bytes(image[:cut])), Specimen | None)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b'{"document": "resident"}',
        b'{"document": "library card", "fields": []}',
        b'{"document": "resident", "fields": [{"key": 1, "value": "x", "box": []}]}',
        b'{"document": "resident", "fields": [{"key": "name", "value": "x", "box": [[1, 2]]}]}',
        b'{"document": "resident", "fields": [{"key": "n", "value": "x", "box": [[1e999,1],[1,1],[1,1],[1,1]]}]}',
        b'{"document": "resident", "fields": 7}',
        b"[" * 50_000,
        b'{"document": "\xff"}',
    ],
)
def test_a_foreign_comment_gives_no_specimen(text: bytes) -> None:
    image = FILES["jpeg"]
    assert extract(image[:2] + jpeg_comment(KEYWORD + b"\0" + text) + image[2:]) is None


def test_a_too_large_comment_is_not_parsed() -> None:
    text = KEYWORD + b"\0\0\0\0\0" + b'{"document": "resident", "fields": []}'
    start = PNG_SIGNATURE + MARKED["png"][8:33]
    assert extract(start + png_chunk(b"iTXt", text) + MARKED["png"][33:]) == Specimen("resident", ())
    assert extract(start + png_chunk(b"iTXt", text + b" " * 1_000_000) + FILES["png"][33:]) is None


def test_a_file_with_too_many_parts_is_abandoned() -> None:
    part = png_chunk(b"spAd", b"")
    assert extract(PNG_SIGNATURE + part * 2_000 + MARKED["png"][len(PNG_SIGNATURE) :]) is None


@pytest.mark.parametrize("image", [b"", b"\xff", b"GIF89a", PNG_SIGNATURE, b"\xff\xd8", b"plain text"])
def test_other_files_give_no_specimen(image: bytes) -> None:
    assert extract(image) is None


def test_other_files_cannot_be_embedded_into() -> None:
    with pytest.raises(ValueError, match="neither a PNG nor a JPEG"):
        embed(b"GIF89a", SPECIMEN)


def test_too_long_fields_are_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        embed(FILES["jpeg"], Specimen("resident", (Field("name", "가" * 30_000),)))


def test_a_comment_is_never_truncated() -> None:
    with pytest.raises(struct.error):
        jpeg_comment(bytes(65_534))
