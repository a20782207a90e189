"""Uploads through the console: what goes into the bucket, what does not, and what is shown of it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from tests.local.console.console_stage import IMAGE, Stage, Visitor

if TYPE_CHECKING:
    from pathlib import Path

    from local.processes.aws_clients import AwsClients


def test_an_upload_lies_in_the_bucket_under_its_kind_and_is_shown_from_there(visitor: Visitor) -> None:
    key = visitor.uploaded()
    assert key.startswith("id-card/")
    assert key.endswith("/Hong Gildong.png")
    document = visitor.document("stored in the bucket")
    assert (document["name"], document["outcome"], document["pixels"]) == ("Hong Gildong.png", "underway", [3, 2])
    image = visitor.ask("GET", f"/api/documents/{document['number']}/image")
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
def test_what_makes_no_sense_is_refused_with_a_sentence(
    visitor: Visitor, path: str, body: object, status: int, words: str
) -> None:
    answer = visitor.ask("PUT" if path.endswith("fault") else "POST", path, body)
    assert answer.status == status
    assert words in answer.json()["error"]


def test_what_no_pipeline_would_take_is_not_even_carried_there(visitor: Visitor) -> None:
    answer = visitor.ask("POST", "/api/documents?kind=id-card&name=a.png", bytes(32 * 1024 * 1024 + 1))
    assert answer.status == 413
    assert "33,554,432 bytes" in answer.json()["error"]


def test_what_is_no_image_is_not_shown_as_one(visitor: Visitor) -> None:
    page = b"<!doctype html><script>alert(1)</script>"
    number = visitor.ask("POST", "/api/documents?kind=id-card&name=a.png", page).json()["number"]
    assert visitor.ask("GET", f"/api/documents/{number}/image").status == 415


def test_images_are_known_by_their_bytes_alone(visitor: Visitor) -> None:
    key = visitor.uploaded()
    document = visitor.console._record.by_number(1)
    assert document is not None
    assert document.image == hashlib.sha256(IMAGE).hexdigest()
    assert key not in repr(document)


def test_another_service_than_the_emulator_is_not_tampered_with(aws: AwsClients, tmp_path: Path) -> None:
    with Visitor(Stage(aws, None), tmp_path) as visitor:
        about = visitor.ask("GET", "/api/about").json()
        assert (about["reader"], about["faults"]) == (None, [])
        for method, path, body in [("PUT", "/api/fault", {"to": "outage"}), ("POST", "/api/rotations", None)]:
            answer = visitor.ask(method, path, body)
            assert (answer.status, answer.json()["error"]) == (409, "the OCR service is not the emulator")
        assert visitor.uploaded()
