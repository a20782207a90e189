"""The example opens what is sealed to its consumer, and makes the key pair that the stack accepts."""

from __future__ import annotations

import json
import re
import signal
import stat
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from message_types import Erased
from messages import InvalidMessage, read_message
from sealed_messages import CannotOpen, PrivateKeys
from sealed_ocr.analysis.encoding import message_encoder
from sealed_ocr.analysis.queue_message import encode
from sealed_ocr.common.consumer_keys import parse_key_set, read_key_set

from local.pipeline.pipeline import Pipeline
from local.processes.child import ROOT
from schemas.example_files import read_example
from tests.examples.consumer_process import ConsumerProcess, count_messages
from tests.support.canary import assert_clean
from tests.support.consumer_keys import ec_key, jwk_set, public, rsa_key, write
from tests.support.polling import until
from tests.support.sealing import large_message, message, seal

NEW, FORMER = ec_key("new"), rsa_key("former")
NAMES = ("credit-card", "resident", "rejected", "delayed")


def sealed(name: str, key: dict[str, Any]) -> str:
    """Return an example sealed to ``key``."""
    return seal(read_example(name), key)


@pytest.fixture
def keys(tmp_path: Path) -> PrivateKeys:
    return PrivateKeys(write(tmp_path / "keys.json", NEW, FORMER))


@pytest.mark.unit
@pytest.mark.parametrize("key", [NEW, FORMER])
@pytest.mark.parametrize("name", NAMES)
def test_a_message_is_opened_with_the_key_that_it_names(keys: PrivateKeys, name: str, key: dict[str, Any]) -> None:
    event = read_message(sealed(name, key), keys)
    assert not isinstance(event, Erased)
    assert event.subject == read_example(name)["subject"]
    assert event == read_message(json.dumps(read_example(name)))


@pytest.mark.unit
def test_a_message_in_the_clear_is_read_as_it_is(keys: PrivateKeys) -> None:
    body = json.dumps(read_example("resident"))
    assert keys.open(body) == body
    assert keys.open("no JSON") == "no JSON"
    assert keys.open("[]") == "[]"


@pytest.mark.unit
def test_a_message_of_the_largest_size_is_opened(keys: PrivateKeys) -> None:
    assert keys.open(message_encoder(jwk_set(public(NEW))).encode(large_message()).body) == encode(large_message())


@pytest.mark.unit
def test_what_cannot_be_opened_is_refused_without_a_quotation(keys: PrivateKeys) -> None:
    event = json.loads(sealed("resident", NEW))
    changed = json.loads(sealed("resident", NEW))
    changed["data"]["sealed"] = changed["data"]["sealed"][:-3] + "AAA"
    for body in (sealed("resident", ec_key("unknown")), json.dumps(changed), json.dumps(event | {"data": {}})):
        with pytest.raises(CannotOpen, match=r"^the sealed message cannot be opened: \w+$"):
            keys.open(body)
        with pytest.raises(InvalidMessage, match="the sealed message cannot be opened"):
            read_message(body, keys)
    with pytest.raises(CannotOpen, match="the message inside is of another document"):
        keys.open(json.dumps(event | {"id": "f" * 32}))


@pytest.mark.unit
def test_without_a_key_a_sealed_message_is_invalid() -> None:
    with pytest.raises(InvalidMessage):
        read_message(sealed("resident", NEW))


@pytest.mark.unit
def test_the_key_pair_is_made_once_and_its_public_half_is_accepted(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "examples" / "sealed_messages.py"), "consumer-2027"]
    subprocess.run(command, cwd=tmp_path, check=True)
    private, public_half = tmp_path / "consumer-2027.private.json", tmp_path / "consumer-2027.public.json"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    (key,) = parse_key_set(read_key_set(public_half))
    assert (key.kid, key.algorithm) == ("consumer-2027", "ECDH-ES+A256KW")
    body = message_encoder(read_key_set(public_half)).encode(message()).body
    assert PrivateKeys(private).open(body) == encode(message())
    before = private.read_text()
    again = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert (again.returncode, private.read_text()) == (1, before)
    assert_clean(again.stderr, [json.loads(before)["keys"][0]["d"]])


def test_the_consumer_processes_sealed_messages(pipeline: Pipeline, table: str, tmp_path: Path) -> None:
    queue = pipeline.aws.sqs.create_queue(QueueName=f"sealed-{uuid.uuid4().hex}")["QueueUrl"]
    unknown = sealed("resident", ec_key("unknown"))
    for body in (*(sealed(name, FORMER) for name in NAMES), unknown):
        pipeline.aws.sqs.send_message(QueueUrl=queue, MessageBody=body)
    path = str(write(tmp_path / "keys.json", NEW, FORMER))
    options = {"queue-url": queue, "private-key": path}
    with ConsumerProcess(pipeline, table, tmp_path / "log", **options) as consumer:
        until(lambda: len(re.findall(r"consumer\.handler \S+: ", consumer.log)) == len(NAMES))
        until(lambda: "stays in the queue: the sealed message cannot be opened" in consumer.log)
        assert consumer.stop(signal.SIGTERM) == 0
    assert "read as credit card" in consumer.log
    assert "read as resident" in consumer.log
    assert "rejected, ocr-rejected" in consumer.log
    assert "delayed, unknown-outcome" in consumer.log
    assert sum(count_messages(pipeline, queue)) == 1
    assert_clean(consumer.log, [read_example("resident")["subject"], "서나찬", NEW["d"]])
