"""An unusable public key is refused when it is fetched, before anything is sealed with it."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sealed_ocr.ocr.envelope import Envelope
from sealed_ocr.ocr.errors import ContractFault
from sealed_ocr.ocr.public_keys import PublicKey

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def issued():
    """An RSA key as X.509 SubjectPublicKeyInfo, and its modulus."""
    key = rsa.generate_private_key(65537, 1024).public_key()
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), key.public_numbers().n


def read(der):
    return PublicKey.from_result({"key": base64.b64encode(der).decode(), "version": "1"})


def test_a_usable_public_key_is_accepted(issued) -> None:
    assert Envelope().sealed_key(read(issued[0]).key)


def test_a_readable_but_unusable_public_key_is_refused(issued) -> None:
    der, modulus = issued
    even = der.replace(modulus.to_bytes(128, "big"), (modulus - 1).to_bytes(128, "big"))
    with pytest.raises(ContractFault):
        read(even)
