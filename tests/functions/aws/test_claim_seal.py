"""A sealed claim opens for its own document alone, and only unchanged."""

from __future__ import annotations

import base64
import re
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError
from sealed_ocr.aws.claim_seal import ClaimSeal, SealBrokenError
from sealed_ocr.aws.clients import Clients
from sealed_ocr.aws.errors import AwsError
from sealed_ocr.common.sealed_claim import PURPOSE, SEALED_CLAIM_PATTERN, SealedClaim

from local.processes.aws_clients import AwsClients
from tests.support.canary import assert_clean
from tests.support.proxy import Proxy

DOCUMENT, ANOTHER = "0" * 32, "1" * 32
CLAIM = SealedClaim(
    "f" * 64, 1_800_000_000, {"idType": "resident", "name": "갈매기끼룩", "residentNumber": "8304172958164"}
)


@pytest.fixture
def seal(aws: AwsClients, function_clients: Clients, proxy: Proxy) -> ClaimSeal:
    return ClaimSeal(function_clients.sealing_kms, aws.kms.create_key()["KeyMetadata"]["Arn"])


def changed(sealed: str, at: int) -> str:
    content = bytearray(base64.urlsafe_b64decode(sealed + "=="))
    content[at] ^= 1
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def test_a_claim_comes_back_for_its_document(seal: ClaimSeal, proxy: Proxy) -> None:
    sealed = seal.seal(DOCUMENT, CLAIM.encode())
    assert SealedClaim.decode(seal.open(DOCUMENT, sealed)) == CLAIM
    assert_clean(sealed, ["갈매기끼룩", "8304172958164"])
    contexts = [call.request["EncryptionContext"] for call in proxy.calls]
    assert contexts == [{"documentId": DOCUMENT, "purpose": PURPOSE}] * 2
    assert sealed != seal.seal(DOCUMENT, CLAIM.encode())


def test_it_opens_for_no_other_document_and_not_changed(seal: ClaimSeal) -> None:
    sealed = seal.seal(DOCUMENT, CLAIM.encode())
    for document, text in (
        (ANOTHER, sealed),
        (DOCUMENT, changed(sealed, -1)),
        (DOCUMENT, changed(sealed, 60)),
        (DOCUMENT, sealed[:-8]),
        (DOCUMENT, sealed[:20]),
        (DOCUMENT, "A"),
        (DOCUMENT, "A" * 8192 + "AAAA"),
        (DOCUMENT, ""),
        (DOCUMENT, "+/+/"),
        (DOCUMENT, "가"),
    ):
        with pytest.raises(SealBrokenError):
            seal.open(document, text)


@pytest.mark.unit
@pytest.mark.parametrize("code", ["IncorrectKeyException", "InvalidCiphertextException"])
def test_a_claim_of_another_key_is_no_failure_of_kms(code: str) -> None:
    class Refusing:
        def decrypt(self, **_: Any) -> None:
            raise ClientError({"Error": {"Code": code}}, "Decrypt")

    with pytest.raises(SealBrokenError):
        ClaimSeal(cast("Any", Refusing()), "key").open(DOCUMENT, "AAAA")


def test_a_failure_of_kms_is_one(seal: ClaimSeal, proxy: Proxy) -> None:
    sealed = seal.seal(DOCUMENT, CLAIM.encode())
    proxy.fault("Decrypt", "refuse", code="AccessDeniedException", status=400)
    proxy.fault("Encrypt", "refuse", code="DisabledException", status=400)
    with pytest.raises(AwsError, match=r"^Decrypt failed: AccessDeniedException$"):
        seal.open(DOCUMENT, sealed)
    with pytest.raises(AwsError, match=r"^Encrypt failed: DisabledException$"):
        seal.seal(DOCUMENT, CLAIM.encode())


@pytest.mark.unit
def test_the_longest_claim_fits_into_kms() -> None:
    """KMS encrypts 4,096 bytes. A name has at most 100 characters, of four bytes each."""
    longest = SealedClaim(
        "f" * 64,
        9_999_999_999,
        {
            "idType": "passport",
            "name": "\U00020000" * 100,
            "issueDate": "20200315",
            "passportNumber": "M12345678",
            "birthDate": "19800101",
            "expirationDate": "20300315",
        },
    )
    assert len(longest.encode()) < 4096 / 4


def test_a_sealed_claim_has_the_form_of_the_schema(seal: ClaimSeal) -> None:
    assert re.fullmatch(SEALED_CLAIM_PATTERN, seal.seal(DOCUMENT, CLAIM.encode()))


@pytest.mark.unit
def test_a_claim_shows_nothing_of_itself() -> None:
    assert repr(CLAIM) == "SealedClaim()"
