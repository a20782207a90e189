"""What the example signs: one image, of one kind, type and size, under one key. Nothing is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from sealed_ocr.common.kinds import Kind
from upload_signer import KINDS, MAX_IMAGE_BYTES, VALID_SECONDS, InvalidUpload, UploadSigner, s3_client

from infra.settings import StageSettings
from tests.examples.form_policy import refusal

pytestmark = pytest.mark.unit

BUCKET, SECRET, REFERENCE = "images", "the secret of the signer", "application-4711"


@pytest.fixture(scope="module")
def signer() -> UploadSigner:
    session = boto3.Session("AKIDSIGNER", SECRET, "a session's token", "ap-northeast-2")
    return UploadSigner(s3_client(session), BUCKET)


def judged(fields: dict[str, str], size: int = 1000, bucket: str = BUCKET, seconds: float = 0) -> str | None:
    return refusal(fields, size, bucket, SECRET, dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds))


def test_the_example_knows_every_kind_and_the_default_limit() -> None:
    assert sorted(KINDS) == sorted(map(str, Kind))
    assert StageSettings().largest_image_bytes == MAX_IMAGE_BYTES


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("correlation_id", [None, REFERENCE])
def test_a_form_is_taken_as_it_was_signed(signer: UploadSigner, kind: str, correlation_id: str | None) -> None:
    form = signer.form(kind, "image/png", correlation_id)
    assert (form.method, form.url) == ("POST", f"https://{BUCKET}.s3.ap-northeast-2.amazonaws.com/")
    assert form.fields["key"] == form.key
    assert form.key.rpartition("/")[0] == kind
    assert form.fields.get("x-amz-meta-correlation-id") == correlation_id
    assert form.fields["x-amz-security-token"] == "a session's token"
    for size in (1, MAX_IMAGE_BYTES):
        assert judged(form.fields, size) is None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"key": "id-card/another.png"}, "key"),
        ({"key": "credit-card/another.png"}, "key"),
        ({"Content-Type": "text/html"}, "content-type"),
        ({"x-amz-meta-correlation-id": "of somebody else"}, "x-amz-meta-correlation-id"),
        ({"x-amz-meta-other": "x"}, "x-amz-meta-other"),
        ({"x-amz-server-side-encryption": "aws:kms"}, "x-amz-server-side-encryption"),
        ({"x-amz-server-side-encryption-customer-key": "x"}, "x-amz-server-side-encryption-customer-key"),
        ({"x-amz-storage-class": "GLACIER"}, "x-amz-storage-class"),
        ({"acl": "public-read"}, "acl"),
        ({"success_action_redirect": "https://evil.example"}, "success_action_redirect"),
        ({"x-amz-signature": "0" * 64}, "signature"),
    ],
)
def test_a_changed_form_is_refused(signer: UploadSigner, change: dict[str, str], why: str) -> None:
    assert judged(signer.form("id-card", "image/png", REFERENCE).fields | change) == why


def test_a_form_of_another_size_time_or_bucket_is_refused(signer: UploadSigner) -> None:
    fields = signer.form("id-card", "image/png", REFERENCE).fields
    assert judged(fields, 0) == judged(fields, MAX_IMAGE_BYTES + 1) == "size"
    assert judged(fields, seconds=VALID_SECONDS + 1) == "expired"
    assert judged(fields, bucket="another") == "bucket"
    del fields["x-amz-meta-correlation-id"]
    assert judged(fields) == "x-amz-meta-correlation-id"


@pytest.mark.parametrize("correlation_id", [None, REFERENCE])
def test_a_put_signs_everything_that_the_browser_sends(signer: UploadSigner, correlation_id: str | None) -> None:
    put = signer.put("id-card", "image/jpeg", 1000, correlation_id)
    address = urlsplit(put.url)
    query = parse_qs(address.query)
    assert (put.method, address.hostname) == ("PUT", f"{BUCKET}.s3.ap-northeast-2.amazonaws.com")
    assert address.path == f"/{put.key}"
    (signed,) = query["X-Amz-SignedHeaders"]
    assert {*signed.split(";")} == {"host", "content-length", *map(str.lower, put.headers)}
    assert put.headers["If-None-Match"] == "*"
    assert put.headers.get("x-amz-meta-correlation-id") == correlation_id
    assert query["X-Amz-Expires"] == [str(VALID_SECONDS)]
    # Nothing else is asked of the browser, such as a checksum.
    assert {name.lower() for name in query} == {
        *("x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires", "x-amz-security-token"),
        *("x-amz-signature", "x-amz-signedheaders"),
    }


def test_every_upload_has_a_key_of_its_own(signer: UploadSigner) -> None:
    keys = [make("id-card", "image/png").key for make in [signer.form] * 2]
    keys += [signer.put("id-card", "image/png", 1).key for _ in range(2)]
    assert len({*keys}) == len(keys)


@pytest.mark.parametrize(
    "arguments",
    [
        ("passport", "image/png"),
        ("id-card/../credit-card", "image/png"),
        (None, "image/png"),
        ("id-card", "image/heic"),
        ("id-card", "image/svg+xml"),
        ("id-card", None),
        ("id-card", "image/png", ""),
        ("id-card", "image/png", "two words"),
        ("id-card", "image/png", "성춘향"),
        ("id-card", "image/png", "x" * 129),
        ("id-card", "image/png", "x\n"),
    ],
)
def test_what_would_be_refused_is_not_signed(signer: UploadSigner, arguments: tuple[Any, ...]) -> None:
    kind, content_type, *correlation = arguments
    makers: list[Callable[[], object]] = [
        lambda: signer.form(kind, content_type, *correlation),
        lambda: signer.put(kind, content_type, 1, *correlation),
    ]
    for make in makers:
        with pytest.raises(InvalidUpload):
            make()


@pytest.mark.parametrize("size", [0, -1, MAX_IMAGE_BYTES + 1])
def test_a_size_that_would_be_rejected_is_not_signed(signer: UploadSigner, size: int) -> None:
    with pytest.raises(InvalidUpload, match=str(MAX_IMAGE_BYTES)):
        signer.put("id-card", "image/png", size)
