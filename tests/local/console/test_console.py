"""Uploads through the console: what is stored, what is refused, and what is shown."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image as Picture

from tests.local.console.console_client import IMAGE, ConsoleClient, FakePipeline
from workstation.image_segments import PNG_SIGNATURE

if TYPE_CHECKING:
    from local.processes.aws_clients import AwsClients

_LARGE = io.BytesIO()
Picture.new("1", (20_000, 10_001)).save(_LARGE, "PNG")


def test_an_upload_is_stored_under_its_kind_and_shown_from_the_bucket(client: ConsoleClient) -> None:
    key = client.upload_image()
    assert key.startswith("id-card/")
    assert key.endswith("/Hong Gildong.png")
    document = client.wait_for_document("stored in the bucket")
    assert (document["name"], document["outcome"], document["pixels"]) == ("Hong Gildong.png", "underway", [3, 2])
    image = client.request("GET", f"/api/documents/{document['number']}/image")
    assert image.headers["Content-Type"] == "image/png"
    with Picture.open(io.BytesIO(image.data)) as shown, Picture.open(io.BytesIO(IMAGE)) as uploaded:
        assert (shown.size, shown.tobytes()) == (uploaded.size, uploaded.tobytes())


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
    assert "32 MiB" in answer.json()["error"]


def test_other_files_are_not_shown_as_images(client: ConsoleClient) -> None:
    page = b"<!doctype html><script>alert(1)</script>"
    number = client.request("POST", "/api/documents?kind=id-card&name=a.png", page).json()["number"]
    assert client.request("GET", f"/api/documents/{number}/image").status == 415


CASES = Path(__file__).parents[2] / "emulator" / "readers" / "ocr" / "cases"


@pytest.mark.parametrize("path", sorted([*CASES.glob("*.png"), *CASES.glob("*.jpg")]), ids=lambda path: path.name)
def test_every_image_is_stored_and_shown(client: ConsoleClient, path: Path) -> None:
    content = path.read_bytes()
    answer = client.request("POST", f"/api/documents?kind=id-card&name={path.name}", content)
    assert answer.status == 201
    document = client.wait_for_document("stored in the bucket")
    image = client.request("GET", f"/api/documents/{answer.json()['number']}/image")
    with Picture.open(io.BytesIO(image.data)) as shown:
        width, height = document["pixels"]
        assert (shown.mode, shown.width) == ("RGB", min(width, 2000))
        assert shown.height == pytest.approx(height * shown.width / width, abs=1)
    (entry,) = client.pipeline.aws.s3.list_objects_v2(Bucket=client.pipeline.output("ImageBucketName"))["Contents"]
    assert entry["Size"] == len(content)


def test_transparent_pixels_are_shown_white_on_a_page_of_any_colour(client: ConsoleClient) -> None:
    file = io.BytesIO()
    Picture.new("RGBA", (4, 3), (0, 0, 0, 0)).save(file, "PNG")
    number = client.request("POST", "/api/documents?kind=id-card&name=a.png", file.getvalue()).json()["number"]
    with Picture.open(io.BytesIO(client.request("GET", f"/api/documents/{number}/image").data)) as shown:
        assert shown.getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(PNG_SIGNATURE, "stored in the bucket", id="only a signature"),
        pytest.param(IMAGE[:-30], "stored in the bucket", id="truncated"),
        pytest.param(_LARGE.getvalue(), "more than the limit of 200,000,000", id="too many pixels"),
    ],
)
def test_an_image_that_cannot_be_shown_is_stored_all_the_same(
    client: ConsoleClient, content: bytes, words: str
) -> None:
    answer = client.request("POST", "/api/documents?kind=id-card&name=a.png", content)
    assert answer.status == 201
    assert client.wait_for_document("stored in the bucket")["outcome"] == "underway"
    assert words in json.dumps(client.wait_for_document("stored in the bucket")["observations"])
    shown = client.request("GET", f"/api/documents/{answer.json()['number']}/image")
    assert (shown.status, list(shown.json())) == (415, ["error"])


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
