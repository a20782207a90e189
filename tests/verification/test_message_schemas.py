"""Real messages against the committed schemas: every kind, every rejection, every odd answer that is passed on."""

from __future__ import annotations

import copy
import hashlib
import json
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from emulator.faults import Variation
from local.aws_clients import REGION
from local.children import ROOT
from tests.verification.asking import Lambda
from tests.verification.specimens import picture
from tests.verification.world import World

# One worker's: all of them look at what one invocation gave.
pytestmark = pytest.mark.xdist_group("messages")


def schema_of(name: str) -> Draft202012Validator:
    schema = json.loads((ROOT / "schemas" / f"document.{name}.v1.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


ANALYZED, REJECTED = schema_of("analyzed"), schema_of("rejected")
API = json.loads((ROOT / "schemas" / "verification.openapi.json").read_text())
CLAIM = Draft202012Validator({"$ref": "#/components/schemas/Claim", "components": API["components"]})


@dataclass
class Uploaded:
    """An object, and what becomes of it before it is read."""

    kind: str
    content: bytes
    deleted: bool = False
    overwritten: bool = False
    form: str = ""


ID_CARDS = ("resident", "driver", "passport")
READ = {
    "card": Uploaded("credit-card", picture("credit-card").content),
    **{name: Uploaded("id-card", picture(name).content) for name in ID_CARDS},
    **{f"{name} alone": Uploaded("id-card/stand-alone", picture(name).content) for name in ID_CARDS},
}
ODD = {
    f"{name} with {form}": Uploaded(kind, picture(name).content + form.encode(), form=form)
    for kind, name in (("credit-card", "credit-card"), ("id-card", "resident"))
    for form in ("unknown-members", "null-values", "empty-values", "total-card-num-list")
}
REFUSED = {
    "unknown-document-kind": Uploaded("elsewhere", b"x"),
    "image-deleted": Uploaded("id-card", b"x", deleted=True),
    "image-overwritten": Uploaded("id-card", b"x", overwritten=True),
    "image-empty": Uploaded("id-card", b""),
    "image-too-large": Uploaded("id-card", b"x" * 100_001),
    "image-type-unsupported": Uploaded("id-card", b"text"),
    "ocr-rejected": Uploaded("credit-card", picture("resident").content),
}
ALL = READ | ODD | REFUSED


@pytest.fixture(scope="module")
def messages(shared_world: World, aws_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Let the analyze function handle all uploads at once; return what came out of the results queue, by name."""
    stage = Uploads(shared_world)
    function = Lambda(
        shared_world,
        aws_url,
        tmp_path_factory.mktemp("analyze"),
        handler="analyze",
        FUNCTION_TIMEOUT_SECONDS="120",
        UPLOADS_QUEUE_URL=stage.queue,
        UPLOADS_DLQ_URL=stage.queue,
        RESULTS_QUEUE_URL=stage.queue,
        DOCUMENTS_TABLE=shared_world.new_table(),
        BATCH_SIZE=str(len(ALL)),
        MAX_IMAGE_BYTES="100000",
        MAX_UNKNOWN_ATTEMPTS="2",
    )
    records = [stage.upload(name, uploaded) for name, uploaded in ALL.items()]
    outcome = function.invoke({"Records": records})
    function.close()
    assert json.loads(outcome.payload) == {"batchItemFailures": []}
    return stage.results()


class Uploads:
    """A bucket, and the queue that the messages come out on."""

    def __init__(self, world: World) -> None:
        self._aws, self._emulator, self._bucket = world.aws, world.emulator, f"bucket-{uuid.uuid4().hex}"
        self._emulator.reset()
        self._aws.s3.create_bucket(Bucket=self._bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.queue = self._aws.sqs.create_queue(QueueName=self._bucket)["QueueUrl"]

    def upload(self, name: str, uploaded: Uploaded) -> dict[str, Any]:
        """Put the object; return the SQS record of its event."""
        where = {"Bucket": self._bucket, "Key": f"{uploaded.kind}/{name}"}
        tag = self._aws.s3.put_object(**where, Body=uploaded.content)["ETag"].strip('"')
        if uploaded.deleted:
            self._aws.s3.delete_object(**where)
        if uploaded.overwritten:
            self._aws.s3.put_object(**where, Body=b"another")
        if uploaded.form:
            image = hashlib.sha256(uploaded.content).hexdigest()
            self._emulator.fault(Variation(form=uploaded.form, operation=uploaded.kind, image=image))
        entry = {"key": quote_plus(where["Key"]), "eTag": tag, "size": len(uploaded.content)}
        record = {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": self._bucket}, "object": entry}}
        return {
            "messageId": name,
            "receiptHandle": name,
            "body": json.dumps({"Records": [record]}),
            "attributes": {"ApproximateReceiveCount": "1"},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
        }

    def results(self) -> dict[str, dict[str, Any]]:
        """Take everything out of the queue."""
        found: dict[str, dict[str, Any]] = {}
        while received := self._aws.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages"):
            events = [json.loads(message["Body"]) for message in received]
            found |= {event["subject"].rpartition("/")[2]: event for event in events}
        return found


def test_every_upload_has_its_message(messages: dict[str, dict[str, Any]]) -> None:
    assert messages.keys() == ALL.keys()


@pytest.mark.parametrize("name", READ)
def test_a_document_that_was_read(messages: dict[str, dict[str, Any]], name: str) -> None:
    message = messages[name]
    ANALYZED.validate(message)
    assert not REJECTED.is_valid(message)
    assert ("verification" in message["data"]) == (READ[name].kind == "id-card")
    if READ[name].kind == "id-card":
        assert not message["data"]["verification"]["missing"]
        CLAIM.validate(message["data"]["verification"]["request"])


@pytest.mark.parametrize("name", ODD)
def test_an_odd_answer_that_is_passed_on(messages: dict[str, dict[str, Any]], name: str) -> None:
    ANALYZED.validate(messages[name])


@pytest.mark.parametrize("code", REFUSED)
def test_a_document_that_was_rejected(messages: dict[str, dict[str, Any]], code: str) -> None:
    message = messages[code]
    REJECTED.validate(message)
    assert not ANALYZED.is_valid(message)
    assert message["data"]["rejection"]["code"] == code


BREAKS = {
    "no id": lambda message: message.pop("id"),
    "another version": lambda message: message.update(specversion="2.0"),
    "another type": lambda message: message.update(type="sealed-ocr.document.analyzed.v2"),
    "no date": lambda message: message.update(time="yesterday"),
    "no result": lambda message: message["data"].pop("result"),
    "unknown kind": lambda message: message["data"]["document"].update(kind="else"),
    "a size below nothing": lambda message: message["data"]["document"].update(size=-1),
    "a documentId that is none": lambda message: message["data"]["document"].update(documentId="x"),
    "a value that is no text": lambda message: message["data"]["result"]["keyValues"][0].update(value=7),
    "an offer without its end": lambda message: message["data"]["verification"].pop("expiresAt"),
    "an offer that says nothing of what it lacks": lambda message: message["data"]["verification"].pop("missing"),
}


def test_a_broken_message_does_not_pass(messages: dict[str, dict[str, Any]]) -> None:
    message = messages["driver"]
    ANALYZED.validate(message)
    for what, damage in BREAKS.items():
        broken = copy.deepcopy(message)
        damage(broken)
        assert not ANALYZED.is_valid(broken), what
