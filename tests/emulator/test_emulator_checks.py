"""Every check that the guide and the facts imply, with its result code."""

import base64
import io
import os

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from PIL import Image

from emulator.keys import KeyPair, new_private_key
from tests.emulator.caller import BOUNDARY, encrypt, multipart
from tests.emulator.images import specimen

ANALYSES = ["credit-card", "id-card", "id-card/stand-alone"]
IMAGE = specimen("credit-card")


def document_for(operation: str) -> bytes:
    return IMAGE if operation == "credit-card" else specimen("resident")


@pytest.fixture
def sealed(caller):
    return caller.sealed_image("credit-card", IMAGE)


def outcome(caller, sealed) -> int:
    return caller.post("credit-card", sealed).code


def test_the_untouched_request_is_answered(caller, sealed):
    assert outcome(caller, sealed) == 0


@pytest.mark.parametrize("operation", [*ANALYSES, "id-card/authenticity"])
@pytest.mark.parametrize("name", ["Authorization", "X-Key-Version", "Symmetric-Key", "Request-Key"])
@pytest.mark.parametrize("left", [None, " "])
def test_a_missing_header(caller, operation, name, left):
    if operation == "id-card/authenticity":
        sealed = caller.sealed_claim("some key", {"idType": "resident"})
    elif name == "Request-Key":
        return
    else:
        sealed = caller.sealed_image(operation, document_for(operation))
    del sealed.headers[name]
    if left:
        sealed.headers[name] = left
    assert caller.post(operation, sealed).code == 4000005


def test_public_keys_ask_for_the_secret_key(caller):
    path = caller.path("public-keys/id-card")
    assert caller.send("GET", path).code == 4000005
    assert caller.send("GET", path, {"Authorization": "wrong"}).code == 4010001
    assert (
        caller.send("GET", path.replace(caller.app_key, "wrong"), {"Authorization": caller.secret_key}).code == 4010001
    )


@pytest.mark.parametrize("operation", [*ANALYSES, "id-card/authenticity"])
def test_wrong_credentials_come_before_anything_else(caller, operation):
    sealed = caller.sealed_image("credit-card", IMAGE)
    sealed.body = b"not even multipart"
    sealed.headers["X-Key-Version"] = "77"
    sealed.headers["Authorization"] = "wrong"
    assert caller.post(operation, sealed).code == 4010001
    sealed.headers["Authorization"] = caller.secret_key
    caller.app_key = "wrong"
    assert caller.post(operation, sealed).code == 4010001


@pytest.mark.parametrize("version", ["1000", "-1", "00", "x"])
def test_a_wrong_key_version(caller, sealed, version):
    sealed.headers["X-Key-Version"] = version
    assert outcome(caller, sealed) == 4000301


@pytest.mark.parametrize("length", [0, 16, 24, 31, 33])
def test_a_symmetric_key_of_another_length(caller, sealed, length):
    key = os.urandom(length)
    sealed.headers["Symmetric-Key"] = caller.key_headers("credit-card", key)["Symmetric-Key"]
    if length in (16, 24):  # AES would take these
        sealed.body = multipart(encrypt(key, IMAGE))
    assert outcome(caller, sealed) == 4000302


@pytest.mark.parametrize(
    "value", ["no Base64 !", base64.b64encode(b"short").decode(), base64.b64encode(b"\xff" * 256).decode()]
)
def test_a_symmetric_key_that_is_no_ciphertext(caller, sealed, value):
    sealed.headers["Symmetric-Key"] = value
    assert outcome(caller, sealed) == 4000302


def test_base64_is_taken_strictly(caller, sealed):
    value = sealed.headers["Symmetric-Key"]
    sealed.headers["Symmetric-Key"] = value[:8] + "!" + value[8:]
    assert outcome(caller, sealed) == 4000302


def test_a_symmetric_key_sealed_for_the_other_service(caller, sealed):
    sealed.headers["Symmetric-Key"] = caller.key_headers("id-card", sealed.key)["Symmetric-Key"]
    assert outcome(caller, sealed) == 4000302


def test_noise_that_opens_to_32_bytes_is_told_from_a_symmetric_key():
    """OpenSSL opens noise to random bytes, one time in 250 or so to 32 of them."""
    pair = KeyPair(new_private_key(), "0")
    openings = ((noise, pair.open(noise)) for noise in iter(lambda: b"\0" + os.urandom(255), b""))
    noise = next(noise for noise, opened in openings if len(opened) == 32)
    assert not pair.is_padded(noise)


@pytest.mark.parametrize(
    "spoil", [lambda data: data[:-1], lambda data: data[:-16] + bytes(16), lambda data: b"plain text"]
)
def test_an_image_that_does_not_decrypt(caller, sealed, spoil):
    sealed.body = multipart(spoil(encrypt(sealed.key, IMAGE)))
    assert outcome(caller, sealed) == 4000303


def test_another_iv_than_the_keys_first_bytes(caller, sealed):
    """Then the first block comes out as noise, and with it the file type."""
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
def test_files_that_are_no_images(caller, emulator, content, code):
    assert caller.analyze("credit-card", content)[0].code == code
    assert emulator.counters().paid.total == 0


@pytest.mark.parametrize("file_type", ["PNG", "JPEG"])
def test_a_truncated_image_is_invalid(caller, file_type):
    whole = specimen("credit-card", file_type=file_type)
    assert caller.analyze("credit-card", whole)[0].code == 0
    assert caller.analyze("credit-card", whole[: len(whole) * 2 // 3])[0].code == 4000002


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_an_enormous_image_is_not_decoded(caller):
    small_file = io.BytesIO()
    Image.new("1", (10_001, 10_001)).save(small_file, "PNG")
    assert caller.analyze("credit-card", small_file.getvalue())[0].code == 4000002


def test_an_empty_part_is_empty(caller, sealed):
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
def test_a_body_without_its_image_part(caller, sealed, body):
    sealed.body = body
    assert outcome(caller, sealed) == 4000001


def test_other_parts_beside_the_image_do_no_harm(caller, sealed):
    extra = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'.encode()
    end = f"--{BOUNDARY}--\r\n".encode()
    sealed.body = extra + sealed.body.removesuffix(end) + extra + end
    assert outcome(caller, sealed) == 0


@pytest.mark.parametrize("content_type", [None, "application/json", "application/octet-stream", "multipart/mixed"])
def test_an_image_of_another_media_type(caller, sealed, content_type):
    del sealed.headers["Content-Type"]
    if content_type:
        sealed.headers["Content-Type"] = content_type
    assert outcome(caller, sealed) == 415


@pytest.mark.parametrize("operation", ANALYSES)
@pytest.mark.parametrize("document", ["credit-card", "resident", "driver", "passport"])
def test_a_document_of_the_wrong_sort_is_not_found(caller, operation, document):
    fits = (operation == "credit-card") == (document == "credit-card")
    missing = 4000111 if operation == "credit-card" else 4000121
    assert caller.analyze(operation, specimen(document))[0].code == (0 if fits else missing)


@pytest.mark.parametrize(
    "path", ["", "/", "/v2.0", "/v2.1/appkeys/k/credit-card", "/v2.0/appkeys/k/passport", "/robots.txt"]
)
def test_an_unknown_url(caller, path):
    for method in ("GET", "POST"):
        answered = caller.send(method, path)
        assert answered.code == 4041007
        assert list(answered.tree) == ["header"]


def test_an_unknown_key_service(caller):
    path = caller.path("public-keys/passport")
    assert caller.send("GET", path, {"Authorization": caller.secret_key}).code == 4000001


@pytest.mark.parametrize(
    ("method", "operation"), [("GET", "credit-card"), ("PUT", "id-card"), ("POST", "public-keys/id-card")]
)
def test_another_method(caller, method, operation):
    assert caller.send(method, caller.path(operation), {"Authorization": caller.secret_key}).code == 405


def test_a_public_key_is_what_the_facts_say(caller):
    for service in ("credit-card", "id-card"):
        result = caller.public_key(service)
        assert sorted(result) == ["key", "version"]
        assert result["version"].isdigit()
        assert len(base64.b64decode(result["key"], validate=True)) == 294  # a 2048-bit RSA key as SubjectPublicKeyInfo
    assert caller.public_key("credit-card") != caller.public_key("id-card")
