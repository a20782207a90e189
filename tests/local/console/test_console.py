"""Uploads through the console: what is stored, what is refused, and what is shown."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from tests.local.console.console_client import IMAGE, ConsoleClient, FakePipeline

if TYPE_CHECKING:
    from pathlib import Path

    from local.processes.aws_clients import AwsClients


def test_an_upload_is_stored_under_its_kind_and_shown_from_the_bucket(client: ConsoleClient) -> None:
    key = client.upload_image()
    assert key.startswith("id-card/")
    assert key.endswith("/Hong Gildong.png")
    document = client.wait_for_document("stored in the bucket")
    assert (document["name"], document["outcome"], document["pixels"]) == ("Hong Gildong.png", "underway", [3, 2])
    image = client.request("GET", f"/api/documents/{document['number']}/image")
    assert (image.data, image.headers["Content-Type"]) == (IMAGE, "image/png")


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("/api/documents?kind=passport&name=a.png", IMAGE, 400, "id-card/stand-alone"),
        ("/api/documents?kind=id-card&name=", IMAGE, 400, "file name"),
        ("/api/documents?kind=id-card&name=..%2Fa.png", IMAGE, 400, "slash"),
        ("/api/documents?kind=id-card&name=a%0A.png", IMAGE, 400, "characters"),
        ("/api/samples", {"sample": "goose", "seed": 1}, 400, "goose"),
        ("/api/fault", {"to": "earthquake"}, 400, "earthquake"),
        ("/api/documents/999/verification", {}, 404, "no such document"),
    ],
)
def test_invalid_requests_are_refused_with_a_sentence(
    client: ConsoleClient, path: str, body: object, status: int, words: str
) -> None:
    answer = client.request("PUT" if path.endswith("fault") else "POST", path, body)
    assert answer.status == status
    assert words in answer.json()["error"]


def test_uploads_above_the_limit_are_refused(client: ConsoleClient) -> None:
    answer = client.request("POST", "/api/documents?kind=id-card&name=a.png", bytes(32 * 1024 * 1024 + 1))
    assert answer.status == 413
    assert "33,554,432 bytes" in answer.json()["error"]


def test_other_files_are_not_shown_as_images(client: ConsoleClient) -> None:
    page = b"<!doctype html><script>alert(1)</script>"
    number = client.request("POST", "/api/documents?kind=id-card&name=a.png", page).json()["number"]
    assert client.request("GET", f"/api/documents/{number}/image").status == 415


def test_images_are_identified_by_their_bytes_only(client: ConsoleClient) -> None:
    key = client.upload_image()
    document = client.console._record.by_number(1)
    assert document is not None
    assert document.image == hashlib.sha256(IMAGE).hexdigest()
    assert key not in repr(document)


def test_faults_are_for_the_emulator_only(aws: AwsClients, tmp_path: Path) -> None:
    with ConsoleClient(FakePipeline(aws, None), tmp_path) as client:
        about = client.request("GET", "/api/about").json()
        assert (about["reader"], about["faults"]) == (None, [])
        for method, path, body in [("PUT", "/api/fault", {"to": "outage"}), ("POST", "/api/rotations", None)]:
            answer = client.request(method, path, body)
            assert (answer.status, answer.json()["error"]) == (409, "the OCR service is not the emulator")
        assert client.upload_image()
