"""Pictures of the kinds that were once misread, uploaded through the console: each of them ends in one message."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import urllib3
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bench.hostile import formats, two_documents
from bench.hostile_drawings import HostilePicture, months, names, zones
from emulator.specimens import draw
from tests.e2e.console_process import TOKEN, console_process, documents, exports
from tests.support.polling import PATIENCE

TYPES = {f"sealed-ocr.document.{outcome}.v1": outcome for outcome in ("analyzed", "rejected")}


def large_text() -> HostilePicture:
    """Return a resident card whose PNG file has a compressed text of 2 MB."""
    text, out = PngInfo(), io.BytesIO()
    text.add_text("Comment", "x" * 2_000_000, zip=True)
    Image.open(io.BytesIO(draw("resident", 3))).save(out, "PNG", pnginfo=text)
    return HostilePicture(out.getvalue(), "id-card", ({},))


def thin_line() -> HostilePicture:
    """Return a white picture of 3,000 by 1 pixels."""
    out = io.BytesIO()
    Image.new("L", (3000, 1), 255).save(out, "PNG")
    return HostilePicture(out.getvalue(), "id-card", ({},))


def pictures() -> dict[str, HostilePicture]:
    """Return small pictures of each kind by their names."""
    return {
        "two cards": two_documents(4),
        "resident card and licence": two_documents(0),
        "valid from above valid thru": months(1),
        "member since": months(4),
        "sale until": months(19),
        "long name": names(2),
        "name with spaces": names(3),
        "39 letters": zones(0),
        "no surname": zones(1),
        "16-bit grey": formats(5),
        "ink on transparent pixels": formats(1),
        "large text": large_text(),
        "thin line": thin_line(),
    }


def test_every_picture_ends_in_one_message(tmp_path: Path) -> None:
    uploads = pictures()
    with console_process(tmp_path, "ocr") as lines:
        origin, _, token = lines[-1].partition("/#")
        pool = urllib3.PoolManager(timeout=PATIENCE, retries=False, headers={TOKEN: token})
        events = documents(origin, token)
        outcomes = {}
        # One after the other: the reader's time limit includes the time that an image waits for others.
        for name, picture in uploads.items():
            path = f"{origin}/api/documents?kind={picture.service}&name={name.replace(' ', '+')}.png"
            answer = pool.request("POST", path, body=picture.file)
            assert answer.status == 201, name
            document = _ended(events, answer.json()["number"])
            outcomes[document["documentId"]] = document["outcome"]
            shown = pool.request("GET", f"{origin}/api/documents/{document['number']}/image")
            assert (shown.status, shown.headers["Content-Type"]) == (200, "image/png"), name
            if name in {"16-bit grey", "ink on transparent pixels", "large text"}:
                assert document["outcome"] == "analyzed", name
            if name == "thin line":
                assert document["outcome"] == "rejected"
        events.close()
        assert len(outcomes) == len(uploads)
        assert _messages(exports(lines), len(uploads)) == outcomes
    logged = (tmp_path / "stderr").read_text()
    printed = {value for picture in uploads.values() for one in picture.documents for value in one.values()}
    assert not [value for value in printed if len(value) > 5 and value in logged]


def _ended(events: Iterator[dict[str, Any]], number: int) -> dict[str, Any]:
    """Return the document as soon as its message was observed. A parked document would have none."""
    for document in events:
        if document["number"] == number:
            assert document["outcome"] != "parked", document["name"]
            if document["messageId"]:
                return document
    raise AssertionError("the console's events ended")


def _messages(settings: dict[str, str], count: int) -> dict[str, str]:
    """Return the outcome of each document by its id, from the queue for consumers. There is one message for each."""
    session = boto3.Session("local", "local", region_name=settings["AWS_REGION"])
    sqs = session.client("sqs", endpoint_url=settings["AWS_ENDPOINT_URL"])
    received: list[dict[str, Any]] = []
    while len(received) < count:
        for message in sqs.receive_message(QueueUrl=settings["RESULTS"], WaitTimeSeconds=5).get("Messages", []):
            received.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=settings["RESULTS"], ReceiptHandle=message["ReceiptHandle"])
    more = sqs.receive_message(QueueUrl=settings["RESULTS"])
    assert not more.get("Messages")
    return {event["id"]: TYPES[event["type"]] for event in received}
