"""The example uploads as an applicant's browser, as a server, and by its page; each image becomes a message."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import urllib3
from upload_page import TOKEN_HEADER, UploadPage
from upload_signer import MAX_IMAGE_BYTES, SignedUpload, UploadSigner
from uploader import MULTIPART_BYTES, upload_file

from emulator.control.client import ControlClient
from emulator.specimens import draw
from local.pipeline.messages import receive_messages
from local.pipeline.pipeline import Pipeline
from local.processes.aws_clients import CREDENTIALS, REGION
from local.processes.child import ROOT
from tests.support.polling import PATIENCE

REFERENCE = "application-4711"


@pytest.fixture
def signer(pipeline: Pipeline) -> UploadSigner:
    return UploadSigner(pipeline.aws.s3, pipeline.output("ImageBucketName"))


@pytest.fixture
def page(signer: UploadSigner) -> Iterator[UploadPage]:
    with UploadPage(signer) as page:
        threading.Thread(target=page.serve_forever, args=(0.02,), daemon=True).start()
        yield page
        page.shutdown()


def send(signed: SignedUpload, image: bytes, base: str = "", **headers: str) -> urllib3.BaseHTTPResponse:
    """Send the image as a browser does."""
    if signed.method == "PUT":
        return urllib3.request("PUT", base + signed.url, body=image, headers=signed.headers | headers)
    fields: Any = {**signed.fields, "file": ("card.png", image, "image/png")}
    return urllib3.request("POST", base + signed.url, fields=fields, headers=headers)


def outcomes(pipeline: Pipeline, *keys: str) -> list[str]:
    received = receive_messages(pipeline.aws.sqs, pipeline.output("ResultsQueueUrl"), keys, PATIENCE)
    return [message.outcome for message in received]


def stored(pipeline: Pipeline, key: str) -> Any:
    return pipeline.aws.s3.head_object(Bucket=pipeline.output("ImageBucketName"), Key=key)


def ask(page: UploadPage, token: str | None = None, **body: object) -> urllib3.BaseHTTPResponse:
    headers = {TOKEN_HEADER: page.token if token is None else token}
    return urllib3.request("POST", f"{page.origin}/sign", body=json.dumps(body), headers=headers)


def test_signed_uploads_become_messages_and_a_repeated_put_is_refused(
    pipeline: Pipeline, signer: UploadSigner, ocr: ControlClient
) -> None:
    image = draw("driver", 3)
    form = signer.form("id-card", "image/png", REFERENCE)
    put = signer.put("id-card/stand-alone", "image/png", len(image), REFERENCE)
    paid = ocr.counters().paid.total
    assert send(form, image).status == HTTPStatus.NO_CONTENT
    assert send(put, image).status == HTTPStatus.OK
    assert send(put, image).status == HTTPStatus.PRECONDITION_FAILED
    assert outcomes(pipeline, form.key, put.key) == ["analyzed", "analyzed"]
    assert ocr.counters().paid.total == paid + 2
    for key in (form.key, put.key):
        assert stored(pipeline, key)["Metadata"] == {"correlation-id": REFERENCE}


def test_a_file_is_sent_in_one_request_or_in_parts(pipeline: Pipeline, tmp_path: Path) -> None:
    s3, bucket = pipeline.aws.s3, pipeline.output("ImageBucketName")
    small, large = tmp_path / "small.png", tmp_path / "large.PNG"
    image = draw("resident", 3)
    small.write_bytes(image)
    # A PNG may have more behind its end.
    large.write_bytes(image + bytes(MULTIPART_BYTES))
    parts = {
        upload_file(s3, bucket, "id-card", small, REFERENCE): 1,
        upload_file(s3, bucket, "id-card", large, REFERENCE): 2,
        upload_file(s3, bucket, "id-card", large, once=True): 1,
    }
    # S3 names the number of parts behind the hash.
    assert {key: int((stored(pipeline, key)["ETag"].strip('"') + "-1").split("-")[1]) for key in parts} == parts
    assert outcomes(pipeline, *parts) == ["analyzed"] * 3


def test_the_command_signs_uploads_and_refuses_what_would_be_rejected(pipeline: Pipeline, tmp_path: Path) -> None:
    image, notes = tmp_path / "card.png", tmp_path / "notes.txt"
    image.write_bytes(draw("credit-card", 3))
    notes.write_text("text")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ["PATH"], "AWS_ENDPOINT_URL": pipeline.aws.url, "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull, **CREDENTIALS,
        }  # fmt: skip
        command = [sys.executable, str(ROOT / "examples" / "uploader.py"), *arguments]
        return subprocess.run(
            [*command, "--bucket", pipeline.output("ImageBucketName")], env=environment, capture_output=True, text=True
        )

    signed = SignedUpload(**json.loads(run("credit-card", "--content-type", "image/png").stdout))
    assert send(signed, image.read_bytes()).status == HTTPStatus.NO_CONTENT
    key = run("credit-card", str(image)).stdout.strip()
    assert sorted(outcomes(pipeline, signed.key, key)) == ["analyzed", "analyzed"]
    refused = run("credit-card", str(notes))
    assert (refused.returncode, refused.stderr) == (1, "the image must be one of image/png, image/jpeg.\n")


@pytest.mark.parametrize("once", [False, True])
def test_the_page_signs_and_passes_an_image_on(pipeline: Pipeline, page: UploadPage, once: bool) -> None:
    image = draw("resident", 4)
    answer = ask(page, kind="id-card", contentType="image/png", size=len(image), correlationId=REFERENCE, once=once)
    assert answer.status == HTTPStatus.OK
    signed = SignedUpload(**answer.json())
    # The emulated AWS answers no page, so the page's own server passes the image on.
    assert signed.url.startswith("/relay/")
    assert send(signed, image, page.origin, **{TOKEN_HEADER: "guessed"}).status == HTTPStatus.FORBIDDEN
    assert send(signed, image, page.origin, **{TOKEN_HEADER: page.token}).status < HTTPStatus.MULTIPLE_CHOICES
    assert stored(pipeline, signed.key)["Metadata"] == {"correlation-id": REFERENCE}
    assert outcomes(pipeline, signed.key) == ["analyzed"]
    nowhere = SignedUpload("PUT", "/relay/elsewhere", signed.key)
    assert send(nowhere, image, page.origin, **{TOKEN_HEADER: page.token}).status == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "passport", "contentType": "image/png", "size": 1},
        {"kind": "id-card", "contentType": ["image/png"], "size": 1},
        {"kind": "id-card", "contentType": "image/png", "once": True},
        {"kind": "id-card", "contentType": "image/png", "size": "many", "once": True},
        {"kind": "id-card", "contentType": "image/png", "size": MAX_IMAGE_BYTES + 1, "once": True},
        {"kind": "id-card", "contentType": "image/png", "correlationId": 5},
    ],
)
def test_the_page_is_told_what_is_wrong(page: UploadPage, body: dict[str, Any]) -> None:
    answer = ask(page, **body)
    assert answer.status == HTTPStatus.BAD_REQUEST
    assert answer.data.endswith(b"\n")


def test_the_page_is_served_with_its_script_alone(page: UploadPage) -> None:
    html = urllib3.request("GET", f"{page.origin}/")
    assert html.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
    assert b'src="/upload_page.js"' in html.data
    assert urllib3.request("GET", f"{page.origin}/upload_page.js").status == HTTPStatus.OK
    assert urllib3.request("GET", f"{page.origin}/upload_page.py").status == HTTPStatus.NOT_FOUND
    assert page.token.encode() not in html.data


def test_an_upload_to_aws_goes_past_the_pages_server(page: UploadPage) -> None:
    signed = SignedUpload("POST", "https://images.s3.ap-northeast-2.amazonaws.com/", "id-card/x.png")
    assert page.for_browser(signed) == signed
