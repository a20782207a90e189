"""Envelopes equal those of the `openssl` program and have the required properties."""

import base64
import contextlib
import itertools
import json
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_private_key
from hypothesis import given
from hypothesis import strategies as st
from sealed_ocr.ocr.envelope import Envelope, EnvelopeError, sealed_length

from tests.support.canary import assert_clean, exception_text

pytestmark = pytest.mark.unit

VECTORS = json.loads(Path(__file__).with_name("vectors").joinpath("vectors.json").read_text())
KEYS = st.binary(min_size=32, max_size=32)
# Lengths around the boundaries of blocks and chunks.
LENGTHS = st.one_of(st.integers(0, 70), st.sampled_from([255, 256, 257, 4095, 4096, 4097]))


def with_key(key):
    return Envelope._with_key(key)


def seal(envelope, pieces, chunk_bytes):
    return b"".join(bytes(piece) for piece in envelope.seal_stream(pieces, chunk_bytes))


def aes(key, content, padded):
    """Encrypt `content` with any last block, including invalid PKCS7 padding."""
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(content + padded) + encryptor.finalize()).decode()


def cut(content, borders):
    places = [0, *sorted(border % (len(content) + 1) for border in borders), len(content)]
    return [content[start:end] for start, end in itertools.pairwise(places)]


@pytest.mark.parametrize("vector", VECTORS["images"], ids=lambda vector: str(len(base64.b64decode(vector["plain"]))))
@pytest.mark.parametrize("chunk_bytes", [1, 15, 16, 17, 256, 5000])
def test_sealed_images_equal_those_of_openssl(vector, chunk_bytes) -> None:
    plain, sealed = base64.b64decode(vector["plain"]), base64.b64decode(vector["sealed"])
    pieces = [plain[start : start + chunk_bytes] for start in range(0, len(plain), chunk_bytes)]
    assert seal(with_key(bytes.fromhex(vector["key"])), pieces, chunk_bytes) == sealed
    assert sealed_length(len(plain)) == len(sealed)


@pytest.mark.parametrize("vector", VECTORS["texts"], ids=lambda vector: repr(vector["plain"]))
def test_sealed_texts_equal_those_of_openssl(vector) -> None:
    envelope = with_key(bytes.fromhex(vector["key"]))
    assert envelope.seal_text(vector["plain"]) == vector["sealed"]
    assert envelope.open_text(vector["sealed"]) == vector["plain"]


@pytest.mark.parametrize("vector", VECTORS["rsa"], ids=lambda vector: str(vector["bits"]))
def test_the_sealed_symmetric_key_matches_that_of_openssl(vector) -> None:
    """RSA with PKCS#1 v1.5 is random: ours must decrypt with the private key, as openssl's does."""
    private = load_pem_private_key(vector["private_key"].encode(), None)
    public = load_der_public_key(base64.b64decode(vector["public_key"]))
    assert isinstance(private, rsa.RSAPrivateKey)
    assert isinstance(public, rsa.RSAPublicKey)
    key = bytes.fromhex(vector["symmetric_key"])
    assert private.decrypt(base64.b64decode(vector["sealed_key"]), PKCS1v15()) == key
    sealed = with_key(key).sealed_key(public)
    assert private.decrypt(base64.b64decode(sealed, validate=True), PKCS1v15()) == key
    assert len(base64.b64decode(sealed)) * 8 == vector["bits"]


@given(KEYS, LENGTHS.flatmap(lambda size: st.binary(min_size=size, max_size=size)), st.lists(st.integers(0, 1 << 16)))
def test_any_chunking_gives_the_same_ciphertext(key, plain, borders) -> None:
    pieces = cut(plain, borders)
    padding = 16 - len(plain) % 16
    sealed = seal(with_key(key), pieces, max(map(len, pieces)))
    assert sealed == base64.b64decode(aes(key, plain, bytes([padding]) * padding))
    assert len(sealed) == sealed_length(len(plain))


@given(KEYS, st.lists(st.text(), max_size=5))
def test_sealed_texts_open_in_any_order_and_repeatedly(key, texts) -> None:
    envelope = with_key(key)
    sealed = [envelope.seal_text(text) for text in texts]
    for _ in range(2):
        assert [envelope.open_text(one) for one in sealed] == texts
        assert [envelope.open_text(one) for one in reversed(sealed)] == texts[::-1]


@given(KEYS, st.one_of(st.text(), st.binary(max_size=100).map(lambda content: base64.b64encode(content).decode())))
def test_any_other_text_raises_only_envelope_errors(key, sealed) -> None:
    envelope = with_key(key)
    with contextlib.suppress(EnvelopeError):
        assert isinstance(envelope.open_text(sealed), str)
    assert envelope.open_text(envelope.seal_text("still works")) == "still works"


@pytest.mark.parametrize(
    "padding",
    [b"\x00" * 16, b"\x11" * 16, b"\xff" * 16, b"\x02\x01" * 7 + b"\x03\x02", b"\x0f" * 14 + b"\x0e\x10"],
)
def test_invalid_padding_is_refused(padding) -> None:
    key = os.urandom(32)
    with pytest.raises(EnvelopeError):
        with_key(key).open_text(aes(key, b"x" * 16, padding))


@pytest.mark.parametrize("flaw", ["", "AAAA", "*" * 24, "A" * 22, "A" * 23 + "=", " " + "A" * 22 + "=="])
def test_an_invalid_ciphertext_is_refused(flaw) -> None:
    with pytest.raises(EnvelopeError):
        Envelope().open_text(flaw)


@pytest.mark.parametrize("junk", ["\n", " ", "*", "=", "한"])
def test_a_sealed_value_with_inserted_characters_is_refused(junk) -> None:
    envelope = Envelope()
    sealed = envelope.seal_text("2015.3.2.")
    for place in (0, 5, len(sealed)):
        with pytest.raises(EnvelopeError):
            envelope.open_text(sealed[:place] + junk + sealed[place:])


def test_a_value_that_is_not_utf_8_is_refused_without_a_quotation() -> None:
    key, plain = os.urandom(32), os.urandom(4).hex().encode() + b"\xff" * 8
    sealed = aes(key, plain, b"\x10" * 16)
    with pytest.raises(EnvelopeError) as raised:
        with_key(key).open_text(sealed)
    assert_clean(exception_text(raised.value), [plain, plain[:8], key, sealed])


def test_the_last_block_is_sealed_only_after_the_source_ends() -> None:
    taken = []

    def source():
        for number in range(3):
            taken.append(number)
            yield bytes(16)
        raise OSError("damaged at its end")

    sealed: list[bytes] = []
    pieces = Envelope().seal_stream(source(), 16)
    with pytest.raises(OSError, match="damaged"):
        sealed.extend(map(bytes, pieces))
    assert taken == [0, 1, 2]
    assert len(b"".join(sealed)) == sealed_length(48) - 16


def test_a_piece_is_returned_before_the_next_is_read() -> None:
    read: list[int] = []

    def source():
        for number in range(3):
            read.append(number)
            yield bytes(32)

    pieces = Envelope().seal_stream(source(), 32)
    next(pieces)
    assert read == [0]


def test_an_envelope_seals_one_image() -> None:
    envelope = Envelope()
    first, second = envelope.seal_stream([b"one"], 16), envelope.seal_stream([b"two"], 16)
    assert b"".join(map(bytes, first))
    with pytest.raises(RuntimeError, match="one image"):
        next(second)
    with pytest.raises(RuntimeError, match="one image"):
        next(envelope.seal_stream([b"three"], 16))


def test_every_envelope_has_a_different_key() -> None:
    private = rsa.generate_private_key(65537, 1024)
    keys = [
        private.decrypt(base64.b64decode(Envelope().sealed_key(private.public_key())), PKCS1v15()) for _ in range(50)
    ]
    assert {len(key) for key in keys} == {32}
    assert len(set(keys)) == 50


def test_keys_come_from_the_operating_system(monkeypatch) -> None:
    """Only a replaced source can show where the randomness comes from."""
    monkeypatch.setattr(os, "urandom", lambda size: b"\x07" * size)
    assert Envelope().seal_text("known") == with_key(b"\x07" * 32).seal_text("known")


def test_the_repr_of_an_envelope_hides_its_key() -> None:
    key = b"sixteen of bytes and some more.."
    envelope = with_key(key)
    assert_clean(repr(envelope) + str(envelope) + f"{[envelope]}", [key])
    assert not hasattr(envelope, "__dict__")
