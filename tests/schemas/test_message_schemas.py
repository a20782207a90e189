"""Real messages satisfy the committed schemas: every kind, every rejection, every unusual result."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from emulator.faults.kinds import VariationForm
from emulator.specimens import DocumentKind
from local.processes.child import ROOT
from tests.schemas.uploads import Uploaded, Uploads
from tests.support.id_cards import picture
from tests.support.verification_world import World
from tests.support.verify_function import VerifyProcess


def schema_of(name: str) -> Draft202012Validator:
    schema = json.loads((ROOT / "schemas" / f"document.{name}.v1.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


ANALYZED, REJECTED = schema_of("analyzed"), schema_of("rejected")
API = json.loads((ROOT / "schemas" / "verification.openapi.json").read_text())
CLAIM = Draft202012Validator({"$ref": "#/components/schemas/Claim", "components": API["components"]})


ID_CARDS: tuple[DocumentKind, ...] = ("resident", "driver", "passport")
ANALYZED_UPLOADS: dict[str, Uploaded] = {
    "card": Uploaded("credit-card", picture("credit-card").content),
    **{name: Uploaded("id-card", picture(name).content) for name in ID_CARDS},
    **{f"{name} alone": Uploaded("id-card/stand-alone", picture(name).content) for name in ID_CARDS},
}
UNUSUAL_KINDS: tuple[tuple[str, DocumentKind], ...] = (("credit-card", "credit-card"), ("id-card", "resident"))
FORMS: tuple[VariationForm, ...] = (
    "unknown-members",
    "null-values",
    "empty-values",
    "total-card-num-list",
    "malformed-boxes",
)
UNUSUAL_UPLOADS = {
    f"{name} with {form}": Uploaded(kind, picture(name).content + form.encode(), form=form)
    for kind, name in UNUSUAL_KINDS
    for form in FORMS
}
REJECTED_UPLOADS = {
    "unknown-document-kind": Uploaded("elsewhere", b"x"),
    "image-deleted": Uploaded("id-card", b"x", deleted=True),
    "image-overwritten": Uploaded("id-card", b"x", overwritten=True),
    "image-archived": Uploaded("id-card", b"x", storage_class="GLACIER"),
    "image-empty": Uploaded("id-card", b""),
    "image-too-large": Uploaded("id-card", b"x" * 100_001),
    "image-type-unsupported": Uploaded("id-card", b"text"),
    "ocr-rejected": Uploaded("credit-card", picture("resident").content),
}
ALL_UPLOADS = ANALYZED_UPLOADS | UNUSUAL_UPLOADS | REJECTED_UPLOADS


@pytest.fixture(scope="module")
def messages(shared_world: World, aws_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Let the analyze function process all uploads in one batch; return the messages by name."""
    stage = Uploads(shared_world)
    function = VerifyProcess(
        shared_world,
        aws_url,
        tmp_path_factory.mktemp("analyze"),
        handler="analyze",
        lambda_seconds=120,
        FUNCTION_TIMEOUT_SECONDS="120",
        UPLOADS_QUEUE_URL=stage.queue,
        UPLOADS_DLQ_URL=stage.queue,
        RESULTS_QUEUE_URL=stage.queue,
        DOCUMENTS_TABLE=shared_world.new_table(),
        BATCH_SIZE=str(len(ALL_UPLOADS)),
        MAX_IMAGE_BYTES="100000",
        MAX_UNKNOWN_ATTEMPTS="2",
    )
    records = [stage.upload(name, uploaded) for name, uploaded in ALL_UPLOADS.items()]
    outcome = function.invoke({"Records": records})
    function.close()
    assert json.loads(outcome.payload) == {"batchItemFailures": []}
    return stage.results()


def test_every_upload_has_a_message(messages: dict[str, dict[str, Any]]) -> None:
    assert messages.keys() == ALL_UPLOADS.keys()


@pytest.mark.parametrize("name", ANALYZED_UPLOADS)
def test_a_message_for_an_analyzed_document_is_valid(messages: dict[str, dict[str, Any]], name: str) -> None:
    message = messages[name]
    ANALYZED.validate(message)
    assert not REJECTED.is_valid(message)
    assert ("verification" in message["data"]) == (ANALYZED_UPLOADS[name].kind == "id-card")
    if ANALYZED_UPLOADS[name].kind == "id-card":
        assert not message["data"]["verification"]["missing"]
        CLAIM.validate(message["data"]["verification"]["request"])


@pytest.mark.parametrize("name", UNUSUAL_UPLOADS)
def test_a_message_with_an_unusual_result_is_valid(messages: dict[str, dict[str, Any]], name: str) -> None:
    ANALYZED.validate(messages[name])


@pytest.mark.parametrize("code", REJECTED_UPLOADS)
def test_a_message_for_a_rejected_document_is_valid(messages: dict[str, dict[str, Any]], code: str) -> None:
    message = messages[code]
    REJECTED.validate(message)
    assert not ANALYZED.is_valid(message)
    assert message["data"]["rejection"]["code"] == code


DAMAGES = {
    "no id": lambda message: message.pop("id"),
    "another version": lambda message: message.update(specversion="2.0"),
    "another type": lambda message: message.update(type="sealed-ocr.document.analyzed.v2"),
    "no date": lambda message: message.update(time="yesterday"),
    "no result": lambda message: message["data"].pop("result"),
    "unknown kind": lambda message: message["data"]["document"].update(kind="else"),
    "a negative size": lambda message: message["data"]["document"].update(size=-1),
    "an invalid documentId": lambda message: message["data"]["document"].update(documentId="x"),
    "a value that is not text": lambda message: message["data"]["result"]["keyValues"][0].update(value=7),
    "a box without a corner": lambda message: message["data"]["result"]["keyValues"][0].update(bbox={"x1": 1}),
    "a claim of an unknown type": lambda message: message["data"]["verification"]["request"].update(idType="else"),
    "another card's claim": lambda message: message["data"]["verification"]["request"].update(idType="resident"),
    "an offer without expiresAt": lambda message: message["data"]["verification"].pop("expiresAt"),
    "an offer without missing": lambda message: message["data"]["verification"].pop("missing"),
}


def test_a_damaged_message_is_invalid(messages: dict[str, dict[str, Any]]) -> None:
    message = messages["driver"]
    ANALYZED.validate(message)
    for name, damage in DAMAGES.items():
        broken = copy.deepcopy(message)
        damage(broken)
        assert not ANALYZED.is_valid(broken), name
