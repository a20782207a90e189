"""The checks of a request body's content, with their result codes."""

import io

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from PIL import Image

from tests.emulator.caller import BOUNDARY, encrypt, multipart
from tests.emulator.images import specimen

ANALYSES = ["credit-card", "id-card", "id-card/stand-alone"]
IMAGE = specimen("credit-card")


@pytest.fixture
def sealed(caller):
    return caller.sealed_image("credit-card", IMAGE)


def outcome(caller, sealed) -> int:
    return caller.post("credit-card", sealed).code


@pytest.mark.parametrize(
    "corrupt", [lambda data: data[:-1], lambda data: data[:-16] + bytes(16), lambda data: b"plain text"]
)
def test_an_image_that_does_not_decrypt(caller, sealed, corrupt) -> None:
    sealed.body = multipart(corrupt(encrypt(sealed.key, IMAGE)))
    assert outcome(caller, sealed) == 4000303


def test_an_iv_other_than_the_keys_first_bytes(caller, sealed) -> None:
    """The first block, which shows the file type, then decrypts to random bytes."""
    padder, encryptor = PKCS7(128).padder(), Cipher(algorithms.AES(sealed.key), modes.CBC(bytes(16))).encryptor()
    sealed.body = multipart(encryptor.update(padder.update(IMAGE) + padder.finalize()))
    assert outcome(caller, sealed) == 4000003


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", 4000004),
        (b"just a text", 4000003),
        (b"GIF89a" + bytes(100), 4000003),
        (b"%PDF-1.7" + bytes(100), 4000003),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), 4000002),
        (b"\xff\xd8\xff\xe0" + bytes(100), 4000002),
    ],
)
def test_files_that_are_not_images(caller, emulator, content, code) -> None:
    assert caller.analyze("credit-card", content)[0].code == code
    assert emulator.counters().paid.total == 0


@pytest.mark.parametrize("file_type", ["PNG", "JPEG"])
def test_a_truncated_image_is_invalid(caller, file_type) -> None:
    whole = specimen("credit-card", file_type=file_type)
    assert caller.analyze("credit-card", whole)[0].code == 0
    assert caller.analyze("credit-card", whole[: len(whole) * 2 // 3])[0].code == 4000002


def test_an_image_of_too_many_pixels_is_refused_with_a_sentence(caller) -> None:
    small_file = io.BytesIO()
    Image.new("1", (20_000, 10_001)).save(small_file, "PNG")
    response, _ = caller.analyze("credit-card", small_file.getvalue())
    assert response.code == 4131000
    assert "200,020,000 pixels" in response.tree["header"]["resultMessage"]
    assert "limit of 200,000,000" in response.tree["header"]["resultMessage"]


def test_an_empty_image_part(caller, sealed) -> None:
    sealed.body = multipart(b"")
    assert outcome(caller, sealed) == 4000004


@pytest.mark.parametrize(
    "body",
    [
        multipart(b"x" * 16, name="picture"),
        multipart(b"x" * 16, filename=None),
        multipart(b"x" * 16)[:-10],
        multipart(b"x" * 16).replace(b"\r\n\r\n", b"\r\n"),
        multipart(b"x" * 16)[: -len(BOUNDARY) - 6] + multipart(b"y" * 16),
        f"--{BOUNDARY}--\r\n".encode(),
        b"junk",
        b"",
    ],
)
def test_a_body_without_its_image_part(caller, sealed, body) -> None:
    sealed.body = body
    assert outcome(caller, sealed) == 4000001


def test_additional_parts_are_ignored(caller, sealed) -> None:
    extra = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'.encode()
    end = f"--{BOUNDARY}--\r\n".encode()
    sealed.body = extra + sealed.body.removesuffix(end) + extra + end
    assert outcome(caller, sealed) == 0


@pytest.mark.parametrize("content_type", [None, "application/json", "application/octet-stream", "multipart/mixed"])
def test_an_image_of_another_media_type(caller, sealed, content_type) -> None:
    del sealed.headers["Content-Type"]
    if content_type:
        sealed.headers["Content-Type"] = content_type
    assert outcome(caller, sealed) == 415


@pytest.mark.parametrize("operation", ANALYSES)
@pytest.mark.parametrize("document", ["credit-card", "resident", "driver", "passport"])
def test_a_document_of_another_service_is_not_found(caller, operation, document) -> None:
    fits = (operation == "credit-card") == (document == "credit-card")
    missing = 4000111 if operation == "credit-card" else 4000121
    assert caller.analyze(operation, specimen(document))[0].code == (0 if fits else missing)
